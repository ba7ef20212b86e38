"""Hard words and first steps in a browser: by mouse, finger and keyboard."""

import pytest
from browser import Window

from pages.ui import terms

pytestmark = pytest.mark.browser
WORD = 'a[href="#word-{}"]'
TOOLTIP = '[role="tooltip"]:visible'
STEP = '[class*="st-key-first_step__"] button'
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def meaning(name: str, language: str = "en") -> str:
    return terms.all_in(language)[name].meaning


def shown(window: Window) -> list[str]:
    return window.page.locator(TOOLTIP).all_inner_texts()


def word(window: Window, name: str):
    found = window.page.locator(WORD.format(name)).first
    found.scroll_into_view_if_needed()
    return found


def test_a_mouse_may_rest_on_the_word_and_on_its_meaning(visit):
    window = visit("/beta")
    word(window, "posterior").hover()
    assert shown(window) == [meaning("posterior")]
    window.page.locator(TOOLTIP).hover()
    window.page.wait_for_timeout(600)
    assert shown(window) == [meaning("posterior")]
    window.page.mouse.move(2, 2)
    window.wait(lambda: not shown(window), "the meaning goes")


def test_keys_open_and_close_it(visit):
    window = visit("/beta?lang=pt")
    found = word(window, "kl")
    address = window.page.url
    window.page.evaluate("document.activeElement.blur()")
    word(window, "reconstruction").focus()
    window.page.keyboard.press("Tab")  # the next word of the text
    assert found.evaluate("node => node === document.activeElement")
    assert shown(window) == [meaning("kl", "pt")]
    window.page.keyboard.press("Escape")
    assert shown(window) == []
    window.page.keyboard.press("Enter")
    assert shown(window) == [meaning("kl", "pt")]
    assert window.page.url == address
    window.page.keyboard.press("Tab")
    window.wait(lambda: shown(window) != [meaning("kl", "pt")], "another one, or none")


def test_a_finger_opens_and_closes_it(visit):
    window = visit("/beta", **PHONE)
    found = word(window, "elbo")
    found.tap()
    assert shown(window) == [meaning("elbo")]
    box = window.page.locator(TOOLTIP).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    found.tap()
    assert shown(window) == []
    found.tap()
    window.page.touchscreen.tap(200, 300)
    assert shown(window) == []


def test_those_who_hear_the_page_are_told_the_meaning(visit):
    window = visit("/beta")
    found = word(window, "nat")
    assert found.get_attribute("role") == "button"
    described = window.page.locator(f"#{found.get_attribute('aria-describedby')}")
    assert described.text_content() == meaning("nat")
    inside = visit("/latent")  # of a component: an id leads nowhere from there
    assert word(inside, "nat").get_attribute("aria-description") == meaning("nat")


@pytest.mark.parametrize(("path", "name"), [("/", "mse"), ("/latent", "nat"), ("/holes", "sigma")])
def test_words_on_boards_and_beside_planes_have_their_meaning(visit, path, name):
    window = visit(path)
    window.wait(lambda: window.page.locator(WORD.format(name)).count(), f"{name} on {path}")
    word(window, name).hover()
    assert shown(window) == [meaning(name)]


def test_another_language_has_its_own_meanings(visit):
    window = visit("/beta")
    window.choose("lab_lang", 2)
    window.wait(lambda: window.page.locator("#word-kl").text_content() == meaning("kl", "es"), "es")
    word(window, "kl").hover()
    assert shown(window) == [meaning("kl", "es")]


def test_nobody_explains_while_somebody_presents(visit):
    window = visit("/beta?present=on")
    assert window.page.locator(STEP).count() == 0
    assert window.page.locator('[data-testid="stMarkdown"] a[href^="#word-"]').count() == 0
