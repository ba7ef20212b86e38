"""The drawing canvas: the only place that knows streamlit-drawable-canvas."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from .. import state
from ..text import _

INK, PAPER = "#ffffff", "#000000"  # as in MNIST, so that what is drawn is what the network gets
PEN = 0.085  # of the side: a digit that fills the canvas then has MNIST's stroke


class Drawing(NamedTuple):
    """What is on the canvas.

    Attributes:
        png: the picture as PNG, or None where the browser has not sent it: before the first
            stroke, and after coming back to the page.
        strokes: whether there is anything on the canvas.
    """

    png: bytes | None
    strokes: bool


def _redraw(keep: int) -> None:
    """Put only the first `keep` strokes back on the canvas; for the buttons' `on_click`."""
    drawing = st.session_state.get(state.CANVAS_NOW) or {"objects": []}
    last = st.session_state[state.CANVAS_START] or {}
    # The canvas redraws itself when this changes, so it must, even from empty to empty.
    st.session_state[state.CANVAS_START] = {
        "objects": drawing["objects"][:keep],
        "revision": last.get("revision", 0) + 1,
    }


def draw(side: int) -> Drawing:
    """Show the canvas, `side` pixels wide and high, with what the visitor drew before.

    The canvas has a toolbar of its own, but it opens under a mouse only: two buttons serve
    fingers and keyboards.
    """
    if state.CANVAS not in st.session_state:
        # A fresh visit of the page: the canvas starts from the strokes it had when it was left.
        # While it is shown that must not change, or the canvas would be reset.
        st.session_state[state.CANVAS_START] = st.session_state.get(state.CANVAS_NOW)
    result = st_canvas(
        stroke_width=round(PEN * side),
        stroke_color=INK,
        background_color=PAPER,
        width=side,
        height=side,
        initial_drawing=st.session_state[state.CANVAS_START],
        return_image_data=True,
        key=state.CANVAS,
    )
    st.session_state[state.CANVAS_NOW] = result.json_data
    strokes = len((result.json_data or {}).get("objects", []))
    with st.container(horizontal=True, gap="small"):
        for label, icon, name, keep in (
            (_("Undo"), ":material/undo:", "undo", max(strokes - 1, 0)),
            (_("Clear"), ":material/delete:", "clear", 0),
        ):
            st.button(
                label, icon=icon, key=name, on_click=_redraw, args=(keep,), disabled=not strokes
            )
    return Drawing(result.image_bytes, bool(strokes))
