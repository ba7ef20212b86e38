"""The page's language and description, told to the browser: for search engines and readers."""

from __future__ import annotations

import streamlit as st

from .. import state

_mount = st.components.v2.component(
    "autoencoder_lab_head",
    html="<span hidden></span>",
    js="""
export default function ({ data }) {
  document.documentElement.lang = data.language;
  let description = document.head.querySelector('meta[name="description"]');
  if (!description) {
    description = document.createElement("meta");
    description.name = "description";
    document.head.append(description);
  }
  description.content = data.description;
}
""",
)


def describe(language: str, description: str) -> None:
    """Set the language of the document and its description, once; shows nothing."""
    if st.session_state.get(state.DESCRIBED) != (language, description):
        st.session_state[state.DESCRIBED] = (language, description)
        _mount(
            data={"language": language, "description": description}, key="head", width=1, height=1
        )
