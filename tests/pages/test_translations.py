"""Nothing is left untranslated, and no translation breaks a sentence."""

import gettext
import string
import subprocess
import sys
import threading

import pytest
from babel.messages.pofile import read_po

from pages.ui import catalogues, frame, text

OTHERS = [language for language in text.LANGUAGES if language != text.DEFAULT]
PROSE = sorted({path.name for path in text.LOCALE.glob("*/*.md")})


@pytest.fixture(scope="module")
def messages() -> set[str]:
    return set(catalogues.messages())


def catalogue(language: str) -> dict[str, str]:
    path = text.LOCALE / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file, language) if message.id}


def placeholders(sentence: str) -> list[tuple]:
    fields = string.Formatter().parse(sentence)
    return sorted(field[1:] for field in fields if field[1] is not None)


def test_strings_of_pages_and_families_are_found(messages):
    for message in ("Draw & reconstruct", "Encoder", "Noise level", "Your digit", "Simple"):
        assert message in messages


def test_no_string_stands_where_babel_does_not_look():
    sources = [frame.ROOT / "app.py", *(frame.ROOT / "pages").rglob("*.py")]
    assert len(sources) > 20
    found = {
        path.name: [call for _line, call in catalogues.in_f_strings(path.read_text("utf-8"))]
        for path in sources
    }
    # What is no literal is collected where it is written: in N_("…"), or in a family.
    literal = {
        name: [call for call in calls if any(quote in call for quote in "'\"")]
        for name, calls in found.items()
    }
    assert {name: calls for name, calls in literal.items() if calls} == {}


def test_a_string_inside_an_f_string_is_seen():
    source = 'a = _("fine")\nb = f"{n} {_(\'lost\')} {[N_(\'too\') for _x in (1,)]}"\nc = f"{_}"'
    assert catalogues.in_f_strings(source) == [(2, "_('lost')"), (2, "N_('too')")]


def test_the_pages_do_without_babel():
    code = "import sys, pages.ui.text, pages.ui.frame; print('babel' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=frame.ROOT, capture_output=True, text=True
    )
    assert done.stdout.split() == ["False"], done.stderr


def test_words_without_a_session_are_an_error():
    """A thread that runs for nobody has no language; it must not quietly speak English."""
    raised = []

    def speak():
        try:
            text._("Encoder")
        except RuntimeError as error:
            raised.append(str(error))

    thread = threading.Thread(target=speak)
    thread.start()
    thread.join()
    assert len(raised) == 1
    assert "session" in raised[0]
    for ask in (text.current, text.decimal_sign, lambda: text.prose("idea")):
        with pytest.raises(RuntimeError, match="session"):
            ask()


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
