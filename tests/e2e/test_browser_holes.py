"""Two planes under one cursor, and the β dial: what only a browser shows."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core

pytestmark = pytest.mark.browser

READY = "(names) => names.every((name) => window.autoencoderLab?.planes[name]?.network)"
SHOWN = "(name) => Array.from(window.autoencoderLab.planes[name].digit.getContext('2d')" + (
    ".getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0)"
)
CURSOR = "(name) => window.autoencoderLab.planes[name].z.map((value) => value" + (
    " / window.autoencoderLab.planes[name].data.extent)"
)
EXTENT = "(name) => window.autoencoderLab.planes[name].data.extent"
WORLD = "() => window.autoencoderLab.planes.plane.data.network"
GROUND = "() => window.autoencoderLab.planes.plane.ground.canvas.toDataURL()"
PLANES = {"plane_plain_2d": "plain_2d", "plane_beta_1": "beta_1"}


@pytest.fixture
def opened(visit):
    """Open a page and wait until its planes have their decoders."""

    def open_page(path: str, *planes: str, **context):
        window = visit(path, **context)
        window.page.wait_for_function(READY, arg=list(planes))
        return window.settle()

    return open_page


def shown(window, plane: str) -> np.ndarray:
    return np.array(window.page.evaluate(SHOWN, plane)).reshape(28, 28) / 255


def spot(window, index: int, shares) -> tuple[float, float]:
    """Return a place of a plane, in shares of it, in pixels of the window."""
    stage = window.page.locator("canvas.top").nth(index)
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    return (
        box["x"] + (1 + shares[0]) / 2 * box["width"],
        box["y"] + (1 - shares[1]) / 2 * box["height"],
    )


@pytest.mark.parametrize("index", [0, 1])
def test_one_cursor_moves_over_both_planes_and_both_digits_follow(opened, index):
    window = opened("/holes", *PLANES)
    mouse, seen = window.page.mouse, {plane: set() for plane in PLANES}
    for x in np.linspace(-0.5, 0.5, 7):
        mouse.move(*spot(window, index, (x, -0.25)))
        window.page.wait_for_timeout(60)  # a frame or two, well short of a rest
        cursors = [window.page.evaluate(CURSOR, plane) for plane in PLANES]
        np.testing.assert_allclose(cursors[0], cursors[1], atol=2e-3)
        for plane in PLANES:
            seen[plane].add(shown(window, plane).tobytes())
    assert all(len(pictures) >= 5 for pictures in seen.values())
    window.wait(lambda: "place" in window.link(), "the place in the link").settle()
    place = np.array(window.link()["place"].split("_"), float)
    assert place == pytest.approx((0.5, -0.25), abs=0.02)
    for plane, name in PLANES.items():
        code = np.array([place * window.page.evaluate(EXTENT, plane)], np.float32)
        expected = ae_core.load(name).decode(code)[0]
        np.testing.assert_allclose(shown(window, plane), expected, atol=0.03)
        assert window.page.evaluate(CURSOR, plane) == pytest.approx(place, abs=1e-3)


def test_a_copied_link_opens_the_same_view(opened):
    window = opened("/holes?place=0.3_-0.8&source=prior&sample=4&plain=tapestry", *PLANES)
    other = opened(window.page.url.removeprefix(window.url), *PLANES)
    for plane in PLANES:
        np.testing.assert_array_equal(shown(window, plane), shown(other, plane))
        assert other.page.evaluate(CURSOR, plane) == pytest.approx((0.3, -0.8))
    assert other.page.locator(".layers input[name=tapestry]").first.is_checked()


def test_the_planes_stand_side_by_side_on_a_desk(opened):
    window = opened("/holes", *PLANES)
    left, right = (box.bounding_box() for box in window.page.locator("canvas.top").all())
    assert left["y"] == pytest.approx(right["y"], abs=1)
    assert left["x"] + left["width"] < right["x"]
    assert right["y"] + right["height"] < 720


def test_the_dial_turns_map_grid_and_curve_together(opened):
    window = opened("/beta", "plane")
    grounds, curves = set(), set()
    for index, beta in enumerate(("0", "0_25", "0_5", "1", "2", "4", "8")):
        window.choose("beta_beta", index)
        window.wait(
            lambda: window.page.evaluate(WORLD) == f"mnist beta_{beta}",  # noqa: B023
            f"the network of β = {beta}",
        )
        window.page.wait_for_function(READY, arg=["plane"])
        window.settle()
        grounds.add(window.page.evaluate(GROUND))
        curves.add(window.page.locator('[data-testid="stImage"] img').get_attribute("src"))
        extent = window.page.evaluate(EXTENT, "plane")
        code = np.array([window.page.evaluate(CURSOR, "plane")], np.float32) * extent
        expected = ae_core.load(f"beta_{beta}").decode(code)[0]
        np.testing.assert_allclose(shown(window, "plane"), expected, atol=0.03)
    assert len(grounds) == len(curves) == 7


def test_a_click_on_a_picture_turns_the_dial(opened):
    window = opened("/beta", "plane")
    window.page.locator(".picture[data-name='8'] a").click()
    window.wait(lambda: window.link().get("beta") == "8", "β in the link").settle()
    assert window.page.evaluate(WORLD) == "mnist beta_8"
    assert window.page.locator(".picture.chosen").get_attribute("data-name") == "8"
