"""Walks between two digits: the frames on the way, and the files to take them away."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import figures, metrics

if TYPE_CHECKING:
    from PIL import Image

    from .autoencoder import Autoencoder

PLANE = "variational"  # the family whose plane is walked over
# Of all families the one whose round trip tells ghosts from digits best. On average over 200 pairs
# of samples of two classes, the middle of a cross-fade is 4.7 times as strange as a real digit,
# that of a line in the codes of the plain families 2.3 to 3.5 times, on the VAE's plane 2.1 times.
JUDGE = "variational_16d"
FAINTEST = 1e-3  # mean of the squares of a frame
LABEL = 18  # height in pixels of the line above a picture that says what it is
GAP = 8


def _finite(values: np.ndarray, what: str) -> np.ndarray:
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all():
        raise ValueError(f"expected {what}, all finite; got NaN or infinity")
    return values


def line(a: np.ndarray, b: np.ndarray, steps: int) -> np.ndarray:
    """Return `steps` codes at equal distances on the straight line from `a` to `b`, both ends in.

    Args:
        a, b: one code each, of the same shape, finite.
        steps: >= 2.

    Returns:
        float32 (steps, *shape of a).

    Raises:
        ValueError: the shapes differ, a number is not finite, or `steps` < 2.
    """
    a, b = _finite(a, "the code a"), _finite(b, "the code b")
    if a.shape != b.shape:
        raise ValueError(f"expected two codes of one shape, got {a.shape} and {b.shape}")
    if steps < 2:
        raise ValueError(f"expected steps >= 2, got {steps}")
    share = np.linspace(0, 1, steps, dtype=np.float32).reshape(-1, *[1] * a.ndim)
    return (1 - share) * a + share * b


def crossfade(a: np.ndarray, b: np.ndarray, steps: int) -> np.ndarray:
    """Return `steps` mixtures of two images, pixel by pixel, float32 (steps, h, w) in [0, 1].

    Args:
        a, b: (h, w) in [0, 1].
        steps: >= 2.

    Raises:
        ValueError: as for `line`, or a pixel is outside [0, 1].
    """
    frames = line(a, b, steps)
    if frames.min(initial=0) < 0 or frames.max(initial=0) > 1:
        raise ValueError(
            f"expected images in [0, 1], got values from {frames.min():.3g} to {frames.max():.3g}"
        )
    return frames


def along(points: np.ndarray, steps: int) -> np.ndarray:
    """Return `steps` points at equal distances along a line of many corners, both ends in.

    Args:
        points: (n, d) corners in their order, n >= 1; a line of no length gives the same point
            `steps` times.
        steps: >= 2.

    Returns:
        float32 (steps, d).

    Raises:
        ValueError: `points` has another shape, a number is not finite, or `steps` < 2.
    """
    points = _finite(points, "points")
    if points.ndim != 2 or len(points) < 1:
        raise ValueError(f"expected points of shape (n, d), n >= 1, got {points.shape}")
    if steps < 2:
        raise ValueError(f"expected steps >= 2, got {steps}")
    lengths = np.linalg.norm(np.diff(points.astype(np.float64), axis=0), axis=1)
    moves = np.concatenate([[True], lengths > 0])  # a pointer at rest repeats its place
    way = np.concatenate([[0.0], np.cumsum(lengths)])[moves]
    places = np.linspace(0, way[-1], steps)
    corners = points[moves]
    return np.stack([np.interp(places, way, axis) for axis in corners.T], 1).astype(np.float32)


def strangeness(frames: np.ndarray, judge: Autoencoder) -> np.ndarray:
    """Return which share of each frame `judge` cannot rebuild, float64 (n,).

    The squared error of its round trip, divided by the frame's own squares: a faint frame has a
    small error, but not a small share. A variational autoencoder with a small code can only draw
    what it was trained on, so what is unlike a digit does not survive the round trip.

    Args:
        frames: (n, 28, 28) in [0, 1]; a frame that is nearly black counts as one with squares of
            0.001 a pixel (a digit has about 0.1).
        judge: trained on real digits.
    """
    squares = np.square(frames, dtype=np.float64).mean(axis=(1, 2))
    return metrics.mse(frames, judge.reconstruct(frames)) / np.maximum(squares, FAINTEST)


# ---------------------------------------------------------------- to take away


@cache
def _font(size: int):
    """DejaVu Sans, which comes with Matplotlib: it has every accent, and β and σ."""
    import matplotlib
    from PIL import ImageFont

    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"), size)


def _write(picture: np.ndarray, labels: Sequence[tuple[str, tuple[int, int], int]]) -> np.ndarray:
    """Return a uint8 picture (h, w) with white labels: text, place (x, y) and room in pixels."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    for text, place, room in labels:
        size = 13
        while size > 7 and _font(size).getlength(text) > room:
            size -= 1
        draw.text(place, text, 255, _font(size))
    return np.asarray(image)


