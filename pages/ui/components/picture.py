"""How a small picture travels: its pixels, or a file if it is large; or only its shape."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from ae_core.figures.pixels import png

LARGE = 4096  # numbers in a picture; beyond that, packing it costs less than sending it
Pixels = np.ndarray | tuple[int, ...]  # only the shape of a picture that the browser draws


def pack(pixels: Pixels) -> tuple[dict[str, Any], bytes]:
    """Return what `common/picture.js` needs to know of a picture, and its contents.

    Args:
        pixels: uint8 (h, w), (h, w, 3) or (h, w, 4); or only such a shape, without contents.
    """
    if not isinstance(pixels, np.ndarray):
        return {"shape": pixels, "bytes": 0, "png": False}, b""
    large = pixels.size > LARGE
    contents = png(pixels) if large else pixels.tobytes()
    return {"shape": pixels.shape, "bytes": len(contents), "png": large}, contents


def unpack(described: dict[str, Any], contents: bytes) -> np.ndarray | None:
    """Return what `pack` packed, or None if there was only a shape; for tests."""
    if not contents:
        return None
    if described["png"]:
        return np.asarray(Image.open(io.BytesIO(contents)))
    return np.frombuffer(contents, np.uint8).reshape(described["shape"])
