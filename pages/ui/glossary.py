"""The glossary in the session's language: hard words have their meaning where they stand.

    st.markdown(glossary.mark(_("The KL term …")))

`text.prose`, `show.heading` and `show.table` do that by themselves. A marked word is a link that
`components/words.js` turns into a described one: its meaning comes by hover, tap and keyboard.
"""

from __future__ import annotations

import streamlit as st

from . import terms, text
from .text import _


def mark(markdown: str) -> str:
    """Return a Markdown text in which each hard word is marked, once."""
    return terms.mark(markdown, text.current())


def meaning(name: str) -> str:
    """Return what a word means, such as for the "?" of a number."""
    return terms.all_in(text.current())[name].meaning


def meanings(*names: str) -> str:
    """Return what several words mean, as Markdown, such as for the "?" of a widget."""
    known = terms.all_in(text.current())
    return "\n\n".join(f"**{_title(known[name])}**: {known[name].meaning}" for name in names)


def told() -> dict[str, list]:
    """Return the forms and the meaning of each word by its name, for the browser."""
    return {
        name: [list(term.forms), term.meaning]
        for name, term in terms.all_in(text.current()).items()
    }


def show_all() -> None:
    """Show the whole glossary, folded up."""
    known = terms.all_in(text.current()).values()
    with st.expander(_("Words"), icon=":material/menu_book:"), st.container(key="glossary"):
        st.markdown(
            "\n".join(
                f"- **{_title(term)}**: {term.meaning}"
                for term in sorted(known, key=lambda term: _title(term).lower())
            )
        )


def _title(term: terms.Term) -> str:
    return term.title[0].upper() + term.title[1:]
