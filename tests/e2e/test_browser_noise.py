"""The strip of the noise page under a mouse and under keys."""

import pytest
from browser import SEVEN, apart

pytestmark = pytest.mark.browser
CHOICES = "input=sample&digit=3&example=5"


def pictures(window) -> list[list[str]]:
    """Return the contents of all pictures of the strip, row by row."""
    rows = window.page.locator(".tableau tbody tr")
    draw = "(cells) => cells.map((cell) => cell.toDataURL())"
    return [row.locator("canvas").evaluate_all(draw) for row in rows.all()]


def cell(window, row: int, column: int):
    return window.page.locator(f'canvas[data-row="{row}"][data-column="{column}"]')


def test_a_picture_says_what_it_is_and_a_click_chooses_it(visit):
    window = visit(f"/noise?noise=masking&{CHOICES}")
    page, line = window.page, window.page.locator(".said")
    hint = line.inner_text()
    assert "Orange corner" in hint
    height = line.bounding_box()["height"]
    cell(window, 3, 4).hover()
    assert line.inner_text().startswith("Simple at 0.5: MSE 0.")
    assert line.inner_text() == cell(window, 3, 4).get_attribute("aria-label")
    assert line.bounding_box()["height"] == height  # nothing below it jumps
    page.mouse.move(5, 400)
    window.wait(lambda: line.inner_text() == hint, "the hint")
    cell(window, 5, 3).click()
    window.wait(lambda: window.link().get("model") == "deep", "the link").settle()
    assert window.link()["level"] == "0.3"
    assert page.locator("tr.chosen th").inner_text() == "Deep"
    cell(window, 0, 2).click()  # the noisy input is no network
    window.settle()
    assert window.link()["model"] == "deep"


def test_keys_go_through_the_strip(visit):
    window = visit(f"/noise?noise=masking&{CHOICES}")
    page, line = window.page, window.page.locator(".said")
    page.locator(".tableau table").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft",
                "ArrowLeft", "ArrowRight"):  # fmt: skip
        page.keyboard.press(key)
    assert line.inner_text().startswith("Simple at 0.1:")
    page.keyboard.press("Enter")
    window.wait(lambda: window.link().get("level") == "0.1", "the link").settle()


def test_another_kind_of_noise_paints_the_same_table_anew(visit):
    window = visit(f"/noise?noise=masking&{CHOICES}")
    before = cell(window, 0, 4).evaluate("canvas => canvas.toDataURL()")
    clean = cell(window, 0, 0).evaluate("canvas => canvas.toDataURL()")
    cell(window, 0, 4).evaluate("canvas => { window.kept = canvas }")
    window.choose("lab_noise", 5)
    window.wait(lambda: window.link().get("noise") == "erased", "the link").settle()
    assert cell(window, 0, 4).evaluate("canvas => canvas === window.kept")
    assert cell(window, 0, 4).evaluate("canvas => canvas.toDataURL()") != before
    assert cell(window, 0, 0).evaluate("canvas => canvas.toDataURL()") == clean


def test_noisy_digits_and_networks_follow_the_pen_and_filters_wait(visit):
    window = visit("/noise?noise=salt_and_pepper")
    there = "Object.keys(autoencoderLab.networks).length >= 7"
    window.wait(lambda: window.page.evaluate(there), "the networks").settle()
    before, link = pictures(window), window.link()
    names = window.page.locator(".tableau tbody th").all_inner_texts()
    filters = [
        row for row, name in enumerate(names) if name in ("Median filter", "Non-local means")
    ]
    assert len(filters) == 2
    window.page.mouse.move(*window.point(*SEVEN[0]))
    window.page.mouse.down()
    for place in SEVEN[1:]:
        window.page.mouse.move(*window.point(*place), steps=8)

    def still() -> list[int]:
        now = pictures(window)
        return [
            row
            for row, cells in enumerate(before)
            if any(old == new for old, new in zip(cells, now[row], strict=True))
        ]

    window.wait(lambda: still() == filters, "all rows but those of the filters")
    opacity = "(canvas) => getComputedStyle(canvas).opacity"
    assert [cell(window, row, 0).evaluate(opacity) for row in (0, filters[0])] == ["1", "0.3"]
    assert window.link() == link  # the server has not heard of it
    window.page.wait_for_timeout(500)  # the last digit has been seen by all
    moved = pictures(window)
    window.page.mouse.up()
    window.wait_for_ink(bool)
    rested = pictures(window)
    assert cell(window, filters[0], 0).evaluate(opacity) == "1"
    assert all(rested[row] != before[row] for row in filters)
    for row in {*range(len(moved))} - {*filters}:  # no jump to what the server says
        for ours, theirs in zip(moved[row], rested[row], strict=True):
            assert apart(ours, theirs).mean() < 5  # of 255; the server rounds the stroke
