"""Arrays as JSON has them: for the figures of a study that are too many to be written out."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

DTYPES = ("<f2", "<f4", "|u1")


def pack(array: np.ndarray, dtype: str = "<f2") -> dict[str, Any]:
    """Return an array as "dtype", "shape" and "base64".

    Args:
        array: finite numbers of any shape.
        dtype: in which they are kept, of `DTYPES`.

    Raises:
        ValueError: `dtype` is another one, or cannot hold a number.
    """
    if dtype not in DTYPES:
        raise ValueError(f"expected a dtype of {DTYPES}, got {dtype!r}")
    with np.errstate(over="ignore"):
        kept = np.ascontiguousarray(array, dtype)
    if not np.isfinite(kept).all():
        raise ValueError(f"expected finite numbers that {dtype} holds, got NaN or infinity")
    text = base64.b64encode(kept.tobytes()).decode("ascii")
    return {"dtype": dtype, "shape": list(kept.shape), "base64": text}


def unpack(packed: Mapping[str, Any]) -> np.ndarray:
    """Return what `pack` packed, read-only; float32 for floats, uint8 for bytes.

    Raises:
        ValueError, KeyError: it is not what `pack` returns.
    """
    dtype, shape = packed["dtype"], tuple(packed["shape"])
    if dtype not in DTYPES:
        raise ValueError(f"expected a dtype of {DTYPES}, got {dtype!r}")
    contents = base64.b64decode(packed["base64"], validate=True)
    if len(contents) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise ValueError(f"expected {shape} numbers of {dtype}, got {len(contents)} bytes")
    array = np.frombuffer(contents, dtype).reshape(shape)
    array = array if dtype == "|u1" else array.astype(np.float32)
    array.setflags(write=False)
    return array
