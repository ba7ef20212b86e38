"""The walks under a mouse and the keys: films, strips, the plane with the way."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core
from ae_core import data

pytestmark = pytest.mark.browser

READY = """() => Boolean(window.autoencoderLab?.planes.plane?.network
  && window.autoencoderLab.films.film)"""
FILM = """(row) => Array.from(window.autoencoderLab.films.film.pictures[row].canvas.getContext('2d')
  .getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0)"""
SPOT = "() => window.autoencoderLab.planes.plane.spot"
AT = "() => window.autoencoderLab.filmPlace.value"
VAE = 3  # the row of its film


@pytest.fixture
def walk(visit):
    """Open the page and wait until film and plane are there."""

    def open_page(path="/walk", **context):
        window = visit(path, **context)
        window.page.wait_for_function(READY)
        return window.settle()

    return open_page


def film(window, row: int) -> np.ndarray:
    return np.array(window.page.evaluate(FILM, row)).reshape(28, 28) / 255


def place(window, z, extent=3.5) -> tuple[float, float]:
    stage = window.page.locator("canvas.top")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    return (
        box["x"] + (z[0] + extent) / (2 * extent) * box["width"],
        box["y"] + (extent - z[1]) / (2 * extent) * box["height"],
    )


def drag(window, *points) -> None:
    mouse = window.page.mouse
    mouse.move(*place(window, points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*place(window, point), steps=8)
    mouse.up()


def test_the_film_plays_without_the_server_and_rests_where_it_was_stopped(walk):
    window = walk("/walk?at=0")
    page = window.page
    first, seen = film(window, 0), set()
    page.locator(".play").click()
    for _ in range(12):
        page.wait_for_timeout(60)
        seen.add(film(window, VAE).tobytes())
    assert len(seen) >= 6
    assert window.link() == {"at": "0"}  # the server has heard nothing
    page.locator(".play").click()
    window.wait(lambda: window.link().get("at") not in (None, "0"), "the place in the link")
    window.settle()
    at = int(window.link()["at"])
    assert page.evaluate(AT) == pytest.approx(at / 100)
    assert page.locator(".scrub").input_value() == str(at)
    end = data.samples().images[6 * 20 + 2]
    expected = (1 - at / 100) * first + at / 100 * end
    np.testing.assert_allclose(film(window, 0), expected, atol=0.02)
    other = walk(page.url.removeprefix(window.url))  # the copied link opens the same view
    for row in (0, VAE):
        np.testing.assert_array_equal(film(other, row), film(window, row))


def test_the_dot_on_the_plane_is_where_the_film_is(walk):
    window = walk()
    window.page.locator(".scrub").focus()
    for _ in range(30):  # to a frame: between two, the film mixes them
        window.page.keyboard.press("ArrowRight")
    window.wait(lambda: window.link().get("at") == "80", "80 % in the link").settle()
    spot = window.page.evaluate(SPOT)
    ae, images = ae_core.load("variational"), data.samples().images
    a, b = ae.encode(images[[7 * 20 + 19, 6 * 20 + 2]])
    np.testing.assert_allclose(spot, 0.2 * a + 0.8 * b, atol=0.01)
    picture = ae.decode(np.array([spot], np.float32))[0]
    np.testing.assert_allclose(film(window, VAE), picture, atol=0.02)
    window.page.locator(".strip").nth(1).locator("canvas:visible").last.click()
    window.wait(lambda: window.link().get("at") == "100", "the end in the link")


def test_an_end_is_dragged_to_another_place(walk):
    window = walk("/walk?from=0&to=1&at=100")
    ae = ae_core.load("variational")
    zero = ae.encode(data.samples().images[[19]])[0]
    drag(window, zero.clip(-3.4, 3.4).tolist(), (0, 2), (-2, 1))
    window.wait(lambda: window.link().get("from") == "point", "the end in the link").settle()
    link = window.link()
    moved = [float(value) for value in link["from_point"].split("_")]
    assert moved == pytest.approx((-2, 1), abs=0.05)
    assert link["to"] == "1"  # the other end stays
    window.page.locator(".strip").first.locator("canvas").first.click()
    window.wait(lambda: window.link().get("at") == "0", "the start")
    picture = ae.decode(np.array([moved], np.float32))[0]
    np.testing.assert_allclose(film(window, 0), picture, atol=0.01)
    np.testing.assert_allclose(film(window, VAE), picture, atol=0.01)


def test_a_path_is_drawn_and_walked(walk):
    window = walk("/walk?walk=draw&at=100")
    before = film(window, 0)
    drag(window, (-2.5, 0), (-1, 2), (1, 2), (2.5, -1))
    window.wait(lambda: "path" in window.link(), "the path in the link").settle()
    corners = np.array(window.link()["path"].split("_"), float).reshape(-1, 2)
    assert len(corners) <= 24
    np.testing.assert_allclose(corners[[0, -1]], [(-2.5, 0), (2.5, -1)], atol=0.06)
    assert np.abs(corners - (1, 2)).sum(axis=1).min() < 0.4  # it goes where the hand went
    picture = ae_core.load("variational").decode(corners[-1:].astype(np.float32))[0]
    np.testing.assert_allclose(film(window, 0), picture, atol=0.01)
    assert np.abs(film(window, 0) - before).max() > 0.2
    url = window.page.url
    window.page.mouse.click(*place(window, (1, 1)))  # a click is no path
    window.page.wait_for_timeout(600)
    assert window.page.url == url
    other = walk(url.removeprefix(window.url))
    np.testing.assert_array_equal(film(other, 0), film(window, 0))


def test_a_finger_draws_a_path_and_does_not_scroll(walk):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    window = walk("/walk?walk=draw", **phone)
    send = window.touch()
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    start = place(window, (-1, 1))
    before = window.page.evaluate(scrolled)

    send("touchStart", start)
    for y in np.linspace(1, -2, 8):
        send("touchMove", place(window, (-1, y)))
    send("touchEnd")
    window.wait(lambda: "path" in window.link(), "the path in the link").settle()
    corners = np.array(window.link()["path"].split("_"), float).reshape(-1, 2)
    np.testing.assert_allclose(corners[[0, -1]], [(-1, 1), (-1, -2)], atol=0.08)
    assert window.page.evaluate(scrolled) == before


def test_arrow_keys_draw_a_path_on_and_home_begins_another(walk):
    window = walk("/walk?walk=draw")
    top = window.page.locator("canvas.top")
    assert "arrow keys draw on" in top.get_attribute("aria-label")
    top.focus()

    def path() -> np.ndarray:
        return np.array(window.link()["path"].split("_"), float).reshape(-1, 2)

    end = np.array(window.page.evaluate("() => window.autoencoderLab.planes.plane.path.at(-1)"))
    for _ in range(3):
        top.press("Shift+ArrowUp")
    window.wait(lambda: "path" in window.link(), "the path in the link").settle()
    np.testing.assert_allclose(path()[-1], [end[0], end[1] + 0.75], atol=0.02)
    before = window.link()["path"]
    top.press("Home")
    window.page.wait_for_timeout(600)
    assert window.link()["path"] == before  # a point is no path yet
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown"):
        top.press(key)
    window.wait(lambda: window.link()["path"] != before, "another path in the link").settle()
    np.testing.assert_allclose(path()[[0, -1]], [(0, 0), (0.5, -0.25)], atol=0.02)
