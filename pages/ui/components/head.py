"""What a page tells the browser besides what it shows: language, description, styles, scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from .. import glossary
from . import source

STYLES = Path(__file__).parents[1] / "styles"
_head = source.mount("head", Path(__file__).parent)


@cache
def styles() -> str:
    """Return the style sheets of all pages as one, without comments and indents."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(STYLES.glob("*.css")))
    bare = re.sub(r"/\*.*?\*/", "", "\n".join(texts), flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


def describe(
    language: str, description: str, presenting: bool, on_escape: Callable[[], None]
) -> None:
    """Dress the document, bring what it runs, set its language and description; shows nothing.

    In every run: what is not sent again, Streamlit takes away. A browser that has a long message
    already is sent only its hash.

    Args:
        language: of the document.
        description: of the page, for search engines.
        presenting: whether the styles are those for a projector.
        on_escape: called if Esc is pressed while presenting.
    """
    # Ready before any component is, so that no page is seen without its styles.
    st.html(f"<style>{styles()}</style>")
    with st.container(key="head"):
        source.bring()
        _head(
            data={
                "language": language,
                "description": description,
                "presenting": presenting,
                "words": glossary.told(),
            },
            key="document",
            on_escape_change=on_escape,
            width=1,
            height=1,
        )
