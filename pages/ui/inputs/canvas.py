"""The drawing canvas: the only place that knows streamlit-drawable-canvas."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import streamlit as st
from streamlit_drawable_canvas import CanvasResult, st_canvas

from ..text import _

INK, PAPER = "#ffffff", "#000000"  # as in MNIST, so that what is drawn is what the network gets
CANVAS = "canvas"  # keys of the session: the canvas itself,
START = "canvas_start"  # what it shows when the visitor comes back to the page,
NOW = "canvas_now"  # and the strokes on it
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


def _strokes(drawing: object) -> list[dict[str, Any]]:
    """Return the strokes of a canvas; none if this is not what a canvas sends."""
    objects = drawing.get("objects") if isinstance(drawing, dict) else None
    if not isinstance(objects, list) or not all(isinstance(stroke, dict) for stroke in objects):
        return []
    return objects


def _png(result: CanvasResult) -> bytes | None:
    try:
        return result.image_bytes
    except (ValueError, TypeError, AttributeError):  # not what a canvas sends
        return None


def _redraw(keep: int) -> None:
    """Put only the first `keep` strokes back on the canvas; for the buttons' `on_click`."""
    last = st.session_state[START] or {}
    # The canvas redraws itself when this changes, so it must, even from empty to empty.
    st.session_state[START] = {
        "objects": st.session_state.get(NOW, [])[:keep],
        "revision": last.get("revision", 0) + 1,
    }


def draw(side: int) -> Drawing:
    """Show the canvas, `side` pixels wide and high, with what the visitor drew before.

    The canvas has a toolbar of its own, but it opens under a mouse only: two buttons serve
    fingers and keyboards.
    """
    if CANVAS not in st.session_state:
        # A fresh visit of the page: the canvas starts from the strokes it had when it was left.
        # While it is shown that must not change, or the canvas would be reset.
        st.session_state[START] = {"objects": st.session_state.get(NOW, [])}
    try:
        result = st_canvas(
            stroke_width=round(PEN * side),
            stroke_color=INK,
            background_color=PAPER,
            width=side,
            height=side,
            initial_drawing=st.session_state[START],
            return_image_data=True,
            key=CANVAS,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        logging.getLogger("autoencoder_lab").info("canvas: dropped: %r", problem)
        result = CanvasResult(None, None, True)
    strokes = st.session_state[NOW] = _strokes(result.json_data)
    with st.container(horizontal=True, gap="small"):
        for label, icon, name, keep in (
            (_("Undo"), ":material/undo:", "undo", max(len(strokes) - 1, 0)),
            (_("Clear"), ":material/delete:", "clear", 0),
        ):
            st.button(
                label, icon=icon, key=name, on_click=_redraw, args=(keep,), disabled=not strokes
            )
    return Drawing(_png(result) if strokes else None, bool(strokes))
