"""Pictures: small arrays for the screen, Matplotlib figures to take away.

Screen pictures are uint8 arrays, enlarged by whole numbers so that every pixel stays a square.
Figures are built on `matplotlib.figure.Figure` itself: pyplot's global state is not safe when
many visitors draw at once.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from typing import NamedTuple

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


def mark(
    picture: np.ndarray,
    centre: tuple[float, float],
    radii: tuple[float, float] = (8, 8),
    colour: tuple[int, int, int] = (255, 255, 255),
) -> np.ndarray:
    """Return a copy of a picture with a ring, black and `colour`, so that it is seen anywhere.

    Args:
        picture: uint8 (h, w) or (h, w, 3).
        centre: (column, row) in pixels; a centre outside the picture is moved to its edge.
        radii: half axes of the ring in pixels, along the columns and the rows; at least 4.
        colour: of the ring.
    """
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)
    height, width = picture.shape[:2]
    rx, ry = (max(4.0, radius) for radius in radii)
    column, row = np.clip(centre[0], 0, width - 1), np.clip(centre[1], 0, height - 1)
    # Only the pixels around the ring are touched.
    left, right = max(0, int(column - rx) - 5), min(width, int(column + rx) + 6)
    top, bottom = max(0, int(row - ry) - 5), min(height, int(row + ry) + 6)
    rows, columns = np.ogrid[top:bottom, left:right]
    x, y = (columns - column) / rx, (rows - row) / ry
    reach = np.hypot(x, y)
    slope = np.hypot(x / rx, y / ry) / np.maximum(reach, 1e-6)  # of `reach`: makes it pixels
    distance = np.abs(reach - 1) / np.maximum(slope, 1e-6)
    part = picture[top:bottom, left:right].astype(np.float32)
    for half, ink in ((2.6, (0, 0, 0)), (1.3, colour)):
        cover = np.clip(half + 0.5 - distance, 0, 1)[..., None]
        part = part * (1 - cover) + np.array(ink, np.float32) * cover
    result = picture.copy()
    result[top:bottom, left:right] = part.astype(np.uint8)
    return result


def data_uri(picture: np.ndarray) -> str:
    """Return a uint8 picture as a `data:` address, to stand inside an SVG."""
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode('ascii')}"


def hourglass(
    clean: np.ndarray, code: np.ndarray, rebuilt: np.ndarray, words: dict[str, str], dark: bool
) -> str:
    """Return the picture of what an autoencoder is, as SVG: image, encoder, code, decoder, image.

    Args:
        clean, rebuilt: uint8 pictures (28, 28).
        code: uint8 picture of the code (side, side, 4), see-through around the bars.
        words: "encoder", "decoder", and what stands below: "input", "code", "output".
        dark: whether it is shown on a dark page.
    """
    ink = "#e9ebf4" if dark else "#1d2233"
    word = {name: html.escape(text) for name, text in words.items()}

    def image(picture, x, y, side):
        return (
            f'<image href="{data_uri(picture)}" x="{x}" y="{y}" width="{side}" height="{side}" '
            'style="image-rendering:pixelated"/>'
        )

    def label(text, x, y, size=17, weight=400):
        return (
            f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" '
            f'font-weight="{weight}" fill="{ink}">{text}</text>'
        )

    def funnel(x, left, right, name):
        """A trapezium 150 wide around the middle line, `left` and `right` high."""
        corners = f"{x},{85 - left} {x + 150},{85 - right} {x + 150},{85 + right} {x},{85 + left}"
        return (
            f'<polygon points="{corners}" fill="rgb{BAR}" fill-opacity="0.22" '
            f'stroke="rgb{BAR}" stroke-width="2" stroke-linejoin="round"/>'
            + label(word[name], x + 75, 91, 18, 600)
        )

    return "".join(
        [
            '<svg viewBox="0 0 800 200" width="800" height="200" '
            'xmlns="http://www.w3.org/2000/svg" font-family="Source Sans, Arial, sans-serif">',
            image(clean, 5, 15, 140),
            funnel(165, 70, 34, "encoder"),
            image(code, 335, 20, 130),
            funnel(485, 34, 70, "decoder"),
            image(rebuilt, 655, 15, 140),
            label(word["input"], 75, 184),
            label(word["code"], 400, 184),
            label(word["output"], 725, 184),
            "</svg>",
        ]
    )


class Tile(NamedTuple):
    """One picture of a figure to take away: an image, what it is, and a line below it."""

    image: np.ndarray
    title: str
    note: str


def _save(figure, kind: str) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=kind, dpi=200, facecolor="white")
    return file.getvalue()


def comparison(inputs: tuple[Tile, Tile], families: Sequence[Tile], title: str, kind: str) -> bytes:
    """Return a 16:9 figure fit for a slide: the inputs on the left, every family beside them.

    Args:
        inputs: the clean and the noisy picture, shown one above the other.
        families: one reconstruction for each family, shown in two rows.
        title: the line above.
        kind: "png" or "pdf".
    """
    from matplotlib.figure import Figure

    columns = 1 + -(-len(families) // 2)
    figure = Figure(figsize=(12.8, 7.2))
    figure.suptitle(title, fontsize=22, x=0.03, y=0.97, ha="left", va="top")
    places = figure.add_gridspec(
        2, columns, left=0.03, right=0.97, top=0.83, bottom=0.06, wspace=0.14, hspace=0.36
    )
    cells = [(0, 0), (1, 0), *((row, column) for row in (0, 1) for column in range(1, columns))]
    for cell, tile in zip(cells, [*inputs, *families], strict=False):
        axes = figure.add_subplot(places[cell])
        axes.imshow(tile.image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set_title(tile.title, fontsize=13)
        axes.set_xlabel(tile.note, fontsize=12)
        axes.set(xticks=[], yticks=[])
    return _save(figure, kind)


def manifold(mosaic: np.ndarray, ticks: np.ndarray, title: str, kind: str) -> bytes:
    """Return the grid over the latent plane as a square figure with its axes.

    Args:
        mosaic: (size * 28, size * 28), the pictures as laid out by `latent.mosaic`.
        ticks: (size,) coordinates of the columns, left to right, and of the rows, bottom to top.
        title: the line above.
        kind: "png" or "pdf".
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 9.3), layout="constrained")
    axes = figure.subplots()
    size = len(ticks)
    axes.imshow(mosaic, cmap="gray", extent=(0, size, 0, size), interpolation="nearest")
    shown = np.arange(0, size, -(-size // 15))
    names = [f"{ticks[index]:.2g}" for index in shown]
    axes.set_xticks(shown + 0.5, names)
    axes.set_yticks(shown + 0.5, names)
    axes.set_xlabel("$z_1$")
    axes.set_ylabel("$z_2$")
    axes.set_title(title, fontsize=16)
    return _save(figure, kind)
