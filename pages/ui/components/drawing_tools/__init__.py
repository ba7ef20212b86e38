"""The canvas's buttons: Undo, Redo, Clear; and what the canvas lacks (canvas.js)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...text import _
from .. import sent
from ..source import mount

_tools = mount("drawing_tools", Path(__file__).parent)
MOST_TOLD = 20  # as in drawing_tools.js
NAMES = ("undo", "redo", "clear")
KEYS = {"undo": "Control+Z", "redo": "Control+Y", "clear": "Delete"}


def show(
    canvas: str, can: tuple[str, ...], drawn: bool, answered: tuple[float, int], key: str,
    pressed: Callable[[object], None],
) -> None:  # fmt: skip
    """Show the buttons and look after the canvas.

    Args:
        canvas: key of the canvas.
        can: the buttons that would do something.
        drawn: whether there is anything on the canvas; else it invites to draw.
        answered: the browser's window, and how many of its buttons have been answered.
        key: of the element.
        pressed: called with what the browser sends when buttons were pressed (`new_presses`).
    """
    window, count = answered
    _tools(
        data={
            "canvas": canvas,
            "can": can,
            "drawn": drawn,
            "window": window,
            "answered": count,
            "keys": KEYS,
            "words": {
                "tools": _("Drawing"),
                "undo": _("Undo"),
                "redo": _("Redo"),
                "clear": _("Clear"),
                "canvas": _(
                    "Canvas for one digit. Arrow keys move the pen, the space bar puts it down and "
                    "lifts it."
                ),
                "invitation": _("Draw a digit here. Until then: an example."),
            },
        },
        key=key,
        on_pressed_change=lambda: pressed(sent(key, "pressed")),
    )


def new_presses(told: object, answered: tuple[float, int]) -> tuple[list[str], tuple[float, int]]:
    """Return the buttons pressed since `answered`, and what `answered` is then.

    The browser tells the last ones each time, so that none is lost when a run swallows a message,
    and none counts twice.
    """
    if not isinstance(told, dict):
        return [], answered
    window, count, last = told.get("window"), told.get("count"), told.get("last")
    if type(window) is not float or type(count) is not int or not isinstance(last, list):
        return [], answered
    before = answered[1] if window == answered[0] else 0
    new = last[-min(count - before, MOST_TOLD) :] if count > before else []
    return [name for name in new if name in NAMES], (window, max(count, before))
