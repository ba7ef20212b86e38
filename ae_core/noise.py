"""Noise: the ways a picture is damaged before an autoencoder sees it.

Every function here works on NumPy arrays, so that training, evaluation, the pages and a
notebook all damage pictures in exactly the same way.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .checks import UNIT, checked

Damage = Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]


def _gaussian(images: np.ndarray, level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return images + level * rng.standard_normal(images.shape, dtype=np.float32)


def _masking(images: np.ndarray, level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return images * (rng.random(images.shape, dtype=np.float32) >= level)


def _salt_and_pepper(images: np.ndarray, level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    # One uniform draw decides both: below level/2 pepper (0), from there to level salt (1).
    draw = rng.random(images.shape, dtype=np.float32)
    return np.where(draw < level, (draw >= level / 2).astype(np.float32), images)


_KINDS: dict[str, Damage] = {
    "gaussian": _gaussian,
    "masking": _masking,
    "salt_and_pepper": _salt_and_pepper,
}

# What the denoising families train on: (share of the images, kind, highest level).
# A few clean pictures stay in so that the network also learns to leave a clean digit alone.
TRAINING_MIX = (
    (0.45, "gaussian", 0.8),
    (0.25, "masking", 0.7),
    (0.25, "salt_and_pepper", 0.4),
)


def kinds() -> list[str]:
    """Return the names `add` knows: "gaussian", "masking", "salt_and_pepper"."""
    return list(_KINDS)


def _level(level: ArrayLike, kind: str, images: np.ndarray) -> np.ndarray:
    """Return the checked level, float32 () or (n, 1, 1)."""
    levels = np.asarray(level, np.float32)
    highest = np.inf if kind == "gaussian" else 1.0
    if not (np.isfinite(levels).all() and (levels >= 0).all() and (levels <= highest).all()):
        raise ValueError(f"level of {kind} noise must be in [0, {highest}], got {levels}")
    if levels.ndim and levels.shape != images.shape[:-2]:
        raise ValueError(
            f"level of {kind} noise must be one number, or one for each of n images, got "
            f"levels of shape {levels.shape} for images of shape {images.shape}"
        )
    return levels.reshape(-1, 1, 1) if levels.ndim else levels


def _damaged(
    images: np.ndarray, kind: str, level: ArrayLike, rng: np.random.Generator
) -> np.ndarray:
    noisy = _KINDS[kind](images, _level(level, kind, images), rng)
    return np.clip(noisy, 0.0, 1.0).astype(np.float32)


def add(
    images: ArrayLike,
    kind: str,
    level: ArrayLike,
    seed: int | np.random.Generator | None = None,
) -> np.ndarray:
    """Return a damaged copy of `images`; the input is left alone.

    Args:
        images: float (28, 28) or (n, 28, 28), n >= 0, values in [0, 1].
        kind: one of `kinds()`.
            "gaussian" adds a normal draw to every pixel; `level` is its standard deviation.
            "masking" sets a pixel to 0 with probability `level` (Vincent et al. 2008).
            "salt_and_pepper" sets a pixel to 0 or 1, equally often, with probability `level`.
        level: a finite number >= 0 (a share, so <= 1, for the last two kinds), or an array
            of n such numbers, one for each image.
        seed: an int for the same draw every time, a Generator to draw from, None for a new one.

    Returns:
        float32 array shaped like `images`, clipped to [0, 1].

    Raises:
        KeyError: `kind` is not one of `kinds()`.
        ValueError: `images` has another shape or dtype, or values outside [0, 1]; or `level` is
            negative, not finite, a share above 1, or has another shape.
    """
    if not isinstance(kind, str) or kind not in _KINDS:
        raise KeyError(f"unknown noise kind {kind!r}; known: {', '.join(_KINDS)}")
    images = checked(images, "images", (28, 28), ("n", 28, 28), within=UNIT)
    return _damaged(images, kind, level, np.random.default_rng(seed))


def training_mix(images: ArrayLike, rng: np.random.Generator) -> np.ndarray:
    """Return a copy of `images` (n, 28, 28), each damaged by a kind and level drawn afresh.

    The shares are those of `TRAINING_MIX`; each level is uniform from 0 to the kind's highest,
    so that one network meets every noise the visitor can choose; the rest stays clean.

    Raises:
        ValueError: `images` has another shape or dtype, or values outside [0, 1].
    """
    noisy = checked(images, "images", ("n", 28, 28), within=UNIT).copy()
    draw, start = rng.random(len(noisy)), 0.0
    for share, kind, highest in TRAINING_MIX:
        chosen = (draw >= start) & (draw < start + share)
        levels = rng.uniform(0, highest, chosen.sum())
        noisy[chosen] = _damaged(noisy[chosen], kind, levels, rng)
        start += share
    return noisy
