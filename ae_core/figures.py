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


class Checkpoint(NamedTuple):
    """A β-VAE on the rate–distortion plane, in nats an image on the test set."""

    beta: float
    kl: float
    reconstruction: float


def rate_distortion(
    checkpoints: Sequence[Checkpoint], chosen: int, words: dict[str, str], dark: bool
) -> str:
    """Return the rate–distortion curve as SVG: KL to the right, reconstruction upwards.

    Faint lines join what has the same −ELBO. Through the chosen checkpoint goes a line of slope
    −β: what its loss counts as equally good. A checkpoint whose KL is more than twice the next
    one's stands at the right edge, with an arrow.

    Args:
        checkpoints: in the order of β.
        chosen: index of the one that is shown as chosen.
        words: "kl" and "reconstruction" for the axes, "labels": β of each checkpoint.
        dark: whether it is shown on a dark page.
    """
    ink, accent, ground = (
        ("#e9ebf4", "#ff48b0", "#10131b") if dark else ("#1d2233", "#d4148a", "#fbfbfd")
    )
    near = _near([point.kl for point in checkpoints])
    x0, x1 = np.floor(min(near)) - 0.5, np.ceil(max(near)) + 1
    heights = [point.reconstruction for point in checkpoints]
    y0, y1 = np.floor(min(heights)) - 2, np.ceil(max(heights)) + 2
    left, right, top, bottom = 40, 294, 8, 268

    def at(kl, reconstruction):
        x = left + (kl - x0) / (x1 - x0) * (right - left)
        return x, bottom - (reconstruction - y0) / (y1 - y0) * (bottom - top)

    def line(start, end, style):
        (xa, ya), (xb, yb) = at(*start), at(*end)
        return f'<line x1="{xa:.1f}" y1="{ya:.1f}" x2="{xb:.1f}" y2="{yb:.1f}" {style}/>'

    def text(x, y, words, style=""):
        return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" {style}>{html.escape(words)}</text>'

    parts = []
    for total in range(int(5 * np.ceil((x0 + y0) / 5)), int(x1 + y1) + 1, 5):
        faint = f'stroke="{ink}" stroke-opacity="0.16"'
        parts.append(line((x0, total - x0), (x1, total - x1), faint))
        x, y = at(x1, total - x1)
        if top < y < bottom - 60:
            style = 'font-size="10" text-anchor="end" opacity="0.6"'
            parts.append(text(x - 3, y + 11, f"−ELBO {total}", style))
    here = checkpoints[chosen]
    if here.kl in near:
        slope = f'stroke="{accent}" stroke-width="1.5" stroke-dasharray="5 4"'
        ends = [(x, here.reconstruction - here.beta * (x - here.kl)) for x in (x0, x1)]
        parts.append(line(*ends, slope))
    places = [at(min(point.kl, x1 - 0.35), point.reconstruction) for point in checkpoints]
    joined = [place for place, point in zip(places, checkpoints, strict=True) if point.kl in near]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in joined)
    parts.append(f'<polyline points="{path}" fill="none" stroke="rgb{BAR}" stroke-width="2"/>')
    for index, (x, y) in enumerate(places):
        far = checkpoints[index].kl not in near
        fill, radius = (accent, 7) if index == chosen else (f"rgb{BAR}", 4.5)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" '
            f'stroke="{ground}" stroke-width="1.5"/>'
        )
        weight = 700 if index == chosen else 400
        label = ("β = " if index == chosen else "") + words["labels"][index]
        if far:
            anchor, dx, dy = "end", 8, 19
        elif x > (left + right) / 2:  # where the curve is flat, and its points are close
            anchor, dx, dy = "middle", 0, -9
            if index == chosen:  # above its neighbours' labels
                dx, dy = min(20, right - 30 - x), -22
        else:
            anchor, dx, dy = "start", 6, -8
        style = f'font-size="12" font-weight="{weight}" text-anchor="{anchor}"'
        parts.append(text(x + dx, y + dy, label + (" →" if far else ""), style))
    for value in range(int(np.ceil(x0)), int(x1) + 1):
        parts.append(text(at(value, 0)[0], bottom + 14, str(value), _TICK))
    for value in range(int(5 * np.ceil(y0 / 5)), int(y1) + 1, 5):
        y = at(0, value)[1]
        parts.append(text(left - 5, y + 4, str(value), 'font-size="11" text-anchor="end"'))
    middle = (top + bottom) / 2
    turned = f'font-size="12" text-anchor="middle" transform="rotate(-90 10 {middle})"'
    frame = f'fill="none" stroke="{ink}" stroke-opacity="0.35"'
    return "".join(
        [
            '<svg viewBox="0 0 300 300" width="300" height="300" '
            'xmlns="http://www.w3.org/2000/svg" font-family="Source Sans, Arial, sans-serif">',
            f'<clipPath id="inside"><rect x="{left}" y="{top}" width="{right - left}" '
            f'height="{bottom - top}"/></clipPath><g clip-path="url(#inside)">',
            *[part for part in parts if part.startswith("<line")],
            "</g>",
            f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" {frame}/>',
            *[part for part in parts if not part.startswith("<line")],
            text((left + right) / 2, 296, words["kl"], 'font-size="12" text-anchor="middle"'),
            text(10, middle, words["reconstruction"], turned),
            "</svg>",
        ]
    )


