"""Figures to take away, fit for a slide; drawn by Matplotlib.

They are built on `matplotlib.figure.Figure` itself: pyplot's global state is not safe when many
visitors draw at once.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .drawings import Checkpoint, near, ticks
from .pixels import nearest_to_16_9

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACCENT = "#d4148a"  # of what is chosen
CELL = 0.8  # inches: the side of a picture in a table
EDGE = 0.2
MIN_WIDTH = 6.4  # inches: 1,280 pixels


def rate_distortion_figure(
    checkpoints: Sequence[Checkpoint],
    chosen: int,
    words: dict[str, Any],
    kind: str,
    decimal: str = ".",
) -> bytes:
    """Return the same curve as `drawings.rate_distortion` as a figure for a slide.

    Args:
        checkpoints: in the order of β.
        chosen: index of the one that is shown as chosen.
        words: as for `rate_distortion`, and "title".
        kind: "png" or "pdf".
        decimal: the sign before the decimals of a number.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    kl = near([point.kl for point in checkpoints])
    heights = [point.reconstruction for point in checkpoints]
    room = 0.06 * (max(heights) - min(heights)) + 1
    axes.set(xlim=(min(kl) - 0.7, max(kl) + 1.2), ylim=(min(heights) - room, max(heights) + room))
    _draw_equal_elbo(axes)
    _draw_checkpoints(axes, checkpoints, chosen, words["labels"])
    _use_decimal(axes, decimal)
    axes.set_xlabel(words["kl"], fontsize=13)
    axes.set_ylabel(words["reconstruction"], fontsize=13)
    axes.set_title(words["title"], fontsize=16)
    return _save(figure, kind)


