"""Which language a visitor gets."""

import pytest
from visitor import PAGES, translated

from pages.ui import frame, shared, text

CASES = {
    "en-GB": "en", "en-US": "en", "pt-BR": "pt", "pt-PT": "pt", "pt": "pt", "es-MX": "es",
    "es-419": "es", "PT-br": "pt", "de-DE": "en", "zh-Hans-CN": "en", "": "en", None: "en",
}  # fmt: skip


def language_of(visitor) -> str:
    """Return the language the selector shows, after making sure the page speaks it."""
    language = visitor.at.segmented_control(key=shared.LANGUAGE.key).value
    assert translated(frame.page_of("").question, language) in visitor.at.markdown[0].value
    return language


@pytest.mark.parametrize(("locale", "language"), CASES.items())
def test_the_first_language_is_the_browsers(visit, locale, language):
    assert language_of(visit(locale=locale)) == language


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("locale", ["en-US", "pt-BR", "es-ES", "de-DE"])
def test_the_link_wins_over_the_browser(visit, locale, language):
    assert language_of(visit(locale=locale, lang=language)) == language


@pytest.mark.parametrize("junk", ["", "klingon", "PT", "pt-BR", "../../etc/passwd"])
def test_an_unknown_language_in_the_link_is_passed_over(visit, junk):
    assert language_of(visit(locale="es-ES", lang=junk)) == "es"


@pytest.mark.parametrize("page", PAGES)
def test_the_chosen_language_is_in_the_link_and_goes_with_the_visitor(visit, page):
    visitor = visit(page, locale="en-US").choose("segmented_control", shared.LANGUAGE, "es")
    assert visitor.link["lang"] == "es"
    assert language_of(visitor.go(PAGES[0])) == "es"
    assert visitor.link["lang"] == "es"


def test_going_back_to_english_works_in_a_portuguese_browser(visit):
    visitor = visit(locale="pt-BR").choose("segmented_control", shared.LANGUAGE, "en")
    assert language_of(visitor) == "en"
    assert language_of(visit(locale="pt-PT", **visitor.link)) == "en"


def test_numbers_are_written_as_the_language_has_them(visit):
    dot, comma = (visit("pages/draw.py", lang=name).metric("MSE") for name in ("en", "pt"))
    assert "." in dot
    assert comma == dot.replace(".", ",")
