"""Drawings as hands make them: the ten digits, in strokes on the grid of `ae_core.strokes`."""

from __future__ import annotations

import numpy as np

from ae_core import strokes

Stroke = list[tuple[float, float]]


def _arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> Stroke:
    """Part of an ellipse, from one angle to another: clockwise, as the page's y points down."""
    turn = np.radians(np.linspace(start, end, 26))
    return list(zip(x + wide * np.cos(turn), y + high * np.sin(turn), strict=True))


# On a square of side 1.
_DIGITS: dict[int, list[Stroke]] = {
    0: [_arc(0.5, 0.5, 0.28, 0.4, -90, 270)],
    1: [[(0.38, 0.25), (0.52, 0.1), (0.52, 0.9)]],
    2: [[*_arc(0.5, 0.32, 0.25, 0.22, -170, 20), (0.25, 0.9), (0.78, 0.88)]],
    3: [_arc(0.47, 0.3, 0.24, 0.2, -150, 90) + _arc(0.47, 0.7, 0.28, 0.2, -90, 150)],
    4: [[(0.35, 0.1), (0.25, 0.55), (0.8, 0.55)], [(0.65, 0.3), (0.62, 0.95)]],
    5: [[(0.72, 0.1), (0.34, 0.1), (0.3, 0.45), *_arc(0.48, 0.66, 0.25, 0.23, -120, 140)]],
    6: [[(0.66, 0.1), (0.4, 0.4), *_arc(0.5, 0.68, 0.22, 0.22, -160, 210)]],
    7: [[(0.22, 0.14), (0.78, 0.12), (0.42, 0.92)], [(0.35, 0.5), (0.7, 0.5)]],
    8: [_arc(0.5, 0.3, 0.2, 0.2, 80, -280), _arc(0.5, 0.7, 0.25, 0.22, -90, 270)],
    9: [[*_arc(0.48, 0.33, 0.22, 0.22, 0, -360), (0.64, 0.92)]],
}


def digit(which: int, size: float = strokes.SQUARE, corner=(strokes.MARGIN, strokes.MARGIN)):
    """Return the strokes of a digit, lists of [x, y]; what leaves the grid is moved to its edge."""
    last = strokes.GRID - 1
    return [(np.array(stroke) * size + corner).clip(0, last).tolist() for stroke in _DIGITS[which]]
