"""Nothing is left untranslated, and no translation breaks a sentence."""

import gettext
import string

import pytest
from babel.messages.pofile import read_po

from pages.ui import text

OTHERS = [language for language in text.LANGUAGES if language != text.DEFAULT]
PROSE = sorted({path.name for path in text.LOCALE.glob("*/*.md")})


@pytest.fixture(scope="module")
def messages() -> set[str]:
    return set(text.messages())


def catalogue(language: str) -> dict[str, str]:
    path = text.LOCALE / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file, language) if message.id}


def placeholders(sentence: str) -> list[tuple]:
    fields = string.Formatter().parse(sentence)
    return sorted(field[1:] for field in fields if field[1] is not None)


def test_strings_of_pages_and_families_are_found(messages):
    for message in ("Draw & reconstruct", "Encoder", "Noise level", "Your drawing", "Simple"):
        assert message in messages


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_is_translated(messages, language):
    known = catalogue(language)
    assert sorted(m for m in messages if not known.get(m)) == []
    assert sorted(set(known) - messages) == []  # nothing left over from older pages


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_placeholders(language):
    wrong = {
        message: translation
        for message, translation in catalogue(language).items()
        if translation and placeholders(message) != placeholders(translation)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_markup(language):
    """As many code spans and bold words, and the same line breaks."""
    wrong = {
        message: translation
        for message, translation in catalogue(language).items()
        for mark in ("`", "**", "  \n")
        if translation and message.count(mark) != translation.count(mark)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_the_one_in_the_sources(language):
    with (text.LOCALE / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    known = {message: translation for message, translation in compiled.items() if message}
    assert known == {
        m: translation for m, translation in catalogue(language).items() if translation
    }


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("name", PROSE)
def test_prose_is_there_in_every_language(language, name):
    path = text.LOCALE / language / name
    assert path.is_file()
    contents = path.read_text(encoding="utf-8")
    assert len(contents.strip()) > 40
    if language != text.DEFAULT:
        english = (text.LOCALE / text.DEFAULT / name).read_text(encoding="utf-8")
        assert contents != english
        assert contents.count("\n\n") == english.count("\n\n")  # as many paragraphs


def test_a_missing_translation_falls_back_to_english(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "current", lambda: "pt")
    assert text._("No such sentence, {name}", name="really") == "No such sentence, really"
    monkeypatch.setattr(text, "LOCALE", tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "only.md").write_text("English only")
    assert text.prose("only") == "English only"
