"""The first line of a page: what to do first, and a button that does it.

first_step.show(_("Draw a digit, then turn the noise up."), add_noise, leads_to="board")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from . import glossary
from . import show as pieces
from .text import _

KEY = "first_step"


def show(
    sentence: str,
    action: Callable[..., None] | None,
    *arguments: Any,
    leads_to: str,
    label: str = "",
) -> None:
    """Say what to do first, in one row; not while presenting.

    Args:
        sentence: what to do, translated.
        action: does it by setting parameters, as a link would; None if there is nothing to set.
        arguments: of the action.
        leads_to: key of what changes; the browser scrolls to it if it is out of view.
        label: of the button, translated; else "Show me".
    """
    if not pieces.explaining():
        return
    # `components/first_step.js` reads from the key where the button leads to.
    with st.container(key=f"{KEY}__{leads_to}", horizontal=True, vertical_alignment="center"):
        st.markdown(glossary.mark(sentence), width="stretch")
        st.button(
            label or _("Show me"),
            icon=":material/touch_app:",
            key=KEY,
            on_click=action,
            args=arguments,
        )
