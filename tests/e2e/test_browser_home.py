"""Home as a lobby: drawing in the hourglass, and cards that lead to their pages."""

from urllib.parse import parse_qs, urlsplit

import pytest
from browser import SEVEN, translated

from pages.ui import frame

pytestmark = pytest.mark.browser
LATENT = frame.page_of("latent")


def draw(window, points=SEVEN) -> None:
    window.page.mouse.move(*window.point(*points[0]))
    window.page.mouse.down()
    for place in points[1:]:
        window.page.mouse.move(*window.point(*place), steps=8)
    window.page.mouse.up()
    window.wait(lambda: "ink" in window.link(), "the drawing in the link").settle()


def card(window, page: frame.PageFile, language: str = "en"):
    title = window.page.get_by_text(translated(page.title, language), exact=True)
    return window.page.locator("nav.lobby a", has=title)


def test_drawing_in_the_hourglass_changes_what_every_family_answers(visit):
    window = visit("/")
    parts = window.page.locator(".hourglass canvas")

    def through() -> list[str]:
        return [part.evaluate("canvas => canvas.toDataURL()") for part in parts.all()]

    families, before = window.sources(), through()
    draw(window)
    window.wait(lambda: not set(through()) & set(before), "another digit, code and picture of it")
    after = window.sources()
    assert len(after) == len(families)
    assert not set(after) & set(families)


@pytest.mark.parametrize("way", ["click", "Enter"])
def test_a_card_leads_to_its_page_and_the_visitors_choices_go_along(visit, way):
    window = visit("/?lang=pt")
    draw(window)
    ink = window.link()["ink"]
    if way == "click":
        card(window, LATENT, "pt").click()
    else:
        card(window, LATENT, "pt").focus()
        window.page.keyboard.press("Enter")
    window.wait(lambda: urlsplit(window.page.url).path == "/latent", "the page of the card")
    window.settle()
    assert window.link()["lang"] == "pt"
    assert window.link()["ink"] == ink
    window.page.go_back()
    window.wait(lambda: card(window, LATENT, "pt").count(), "home again").settle()


def test_a_card_opens_in_another_tab_with_all_that_pages_share(visit):
    window = visit("/?lang=es")
    link = card(window, LATENT, "es")
    draw(window)
    link.focus()
    address = urlsplit(link.get_attribute("href"))
    assert address.path == "/latent"
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == window.link()
    with window.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    opened.value.wait_for_url("**/latent?**")
    assert urlsplit(window.page.url).path == "/"  # this one stays


def test_a_family_leads_to_draw_with_that_family(visit):
    window = visit("/?lang=es")
    window.page.locator('.picture[data-name="deep"] a').click()
    window.wait(lambda: urlsplit(window.page.url).path == "/draw", "the page of the family")
    window.wait(lambda: window.link().get("model") == "deep", "the family in the link").settle()
    assert window.link()["lang"] == "es"


def test_cards_are_large_enough_for_a_finger(visit):
    window = visit("/", viewport={"width": 360, "height": 640}, has_touch=True)
    for page in frame.pages():
        if page.slug:
            box = card(window, page).bounding_box()
            assert box["height"] >= 44
            assert box["width"] >= 300
