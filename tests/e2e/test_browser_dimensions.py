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
    window.page.wait_for_function(f"() => Boolean({LAB}sliders?.sliders?.network)")
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


# What a slider's row shows, and the strip: each with its box.
BOXES = """() => [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
  .flatMap((host) => [...(host.shadowRoot ?? host).querySelectorAll(
    ".dims .digit, .dims .row > *, .dims .tile, .dims .what")])
  .map((part) => [part, part.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height)
  .map(([part, box]) => [part.className, box.left, box.top, box.right, box.bottom])"""
WIDE = "() => document.querySelector('[data-testid=\"stMain\"]').scrollWidth - innerWidth"
SCROLLED = "() => document.querySelector('[data-testid=\"stMain\"]').scrollTop"
CODE_SHOWN = f"() => [...{LAB}sliders.sliders.code].map((value) => Math.round(100 * value))"


@pytest.mark.parametrize("language", ["en", "pt"])
def test_nothing_prints_over_anything_at_any_width(visit, language):
    window = visit(f"/dimensions?lang={language}")
    window.page.wait_for_function(f"() => Boolean({LAB}sliders?.sliders?.network)")
    for width in (320, 390, 500, 640, 660, 700, 768, 900, 1024, 1100, 1280, 1920, 2560):
        window.page.set_viewport_size({"width": width, "height": max(640, width * 9 // 16)})
        window.page.wait_for_timeout(100)
        boxes = window.page.evaluate(BOXES)
        assert len(boxes) > 16 * 4
        for i, (name, left, top, right, bottom) in enumerate(boxes):
            assert left >= 0 and right <= width, f"{name} beyond the edge at {width}"
            for other, left2, top2, right2, bottom2 in boxes[:i]:
                across = min(right, right2) - max(left, left2)
                down = min(bottom, bottom2) - max(top, top2)
                assert across < 1 or down < 1, f"{name} over {other} at {width}"
        assert window.page.evaluate(WIDE) <= 0, f"sideways scrolling at {width}"


@pytest.fixture
def phone(visit):
    """Open the page on a phone; `phone.swipe(x, y, along, down)` is what a finger does there."""
    window = visit(
        "/dimensions", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    window.page.wait_for_function(f"() => Boolean({LAB}sliders?.sliders?.network)")
    touch = window.touch()

    def swipe(x: float, y: float, along: float, down: float, steps: int = 12) -> None:
        touch("touchStart", (x, y))
        for step in range(1, steps + 1):
            touch("touchMove", (x + along * step / steps, y + down * step / steps))
            window.page.wait_for_timeout(16)
        touch("touchEnd")
        window.page.wait_for_timeout(400)
        window.settle()

    window.swipe = swipe
    return window.settle()


def test_a_finger_on_a_slider_scrolls_or_moves_it_and_never_both(phone):
    page, track = phone.page, phone.page.locator(".dims .row:not(.head) .track").nth(3)
    track.scroll_into_view_if_needed()
    for along, down in ((0, -220), (30, -220), (70, -90), (90, 0), (-60, 15)):
        box = track.bounding_box()
        before = page.evaluate(SCROLLED), page.evaluate(CODE_SHOWN)
        phone.swipe(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, along, down)
        scrolled = page.evaluate(SCROLLED) != before[0]
        changed = page.evaluate(CODE_SHOWN) != before[1]
        assert (scrolled, changed) == (abs(down) > abs(along), abs(along) > abs(down))
        page.evaluate("top => document.querySelector('[data-testid=\"stMain\"]').scrollTop = top",
                      before[0])  # fmt: skip


def test_the_digit_stays_in_view_while_the_sliders_below_it_are_moved(phone):
    digit, rows = phone.page.locator(".dims .digit"), phone.page.locator(".dims .row:not(.head)")
    for place in (0, 7, 15):
        rows.nth(place).evaluate("row => row.scrollIntoView({ block: 'end' })")
        phone.page.wait_for_timeout(200)
        picture, row = digit.bounding_box(), rows.nth(place).bounding_box()
        assert picture["y"] >= 50 and picture["y"] + picture["height"] <= row["y"]
        assert row["height"] >= 44
        assert row["y"] + row["height"] <= 845


def test_each_slider_has_a_plain_name_and_says_its_value(sixteen):
    names = sixteen.page.locator(".dims input.slide").evaluate_all(
        "all => all.map((slide) => [slide.ariaLabel, slide.ariaValueText])"
    )
    assert sorted(name for name, _ in names) == sorted(
        f"Number {n} of the code" for n in range(1, 17)
    )
    shown = sixteen.page.locator(".dims .row:not(.head) .value").all_inner_texts()
    assert [value for _, value in names] == shown


def test_focus_and_selection_look_different(sixteen):
    tiles, looks = sixteen.page.locator(".dims .tile"), "e => getComputedStyle(e).outlineStyle"
    chosen = sixteen.page.locator(".dims .tile.near")
    assert chosen.evaluate(looks) == "none"
    sixteen.page.locator(".dims input.slide").last.focus()
    sixteen.page.keyboard.press("Tab")
    assert tiles.first.evaluate(looks) == "solid"


@pytest.mark.parametrize(("motion", "most"), [("reduce", 1), ("no-preference", 60)])
def test_the_sliders_glide_to_another_code_unless_that_is_unwanted(visit, motion, most):
    window = visit("/dimensions", reduced_motion=motion)
    window.page.wait_for_function(f"() => Boolean({LAB}sliders?.sliders?.network)")
    window.settle().page.evaluate(f"""() => {{
      window.seen = new Set();
      const look = () => {{
        window.seen.add(String({LAB}sliders.sliders.code));
        requestAnimationFrame(look);
      }};
      look();
    }}""")
    window.page.get_by_role("button", name="All to 0").click()
    window.wait(lambda: "code" in window.link(), "zeros")
    window.wait(lambda: not any(window.page.evaluate(CODE_SHOWN)), "zeros on the sliders")
    window.page.evaluate("new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)))")
    steps = window.page.evaluate("window.seen.size") - 1
    assert (steps == 1) if most == 1 else (1 < steps <= most)


def test_all_ten_digits_follow_the_point_on_the_plane_of_styles(visit):
    window = visit("/handwriting")
    window.page.wait_for_function(f"() => Boolean({LAB}planes.plane?.network)")
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
