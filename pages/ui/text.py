"""The app's languages: `_("English sentence")` for short strings, Markdown files for prose.

A missing translation falls back to English; a test lists what is missing. `_("…")` never stands
inside an f-string, where the tool that collects the strings does not look (`catalogues`).
"""

from __future__ import annotations

import gettext
import math
from collections.abc import Iterable
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from . import controls, shared, terms
from .shared import LANGUAGES

LOCALE = Path(__file__).parent / "locale"
DEFAULT = "en"
# A page has more than a hundred strings, and the session is slow to ask. Each run has a thread.
_of_this_run: ContextVar[str | None] = ContextVar("language", default=None)


def N_(message: str) -> str:  # noqa: N802 - the name gettext gives it
    """Mark a string for translation without translating it yet."""
    return message


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", LOCALE, [language], fallback=True)


def take_from_link() -> None:
    """Take the session's language from the link, or from the browser; app.py calls this first."""
    _of_this_run.set(shared.LANGUAGE.value)


def current() -> str:
    """Return the language of this session: "en", "pt" or "es".

    Raises:
        RuntimeError: this thread runs for no session: words are made in a page's run.
    """
    language = _of_this_run.get()
    if language is None:  # a fragment's run, which passes app.py by
        language = shared.LANGUAGE.value
        _of_this_run.set(language)
    return language


def decibels(value: float) -> str:
    """Write a PSNR: "23.4 dB", or "∞" for a perfect copy."""
    return f"{number(value, 1)} dB" if math.isfinite(value) else "∞"


def _(message: str, **values: object) -> str:
    """Translate `message` into the session's language and fill in `{names}`."""
    text = _catalogue(current()).gettext(message)
    return text.format(**values) if values else text


@cache
def _prose(name: str, language: str) -> str:
    path = LOCALE / language / f"{name}.md"
    if not path.exists():
        path = LOCALE / DEFAULT / f"{name}.md"
    return terms.mark(path.read_text(encoding="utf-8"), language)


def prose(name: str) -> str:
    """Return the Markdown text `name` in the session's language, or in English.

    Hard words are marked in it (`glossary`).
    """
    return _prose(name, current())


def decimal_sign() -> str:
    """Return the decimal sign of the session's language."""
    return "." if current() == DEFAULT else ","


def number(value: float, digits: int) -> str:
    """Write a number with the decimal sign of the session's language."""
    text = f"{value:,.{digits}f}"
    return text if current() == DEFAULT else text.translate(str.maketrans(",.", ".,"))


def percent(share: float, digits: int = 1) -> str:
    """Write a share from 0 to 1 in percent."""
    return f"{number(100 * share, digits)} %"


def nats(value: float, digits: int = 1) -> str:
    """Write a number of nats."""
    return _("{n} nats", n=number(value, digits))


def point(values: Iterable[float]) -> str:
    """Write a point of the plane, such as (1.73, -0.5) or, with decimal commas, (1,73; -0,5)."""
    separator = ", " if current() == DEFAULT else "; "
    return f"({separator.join(number(value, 2) for value in values)})"


def choose() -> str:
    """Show the language selector and return the chosen language."""
    return controls.choose(
        shared.LANGUAGE, "Language / Idioma", str.upper, label_visibility="collapsed"
    )


__all__ = ["DEFAULT", "LANGUAGES", "LOCALE", "N_", "_", "choose", "current", "number", "prose"]