_TICK = 'font-size="11" text-anchor="middle"'


def _near(kl: Sequence[float]) -> list[float]:
    """Return those values that fit in one picture: without a last one over twice the next."""
    ordered = sorted(kl)
    far = len(ordered) > 1 and ordered[-1] > 2 * ordered[-2]
    return ordered[:-1] if far else ordered


def rate_distortion_figure(
    checkpoints: Sequence[Checkpoint], words: dict[str, str], kind: str
) -> bytes:
    """Return the same curve as a figure for a slide.

    Args:
        checkpoints: in the order of β.
        words: as for `rate_distortion`, and "title".
        kind: "png" or "pdf".
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    near = _near([point.kl for point in checkpoints])
    shown = [point for point in checkpoints if point.kl in near]
    axes.plot([p.kl for p in shown], [p.reconstruction for p in shown], "o-", ms=8)
    for point, label in zip(checkpoints, words["labels"], strict=True):
        if point.kl in near:
            place = (point.kl, point.reconstruction)
            axes.annotate(f"β = {label}", place, (7, 7), textcoords="offset points", fontsize=13)
        else:
            axes.annotate(
                f"β = {label} →", (1, point.reconstruction), (-4, 0), fontsize=13, ha="right",
                xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            )  # fmt: skip
    axes.set_xlim(min(near) - 0.7, max(near) + 1.2)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, min(point.reconstruction for point in checkpoints) - 1), high + 1)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for total in range(int(5 * np.ceil((left + low) / 5)), int(right + high) + 1, 5):
        axes.axline((0, total), slope=-1, color="0.85", lw=1, zorder=0)
        if low + 0.5 < total - right < high - 0.5:
            axes.text(
                right, total - right, f" −ELBO {total}", fontsize=10, color="0.4", va="center"
            )
    axes.set_xlabel(words["kl"], fontsize=13)
    axes.set_ylabel(words["reconstruction"], fontsize=13)
    axes.set_title(words["title"], fontsize=16)
    return _save(figure, kind)


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


def table(
    rows: np.ndarray, row_names: Sequence[str], column_names: Sequence[str], title: str, kind: str
) -> bytes:
    """Return rows of pictures with their names on the left and above, as a figure for a slide.

    Args:
        rows: (rows, columns, h, w), pictures in [0, 1].
        row_names, column_names: one for each; "" for none.
        title: the line above.
        kind: "png" or "pdf".
    """
    from matplotlib.figure import Figure

    height, width = len(rows), len(rows[0])
    margin = 0.2 + 0.09 * max(map(len, row_names))  # inches; a letter is about 0.09 wide
    size = (margin + 0.8 * width + 0.2, 0.8 * height + 1.1)
    figure = Figure(figsize=size)
    figure.suptitle(title, fontsize=15, x=0.2 / size[0], y=1 - 0.15 / size[1], ha="left", va="top")
    cells = figure.subplots(height, width, squeeze=False)
    figure.subplots_adjust(
        left=margin / size[0], right=1 - 0.2 / size[0], bottom=0.15 / size[1],
        top=1 - 0.95 / size[1], wspace=0.06, hspace=0.06,
    )  # fmt: skip
    for axes, picture in zip(cells.ravel(), np.concatenate(rows), strict=True):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for axes, name in zip(cells[:, 0], row_names, strict=True):
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=11)
    for axes, name in zip(cells[0], column_names, strict=True):
        axes.set_title(name, fontsize=11)
    return _save(figure, kind)
