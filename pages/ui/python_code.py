"""Python code to read, coloured here.

Streamlit's own element has the browser load a highlighter for all languages and two fonts, which
is more than all of our networks but two.
"""

from __future__ import annotations

import html

import streamlit as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from . import cache

CLASS = "python-code"  # of styles/python_code.css


@cache.memoize(64)
def coloured(source: str) -> str:
    """Return Python code as HTML, each word in an element of the class that Pygments gives it."""
    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))


def show(source: str, label: str) -> None:
    """Show Python code in a box that scrolls.

    Args:
        source: the code.
        label: what it is, for those who cannot see it.
    """
    st.html(
        f'<pre class="{CLASS}" tabindex="0" role="region" aria-label="{html.escape(label)}">'
        f"<code>{coloured(source)}</code></pre>"
    )
