"""The drawing canvas: the only place that knows streamlit-drawable-canvas.

What is drawn is the parameter `shared.INK`: strokes, which stand in the link. The canvas shows
them and adds to them; Undo, Redo and Clear change them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from ae_core import strokes
from ae_core.strokes import MARGIN, Point, Strokes

from .. import shared
from ..components import drawing_tools, sent

INK, PAPER = "#ffffff", "#000000"  # as in MNIST, so that what is drawn is what the network gets
CANVAS, TOOLS = "canvas", "canvas_tools"  # keys of the elements
# Of the canvas's pixels in a step of the strokes' grid: without a graphics card a browser copies
# all of them in every frame, and the page shows 280 on a laptop.
STEP = 1.5
SIDE = round(STEP * strokes.SQUARE)  # pixels of the canvas; as large as there is room
MOST_STATES = 100  # that Undo can go back to
MOST_PLACES = 4000  # of a pen in one stroke: a minute's drawing
_LOG = logging.getLogger("autoencoder_lab")


@dataclass
class Sheet:
    """A session's canvas.

    Attributes:
        ink: what is drawn, as far as the session knows.
        past, future: what Undo and Redo lead to. After a reload there is no past: then Undo takes
            stroke by stroke.
        start: what the canvas was told to show; while it is on the page, only news is told.
        shown: what it shows, once it has answered.
        revision: of `start`: the canvas shows it anew when this changes.
        answered: which of the buttons pressed have been answered (`drawing_tools`).
        too_long: whether the last stroke was one too many for a link.
        heard: how many strokes the canvas had when `ink` became what it is; those that were left
            out count.
    """

    ink: Strokes = ()
    past: list[Strokes] = field(default_factory=list)
    future: list[Strokes] = field(default_factory=list)
    start: Strokes = ()
    shown: Strokes = ()
    revision: int = 0
    answered: tuple[float, int] = (0.0, 0)
    too_long: bool = False
    heard: int = 0

    def follow(self, ink: Strokes) -> None:
        """Take what a link said: there is no history to it."""
        if ink != self.ink:
            self.ink, self.past, self.future, self.too_long = ink, [], [], False
            self.heard = len(ink)

    def add(self, ink: Strokes) -> None:
        """Take what was drawn, as a step that can be undone."""
        if ink != self.ink:
            self.past = [*self.past, self.ink][-MOST_STATES:]
            self.ink, self.future, self.heard = ink, [], len(ink)

    def press(self, button: str) -> None:
        """Undo, redo or clear, if there is anything to it."""
        if button not in self.can():
            return
        if button == "undo":
            self.future.append(self.ink)
            self.ink = self.past.pop() if self.past else self.ink[:-1]
        elif button == "redo":
            self.past.append(self.ink)
            self.ink = self.future.pop()
        else:
            self.add(())
        self.heard = len(self.ink)

    def can(self) -> tuple[str, ...]:
        """Return the buttons that would do something."""
        able = {"undo": self.past or self.ink, "redo": self.future, "clear": self.ink}
        return tuple(name for name, something in able.items() if something)


def sheet() -> Sheet:
    """Return this session's canvas, with what the link says of it."""
    known: Sheet = st.session_state.setdefault("sheet", Sheet())
    known.follow(shared.INK.value)
    return known


def put(ink: Strokes) -> None:
    """Draw these strokes in the place of what is there, for a button's `on_click`; Undo knows."""
    known = sheet()
    known.add(ink)
    shared.INK.set(known.ink)


def draw() -> Sheet:
    """Show the canvas, as wide as its place, and its buttons; return what stands on it."""
    known = sheet()
    if CANVAS not in st.session_state or known.shown != known.ink:
        known.start = known.shown = known.ink
        known.revision += 1
    with st.container(key="drawing", gap="xsmall"):
        try:
            st_canvas(
                stroke_width=round(strokes.PEN * SIDE),
                stroke_color=INK,
                background_color=PAPER,
                width=SIDE,
                height=SIDE,
                initial_drawing={"objects": _objects(known.start), "revision": known.revision},
                key=CANVAS,
                on_change=_drawn,
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
            _LOG.info("canvas: dropped: %r", problem)
        drawing_tools.show(CANVAS, known.can(), bool(known.ink), known.answered, TOOLS, _pressed)
    return known


def _drawn() -> None:
    """Take what the canvas has sent."""
    known: Sheet = st.session_state["sheet"]
    drawing = sent(CANVAS, "drawing")
    raw = drawing.get("raw") if isinstance(drawing, dict) else None
    objects = raw.get("objects") if isinstance(raw, dict) else None
    if not isinstance(objects, list):
        return
    known.too_long = len(objects) > strokes.LONGEST // 4
    if known.too_long:
        known.shown, known.heard = (), len(objects)
        return
    try:
        known.shown = tuple(_stroke(thing) for thing in objects)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as problem:
        _LOG.info("canvas: %.60r dropped", problem)
        return
    try:
        known.add(shared.INK.kind.take(known.shown))
    except ValueError:
        known.too_long = True
    known.heard = len(objects)
    shared.INK.set(known.ink)


def _pressed(told: object) -> None:
    known: Sheet = st.session_state["sheet"]
    buttons, known.answered = drawing_tools.new_presses(told, known.answered)
    for button in buttons:
        known.press(button)
    known.too_long = False
    shared.INK.set(known.ink)


# ---------------------------------------------------------------- strokes as the canvas has them


def _objects(ink: Strokes) -> list[dict[str, Any]]:
    """Return strokes as paths of Fabric.js, the library that the canvas draws with."""
    return [
        {
            "type": "Path",
            "path": [
                ["M" if not index else "L", *_on_canvas(point)]
                # A stroke of one point is a dot: a line that goes nowhere.
                for index, point in enumerate(stroke if len(stroke) > 1 else 2 * stroke)
            ],
            "fill": None,
            "stroke": INK,
            "strokeWidth": round(strokes.PEN * SIDE),
            "strokeLineCap": "round",
            "strokeLineJoin": "round",
        }
        for stroke in ink
    ]


def _on_canvas(point: Point) -> list[float]:
    return [STEP * (value - MARGIN) for value in point]


def _stroke(thing: Any) -> tuple[Point, ...]:
    """Return a path of Fabric.js as a stroke.

    What a pen draws is a curve ("Q"): its control points are where the pen was. What consists of
    lines alone is a stroke that came from here, and is not simplified once more.
    """
    path = thing["path"]
    places = np.array([step[1:3] for step in path], np.float64)
    if places.ndim != 2 or not np.isfinite(places).all():
        raise ValueError("expected a path")
    places = places[:: 1 + len(places) // MOST_PLACES]
    points = places / STEP + MARGIN
    if any(step[0] == "Q" for step in path):
        return strokes.simplify(points)
    rounded = points.round().clip(0, strokes.GRID - 1).astype(int).tolist()
    return tuple((x, y) for i, (x, y) in enumerate(rounded) if not i or rounded[i - 1] != [x, y])
