"""How parts of a page stand beside each other; the style sheets `beside.css` and `dial.css`."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from . import controls
from .link import Parameter


def beside(page: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return a place for the hand that draws and, beside it, one for the answer; below, on a phone.

    Args:
        page: ends their keys, which begin with "hand__" and "answer__".
    """
    row = st.container(horizontal=True, key=f"beside__{page}", gap="medium")
    return row.container(key=f"hand__{page}"), row.container(key=f"answer__{page}")


def dial(parameter: Parameter[str], label: str, title: Callable[[str], str] = str) -> str:
    """Show a row of options with its name before it; on a phone over the whole width.

    Arguments are those of `controls.choose`.
    """
    with st.container(key=f"dial__{parameter.key}"):
        return controls.choose(parameter, label, title)
