"""The one look at arrays that come from outside: their type, shape and range."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

UNIT = (0.0, 1.0)
Shape = tuple[int | str, ...]


def _fits(shape: tuple[int, ...], wanted: Shape) -> bool:
    return len(shape) == len(wanted) and all(
        isinstance(size, str) or size == came for size, came in zip(wanted, shape, strict=True)
    )


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def checked(
    values: ArrayLike,
    what: str,
    *shapes: Shape,
    within: tuple[float, float],
    dtype: DTypeLike = np.float32,
) -> np.ndarray:
    """Return `values` as an array of `dtype`, or raise ValueError saying what came instead.

    Args:
        values: floats of any precision; an array that has `dtype` already is not copied.
        what: what the message calls them.
        shapes: those that are taken; a letter, as in ("n", 28, 28), stands for any number.
        within: the smallest and the largest value that is taken.
        dtype: the type of float that is returned.
    """
    values = np.asarray(values)
    wanted = f"{what} must be floats of shape {' or '.join(map(_written, shapes))}"
    if not np.issubdtype(values.dtype, np.floating):
        hint = "; divide 8-bit pixels by 255" if values.dtype == np.uint8 else ""
        raise ValueError(f"{wanted}, got dtype {values.dtype}{hint}")
    if not any(_fits(values.shape, shape) for shape in shapes):
        raise ValueError(f"{wanted}, got shape {values.shape}")
    if not values.size:
        return values.astype(dtype, copy=False)
    low, high = float(values.min()), float(values.max())  # NaN if one of the values is NaN
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"{wanted}, all finite; got NaN or infinity")
    if low < within[0] or high > within[1]:
        raise ValueError(
            f"{wanted} in [{within[0]:g}, {within[1]:g}], got values from {low:.3g} to {high:.3g}"
        )
    return values.astype(dtype, copy=False)
