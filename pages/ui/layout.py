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
        page: begins their keys, which end in "__hand" and "__answer".
    """
    row = st.container(horizontal=True, key=f"{page}__beside", gap="medium")
    return row.container(key=f"{page}__hand"), row.container(key=f"{page}__answer")


def dial(parameter: Parameter[str], label: str, title: Callable[[str], str] = str) -> str:
    """Show a row of options with its name before it; on a phone over the whole width.

    Arguments are those of `controls.choose`.
    """
    with st.container(key=f"{parameter.key}__dial"):
        return controls.choose(parameter, label, title)
