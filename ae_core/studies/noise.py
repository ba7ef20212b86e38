"""Noise: every compared network, two classical filters and the noisy input, at rising levels.

All rows are of the same images with the same noise. It takes half an hour, most of it non-local
means and the convolutional networks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import ae_core

from .. import data, filters, metrics, noise
from ..baselines import SEED
from ..experiments import denoising
from ..models import compared, families
from . import rounded

LEVELS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)  # with those that the cards have figures for
COMPARED = compared()
OF = tuple(f"mnist/{name}" for name in COMPARED)


def measure() -> dict[str, Any]:
    """Return the scores of each kind of noise, row and level.

    "levels" are the levels of every list; "scores" holds, by kind and row, "mse" and "ssim", means
    over the images; "settings", by kind and filter, the setting at each level, chosen on the
    validation images that ship; "seen", by family and kind, the highest level in its training.
    """
    networks = {name: ae_core.load(name) for name in COMPARED}
    images = data.load("mnist").test.images
    scores, settings = {}, {}
    for kind in noise.kinds():
        settings[kind] = {name: chosen(name, kind) for name in filters.names()}
        rows = []
        for place, level in enumerate(LEVELS):
            noisy = noise.add(images, kind, level, SEED)
            best = {name: strengths[place] for name, strengths in settings[kind].items()}
            rows.append(score(images, denoising.answers(noisy, networks, best)))
        scores[kind] = {
            row: {name: [found[row][name] for found in rows] for name in ("mse", "ssim")}
            for row in rows[0]
        }
    return {
        "images": len(images),
        "levels": list(LEVELS),
        "scores": scores,
        "settings": settings,
        "seen": {name: seen(name) for name in COMPARED},
    }


def chosen(name: str, kind: str) -> list[float]:
    """Return the best setting of a filter at each level of a kind of noise, on the samples."""
    clean = data.samples().images[::2]
    return [filters.best(name, clean, noise.add(clean, kind, level, SEED)) for level in LEVELS]


def score(clean: np.ndarray, found: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Return the mean MSE and SSIM of each row's images, rounded."""
    return {
        name: {
            "mse": rounded(metrics.mse(clean, images).mean()),
            "ssim": rounded(metrics.ssim(clean, images).mean()),
        }
        for name, images in found.items()
    }


def seen(name: str) -> dict[str, float]:
    """Return the highest level of each kind of noise that a family was trained with.

    Raises:
        ValueError: it was trained with noise of its own, and nobody has said which.
    """
    images = data.samples().images
    shown = families()[name].corrupt(images, np.random.default_rng(SEED))
    if np.array_equal(shown, images):
        return {}
    if not np.array_equal(shown, noise.training_mix(images, np.random.default_rng(SEED))):
        raise ValueError(f"{name} is trained with noise that is not noise.TRAINING_MIX")
    return {kind: highest for _, kind, highest in noise.TRAINING_MIX}
