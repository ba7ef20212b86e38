"""Sixteen sliders and the plane of styles: what a browser decodes, and what the link hears."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core
from ae_core import latent

pytestmark = pytest.mark.browser

SHOWN = """(all) => all.map((canvas) => Array.from(
  canvas.getContext("2d").getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0))"""
LAB = "window.autoencoderLab?."


def shown(window, selector: str) -> np.ndarray:
    pixels = window.page.locator(selector).evaluate_all(SHOWN)
    return np.array(pixels).reshape(-1, 28, 28) / 255


def until_shown(window, selector: str, expected: np.ndarray) -> None:
    """Wait until the canvases show these pictures; a busy browser needs a few frames."""

    def same() -> bool:
        pictures = shown(window, selector)
        return pictures.shape == expected.shape and np.abs(pictures - expected).max() < 0.02

    window.wait(same, f"the pictures of {selector}")


@pytest.fixture
def sixteen(visit):
    """Open the page and wait until the decoder has arrived."""
    window = visit("/dimensions")
    window.page.wait_for_function(f"() => Boolean({LAB}sliders?.sliders?.world)")
    return window.settle()


def code(window) -> np.ndarray:
    return np.array(window.link()["code"].split("_"), np.float32)


def test_the_picture_follows_a_slider_and_the_link_hears_where_it_rests(sixteen):
    ae, page = ae_core.load("variational_16d"), sixteen.page
    slide = page.locator(".dims input.slide").first
    index = int(np.argmax(ae.card["test"]["kl_by_dimension"]))
    box = slide.bounding_box()
    y, pictures = box["y"] + box["height"] / 2, [shown(sixteen, ".dims .digit")]
    page.mouse.move(box["x"] + 8, y)
    page.mouse.down()
    for share in np.linspace(0.1, 0.9, 9):
        page.mouse.move(box["x"] + share * box["width"], y)
        sixteen.wait(
            lambda: not np.array_equal(shown(sixteen, ".dims .digit"), pictures[-1]),
            "another picture while the hand moves",
        )
        pictures.append(shown(sixteen, ".dims .digit"))
    page.mouse.up()
    sixteen.wait(lambda: "code" in sixteen.link() and code(sixteen)[index] > 3, "the link")
    sixteen.settle()
    rested = code(sixteen)
    until_shown(sixteen, ".dims .digit", ae.decode(rested[None]))
    strip = ae.decode(latent.traverse(rested, index, np.arange(-3, 4)))
    until_shown(sixteen, ".dims .picture", strip)


def test_arrow_keys_and_the_strip_set_the_number_in_focus(sixteen):
    ae, page = ae_core.load("variational_16d"), sixteen.page
    order = np.argsort(-np.array(ae.card["test"]["kl_by_dimension"]))
    page.get_by_role("button", name="All to 0").click()
    sixteen.wait(lambda: "code" in sixteen.link() and not code(sixteen).any(), "zeros").settle()
    slide = page.locator(".dims input.slide").nth(9)
    slide.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowDown"):
        slide.press(key)
    sixteen.wait(lambda: code(sixteen)[order[9]] == pytest.approx(-0.15), "−0.15").settle()
    page.locator(".dims .tile").nth(6).click()
    sixteen.wait(lambda: code(sixteen)[order[9]] == 3, "3 in the link").settle()
    assert np.count_nonzero(code(sixteen)) == 1
    until_shown(sixteen, ".dims .digit", ae.decode(code(sixteen)[None]))


def test_all_ten_digits_follow_the_point_on_the_plane_of_styles(visit):
    window = visit("/handwriting")
    window.page.wait_for_function(f"() => Boolean({LAB}planes.plane?.world)")
    window.settle()
    ae, before = ae_core.load("conditional"), shown(window, ".ten canvas")
    box = window.page.locator("canvas.top").bounding_box()
    window.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.6 * box["height"])
    window.wait(lambda: "style" in window.link(), "the point in the link").settle()
    point = [[float(part) for part in window.link()["style"].split("_")]]
    assert point[0] == pytest.approx([1.2, -0.6], abs=0.03)
    labels = np.arange(10)
    ten = ae.decode(ae.with_class(np.repeat(np.array(point, np.float32), 10, axis=0), labels))
    until_shown(window, ".ten canvas", ten)
    assert not np.allclose(before, ten, atol=0.1)
    window.page.locator(".ten button").nth(3).click()
    window.wait(lambda: window.link().get("class") == "3", "the class in the link").settle()
    until_shown(window, ".lab .digit", ten[3:4])
