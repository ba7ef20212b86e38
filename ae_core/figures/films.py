"""Films of several methods to take away: an animated GIF, or a strip."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from .pixels import enlarge, png

LABEL = 18  # height in pixels of the line above a picture that says what it is
GAP = 8


@cache
def _font(size: int):
    """DejaVu Sans, which comes with Matplotlib: it has every accent, and β and σ."""
    import matplotlib
    from PIL import ImageFont

    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"), size)


def _write(picture: np.ndarray, labels: Sequence[tuple[str, tuple[int, int], int]]) -> np.ndarray:
    """Return a uint8 picture (h, w) with white labels: text, place (x, y) and room in pixels."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    for text, place, room in labels:
        size = 13
        while size > 7 and _font(size).getlength(text) > room:
            size -= 1
        draw.text(place, text, 255, _font(size))
    return np.asarray(image)


def _rows(frames: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    frames = np.asarray(frames)
    if frames.ndim != 4 or frames.dtype != np.uint8 or len(frames) != len(labels):
        raise ValueError(
            f"expected uint8 frames (methods, steps, h, w) and a label for each method, got "
            f"{frames.dtype} {frames.shape} and {len(labels)} labels"
        )
    return frames


def beside(frames: np.ndarray, labels: Sequence[str], factor: int = 5) -> np.ndarray:
    """Return the frames of several methods side by side under their labels.

    Args:
        frames: uint8 (methods, steps, h, w).
        labels: what stands above each method.
        factor: the side of a pixel in the result.

    Returns:
        uint8 (steps, LABEL + h * factor, width); between two methods there are GAP pixels.

    Raises:
        ValueError: another shape or dtype, or another number of labels.
    """
    frames = _rows(frames, labels)
    methods, steps, height, width = frames.shape
    pitch = width * factor + GAP
    ground = np.zeros((LABEL + height * factor, methods * pitch - GAP), np.uint8)
    ground = _write(
        ground, [(label, (m * pitch + 1, 1), pitch - GAP) for m, label in enumerate(labels)]
    )
    result = np.repeat(ground[None], steps, axis=0)
    for m in range(methods):
        left = m * pitch
        large = frames[m].repeat(factor, axis=1).repeat(factor, axis=2)
        result[:, LABEL:, left : left + width * factor] = large
    return result


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


def strip(frames: np.ndarray, labels: Sequence[str], shown: int = 11, factor: int = 3) -> bytes:
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
    pitch = LABEL + height * factor + GAP
    picture = np.zeros((methods * pitch - GAP, chosen.shape[1] * width * factor), np.uint8)
    for m in range(methods):
        top = m * pitch + LABEL
        picture[top : top + height * factor] = np.concatenate(
            [enlarge(frame, factor) for frame in chosen[m]], axis=1
        )
    written = [(label, (2, m * pitch + 1), picture.shape[1] - 4) for m, label in enumerate(labels)]
    return png(_write(picture, written))


def picked(steps: int, shown: int) -> np.ndarray:
    """Return which frames of `steps` stand in a strip of `shown`, int (k,), both ends in."""
    return np.unique(np.linspace(0, steps - 1, min(shown, steps)).round().astype(int))
