"""Every page runs in every language."""

import gettext
import json

import pytest
from visitor import PAGES, translated

from pages.ui import frame, shared, text

TITLES = {page.path.relative_to(frame.ROOT).as_posix(): page for page in frame.pages()}
KINDS = (
    "markdown", "caption", "button", "slider", "select_slider", "segmented_control", "pills",
    "button_group", "selectbox", "number_input", "toggle", "metric", "page_link",
    "expander",
)  # fmt: skip


def strings(value) -> list[str]:
    """Return every string in what a component was told."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def visible_text(visitor) -> list[str]:
    at, words = visitor.at, []
    for element in (element for kind in KINDS for element in at.get(kind)):
        for name in ("value", "label", "help", "options"):
            found = getattr(element, name, None)
            words += found if isinstance(found, list) else [found]
        proto = getattr(element, "proto", None)
        words += [getattr(proto, "label", None), getattr(proto, "help", None)]
    words += [element.proto.imgs[0].alt for element in at.image]
    for node in (node for node in at.main if node.type == "bidi_component"):
        if node.proto.component_name.startswith("autoencoder_lab_"):
            told = node.proto.json or node.proto.bytes.partition(b"\n")[0]
            words += strings(json.loads(told))
    return [word for word in words if isinstance(word, str) and word]


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_it_runs_and_has_its_title_in_that_language(visit, page, language):
    visitor = visit(page, lang=language)
    at = visitor.at
    said = TITLES[page]
    title, question = (translated(s, language) for s in (said.title, said.question))
    assert at.markdown[0].value == f"**{title}** · :gray[{question}]"
    assert at.segmented_control(key=shared.LANGUAGE.key).value == language
    assert visitor.images()


@pytest.mark.parametrize("language", [name for name in text.LANGUAGES if name != text.DEFAULT])
@pytest.mark.parametrize("page", PAGES)
def test_no_english_is_left_where_there_is_a_translation(visit, page, language):
    catalogue = gettext.translation("messages", text.LOCALE, [language])
    english = {key for key, value in catalogue._catalog.items() if value not in ("", key)}
    words = visible_text(visit(page, lang=language))
    assert len(words) > 20
    assert english.intersection(words) == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_words_for_those_who_cannot_see_it(visit, page):
    visitor = visit(page)
    for element in visitor.at.image:
        assert element.proto.imgs[0].alt.strip()
    for picture in visitor.pictures():
        assert picture["alt"].strip()


def test_one_visitor_walks_through_all_pages_there_and_back(visit):
    visitor = visit()
    for page in [*PAGES, *reversed(PAGES), PAGES[1], PAGES[0], PAGES[-1], PAGES[1]]:
        visitor.go(page)  # fails on an exception
