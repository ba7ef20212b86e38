"""The presenter's switch: explanations give way, and the demonstration gets larger."""

from __future__ import annotations

import streamlit as st

from . import shared
from .text import _


def on() -> bool:
    """Return whether somebody presents."""
    return shared.PRESENT.value == "on"


def end() -> None:
    """Explain again."""
    shared.PRESENT.set("off")


def choose() -> None:
    """Show the switch."""
    if on():
        label, icon, other = _("Stop presenting"), ":material/cancel_presentation:", "off"
        told = _("Explanations come back. The Esc key does the same.")
    else:
        label, icon, other = _("Present"), ":material/slideshow:", "on"
        told = _("For a projector: everything larger, without explanations. Esc ends it.")
    st.button(
        label,
        key="present",
        type="tertiary",
        icon=icon,
        help=told,
        on_click=shared.PRESENT.set,
        args=(other,),
    )
