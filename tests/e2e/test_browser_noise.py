"""The strip of the noise page under a mouse and under keys."""

import pytest

pytestmark = pytest.mark.browser
CHOICES = "input=sample&digit=3&example=5"


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
