"""What the numbers of a code do on the test images: how often, for which classes, how strongly."""

from __future__ import annotations

from typing import Any

import numpy as np

import ae_core

from .. import data
from ..experiments import units
from ..training.evaluate import rounded

FAMILIES = ("simple", "sparse", "convolutional")
OF = tuple(f"mnist/{name}" for name in FAMILIES)
BINS = 20  # of a histogram: each has still some 60 images of a unit that is on in one of eight


def measure() -> dict[str, Any]:
    """Return for each family, by name, the figures of its units, each a list with one a unit.

    `mean`, `off` and `usual` are the scales of `experiments.units`; `on` is the share of the test
    images in which the unit is not zero; `low`, `high` and `counts` its histogram over those;
    `class_mean` its mean in each class, zeros counted; `class_share` the share of its variance that
    lies between the classes; `effect` what switching it off changes;
    `spread` over how many pixels its pattern spreads.
    """
    test = data.load().test
    return {name: of_family(name, test) for name in FAMILIES}


def of_family(name: str, test: data.Split) -> dict[str, Any]:
    """Return the figures of one family's units."""
    ae = ae_core.load(name)
    codes = units.flat(ae.encode(test.images))
    scales = units.scales(codes)
    counts, lows, highs = [], [], []
    for values in codes.T:
        on = values[values != 0]
        low, high = (0.0 if (scales.off == 0).all() else float(on.min())), float(on.max())
        counts.append(np.histogram(on, BINS, (low, high))[0])
        lows.append(low)
        highs.append(high)
    found = {
        "mean": scales.mean,
        "off": scales.off,
        "usual": scales.usual,
        "on": (codes != 0).mean(axis=0),
        "low": np.array(lows),
        "high": np.array(highs),
        "counts": np.array(counts),
        "class_mean": np.stack([codes[test.labels == c].mean(axis=0) for c in range(10)], axis=1),
        "class_share": units.class_share(codes, test.labels),
        "effect": units.effect(ae, codes, scales.off),
        "spread": units.spread(units.patterns(ae, scales)),
    }
    return {key: rounded(_short(values)) for key, values in found.items()}


def _short(values: np.ndarray) -> np.ndarray:
    """Return numbers with four digits, which are enough for a page; counts as they are."""
    if values.dtype.kind == "i":
        return values
    return np.array([float(f"{value:.4g}") for value in values.ravel()]).reshape(values.shape)
