"""The page's language and description, told to the browser: for search engines and readers."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from .source import mount

_DESCRIBED = "document_described"
_head = mount("head", Path(__file__).parent)


def describe(language: str, description: str) -> None:
    """Set the language of the document and its description, once; shows nothing."""
    if st.session_state.get(_DESCRIBED) != (language, description):
        st.session_state[_DESCRIBED] = (language, description)
        _head(
            data={"language": language, "description": description}, key="head", width=1, height=1
        )
