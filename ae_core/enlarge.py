"""Small pictures made large again by formula: what a network for super-resolution is compared with.

Pillow's filters, in float: R. Keys, Cubic Convolution Interpolation, 1981 (bicubic); C. Duchon,
Lanczos Filtering in One and Two Dimensions, 1979.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from .checks import UNIT, checked

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
SIDE = 28


def shrink(images: ArrayLike, side: int) -> np.ndarray:
    """Return small pictures, float32 (n, side, side): the mean of each square of pixels.

    Args:
        images: float (n, 28, 28) in [0, 1].
        side: of a small picture; it divides 28.

    Raises:
        ValueError: `images` has another shape or dtype, or values outside [0, 1]; or `side` does
            not divide 28.
    """
    if not 1 <= side <= SIDE or SIDE % side:
        raise ValueError(f"side must divide {SIDE}, got {side}")
    images = checked(images, "images", ("n", SIDE, SIDE), within=UNIT)
    factor = SIDE // side
    return images.reshape(-1, side, factor, side, factor).mean(axis=(2, 4))


def enlarge(small: ArrayLike, how: str) -> np.ndarray:
    """Return pictures, float32 (n, 28, 28), clipped to [0, 1].

    Args:
        small: float (n, side, side) in [0, 1].
        how: one of `FILTERS`: "nearest", "bilinear", "bicubic", "lanczos".

    Raises:
        KeyError: `how` is not one of `FILTERS`.
        ValueError: `small` has another shape or dtype, or values outside [0, 1].
    """
    chosen = FILTERS[how]
    small = checked(small, "small pictures", ("n", "side", "side"), within=UNIT)
    large = [np.asarray(Image.fromarray(i).resize((SIDE, SIDE), chosen)) for i in small]
    return np.stack(large).clip(0, 1) if large else np.zeros((0, SIDE, SIDE), np.float32)
