"""Small pictures for the screen: uint8 arrays, enlarged by whole numbers.

So every pixel stays a square.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

# Okabe and Ito's orange and sky blue: told apart with any kind of colour vision.
TOO_LITTLE = np.array([230, 159, 0], np.float32)
TOO_MUCH = np.array([86, 180, 233], np.float32)
BAR = (86, 140, 200)  # a blue that stands out on light and dark paper
# M. Petroff, "Accessible Color Sequences for Data Visualization", 2021: ten colours for ten
# classes, in the order that keeps 3, 5 and 8, neighbours on the map, far apart.
CLASS_COLOURS = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
    "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip


def to_bytes(images: np.ndarray) -> np.ndarray:
    """Return images in [0, 1] as uint8 in [0, 255], same shape."""
    return (np.asarray(images) * 255 + 0.5).astype(np.uint8)


def enlarge(picture: np.ndarray, factor: int) -> np.ndarray:
    """Return a picture (h, w) or (h, w, c) with every pixel a square of `factor` pixels."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def png(picture: np.ndarray) -> bytes:
    """Return a uint8 picture (h, w), (h, w, 3) or (h, w, 4) as a PNG file, packed quickly."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()


def error_map(clean: np.ndarray, reconstruction: np.ndarray) -> np.ndarray:
    """Return where a reconstruction is wrong, uint8 (28, 28, 3).

    Black where it is right, orange where ink is missing, blue where there is too much.

    Args:
        clean, reconstruction: (28, 28) in [0, 1].
    """
    difference = (reconstruction - clean)[..., None]
    colour = np.where(difference < 0, TOO_LITTLE, TOO_MUCH)
    return (np.abs(difference) * colour + 0.5).astype(np.uint8)


def code_picture(code: np.ndarray, scale: float, side: int) -> np.ndarray:
    """Return a code as a picture: bars for a list of numbers, small maps for feature maps.

    Args:
        code: (d,) or (h, w, channels).
        scale: the number that fills a bar, or makes a map's pixel brightest.
        side: width and height of the picture in pixels.

    Returns:
        uint8 (side, side, 4), see-through around the code.
    """
    share = np.clip(np.asarray(code, np.float32) / scale, -1, 1)
    return _bars(share, side) if code.ndim == 1 else _maps(share, side)


def _bars(shares: np.ndarray, side: int, per_row: int = 32) -> np.ndarray:
    picture = np.zeros((side, side, 4), np.uint8)
    rows = -(-len(shares) // per_row)
    columns = min(len(shares), per_row)
    pitch, height = side // columns, side // rows
    width = max(1, min(pitch - 1, side // 6))
    signed = bool((shares < 0).any())
    for index, share in enumerate(shares):
        row, column = divmod(index, columns)
        room = (height - 5) // (2 if signed else 1)
        base = row * height + 2 + room
        left = column * pitch + (pitch - width) // 2
        tip = base - round(float(share) * room)
        low, high = sorted((base, tip))
        colour = (*BAR, 255) if share >= 0 else (*TOO_LITTLE.astype(np.uint8), 255)
        picture[low : high + 1, left : left + width] = colour
        if low == high:  # a number at rest: a mere tick on the base line
            picture[low, left : left + width] = (128, 128, 128, 120)
    return picture


def _maps(shares: np.ndarray, side: int, gap: int = 6) -> np.ndarray:
    height, width, channels = shares.shape
    columns = int(np.ceil(np.sqrt(channels)))
    rows = -(-channels // columns)
    factor = (side - gap * (columns - 1)) // (columns * width)
    picture = np.zeros((side, side, 4), np.uint8)
    step = (factor * height + gap, factor * width + gap)
    top = (side - rows * step[0] + gap) // 2
    left = (side - columns * step[1] + gap) // 2
    colour = np.where(shares[..., None] < 0, TOO_LITTLE, TOO_MUCH) * np.abs(shares[..., None])
    for channel in range(channels):
        row, column = divmod(channel, columns)
        y, x = top + row * step[0], left + column * step[1]
        tile = enlarge(colour[:, :, channel].astype(np.uint8), factor)
        picture[y : y + tile.shape[0], x : x + tile.shape[1], :3] = tile
        picture[y : y + tile.shape[0], x : x + tile.shape[1], 3] = 255
    return picture
