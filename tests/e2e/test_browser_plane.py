"""The latent plane under a mouse, a finger and the arrow keys."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core

pytestmark = pytest.mark.browser

DECODE = "z => Array.from(window.autoencoderLab.planes.plane.decode(z))"
SHOWN = "() => Array.from(window.autoencoderLab.planes.plane.digit.getContext('2d')" + (
    ".getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0)"
)
READY = "() => Boolean(window.autoencoderLab?.planes.plane?.network)"


@pytest.fixture
def plane(visit):
    """Open the page and wait until the decoder has arrived."""

    def open_page(path="/latent", **context):
        window = visit(path, **context)
        window.page.wait_for_function(READY)
        return window.settle()

    return open_page


def decoded(z) -> np.ndarray:
    return ae_core.load("variational").decode(np.array([z], np.float32))[0]


def shown(window) -> np.ndarray:
    return np.array(window.page.evaluate(SHOWN)).reshape(28, 28) / 255


def place(window, z, extent=3.0) -> tuple[float, float]:
    """Return a point of the plane in pixels of the window."""
    stage = window.page.locator("canvas.top")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    return (
        box["x"] + (z[0] + extent) / (2 * extent) * box["width"],
        box["y"] + (extent - z[1]) / (2 * extent) * box["height"],
    )


def at(window) -> tuple[float, float]:
    z1, z2 = window.link().get("z", "0_0").split("_")
    return float(z1), float(z2)


def test_the_browser_decodes_as_litert_does(plane):
    window = plane()
    for z in np.random.default_rng(1).uniform(-4, 4, (20, 2)):
        picture = np.array(window.page.evaluate(DECODE, z.tolist())).reshape(28, 28)
        np.testing.assert_allclose(picture, decoded(z), atol=1e-4)


def test_the_digit_follows_the_mouse_and_the_link_hears_where_it_rests(plane):
    window = plane()
    mouse, pictures = window.page.mouse, []
    for x in np.linspace(-2, 2, 9):
        mouse.move(*place(window, (x, -0.5)))
        window.page.wait_for_timeout(40)  # a frame or two, well short of a rest
        pictures.append(shown(window))
    assert len({picture.tobytes() for picture in pictures}) >= 7  # it moved with the hand
    window.wait(lambda: "z" in window.link(), "the point in the link").settle()
    assert at(window) == pytest.approx((2, -0.5), abs=0.03)
    np.testing.assert_allclose(shown(window), decoded(at(window)), atol=0.02)


def test_a_mouse_that_only_passes_over_changes_nothing(plane):
    window = plane("/latent?z=1.5_-1")
    before = shown(window)
    mouse = window.page.mouse
    way = [place(window, (x, 1)) for x in (*np.linspace(-3.4, -2.8, 4), -3.5)]
    for point in way:  # without a pause, in which it would rest
        mouse.move(*point)
    window.page.wait_for_timeout(600)
    assert at(window) == (1.5, -1)
    np.testing.assert_array_equal(shown(window), before)


def test_arrow_keys_move_the_point(plane):
    window = plane()
    top = window.page.locator("canvas.top")
    top.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        top.press(key)
    window.wait(lambda: "z" in window.link(), "the point in the link").settle()
    assert at(window) == pytest.approx((0.1, 0.25))


def test_a_slider_moves_the_point_of_the_plane(plane):
    window = plane()
    window.press("latent_z_1", "ArrowRight", 30)
    window.wait(lambda: at(window)[0] == pytest.approx(0.3), "0.3 in the link").settle()
    np.testing.assert_allclose(shown(window), decoded((0.3, 0)), atol=0.02)


def test_layers_are_in_the_link(plane):
    window = plane()
    window.page.locator(".layers input[name=tapestry]").check()
    window.page.locator(".layers input[name=map]").uncheck()
    window.wait(lambda: "layers" in window.link(), "layers in the link").settle()
    other = plane(window.page.url.removeprefix(window.url))
    boxes = other.page.locator(".layers input")
    assert {box.get_attribute("name"): box.is_checked() for box in boxes.all()} == {
        "map": False,
        "tapestry": True,
        "circles": True,
        "mine": True,
    }


def test_a_finger_moves_the_point_and_not_the_page(plane):
    window = plane(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    send = window.touch()
    start = place(window, (-1, 1))
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    before = window.page.evaluate(scrolled)

    send("touchStart", start)
    for y in np.linspace(1, -2, 8):
        send("touchMove", place(window, (-1, y)))
    send("touchEnd")
    window.wait(lambda: "z" in window.link(), "the point in the link").settle()
    assert at(window) == pytest.approx((-1, -2), abs=0.05)
    assert window.page.evaluate(scrolled) == before


def test_the_grid_is_decoded_in_the_browser_and_a_click_on_it_moves_the_point(plane):
    window = plane("/latent?grid=5&range=2")
    tiles = window.page.locator("canvas.tiles")
    window.wait(lambda: tiles.get_attribute("data-done") == "5", "the grid")
    read = "c => Array.from(c.getContext('2d').getImageData(0, 0, 140, 140).data)"
    picture = np.array(tiles.evaluate(read)).reshape(140, 140, 4)[..., 0] / 255
    expected = ae_core.load("variational").decode(ae_core.latent.grid(5, 2.0))
    np.testing.assert_allclose(picture, ae_core.latent.mosaic(expected, 5), atol=0.02)
    box = tiles.bounding_box()
    window.page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.3 * box["height"])
    window.wait(lambda: at(window) == (2, 1), "the tile's point in the link").settle()
    np.testing.assert_allclose(shown(window), decoded((2, 1)), atol=0.02)


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
NAMES = """() => {
  const { labels } = window.autoencoderLab.planes.plane.ground;
  return labels.map(({ x, y, width, height }) => [x, y, width, height]);
}"""


def swipe(window, start, end) -> None:
    send = window.touch()
    for share in np.linspace(0, 1, 12):
        x, y = (1 - share) * np.array(start) + share * np.array(end)
        send("touchMove" if share else "touchStart", (float(x), float(y)))
        window.page.wait_for_timeout(16)
    send("touchEnd")


def test_a_finger_beside_the_plane_scrolls_and_moves_no_point(plane):
    window = plane("/latent?z=1_1", **PHONE)
    tiles = window.page.locator("canvas.tiles")
    tiles.scroll_into_view_if_needed()
    box, before = tiles.bounding_box(), window.page.evaluate(SCROLLED)
    middle = box["x"] + box["width"] / 2
    swipe(window, (middle, box["y"] + 300), (middle, box["y"] + 60))
    window.wait(lambda: window.page.evaluate(SCROLLED) > before + 50, "the page to scroll")
    window.page.wait_for_timeout(500)
    assert at(window) == (1, 1)


def test_on_a_phone_the_digit_is_inset_where_the_finger_is_not(plane):
    window = plane("/latent", **PHONE)
    digit, stage = (window.page.locator(name) for name in ("canvas.digit", "canvas.top"))
    seen = set()
    for z in ((0, 0), (2.5, 2.5), (-2.5, 2.5), (-2.5, -2.5), (2.5, -2.5), (2.8, 2)):
        x, y = place(window, z)
        window.page.mouse.move(x, y)
        window.page.wait_for_timeout(120)
        inner, outer = digit.bounding_box(), stage.bounding_box()
        assert outer["x"] <= inner["x"]
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
        assert outer["y"] <= inner["y"]
        assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]
        assert inner["width"] >= 100
        inside = (
            inner["x"] <= x <= inner["x"] + inner["width"]
            and inner["y"] <= y <= inner["y"] + inner["height"]
        )
        assert not inside
        seen.add(digit.get_attribute("data-corner"))
    assert len(seen) > 1


def test_home_leads_to_the_middle_of_the_plane_and_its_focus_shows(plane):
    window = plane("/latent?z=1.5_-1")
    top = window.page.locator("canvas.top")
    window.page.keyboard.press("Tab")  # a hand on the keys
    top.focus()
    assert top.evaluate("c => getComputedStyle(c).outlineStyle") == "solid"
    top.press("Home")
    window.wait(lambda: at(window) == (0, 0), "the middle in the link").settle()
    np.testing.assert_allclose(shown(window), decoded((0, 0)), atol=0.02)


@pytest.mark.parametrize("path", ["/latent", "/latent?data=fashion_mnist&lang=pt", "/beta?beta=8"])
def test_names_on_the_map_cover_neither_each_other_nor_where_the_point_is_at_first(plane, path):
    window = plane(path)
    side = window.page.evaluate("() => window.autoencoderLab.planes.plane.ground.canvas.width")
    names = np.array(window.page.evaluate(NAMES))
    assert len(names) == 10
    for i, (x, y, width, height) in enumerate(names):
        assert width / 2 - 1 <= x <= side - width / 2 + 1
        assert height / 2 - 1 <= y <= side - height / 2 + 1
        for a, b, wide, high in names[:i]:
            assert abs(a - x) > (wide + width) / 2 - 1 or abs(b - y) > (high + height) / 2 - 1
        assert max(abs(x - side / 2) - width / 2, abs(y - side / 2) - height / 2) > 10


def test_to_your_digit_moves_the_point_in_view(plane):
    window = plane("/latent?input=sample&digit=3", **PHONE)
    button = window.page.locator(".st-key-go_there button")
    button.evaluate("b => b.scrollIntoView({ block: 'nearest' })")
    button.click()
    window.wait(lambda: "z" in window.link(), "the point in the link").settle()
    mean = window.page.evaluate("() => window.autoencoderLab.planes.plane.data.digit.mean")
    assert at(window) == pytest.approx(mean, abs=0.006)
    box = window.page.locator("canvas.digit").bounding_box()
    assert box["y"] > 40  # below the bar
    assert box["y"] + box["height"] < 844


def test_marks_and_letters_grow_with_the_window(plane):
    window = plane()
    read = """() => {
      const { ground, top } = window.autoencoderLab.planes.plane;
      return [ground.labels[0].height, top.clientWidth, top.width];
    }"""
    small = np.array(window.page.evaluate(read))
    window.page.set_viewport_size({"width": 2560, "height": 1440})
    window.page.wait_for_timeout(500)
    np.testing.assert_allclose(np.array(window.page.evaluate(read)) / small, 2, rtol=0.02)
