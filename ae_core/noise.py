"""Noise: the ways a picture is damaged before an autoencoder sees it.

Every function here works on NumPy arrays, so that training, evaluation, the pages and a
notebook all damage pictures in exactly the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import UNIT, checked

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of noise: chance is drawn once, into a field; a picture at any level comes from it.

    Attributes:
        draw: of the pictures' shape (…, 28, 28), the field, float32: a number a pixel, or whatever
            else the kind needs of chance, (…, 2) for a place, (…, 0) for nothing.
        apply: of pictures (…, 28, 28), their field and the level, () or (n, 1, 1), the damaged
            pictures; they are clipped afterwards.
        highest: the level that cannot be exceeded.
    """

    draw: Callable[[Shape, np.random.Generator], np.ndarray]
    apply: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    highest: float = 1.0


def _normal(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    return rng.standard_normal(shape, np.float32)


def _uniform(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    return rng.random(shape, np.float32)


def _signed(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """Draw from -1 to 1, neither of them nor 0: every pixel has a sign, and is below level 1."""
    return 2 * rng.random(shape, np.float32) - np.float32(1 - 2**-24)


def _nothing(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    return np.zeros((*shape[:-2], 0), np.float32)


def _place(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    return rng.random((*shape[:-2], 2), np.float32)


def _stretches(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """Draw smooth chance: neighbours have almost the same, so a stretch of a stroke goes as one.

    Normal draws blurred by STRETCH pixels (around the edges, so that no pixel is special), then
    ranked: each picture has the numbers 0/784, 1/784, … once, so a level is a share of its pixels.
    """
    height, width = shape[-2:]
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)
    spectrum = np.fft.rfft2(rng.standard_normal(shape, np.float32))
    spectrum *= np.exp(-2 * (np.pi * STRETCH) ** 2 * (down**2 + across**2))
    smooth = np.fft.irfft2(spectrum, (height, width)).reshape(*shape[:-2], height * width)
    ranks = smooth.argsort(axis=-1).argsort(axis=-1)
    return (ranks / (height * width)).astype(np.float32).reshape(shape)


def _masked(images: np.ndarray, field: np.ndarray, level: np.ndarray) -> np.ndarray:
    return images * (field >= level)


def _blurred(images: np.ndarray, field: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Blur by a Gaussian of level × BLUR pixels; beyond the picture all is black."""
    steps = np.arange(images.shape[-1], dtype=np.float64)
    deviation = np.maximum(BLUR * level.astype(np.float64), 1e-6)  # at 0 each pixel keeps its own
    fall = np.exp(-0.5 * ((steps[:, None] - steps) / deviation) ** 2)
    weights = fall / (2 * np.exp(-0.5 * (steps / deviation) ** 2).sum(axis=-1, keepdims=True) - 1)
    return weights @ images @ weights.swapaxes(-1, -2)


def _patched(images: np.ndarray, field: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Take out a square, level × 28 pixels wide; one at the same place holds every smaller one."""
    side = images.shape[-1]
    width = side * level.astype(np.float64).reshape(*level.shape[:1], 1)
    start = field * (side - width)  # of both axes, (…, 2)
    middles = np.arange(side) + 0.5
    inside = (middles >= start[..., None]) & (middles < (start + width)[..., None])
    return images * ~(inside[..., 0, :, None] & inside[..., 1, None, :])


BLUR = 4.0  # pixels, the standard deviation of the blur at level 1: of a digit a mere spot is left
STRETCH = 2.0  # pixels, of the blur that makes chance smooth: a stretch is as long as a stroke wide

# `noise.js` has them, too; one that it does not have is left to the server.
_KINDS = {
    "gaussian": Kind(_normal, lambda images, field, level: images + level * field, np.inf),
    "masking": Kind(_uniform, _masked),
    "salt_and_pepper": Kind(
        _signed, lambda images, field, level: np.where(np.abs(field) < level, field > 0, images)
    ),
    "blur": Kind(_nothing, _blurred),
    "patch": Kind(_place, _patched),
    "erased": Kind(_stretches, _masked),
}

# What the denoising families train on: (share of the images, kind, highest level).
# A few clean pictures stay in so that the network also learns to leave a clean digit alone.
TRAINING_MIX = (
    (0.45, "gaussian", 0.8),
    (0.25, "masking", 0.7),
    (0.25, "salt_and_pepper", 0.4),
)


def kinds() -> list[str]:
    """Return the names `add` knows, those that networks are trained on first."""
    return list(_KINDS)


def _known(kind: str) -> Kind:
    if not isinstance(kind, str) or kind not in _KINDS:
        raise KeyError(f"unknown noise kind {kind!r}; known: {', '.join(_KINDS)}")
    return _KINDS[kind]


def _level(level: ArrayLike, kind: str, images: np.ndarray) -> np.ndarray:
    """Return the checked level, float32 () or (n, 1, 1)."""
    levels, highest = np.asarray(level, np.float32), _KINDS[kind].highest
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
    levels = _level(level, kind, images)
    noisy = _KINDS[kind].apply(images, _KINDS[kind].draw(images.shape, rng), levels)
    return np.clip(noisy, 0.0, 1.0).astype(np.float32)


def field(
    kind: str, shape: Shape = (28, 28), seed: int | np.random.Generator | None = None
) -> np.ndarray:
    """Return the chance in the noise that `add` makes from the same seed, whatever the level.

    A browser that has it computes the same pictures while the level grows.

    Args:
        kind: one of `kinds()`.
        shape: of the pictures, (28, 28) or (n, 28, 28).
        seed: as for `add`.

    Returns:
        float32, shaped like the pictures, or as said. For "gaussian" a standard normal draw: the
        level times it is added. For "masking" a uniform one in [0, 1): what lies below the level
        goes. For "salt_and_pepper" one in (-1, 1), never 0: with less than the level between it
        and 0, a positive one is salt and a negative one pepper. For "blur" nothing, (…, 0). For
        "patch" two numbers in [0, 1), (…, 2): how far down and across the square lies between the
        edges. For "erased" as for "masking", but alike among neighbours.

    Raises:
        KeyError: `kind` is not one of `kinds()`.
        ValueError: another shape.
    """
    chosen = _known(kind)
    if len(shape) not in (2, 3) or tuple(shape[-2:]) != (28, 28):
        raise ValueError(f"shape must be (28, 28) or (n, 28, 28), got {shape}")
    return chosen.draw(shape, np.random.default_rng(seed))


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
            "blur" blurs by a Gaussian; its standard deviation is `level` × 4 pixels (`BLUR`).
            "patch" sets a square to 0, somewhere; `level` is its side as a share of the picture's.
            "erased" sets stretches of the strokes to 0; `level` is the share of the picture that
            they lie in.
            With the same seed a higher level damages more, and nothing otherwise (see `field`).
        level: a finite number >= 0 (<= 1, for all kinds but the first), or an array of n such
            numbers, one for each image.
        seed: an int for the same draw every time, a Generator to draw from, None for a new one.

    Returns:
        float32 array shaped like `images`, clipped to [0, 1].

    Raises:
        KeyError: `kind` is not one of `kinds()`.
        ValueError: `images` has another shape or dtype, or values outside [0, 1]; or `level` is
            negative, not finite, too high for the kind, or has another shape.
    """
    _known(kind)
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
