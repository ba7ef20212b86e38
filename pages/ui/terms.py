"""Hard words: their plain meanings in each language, and where a text uses them.

The source is `locale/<language>/glossary.md`. An entry is a line `kl = KL term, KL`, the word's
name and how it may stand in a text, the first one being its title; below it stands what it means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
ADDRESS = "#word-"  # of a marked word: a link that `components/words.js` answers
# Where a word is no word of the text: code, a link, a formula, an icon, the name of a button.
_PASSED_OVER = (
    r"QR code|código QR|`[^`]*`|\[[^\[\]]*\]\([^)]*\)|\$[^$\n]+\$|:[\w/-]+[:\[]|“[^”]*”|«[^»]*»"
)


@dataclass(frozen=True)
class Term:
    """A hard word: how it may stand in a text, and what it means."""

    name: str
    forms: tuple[str, ...]
    meaning: str

    @property
    def title(self) -> str:
        """What stands before its meaning in a list."""
        return self.forms[0]


@cache
def all_in(language: str) -> dict[str, Term]:
    """Return the glossary of a language by the names of its terms."""
    text = (LOCALE / language / "glossary.md").read_text(encoding="utf-8")
    found = {}
    for entry in text.strip().split("\n\n"):
        head, meaning = entry.split("\n", 1)
        name, forms = head.split(" = ")
        found[name] = Term(name, tuple(forms.split(", ")), meaning.strip())
    return found


@cache
def _pattern(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {form.lower(): term.name for term in all_in(language).values() for form in term.forms}
    forms = sorted(
        (form for term in all_in(language).values() for form in term.forms), key=len, reverse=True
    )
    # "Prior" begins a sentence, but "Kl" is no KL.
    either = "|".join(
        f"(?i:{re.escape(form)})" if form.islower() else re.escape(form) for form in forms
    )
    return re.compile(rf"{_PASSED_OVER}|(?<![\w-])(?P<word>{either})(?![\w-])"), names


def used(text: str, language: str) -> list[tuple[str, re.Match[str]]]:
    """Return the terms that stand in a Markdown text, in its order, with their places."""
    pattern, names = _pattern(language)
    return [
        (names[match["word"].lower()], match) for match in pattern.finditer(text) if match["word"]
    ]


@lru_cache(1024)
def mark(text: str, language: str) -> str:
    """Return a Markdown text in which each term is a link to its meaning, once."""
    parts, end, known = [], 0, set()
    for name, match in used(text, language):
        if name not in known:
            known.add(name)
            parts += [text[end : match.start()], f"[{match.group()}]({ADDRESS}{name})"]
            end = match.end()
    return "".join([*parts, text[end:]])