def _draw_equal_elbo(axes: Axes) -> None:
    """Draw faint lines of slope -1 on which −ELBO is the same, named at the right edge."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for total in ticks(left + low, right + high, 5):
        axes.plot([left, right], [total - left, total - right], color="0.85", lw=1, zorder=0)
        if low + 0.5 < total - right < high - 0.5:
            text = f" −ELBO {total}"
            axes.text(right, total - right, text, fontsize=10, color="0.4", va="center")


def _draw_checkpoints(
    axes: Axes, checkpoints: Sequence[Checkpoint], chosen: int, labels: Sequence[str]
) -> None:
    """Draw the curve; one that is off the scale stands at the right edge, with an arrow."""
    kl, (left, right) = near([point.kl for point in checkpoints]), axes.get_xlim()
    shown = [point for point in checkpoints if point.kl in kl]
    axes.plot([p.kl for p in shown], [p.reconstruction for p in shown], "-", color="C0")
    for index, (point, label) in enumerate(zip(checkpoints, labels, strict=True)):
        far, here = point.kl not in kl, index == chosen
        place = (right - 0.03 * (right - left) if far else point.kl, point.reconstruction)
        axes.plot(*place, "o", ms=13 if here else 8, color=ACCENT if here else "C0", zorder=3)
        axes.annotate(
            f"β = {label}{' →' if far else ''}", place, (10, -18) if far else (8, 8),
            textcoords="offset points", fontsize=13, ha="right" if far else "left",
            weight="bold" if here else "normal", color=ACCENT if here else "black",
        )  # fmt: skip
        if here and not far:  # what its loss counts as equally good
            ends = [point.reconstruction - point.beta * (x - point.kl) for x in (left, right)]
            axes.plot([left, right], ends, "--", color=ACCENT, lw=1.5, zorder=1)


def _use_decimal(axes: Axes, decimal: str) -> None:
    """Write the numbers of both axes with another decimal sign."""
    from matplotlib.ticker import ScalarFormatter

    class WithDecimal(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return super().__call__(x, pos).replace(".", decimal)

    axes.xaxis.set_major_formatter(WithDecimal(useOffset=False))
    axes.yaxis.set_major_formatter(WithDecimal(useOffset=False))


class Tile(NamedTuple):
    """One picture of a figure to take away: an image, what it is, and a line below it."""

    image: np.ndarray
    title: str
    note: str


def _save(figure: Figure, kind: str) -> bytes:
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


def manifold(
    mosaic: np.ndarray, coordinates: np.ndarray, title: str, kind: str, decimal: str = "."
) -> bytes:
    """Return the grid over the latent plane as a square figure with its axes.

    Args:
        mosaic: (size * 28, size * 28), the pictures as laid out by `latent.mosaic`.
        coordinates: (size,) of the columns, left to right, and of the rows, bottom to top.
        title: the line above.
        kind: "png" or "pdf".
        decimal: the sign before the decimals of a number.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 9.3), layout="constrained")
    axes = figure.subplots()
    size = len(coordinates)
    axes.imshow(mosaic, cmap="gray", extent=(0, size, 0, size), interpolation="nearest")
    shown = np.arange(0, size, -(-size // 15))
    names = [f"{coordinates[index]:.2g}".replace(".", decimal) for index in shown]
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

    Many rows stand in several blocks side by side, so that the figure comes nearest to 16:9.

    Args:
        rows: (rows, columns, h, w), pictures in [0, 1].
        row_names, column_names: one for each; "" for none.
        title: the line above.
        kind: "png" or "pdf".
    """
    from matplotlib.figure import Figure

    count, columns = len(rows), len(rows[0])
    headings, heading_size = fitted(column_names, CELL)
    top = 0.6 + heading_size / 72 * 1.35 * max(name.count("\n") + 1 for name in headings)
    margin = EDGE + max(_inches(name, 11) for name in row_names)
    block = margin + CELL * columns + 0.1
    sizes = [
        (EDGE + blocks * block, top + CELL * -(-count // blocks) + EDGE)
        for blocks in range(1, count + 1)
    ]
    blocks = nearest_to_16_9(sizes) + 1
    per_block, size = -(-count // blocks), sizes[blocks - 1]
    size = (max(size[0], MIN_WIDTH), size[1])
    figure = Figure(figsize=size)
    axes = figure.add_axes((0, 0, 1, 1))  # one for all, in inches from the upper left corner
    room = size[0] - 2 * EDGE
    axes.text(EDGE, 0.15, title, va="top", fontsize=min(15, 15 * room / max(_inches(title, 15), 1)))
    gap = 0.03  # of a cell, white around each picture
    for index, pictures in enumerate(rows):
        which, row = divmod(index, per_block)
        left, upper = which * block + margin, top + CELL * row
        middle = upper + CELL / 2
        axes.text(left - 0.08, middle, row_names[index], ha="right", va="center", fontsize=11)
        for column, picture in enumerate(pictures):
            x, y = left + CELL * (column + gap), upper + CELL * gap
            side = CELL * (1 - 2 * gap)
            place = (x, x + side, y + side, y)
            axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest", extent=place)
            if row == 0:
                heading, centre = headings[column], x + side / 2
                axes.text(
                    centre, y - 0.04, heading, ha="center", va="bottom", fontsize=heading_size
                )
    axes.set(xlim=(0, size[0]), ylim=(size[1], 0), aspect="auto")
    axes.axis("off")
    return _save(figure, kind)


def _inches(text: str, size: float) -> float:
    """Return how wide a line is in Matplotlib's font at `size` points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    width, _, _ = text_to_path.get_text_width_height_descent(text, FontProperties(size=size), False)
    return width / 72


def fitted(names: Sequence[str], room: float) -> tuple[list[str], int]:
    """Return names broken into lines of at most `room` inches, and the size in points for all.

    The largest of 11 to 5 points at which each fits in three lines; else 5.
    """
    for size in range(11, 4, -1):
        broken = [_broken(name, room, size) for name in names]
        lines = [line for name in broken for line in name.split("\n")]
        tallest = max(name.count("\n") + 1 for name in broken)
        if tallest <= 3 and all(_inches(line, size) <= room for line in lines):
            break
    return broken, size


def _broken(name: str, room: float, size: float) -> str:
    lines: list[str] = []
    for word in name.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _inches(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)
