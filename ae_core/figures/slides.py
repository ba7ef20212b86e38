"""Figures to take away, fit for a slide; drawn by Matplotlib.

They are built on `matplotlib.figure.Figure` itself: pyplot's global state is not safe when many
visitors draw at once.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .drawings import Checkpoint, _near


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
