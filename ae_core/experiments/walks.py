"""Walks between two digits: the frames on the way, and how strange each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import metrics

if TYPE_CHECKING:
    from ..autoencoder import Autoencoder

PLANE = "variational"  # the family whose plane is walked over
# Of all families the one whose round trip tells ghosts from digits best. On average over 200 pairs
# of samples of two classes, the middle of a cross-fade is 4.7 times as strange as a real digit,
# that of a line in the codes of the plain families 2.3 to 3.5 times, on the VAE's plane 2.1 times.
JUDGE = "variational_16d"
FAINTEST = 1e-3  # mean of the squares of a frame


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
