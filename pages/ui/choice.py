"""Choosing one of a few named things, with the choice in the link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from . import state


def one_of(
    label: str,
    options: Sequence[str],
    key: str,
    title: Callable[[str], str],
    default: str | None = None,
    **settings: Any,
) -> str:
    """Show a row of options and return the chosen one.

    Args:
        label: what is chosen, translated.
        options: their names, which stand in the link and never change with the language.
        key: key of the session and parameter of the link.
        title: makes an option's translated label.
        default: the option that stands for itself in a link without one; else the first.
        settings: further arguments of `st.segmented_control`.
    """
    default = default or options[0]
    known = {option: option for option in options}
    value = state.from_link(key, default, known.__getitem__)
    # Told anew in each run: a widget that Streamlit takes for another one (a page reached without
    # app.py, an option that has gone since) would start from nothing.
    st.session_state[key] = value if value in known else default
    chosen = st.segmented_control(
        label,
        options,
        format_func=title,
        key=key,
        required=True,
        persist_state="session",
        wrap=True,  # on a phone no option hides beyond the edge
        **settings,
    )
    state.to_link(key, default)
    return chosen
