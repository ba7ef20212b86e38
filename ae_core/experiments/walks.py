"""Walks between two digits: the frames on the way, and how strange each of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import data, metrics
from ..figures import pixels

if TYPE_CHECKING:
    from ..autoencoder import Autoencoder

PIXELS = "pixels"  # the method that is no family: a cross-fade
PLANE_FAMILY = "variational"  # the family whose plane is walked over
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


class Film(NamedTuple):
    """The frames of several methods.

    Attributes:
        frames: uint8 (methods, steps, 28, 28).
        strangeness: float64 (methods, steps), in units of an ordinary digit's; NaN for the judge's
            own frames, and where there is no judge.
    """

    frames: np.ndarray
    strangeness: np.ndarray


def film(
    usable: Mapping[str, Autoencoder],
    methods: Sequence[str],
    images: np.ndarray,
    places: np.ndarray,
    steps: int,
) -> Film:
    """Return what each method shows on the straight line between two digits.

    Args:
        usable: the trained autoencoders by name.
        methods: names of families, or `PIXELS` for the cross-fade; one row of the film each.
        images: (2, 28, 28) in [0, 1], the two ends.
        places: (2, 2), where they lie on the plane of the family `PLANE_FAMILY`.
        steps: frames of each method, >= 2.
    """
    frames = []
    for name in methods:
        if name == PIXELS:
            frames.append(crossfade(images[0], images[1], steps))
            continue
        a, b = places if name == PLANE_FAMILY else usable[name].encode(images)
        frames.append(usable[name].decode(line(a, b, steps)))
    return _judged(usable, methods, np.stack(frames))


def path_film(usable: Mapping[str, Autoencoder], path: np.ndarray, steps: int) -> Film:
    """Return the frames along a path on the plane of the family `PLANE_FAMILY`.

    Args:
        usable: the trained autoencoders by name.
        path: (n, 2), its corners.
        steps: frames of each method, >= 2.

    Returns:
        Three methods: along the path, on the straight line between its ends, and the cross-fade
        of the pictures at its ends.
    """
    ae = usable[PLANE_FAMILY]
    along_path = ae.decode(along(path, steps))
    straight = ae.decode(line(path[0], path[-1], steps))
    faded = crossfade(along_path[0], along_path[-1], steps)
    return _judged(
        usable, (PLANE_FAMILY, PLANE_FAMILY, PIXELS), np.stack([along_path, straight, faded])
    )


def _judged(usable: Mapping[str, Autoencoder], methods: Sequence[str], frames: np.ndarray) -> Film:
    """Return float `frames` (methods, steps, 28, 28) with their strangeness."""
    relative = np.full(frames.shape[:2], np.nan)
    rows = [row for row, name in enumerate(methods) if name != JUDGE]
    if rows and (judge := usable.get(JUDGE)):
        found = strangeness(frames[rows].reshape(-1, 28, 28), judge)
        relative[rows] = found.reshape(len(rows), -1) / ordinary_strangeness(judge)
    return Film(pixels.to_bytes(frames), relative)


@lru_cache(maxsize=4)
def ordinary_strangeness(judge: Autoencoder) -> float:
    """Return the mean strangeness of the shipped sample digits: the unit of a film's."""
    return float(strangeness(data.samples().images, judge).mean())
