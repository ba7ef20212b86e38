"""What networks make of what they were not trained on, and how well their error gives it away.

For the networks trained on each data set: where a threshold on the error lies that lets a share of
the test images through, and how many strangers of each kind lie above it. The strangers are those
of `ae_core.strangers` and the other data set's test images.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import data, load, metrics, strangers
from ..autoencoder import Autoencoder
from ..models import compared
from ..strangers import HOME, MEAN_INK, STEPS
from . import rounded

USUAL = 190  # the step of the tables by name: 95 % of the test images are let through


OF = tuple(f"{dataset}/{name}" for dataset in HOME for name in compared(dataset))


def thresholds(scores: np.ndarray) -> np.ndarray:
    """Return float64 (STEPS + 1,): the score that k / STEPS of all do not exceed, for each k.

    Each is one of the scores, but the first, which lies just below all of them.
    """
    ordered = np.sort(scores)
    places = np.ceil(np.arange(1, STEPS + 1) * len(ordered) / STEPS).astype(int) - 1
    return np.concatenate([[np.nextafter(ordered[0], -1)], ordered[places]])


def above(scores: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Return how many scores exceed each limit, int (len(limits),)."""
    return len(scores) - np.searchsorted(np.sort(scores), limits, side="right")


def histogram(errors: np.ndarray) -> np.ndarray:
    """Return how many errors fall into each bin of `strangers.edges`; the last ones are open."""
    edges = strangers.edges()
    return np.histogram(errors.clip(edges[0], 1), edges)[0]


def strange(dataset: str) -> dict[str, np.ndarray]:
    """Return what networks trained on a data set have never seen, by kind, (n, 28, 28) each."""
    (other,) = (name for name in HOME if name != dataset)
    found = {HOME[other]: data.load(other).test.images}
    return found | {kind: strangers.pictures(kind) for kind in strangers.kinds()}


def measure() -> dict[str, Any]:
    """Return for each data set: its kinds with their numbers, and the figures of each family.

    Of each detector, a family's MSE or the mean ink: "thresholds", and by kind "above" (how many
    exceed each threshold), "auroc" and "caught" (shares above the 95 % threshold, by name). Of a
    family by kind also "median" and "histogram"; of the blanks "blank", their errors.
    """
    return rounded({dataset: _measure(dataset) for dataset in HOME})


def _measure(dataset: str) -> dict[str, Any]:
    kinds = {HOME[dataset]: data.load(dataset).test.images} | strange(dataset)
    found: dict[str, Any] = {MEAN_INK: _detector(dataset, _ink(kinds))}
    for name in compared(dataset):
        errors = _errors(load(name, dataset), kinds)
        found[name] = _detector(dataset, errors) | {
            "median": {kind: np.median(each) for kind, each in errors.items()},
            "histogram": {kind: histogram(each) for kind, each in errors.items()},
            "blank": dict(zip(strangers.BLANKS, errors["blank"].tolist(), strict=True)),
        }
    return {"counts": {kind: len(images) for kind, images in kinds.items()}, "detectors": found}


def _ink(kinds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {kind: images.mean(axis=(1, 2), dtype=np.float64) for kind, images in kinds.items()}


def _errors(ae: Autoencoder, kinds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {kind: metrics.mse(images, ae.reconstruct(images)) for kind, images in kinds.items()}


def _detector(dataset: str, scores: dict[str, np.ndarray]) -> dict[str, Any]:
    home, *others = scores
    limits = thresholds(scores[home])
    caught = {}
    for kind in strangers.kinds():
        shares = (scores[kind] > limits[USUAL]).reshape(len(strangers.NAMES[kind]), -1).mean(axis=1)
        caught[kind] = dict(zip(strangers.NAMES[kind], shares.tolist(), strict=True))
    return {
        "thresholds": limits,
        "above": {kind: above(each, limits) for kind, each in scores.items()},
        "auroc": {kind: strangers.auroc(scores[home], scores[kind]) for kind in others},
        "caught": caught,
    }
