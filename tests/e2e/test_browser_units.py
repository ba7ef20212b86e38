"""Units in a browser: it draws what they draw, and a digit without them, as ae_core does."""

import numpy as np
import pytest

import ae_core
from ae_core import data, studies
from ae_core.experiments import units
from ae_core.figures import pixels

pytestmark = pytest.mark.browser

SHOWN = """(all) => all.map((canvas) => Array.from(
  canvas.getContext("2d").getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 < 3))"""
CHOICES = "input=sample&digit=3&example=5"
IMAGE = data.samples().images[3 * 20 + 5 - 1]
PAINTED = "() => Boolean(window.autoencoderLab?.networks['mnist {}']?.encoder)"


def shown(window, selector: str) -> np.ndarray:
    """Return the pictures of some canvases, int (n, 28, 28, 3)."""
    return np.array(window.page.locator(selector).evaluate_all(SHOWN)).reshape(-1, 28, 28, 3)


def until_shown(window, selector: str, expected: np.ndarray) -> None:
    """Wait until the canvases show these pictures, greys in [0, 1] or colours in bytes."""
    if expected.dtype != np.uint8:
        expected = pixels.to_bytes(expected)[..., None].repeat(3, axis=-1)

    def same() -> bool:
        pictures = shown(window, selector)
        return pictures.shape == expected.shape and np.abs(pictures - expected).max() <= 3

    window.wait(same, f"the pictures of {selector}")


def opened(visit, family: str, **context):
    window = visit(f"/units?family={family}&{CHOICES}", **context)
    window.page.wait_for_function(PAINTED.format(family))
    return window.settle()


def changed(family: str, image: np.ndarray, settings: dict[int, float]) -> np.ndarray:
    """Return what a family makes of an image with some units, from 1, at multiples."""
    ae, scales = ae_core.load(family), units.Scales.of(studies.read("units")[family])
    code = units.flat(ae.encode(image[None]))
    for unit, level in settings.items():
        code[0, unit - 1] = scales.off[unit - 1] + level * scales.usual[unit - 1]
    return units.decode(ae, code)


@pytest.mark.parametrize("family", ["simple", "sparse", "convolutional"])
def test_the_dictionary_and_the_digit_are_those_of_ae_core(visit, family):
    window = opened(visit, family)
    figures = studies.read("units")[family]
    order = np.argsort(-np.array(figures["effect"]), kind="stable")
    drawn = units.patterns(ae_core.load(family), units.Scales.of(figures))[order]
    scale = np.maximum(0.1, np.abs(drawn).max(axis=(1, 2), keepdims=True))
    black = np.zeros((28, 28), np.float32)
    maps = np.stack([pixels.error_map(black, each) for each in drawn / scale])
    until_shown(window, ".units .tile canvas", maps)
    until_shown(window, ".units canvas.pattern", maps[:1])
    rebuilt = ae_core.load(family).reconstruct(IMAGE[None])
    until_shown(window, ".units canvas.before", rebuilt)
    until_shown(window, ".units canvas.after", rebuilt)
    assert not shown(window, ".units canvas.change").any()


def test_pictures_follow_the_slider_and_the_link_hears_where_it_rests(visit):
    window = opened(visit, "sparse")
    page, seen = window.page, [shown(window, ".units canvas.after")]
    box = page.locator(".units input.slide").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, y)
    page.mouse.down()
    for share in np.linspace(0.3, 0.98, 6):
        page.mouse.move(box["x"] + share * box["width"], y)
        window.wait(
            lambda: not np.array_equal(shown(window, ".units canvas.after"), seen[-1]),
            "another picture while the hand moves",
        )
        seen.append(shown(window, ".units canvas.after"))
    page.mouse.up()
    window.wait(lambda: "sparse_set" in window.link(), "the link").settle()
    unit, level = window.link()["sparse_set"].split(":")
    assert float(level) > 2.5
    after = changed("sparse", IMAGE, {int(unit): float(level)})
    until_shown(window, ".units canvas.after", after)
    before = changed("sparse", IMAGE, {})[0]
    until_shown(window, ".units canvas.change", pixels.error_map(before, after[0])[None])


def test_several_units_are_changed_and_undone_with_keys_alone(visit):
    window = opened(visit, "simple")
    page = window.page
    order = np.argsort(-np.array(studies.read("units")["simple"]["effect"]), kind="stable") + 1
    first = page.locator(".units .tile[aria-checked=true]")
    first.focus()
    page.get_by_role("button", name="Switch off").press("Enter")
    first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowDown", 9), ("ArrowLeft", 8), ("End", 31)):
        page.keyboard.press(key)
        window.wait(lambda place=place: window.link().get("simple_unit") == str(order[place]), key)
    slide = page.locator(".units input.slide")
    slide.focus()
    for _press in range(2):
        slide.press("Shift+ArrowRight")
    window.wait(lambda: len(window.link()["simple_set"].split("_")) == 2, "two units").settle()
    written = (pair.split(":") for pair in window.link()["simple_set"].split("_"))
    settings = {int(unit): float(level) for unit, level in written}
    assert settings[order[0]] == 0
    assert set(settings) == {order[0], order[31]}
    until_shown(window, ".units canvas.after", changed("simple", IMAGE, settings))
    assert page.locator(".units .chip").count() == 2
    assert "%" in page.locator(".units .status").inner_text()
    page.get_by_role("button", name="Undo all").press("Enter")
    window.wait(lambda: "simple_set" not in window.link(), "nothing is set").settle()
    until_shown(window, ".units canvas.after", changed("simple", IMAGE, {}))


def test_a_tile_that_is_tapped_on_a_phone_is_on_the_bench(visit):
    window = opened(
        visit, "sparse", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = window.page
    tile = page.locator(".units .tile").nth(100)
    tile.scroll_into_view_if_needed()
    tile.tap()
    window.wait(lambda: "sparse_unit" in window.link(), "the link").settle()
    assert tile.get_attribute("aria-checked") == "true"
    for part in ("canvas.pattern", "input.slide"):
        box = page.locator(f".units {part}").bounding_box()
        assert 0 <= box["y"] <= 844 - box["height"], part


def test_a_drawn_digit_is_followed_and_its_value_moves_in_the_histogram(visit):
    window = visit("/units?sparse_set=5:2")
    window.page.wait_for_function(PAINTED.format("sparse"))
    window.settle()
    rule = window.page.locator(".st-key-histogram line[stroke-dasharray]").first
    before = shown(window, ".units canvas.before"), rule.get_attribute("x1")
    window.draw()
    window.settle()
    assert not np.array_equal(shown(window, ".units canvas.before"), before[0])
    window.page.locator(".units .tile").nth(0).click()
    window.settle()
    assert window.page.locator(".units .tile:not(.silent)").count() == 16
    window.page.locator(".units .tile:not(.silent)").first.click()
    window.wait(lambda: rule.get_attribute("x1") != before[1], "another value")
