"""Units: what single numbers of a code draw, and when they are large.

A unit is one number of a code, counted through the flattened code. Where a family's numbers are
never below zero, a unit is off at 0, and its usual value is its mean over the images in which it is
on. Where they may be negative, 0 means nothing: off is the unit's mean over the test images, and
the usual step away from it is one standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..autoencoder import Autoencoder

BATCH = 2000  # codes that are decoded at once: 12 MB of pictures


@dataclass(frozen=True)
class Scales:
    """What is off, and what is usual, for each unit of a family; each float32 (units,).

    Attributes:
        mean: over the test images.
        off: the value at which a unit is switched off.
        usual: how far above `off` it usually is when it is on; above 0.
    """

    mean: np.ndarray
    off: np.ndarray
    usual: np.ndarray

    @classmethod
    def of(cls, figures: dict[str, Any]) -> Scales:
        """Return the scales of one family from its figures in the study `units`."""
        return cls(*(np.array(figures[name], np.float32) for name in ("mean", "off", "usual")))


def flat(codes: np.ndarray) -> np.ndarray:
    """Return codes (n, …) as (n, units)."""
    return codes.reshape(len(codes), -1)


def decode(ae: Autoencoder, codes: np.ndarray) -> np.ndarray:
    """Return the pictures, float32 (n, 28, 28), of flat codes (n, units)."""
    shaped = codes.astype(np.float32).reshape(-1, *ae.code_shape)
    parts = [ae.decode(shaped[at : at + BATCH]) for at in range(0, len(shaped), BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, 28, 28), np.float32)


def scales(codes: np.ndarray) -> Scales:
    """Return the scales of units from the flat codes (n, units) of many images.

    Raises:
        ValueError: a unit has the same value in all of them.
    """
    codes = codes.astype(np.float64)
    mean, deviation = codes.mean(axis=0), codes.std(axis=0)
    if not deviation.all():
        raise ValueError(f"unit {int(deviation.argmin()) + 1} never changes")
    if codes.min() < 0:
        found = mean, mean, deviation
    else:
        found = mean, np.zeros_like(mean), codes.sum(axis=0) / (codes > 0).sum(axis=0)
    return Scales(*(values.astype(np.float32) for values in found))


def patterns(ae: Autoencoder, scales: Scales) -> np.ndarray:
    """Return what each unit draws, float32 (units, 28, 28) in [-1, 1].

    It is the difference between two decoded pictures: all other units are at their mean over the
    test images, this one is at its usual value, and off. The decoder's picture of a unit alone
    would be that of a code which no digit has.
    """
    low = np.tile(scales.mean, (len(scales.mean), 1))
    np.fill_diagonal(low, scales.off)
    high = low.copy()
    np.fill_diagonal(high, scales.off + scales.usual)
    return decode(ae, high) - decode(ae, low)


def spread(patterns: np.ndarray) -> np.ndarray:
    """Return over how many pixels each pattern (n, h, w) spreads, float (n,): from 1 to h * w.

    The participation ratio of its squares: n pixels that change alike, among others that do not
    change, give n.
    """
    squares = np.square(patterns.astype(np.float64)).reshape(len(patterns), -1)
    return squares.sum(axis=1) ** 2 / np.square(squares).sum(axis=1)


def class_share(codes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return which share of each unit's variance lies between the classes, float (units,).

    The correlation ratio η²: 0 if the unit is on average the same in each class, 1 if the class
    says its value. It is the between-class sum of squares over the total one.

    Args:
        codes: (n, units).
        labels: (n,) 0 to 9.
    """
    codes = codes.astype(np.float64)
    mean, present = codes.mean(axis=0), np.unique(labels)
    between = sum(
        (labels == label).sum() * np.square(codes[labels == label].mean(axis=0) - mean)
        for label in present
    )
    return between / np.square(codes - mean).sum(axis=0)


def selectivity(class_means: np.ndarray) -> np.ndarray:
    """Return how far each unit prefers one class, float (units,): 0 not at all, 1 it alone.

    (max - rest) / (max + rest), of the largest class mean and the mean of the others: the class
    selectivity index of A. Morcos et al., 2018, arXiv:1803.06959. A unit that is never on has 0.

    Args:
        class_means: (units, classes), all >= 0.
    """
    most = class_means.max(axis=1)
    rest = (class_means.sum(axis=1) - most) / (class_means.shape[1] - 1)
    both = most + rest
    return np.divide(most - rest, both, out=np.zeros_like(both), where=both > 0)


def effect(ae: Autoencoder, codes: np.ndarray, off: np.ndarray) -> np.ndarray:
    """Return how much the pictures change if a unit is switched off, float (units,).

    The root of the mean squared change of a pixel, over all pictures: also those in which the unit
    was off before, and which do not change.

    Args:
        ae: the family.
        codes: (n, units).
        off: (units,).
    """
    before, found = decode(ae, codes), np.zeros(codes.shape[1])
    for unit, value in enumerate(off):
        on = codes[:, unit] != value
        changed = codes[on].copy()
        changed[:, unit] = value
        change = np.square(decode(ae, changed) - before[on], dtype=np.float64).sum()
        found[unit] = np.sqrt(change / before.size)
    return found