def _rows(frames: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    frames = np.asarray(frames)
    if frames.ndim != 4 or frames.dtype != np.uint8 or len(frames) != len(labels):
        raise ValueError(
            f"expected uint8 frames (methods, steps, h, w) and a label for each method, got "
            f"{frames.dtype} {frames.shape} and {len(labels)} labels"
        )
    return frames


def beside(frames: np.ndarray, labels: Sequence[str], factor: int = 5) -> np.ndarray:
    """Return the frames of several methods side by side under their labels.

    Args:
        frames: uint8 (methods, steps, h, w).
        labels: what stands above each method.
        factor: the side of a pixel in the result.

    Returns:
        uint8 (steps, LABEL + h * factor, width); between two methods there are GAP pixels.

    Raises:
        ValueError: another shape or dtype, or another number of labels.
    """
    frames = _rows(frames, labels)
    methods, steps, height, width = frames.shape
    pitch = width * factor + GAP
    ground = np.zeros((LABEL + height * factor, methods * pitch - GAP), np.uint8)
    ground = _write(
        ground, [(label, (m * pitch + 1, 1), pitch - GAP) for m, label in enumerate(labels)]
    )
    result = np.repeat(ground[None], steps, axis=0)
    for m in range(methods):
        left = m * pitch
        large = frames[m].repeat(factor, axis=1).repeat(factor, axis=2)
        result[:, LABEL:, left : left + width * factor] = large
    return result


def gif(frames: np.ndarray, ms: int = 80, factor: int = 1, back: bool = True) -> bytes:
    """Return frames as an animated GIF that never ends.

    A frame that equals the one before it is not stored: that one is shown for longer.

    Args:
        frames: uint8 (n, h, w), n >= 1.
        ms: milliseconds a frame is shown; GIF counts in hundredths of a second.
        factor: the side of a pixel in the GIF.
        back: whether it also walks back, so that it does not jump at its end.

    Raises:
        ValueError: another shape or dtype.
    """
    from PIL import Image

    frames = np.asarray(frames)
    if frames.ndim != 3 or frames.dtype != np.uint8 or not len(frames):
        raise ValueError(f"expected uint8 frames (n, h, w), got {frames.dtype} {frames.shape}")
    order = [*range(len(frames)), *(range(len(frames) - 2, 0, -1) if back else ())]
    pictures: list[Image.Image] = [
        Image.fromarray(figures.enlarge(frames[index], factor)) for index in order
    ]
    file = io.BytesIO()
    pictures[0].save(
        file, "GIF", save_all=True, append_images=pictures[1:], duration=ms, loop=0, optimize=False
    )
    return file.getvalue()


def strip(frames: np.ndarray, labels: Sequence[str], shown: int = 11, factor: int = 3) -> bytes:
    """Return the methods' frames as a PNG: a labelled row a method, from start to end.

    Args:
        frames: uint8 (methods, steps, h, w).
        labels: what stands above each row.
        shown: how many frames a row has, at equal distances; not more than there are.
        factor: the side of a pixel in the picture.

    Raises:
        ValueError: another shape or dtype, or another number of labels.
    """
    frames = _rows(frames, labels)
    methods, steps, height, width = frames.shape
    chosen = frames[:, picked(steps, shown)]
    pitch = LABEL + height * factor + GAP
    picture = np.zeros((methods * pitch - GAP, chosen.shape[1] * width * factor), np.uint8)
    for m in range(methods):
        top = m * pitch + LABEL
        picture[top : top + height * factor] = np.concatenate(
            [figures.enlarge(frame, factor) for frame in chosen[m]], axis=1
        )
    written = [(label, (2, m * pitch + 1), picture.shape[1] - 4) for m, label in enumerate(labels)]
    return figures.png(_write(picture, written))


def picked(steps: int, shown: int) -> np.ndarray:
    """Return which frames of `steps` stand in a strip of `shown`, int (k,), both ends in."""
    return np.unique(np.linspace(0, steps - 1, min(shown, steps)).round().astype(int))
