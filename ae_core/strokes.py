"""A drawing as its strokes: simplified, packed short enough for a link, and made into a picture.

A stroke is a polyline on a grid of 512 × 512; the drawing's square is its middle 384 × 384, so that
a pen may leave the square and come back. The picture is made from the same strokes everywhere: a
reload, another phone or another server gives the same one.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

Point = tuple[int, int]
Strokes = tuple[tuple[Point, ...], ...]

GRID = 512  # values of a coordinate: two of them are 18 bits, three characters
SQUARE = 384  # steps of the grid along a side of the drawing
MARGIN = (GRID - SQUARE) // 2
PEN = 0.085  # of the side: a digit that fills the square then has MNIST's stroke
SIDE = 280  # pixels of a picture: ten for each of the network's 28
FINE = 4  # a picture is drawn so much larger, for smooth edges
MOST_POINTS = 75  # of a stroke: three such strokes are 679 characters
TOLERANCE = 1.0  # steps of the grid between the hand and its stroke
LONGEST = 2000  # characters
VERSION = "1"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUE = {letter: value for value, letter in enumerate(_LETTERS)}
_PACKED = re.compile(rf"{VERSION}(([A-Za-z0-9_-]{{3}})+(\.([A-Za-z0-9_-]{{3}})+)*)?")


def simplify(points: np.ndarray) -> tuple[Point, ...]:
    """Return a stroke with at most 75 points: where the hand's line turns most.

    Args:
        points: float (n, 2), n ≥ 1, x and y in steps of the grid; what lies beyond it is moved to
            its edge.

    Source: Douglas and Peucker 1973, "Algorithms for the reduction of the number of points required
    to represent a digitized line", with a tolerance of one step (a 14th of a pixel of the network's
    picture); the farthest points of the whole line come first, for lines that need more than 75.
    """
    points = np.clip(points, 0, GRID - 1)
    rounded = [(int(x), int(y)) for x, y in points[_corners(points)].round()]
    return tuple(
        point for index, point in enumerate(rounded) if not index or point != rounded[index - 1]
    )


def _corners(points: np.ndarray) -> list[int]:
    """Return the indices of the points that the line needs."""
    kept = {0, len(points) - 1}
    farthest: list[tuple[float, int, int, int]] = []  # how near, and where, in each open part

    def look_at(first: int, last: int) -> None:
        if last - first > 1:
            away = _distance(points[first + 1 : last], points[first], points[last])
            middle = int(away.argmax())
            heapq.heappush(farthest, (-away[middle], first, first + 1 + middle, last))

    look_at(0, len(points) - 1)
    while farthest and len(kept) < MOST_POINTS:
        near, first, middle, last = heapq.heappop(farthest)
        if -near <= TOLERANCE:
            break
        kept.add(middle)
        look_at(first, middle)
        look_at(middle, last)
    return sorted(kept)


def _distance(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the distances of points (…, 2) from the piece of a line between two ends."""
    along = end - start
    length = along @ along
    share = ((points - start) @ along / length).clip(0, 1)[..., None] if length else 0.0
    return np.hypot(*np.moveaxis(points - (start + share * along), -1, 0))


def pack(strokes: Strokes) -> str:
    """Return strokes as text for a link: letters, digits, "-", "_" and "."; 3 characters a point.

    Raises:
        ValueError: the text would have more than 2,000 characters.
    """
    text = VERSION + ".".join(
        "".join(_letters((x << 9) | y) for x, y in stroke) for stroke in strokes
    )
    if len(text) > LONGEST:
        raise ValueError(f"the drawing is too long: {len(text)} characters")
    return text


def _letters(value: int) -> str:
    return _LETTERS[value >> 12] + _LETTERS[(value >> 6) & 63] + _LETTERS[value & 63]


def unpack(text: str) -> Strokes:
    """Return the strokes that `pack` made a text of.

    Raises:
        ValueError: another version, over-long, or no text of `pack`'s.
    """
    if len(text) > LONGEST or not _PACKED.fullmatch(text):
        raise ValueError("no drawing")
    return tuple(
        tuple(_point(part[at : at + 3]) for at in range(0, len(part), 3))
        for part in text[1:].split(".")
        if part
    )


def _point(letters: str) -> Point:
    high, middle, low = (_VALUE[letter] for letter in letters)
    value = (high << 12) | (middle << 6) | low
    return value >> 9, value & (GRID - 1)


def checked(raw: object) -> Strokes:
    """Return strokes given as lists of points, such as JSON has them.

    Raises:
        ValueError: not lists of pairs of whole numbers on the grid, or too many of them for `pack`.
    """
    if not isinstance(raw, list | tuple):
        raise ValueError("expected strokes")
    strokes = []
    for stroke in raw:
        if not isinstance(stroke, list | tuple) or not stroke:
            raise ValueError("expected a stroke: at least one point")
        strokes.append(tuple(_checked_point(point) for point in stroke))
    pack(tuple(strokes))
    return tuple(strokes)


def _checked_point(raw: object) -> Point:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise ValueError("expected a point: two numbers")
    x, y = raw
    if type(x) is not int or type(y) is not int or not (0 <= x < GRID and 0 <= y < GRID):
        raise ValueError("expected whole numbers on the grid")
    return x, y


def picture(strokes: Sequence[Sequence[Point]], side: int = SIDE) -> np.ndarray:
    """Return the drawing: white strokes with round ends on black.

    Args:
        strokes: at least none.
        side: of the picture in pixels; what lies outside of the square is cut off.

    Returns:
        float32 (side, side) in [0, 1]; a pixel at the edge of a stroke is as grey as it is covered.
    """
    fine = FINE * side
    scale, radius = fine / SQUARE, PEN * fine / 2
    sheet = Image.new("L", (fine, fine))
    pen = ImageDraw.Draw(sheet)
    for stroke in strokes:
        corners = (np.array(stroke, float) - MARGIN) * scale
        # Round ends, and round where the line turns.
        for box in np.hstack([corners - radius, corners + radius]).tolist():
            pen.ellipse(box, 255)
        for piece in _pieces(corners, radius).tolist():
            pen.polygon(piece, 255)
    return np.asarray(sheet.reduce(FINE), np.float32) / 255


def _pieces(corners: np.ndarray, radius: float) -> np.ndarray:
    """Return the straight pieces of a line as thick as the pen: four corners each, (n - 1, 8)."""
    start, end = corners[:-1], corners[1:]
    x, y = (end - start).T
    side_step = radius * np.array([-y, x]) / np.maximum(np.hypot(x, y), 1e-9)
    left, right = (start + side_step.T, end + side_step.T), (end - side_step.T, start - side_step.T)
    return np.hstack([*left, *right])
