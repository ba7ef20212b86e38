"""Films of several methods to take away: an animated GIF, or a strip."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import ImageFont

from .pixels import enlarge, nearest_to_16_9, png

GAP = 8
WIDTH = 1280  # pixels: films to take away are at least as wide


def label_height(factor: int) -> int:
    """Return the height in pixels of the line above a picture whose pixels have side `factor`."""
    return max(18, min(48, 6 * factor))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which comes with Matplotlib: it has every accent, and β and σ."""
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"), size)


def _write(
    picture: np.ndarray, labels: Sequence[tuple[str, tuple[int, int], int]], height: int
) -> np.ndarray:
    """Return a uint8 picture (h, w) with white labels: text, place (x, y) and room in pixels.

    Args:
        height: of a line of labels, in pixels.
    """
    from PIL import Image, ImageDraw

    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    size = round(0.72 * height)
    while size > 7 and any(_font(size).getlength(text) > room for text, _, room in labels):
        size -= 1
    for text, place, room in labels:
        draw.text(place, _cut(text, room, size), 255, _font(size))
    return np.asarray(image)


def _cut(text: str, room: int, size: int) -> str:
    """Return a text that is not wider than `room` pixels: the end of a long one is left out."""
    if _font(size).getlength(text) <= room:
        return text
    while text and _font(size).getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"


def _rows(frames: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    frames = np.asarray(frames)
    if frames.ndim != 4 or frames.dtype != np.uint8 or len(frames) != len(labels):
        raise ValueError(
            f"expected uint8 frames (methods, steps, h, w) and a label for each method, got "
            f"{frames.dtype} {frames.shape} and {len(labels)} labels"
        )
    return frames


def beside(frames: np.ndarray, labels: Sequence[str], width: int = WIDTH) -> np.ndarray:
    """Return the frames of several methods side by side under their labels.

    They stand in as many rows as bring the whole nearest to 16:9; every pixel is a square.

    Args:
        frames: uint8 (methods, steps, h, w).
        labels: what stands above each method.
        width: the result is at least as wide, in pixels.

    Returns:
        uint8 (steps, height, width); between two methods there are GAP pixels.

    Raises:
        ValueError: another shape or dtype, or another number of labels.
    """
    frames = _rows(frames, labels)
    methods, steps, h, w = frames.shape
    # As few columns as the number of rows allows: five films are 3 + 2, not 4 + 1.
    choices = sorted({-(-methods // rows) for rows in range(1, methods + 1)})
    layouts = [_layout(methods, columns, h, w, width) for columns in choices]
    best = nearest_to_16_9([size for _, size in layouts])
    columns, (factor, (whole_width, whole_height)) = choices[best], layouts[best]
    line = label_height(factor)
    places = [
        (m // columns * (line + h * factor + GAP), m % columns * (w * factor + GAP))
        for m in range(methods)
    ]
    ground = _write(
        np.zeros((whole_height, whole_width), np.uint8),
        [
            (label, (left + 1, top + 1), w * factor)
            for label, (top, left) in zip(labels, places, strict=True)
        ],
        line,
    )
    result = np.repeat(ground[None], steps, axis=0)
    for film, (top, left) in zip(frames, places, strict=True):
        large = film.repeat(factor, axis=1).repeat(factor, axis=2)
        result[:, top + line : top + line + h * factor, left : left + w * factor] = large
    return result


def _layout(methods: int, columns: int, h: int, w: int, width: int) -> tuple[int, tuple[int, int]]:
    """Return the side of a pixel, and (width, height) of the whole, for a number of columns."""
    factor = max(1, -(-(width - (columns - 1) * GAP) // (columns * w)))
    rows = -(-methods // columns)
    return factor, (
        columns * (w * factor + GAP) - GAP,
        rows * (label_height(factor) + h * factor + GAP) - GAP,
    )


def gif(frames: np.ndarray, ms: int = 80, factor: int = 1, back: bool = True) -> bytes:
    """Return frames as an animated GIF that never ends.

    A frame that equals the one before it is not stored: that one is shown for longer.

    Args:
        frames: uint8 (n, h, w), n >= 1.
        ms: milliseconds a frame is shown; GIF counts in hundredths of a second.
        factor: the side of a pixel in the GIF.
        back: whether it also walks back, so that it does not jump at its end.

    Raises:
        ValueError: another shape or dtype.
    """
    from PIL import Image

    frames = np.asarray(frames)
    if frames.ndim != 3 or frames.dtype != np.uint8 or not len(frames):
        raise ValueError(f"expected uint8 frames (n, h, w), got {frames.dtype} {frames.shape}")
    order = [*range(len(frames)), *(range(len(frames) - 2, 0, -1) if back else ())]
    pictures: list[Image.Image] = [
        Image.fromarray(enlarge(frames[index], factor)) for index in order
    ]
    file = io.BytesIO()
    pictures[0].save(
        file, "GIF", save_all=True, append_images=pictures[1:], duration=ms, loop=0, optimize=False
    )
    return file.getvalue()


def strip(frames: np.ndarray, labels: Sequence[str], shown: int = 11, factor: int = 5) -> bytes:
    """Return the methods' frames as a PNG: a labelled row a method, from start to end.

    Args:
        frames: uint8 (methods, steps, h, w).
        labels: what stands above each row.
        shown: how many frames a row has, at equal distances; not more than there are.
        factor: the side of a pixel in the picture.

    Raises:
        ValueError: another shape or dtype, or another number of labels.
    """
    frames = _rows(frames, labels)
    methods, steps, height, width = frames.shape
    chosen = frames[:, picked(steps, shown)]
    line = label_height(factor)
    pitch = line + height * factor + GAP
    picture = np.zeros((methods * pitch - GAP, chosen.shape[1] * width * factor), np.uint8)
    for m in range(methods):
        top = m * pitch + line
        picture[top : top + height * factor] = np.concatenate(
            [enlarge(frame, factor) for frame in chosen[m]], axis=1
        )
    written = [(label, (2, m * pitch + 1), picture.shape[1] - 4) for m, label in enumerate(labels)]
    return png(_write(picture, written, line))


def picked(steps: int, shown: int) -> np.ndarray:
    """Return which frames of `steps` stand in a strip of `shown`, int (k,), both ends in."""
    return np.unique(np.linspace(0, steps - 1, min(shown, steps)).round().astype(int))
