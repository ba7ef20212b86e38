"""Holes of a map: how sampled points of a plane compare with the codes of real digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import latent

if TYPE_CHECKING:
    from ..autoencoder import Autoencoder

SOURCES = ("prior", "fitted")


@dataclass(frozen=True)
class Survey:
    """How points of a plane compare with the codes of real digits.

    Attributes:
        gap: the median distance from a point to the nearest code, in units of the median distance
            between a code and the next one.
        drift: the median distance from a point to where encode(decode(point)) arrives, likewise.
        effective_classes: how many classes the nearest codes belong to, from 1 to 10.
    """

    gap: float
    drift: float
    effective_classes: float


def sample(codes: np.ndarray, source: str, n: int, seed: int) -> np.ndarray:
    """Return `n` points to decode, float32 (n, 2).

    Args:
        codes: (m, 2), those of real digits.
        source: "prior" for N(0, I), "fitted" for the normal fitted to `codes`.
        n: how many.
        seed: of the draw; both sources move and stretch the same one.

    Raises:
        ValueError: `source` is not one of `SOURCES`.
    """
    if source not in SOURCES:
        raise ValueError(f"expected a source of {SOURCES}, got {source!r}")
    if source == "prior":
        return latent.sample_prior(n, codes.shape[1], seed)
    return latent.sample_like(codes, n, seed)


def survey(
    ae: Autoencoder,
    codes: np.ndarray,
    labels: np.ndarray,
    source: str,
    n: int = 1000,
    seed: int = 0,
) -> Survey:
    """Return how `n` points of a `source` compare with the codes of real digits.

    Args:
        ae: a family with a plane.
        codes: (m, 2), of real digits.
        labels: (m,), their classes.
        source: as for `sample`, or "own" for the first `n` codes themselves, which lie 1 apart by
            definition.
        n: how many.
        seed: of the draw.
    """
    own = source == "own"
    points = codes[:n] if own else sample(codes, source, n, seed)
    unit = latent.spacing(codes)
    distances, nearest = latent.nearest(points, codes)
    back = ae.plane(ae.decode(points))
    return Survey(
        gap=1.0 if own else float(np.median(distances)) / unit,
        drift=float(np.median(np.linalg.norm(back - points, axis=1))) / unit,
        effective_classes=latent.effective_classes(labels[nearest]),
    )
