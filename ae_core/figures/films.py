"""Films of several methods to take away: an animated GIF, fit for a slide."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .pixels import enlarge

SIZE = (1280, 720)  # pixels
GAP = 8  # pixels, at least, between two films and around all of them
LETTERS = 22  # pixels: their capitals are 2.2 % of the height
LABEL = 32  # pixels: the line above a film
GREYS = 24  # in a GIF: fewer are seen, more make it large


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which comes with Matplotlib: it has every accent, and β and σ."""
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"), size)


def _cut(text: str, room: int, font: ImageFont.FreeTypeFont) -> str:
    """Return a text that is not wider than `room` pixels: the end of a long one is left out."""
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"


def beside(frames: np.ndarray, labels: Sequence[str], size: tuple[int, int] = SIZE) -> np.ndarray:
    """Return the frames of several methods side by side under their labels, on white.

    They stand in as many rows as make them largest; every pixel is a square.

    Args:
        frames: uint8 (methods, steps, h, w).
        labels: what stands above each method.
        size: width and height of the result in pixels.

    Returns:
        uint8 (steps, height, width).

    Raises:
        ValueError: another shape or dtype, or another number of labels.
    """
    frames = np.asarray(frames)
    if frames.ndim != 4 or frames.dtype != np.uint8 or len(frames) != len(labels):
        raise ValueError(
            f"expected uint8 frames (methods, steps, h, w) and a label for each method, got "
            f"{frames.dtype} {frames.shape} and {len(labels)} labels"
        )
    methods, steps, h, w = frames.shape
    # As few columns as the number of rows allows: five films are 3 + 2, not 4 + 1.
    choices = sorted({-(-methods // rows) for rows in range(1, methods + 1)})
    columns = max(choices, key=lambda each: _factor(methods, each, h, w, size))
    factor, rows = _factor(methods, columns, h, w, size), -(-methods // columns)
    wide, high = size[0] // columns, min(size[1] // rows, LABEL + h * factor + 4 * GAP)
    above = (size[1] - rows * high) // 2
    ground = Image.new("L", size, 255)
    draw = ImageDraw.Draw(ground)
    result = np.empty((steps, size[1], size[0]), np.uint8)
    places = []
    for m, label in enumerate(labels):
        row, column = divmod(m, columns)
        alone = columns - min(columns, methods - row * columns)  # the last row is in the middle
        middle = column * wide + (wide + alone * wide + size[0] % columns) // 2
        top = above + row * high + (high - LABEL - h * factor) // 2
        places.append((top + LABEL, middle - w * factor // 2))
        text = _cut(label, wide - 2 * GAP, _font(LETTERS))
        draw.text((middle, top + LABEL // 2), text, 0, _font(LETTERS), "mm")
    result[:] = np.asarray(ground)
    for film, (top, left) in zip(frames, places, strict=True):
        large = film.repeat(factor, axis=1).repeat(factor, axis=2)
        result[:, top : top + h * factor, left : left + w * factor] = large
    return result


def _factor(methods: int, columns: int, h: int, w: int, size: tuple[int, int]) -> int:
    """Return how large the side of a pixel can be if the films stand in so many columns."""
    rows = -(-methods // columns)
    return max(1, min(
        (size[0] // columns - GAP) // w, (size[1] // rows - LABEL - 2 * GAP) // h
    ))  # fmt: skip


def gif(frames: np.ndarray, ms: int = 80, factor: int = 1, back: bool = True) -> bytes:
    """Return frames as an animated GIF of GREYS that never ends.

    A frame that equals the one before it is not stored: that one is shown for longer.

    Args:
        frames: uint8 (n, h, w), n >= 1.
        ms: milliseconds a frame is shown; GIF counts in hundredths of a second.
        factor: the side of a pixel in the GIF.
        back: whether it also walks back, so that it does not jump at its end.

    Raises:
        ValueError: another shape or dtype.
    """
    frames = np.asarray(frames)
    if frames.ndim != 3 or frames.dtype != np.uint8 or not len(frames):
        raise ValueError(f"expected uint8 frames (n, h, w), got {frames.dtype} {frames.shape}")
    order = [*range(len(frames)), *(range(len(frames) - 2, 0, -1) if back else ())]
    shades = np.linspace(0, 255, GREYS).round().astype(np.uint8)
    steps = np.rint(frames * ((GREYS - 1) / 255)).astype(np.uint8)
    pictures: list[Image.Image] = []
    for index in order:
        large = enlarge(steps[index], factor)
        picture = Image.frombytes("P", large.shape[::-1], large.tobytes())
        picture.putpalette(shades.repeat(3).tobytes())
        pictures.append(picture)
    file = io.BytesIO()
    pictures[0].save(
        file, "GIF", save_all=True, append_images=pictures[1:], duration=ms, loop=0, optimize=False
    )
    return file.getvalue()


def picked(steps: int, shown: int) -> np.ndarray:
    """Return which frames of `steps` stand in a strip of `shown`, int (k,), both ends in."""
    return np.unique(np.linspace(0, steps - 1, min(shown, steps)).round().astype(int))
