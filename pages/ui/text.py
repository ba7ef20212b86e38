"""The app's languages: `_("English sentence")` for short strings, Markdown files for prose.

    python -m pages.ui.text     collect the strings, update the catalogues, compile them

A missing translation falls back to English; a test lists what is missing. Babel does not look
into f-strings before Python 3.12, so `_("…")` never stands inside one.
"""

from __future__ import annotations

import gettext
import threading
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path

import streamlit as st

from . import choice, state

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "pt": "Português", "es": "Español"}
DEFAULT = "en"
# The session is slow to ask, and a page has more than a hundred strings. Each run has a thread of
# its own; other threads (a download that is made when it is asked for) serve many visitors.
RUN = "ScriptRunner"
_of_this_run: ContextVar[str | None] = ContextVar("language", default=None)
UNDATED = datetime(2000, 1, 1)


def N_(message: str) -> str:  # noqa: N802 - the name gettext gives it
    """Mark a string for translation without translating it yet."""
    return message


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", LOCALE, [language], fallback=True)


def visitors_language() -> str:
    """Return the language of the visitor's browser if the app has it, else English."""
    language = (st.context.locale or DEFAULT).split("-")[0].lower()
    return language if language in LANGUAGES else DEFAULT


def point(values: Iterable[float]) -> str:
    """Write a point of the plane, such as (1.73, -0.5) or, with decimal commas, (1,73; -0,5)."""
    separator = ", " if current() == DEFAULT else "; "
    return f"({separator.join(number(value, 2) for value in values)})"


def take_from_link() -> None:
    """Take the session's language from the link, or from the browser; app.py calls this first."""
    _of_this_run.set(
        state.from_link(
            state.LANGUAGE, visitors_language(), {name: name for name in LANGUAGES}.__getitem__
        )
    )


def current() -> str:
    """Return the language of this session: "en", "pt" or "es"."""
    language = _of_this_run.get()
    if language is None:  # a fragment's run, which passes app.py by
        language = st.session_state.get(state.LANGUAGE) or visitors_language()
        if threading.current_thread().name.startswith(RUN):
            _of_this_run.set(language)
    return language


def _(message: str, **values: object) -> str:
    """Translate `message` into the session's language and fill in `{names}`."""
    text = _catalogue(current()).gettext(message)
    return text.format(**values) if values else text


@cache
def _prose(name: str, language: str) -> str:
    path = LOCALE / language / f"{name}.md"
    if not path.exists():
        path = LOCALE / DEFAULT / f"{name}.md"
    return path.read_text(encoding="utf-8")


def prose(name: str) -> str:
    """Return the Markdown text `name` in the session's language, or in English."""
    return _prose(name, current())


def number(value: float, digits: int) -> str:
    """Write a number with the decimal sign of the session's language."""
    text = f"{value:,.{digits}f}"
    return text if current() == DEFAULT else text.translate(str.maketrans(",.", ".,"))


def choose() -> str:
    """Show the language selector and return the chosen language."""
    return choice.one_of(
        "Language / Idioma",
        list(LANGUAGES),
        state.LANGUAGE,
        str.upper,
        default=visitors_language(),
        label_visibility="collapsed",
    )


def messages() -> dict[str, list[tuple[str, int]]]:
    """Return every string to be translated with the places it comes from."""
    from babel.messages.extract import extract_from_dir

    from ae_core.models import families

    root = Path(__file__).parents[2]
    found: dict[str, list[tuple[str, int]]] = {}
    for folder in (root, root / "pages"):
        options = {"keywords": {"_": None, "N_": None}, "comment_tags": ()}
        for name, line, message, *_rest in extract_from_dir(
            folder,
            method_map=[("ae_core/**", "ignore"), ("tests/**", "ignore"), ("**.py", "python")],
            **options,
            directory_filter=lambda path: Path(path).name in ("pages", "ui", "inputs"),
        ):
            place = (Path(folder, name).relative_to(root).as_posix(), line)
            if place not in found.setdefault(message, []):
                found[message].append(place)
    for family in families().values():
        for message in (family.title, family.tagline, family.teaches):
            found.setdefault(message, []).append((f"ae_core/models/{family.name}.py", 1))
    return found


def update() -> None:
    """Bring the catalogues up to date with the sources and compile them."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    template = Catalog()
    for message, places in messages().items():
        template.add(message, locations=[(name, 0) for name, _line in places])
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        path = LOCALE / language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = Catalog(language)
        if path.exists():
            with path.open("rb") as file:
                known = read_po(file, language)
        # Built anew each time, without today's date, so that only what has changed shows in a diff.
        catalogue = Catalog(language, creation_date=UNDATED, revision_date=UNDATED, fuzzy=False)
        for message in template:
            if message.id:
                old = known.get(message.id)
                catalogue.add(message.id, old.string if old else "", message.locations)
        with path.open("wb") as file:
            write_po(
                file, catalogue, width=100, sort_output=True, include_lineno=False, omit_header=True
            )
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        missing = [m.id for m in catalogue if m.id and not m.string]
        print(f"{language}: {len(catalogue)} strings, {len(missing)} not translated")


if __name__ == "__main__":
    update()
