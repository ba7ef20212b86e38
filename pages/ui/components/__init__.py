"""The parts that draw and decode in the browser: one folder each."""

from __future__ import annotations

import streamlit as st


def sent(key: str, event: str) -> object:
    """Return what the component `key` has sent; for its callbacks. It may be anything."""
    state = st.session_state.get(key)
    return state.get(event) if isinstance(state, dict) else None


def nothing() -> None:
    """Streamlit wants somebody to listen to every event."""
