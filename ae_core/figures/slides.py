"""Figures to take away: each is a slide, 16:9, with letters for the back of a lecture hall.

They are built on `matplotlib.figure.Figure` itself: pyplot's global state is not safe when many
visitors draw at once.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..latent import densest
from .charts import PALETTE, Chart
from .drawings import Checkpoint, near, ticks
from .pixels import CLASS_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACCENT = "#d4148a"  # of what is chosen
WIDTH, HEIGHT = 12.8, 7.2  # inches
DPI = 150  # 1920 × 1080 pixels
EDGE = 0.35  # inches that stay white around everything
TITLE, TEXT, LEAST = 28, 20, 16  # points; capitals of LEAST are 2.2 % of the height
LINE = 1.35  # from one line to the next, in sizes of the letters
BETWEEN = 0.3  # inches between two blocks of a table
WHITE = 0.03  # of a picture's side, around it

Lines = list[str]


# ---------------------------------------------------------------- words


def proper(text: str) -> str:
    """Return a text with minus signs where hyphens stood before numbers."""
    return re.sub(r"(?<![\w-])-(?=\d)", "−", text)


@lru_cache(2048)
def _inches_of_a_point(text: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=100, weight="bold")  # what is chosen is bold
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, "$" in text)
    return width / 72 / 100


def inches(text: str, size: float) -> float:
    """Return how wide a line is at `size` points, bold."""
    return size * _inches_of_a_point(text)


def broken(text: str, room: float, size: float) -> str:
    """Return a text in lines that are at most `room` inches wide where its words allow it."""
    lines: Lines = []
    for part in text.split("\n"):
        lines.append("")
        for word in part.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and inches(longer, size) > room:
                lines.append(word)
            else:
                lines[-1] = longer
    return "\n".join(lines)


def fitted(
    texts: Sequence[str], room: float, largest: int = TEXT, most: int = 3
) -> tuple[Lines, int]:
    """Return texts broken into lines of at most `room` inches, and the size in points for all.

    The largest size at which each fits in `most` lines. Only what fits at no other is smaller than
    LEAST, down to 5.
    """
    texts = [proper(text) for text in texts]
    for size in range(largest, 4, -1):
        found = [broken(text, room, size) for text in texts]
        lines = [line for text in found for line in text.split("\n")]
        if tall(found) <= most and all(inches(line, size) <= room for line in lines):
            break
    return found, size


def in_one_line(texts: Sequence[str], room: float, largest: int, least: float) -> tuple[Lines, int]:
    """Return texts in one line each if they need not be smaller than `least` for that.

    Else as `fitted`.
    """
    one = fitted(texts, room, largest, most=1)
    return one if one[1] >= least else fitted(texts, room, largest)


def tall(texts: Sequence[str]) -> int:
    """Return how many lines the tallest of some texts has."""
    return max((text.count("\n") + 1 for text in texts if text), default=0)


def high(texts: Sequence[str], size: float) -> float:
    """Return how much room the tallest of some texts needs, in inches."""
    return tall(texts) * size * LINE / 72


# ---------------------------------------------------------------- the slide


class Slide:
    """A white slide with its title; places are in inches from the upper left corner.

    Attributes:
        figure: Matplotlib's.
        top: where the room below the title begins.
    """

    def __init__(self, title: str, note: str = "", room: float = WIDTH - 2 * EDGE) -> None:
        from matplotlib.figure import Figure

        self.figure: Figure = Figure(figsize=(WIDTH, HEIGHT))
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        self.axes.axis("off")
        self.top = EDGE
        for text, size, colour in ((title, TITLE, "black"), (note, TEXT, ACCENT)):
            if text:
                (text,), size = in_one_line([text], room, size, 0.75 * size)
                self.write(EDGE, self.top, text, size, ha="left", va="top", color=colour)
                self.top += high([text], size) + 0.05
        self.top += 0.1

    def write(self, x: float, y: float, text: str, size: float, **settings: Any) -> None:
        """Write a text."""
        self.axes.text(x, y, proper(text), fontsize=size, linespacing=1.15, **settings)

    def show(
        self, picture: np.ndarray, x: float, y: float, side: float, chosen: bool = False
    ) -> None:
        """Show a picture; a chosen one has a frame."""
        place = (x, x + side, y + side, y)
        self.axes.imshow(
            picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest", extent=place,
            aspect="auto",
        )  # fmt: skip
        if chosen:
            from matplotlib.patches import Rectangle

            frame = Rectangle((x, y), side, side, fill=False, edgecolor=ACCENT, lw=4, zorder=3)
            self.axes.add_patch(frame)

    def part(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Return axes of their own between these edges."""
        return self.figure.add_axes(
            (left / WIDTH, 1 - bottom / HEIGHT, (right - left) / WIDTH, (bottom - top) / HEIGHT)
        )

    def save(self, kind: str) -> bytes:
        """Return the slide as a file, "png" or "pdf"."""
        # Each picture has set the edges of its axes to its own.
        self.axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="auto")
        return _save(self.figure, kind)


def _save(figure: Figure, kind: str) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=kind, dpi=DPI, facecolor="white")
    return file.getvalue()


# ---------------------------------------------------------------- the curve of β


def rate_distortion_figure(
    checkpoints: Sequence[Checkpoint],
    chosen: int,
    words: dict[str, Any],
    kind: str,
    decimal: str = ".",
) -> bytes:
    """Return the same curve as `drawings.rate_distortion` as a slide.

    Args:
        checkpoints: in the order of β.
        chosen: index of the one that is shown as chosen.
        words: as for `rate_distortion`, and "title".
        kind: "png" or "pdf".
        decimal: the sign before the decimals of a number.
    """
    slide = Slide(words["title"])
    axes = slide.part(EDGE + 1.15, slide.top + 0.12, WIDTH - EDGE - 1.6, HEIGHT - EDGE - 0.85)
    kl = near([point.kl for point in checkpoints])
    heights = [point.reconstruction for point in checkpoints]
    room = 0.08 * (max(heights) - min(heights)) + 1
    axes.set(xlim=(min(kl) - 0.7, max(kl) + 1.3), ylim=(min(heights) - room, max(heights) + room))
    _draw_equal_elbo(axes)
    _draw_checkpoints(axes, checkpoints, chosen, words["labels"])
    _use_decimal(axes, decimal)
    axes.locator_params(nbins=7)
    axes.tick_params(labelsize=LEAST)
    axes.set_xlabel(words["kl"], fontsize=TEXT)
    axes.set_ylabel(words["reconstruction"], fontsize=TEXT)
    return slide.save(kind)


def _draw_equal_elbo(axes: Axes) -> None:
    """Draw faint lines of slope -1 on which −ELBO is the same, named at the right edge."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for total in ticks(left + low, right + high, 5, most=8):
        axes.plot([left, right], [total - left, total - right], color="0.85", lw=1.5, zorder=0)
        edge = 0.03 * (high - low)
        if low + edge < total - right < high - edge:
            text = f" −ELBO {total}"
            axes.text(right, total - right, text, fontsize=LEAST, color="0.35", va="center")


def _draw_checkpoints(
    axes: Axes, checkpoints: Sequence[Checkpoint], chosen: int, labels: Sequence[str]
) -> None:
    """Draw the curve; one that is off the scale stands at the right edge, with an arrow."""
    kl, (left, right) = near([point.kl for point in checkpoints]), axes.get_xlim()
    shown = [point for point in checkpoints if point.kl in kl]
    axes.plot([p.kl for p in shown], [p.reconstruction for p in shown], "-", color="C0", lw=2.5)
    for index, (point, label) in enumerate(zip(checkpoints, labels, strict=True)):
        far, here = point.kl not in kl, index == chosen
        place = (right - 0.02 * (right - left) if far else point.kl, point.reconstruction)
        axes.plot(*place, "o", ms=17 if here else 10, color=ACCENT if here else "C0", zorder=3)
        text = f"β = {label}"
        if far and np.isfinite(point.kl):
            text += f" (KL {point.kl:.0f})"
        axes.annotate(
            f"{text} →" if far else text, place, (10, -32) if far else (8, 10),
            textcoords="offset points", fontsize=LEAST, ha="right" if far else "left",
            weight="bold" if here else "normal", color=ACCENT if here else "black", zorder=4,
            bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1},
        )  # fmt: skip
        if here and not far:  # what its loss counts as equally good
            ends = [point.reconstruction - point.beta * (x - point.kl) for x in (left, right)]
            axes.plot([left, right], ends, "--", color=ACCENT, lw=2, zorder=1)


def _use_decimal(axes: Axes, decimal: str) -> None:
    """Write the numbers of both axes with another decimal sign."""
    from matplotlib.ticker import ScalarFormatter

    class WithDecimal(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return super().__call__(x, pos).replace(".", decimal)

    axes.xaxis.set_major_formatter(WithDecimal(useOffset=False))
    axes.yaxis.set_major_formatter(WithDecimal(useOffset=False))


# ---------------------------------------------------------------- charts


def chart(shown: Chart, title: str, kind: str, decimal: str = ".") -> bytes:
    """Return a chart as a slide.

    Args:
        shown: what is drawn.
        title: above it.
        kind: "png" or "pdf".
        decimal: the sign before the decimals of a number.
    """
    slide = Slide(title)
    beside = max((inches(label, LEAST) for label in shown.y.labels), default=0.0)
    left = EDGE + max(1.25, beside + 0.6)
    axes = slide.part(left, slide.top + 0.6, WIDTH - EDGE - 0.3, HEIGHT - EDGE - 0.85)
    for axis, drawn, side in ((shown.x, axes.xaxis, "x"), (shown.y, axes.yaxis, "y")):
        labels = axis.labels or [
            f"{tick:.{axis.digits}f}".replace(".", decimal).replace("-", "−") for tick in axis.ticks
        ]
        if axis.log:
            axes.semilogx() if side == "x" else axes.semilogy()
        drawn.set_ticks(axis.ticks, labels)
        drawn.set_ticks([], minor=True)
        drawn.set_label_text(axis.label, fontsize=TEXT)
    axes.set(xlim=(shown.x.low, shown.x.high), ylim=(shown.y.low, shown.y.high))
    axes.tick_params(labelsize=LEAST)
    axes.grid(axis="y", color="0.88", lw=1)
    axes.set_axisbelow(True)
    for span in shown.spans:
        axes.axvspan(span.low, span.high, color="0.93", zorder=0, label=span.label)
    for bars in shown.bars:
        axes.stairs(bars.heights, bars.edges, fill=True, alpha=0.55, color=_tone(bars.colour),
                    label=bars.label)  # fmt: skip
    for line in shown.lines:
        axes.plot(line.x, line.y, "--" if line.dashed else "-", color=_tone(line.colour),
                  lw=5 if line.strong else 2.5,
                  marker="o" if line.points else None, label=line.label)  # fmt: skip
    for rule in shown.rules:
        across = rule.axis == "y"
        draw = axes.axhline if across else axes.axvline
        draw(rule.at, color=_tone(rule.colour), ls="--", lw=1.5)
        axes.text(
            *((0.99, rule.at) if across else (rule.at, 0.97)), rule.label, fontsize=LEAST,
            weight="bold", ha="right" if across else "left", va="bottom" if across else "top",
            transform=axes.get_yaxis_transform() if across else axes.get_xaxis_transform(),
        )  # fmt: skip
    for mark in shown.marks:
        if mark.x is None or mark.y is None:
            continue
        axes.plot(mark.x, mark.y, "o", ms=13, color=_tone(mark.colour), zorder=4)
        axes.annotate(mark.label, (mark.x, mark.y), (10, 8), textcoords="offset points",
                      fontsize=LEAST, weight="bold", zorder=5)  # fmt: skip
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, fontsize=LEAST,
                    frameon=False, borderaxespad=0.2)  # fmt: skip
    return slide.save(kind)


def _tone(place: int | None) -> str:
    if place is None:
        return ACCENT
    return "black" if place < 0 else PALETTE[place % len(PALETTE)]


# ---------------------------------------------------------------- maps


class Map(NamedTuple):
    """Points of ten classes on a plane.

    Attributes:
        title, note: above and below it.
        points, labels: (n, 2), and (n,) classes 0 to 9.
        extent: how far it reaches to each side of 0.
        mark: (2,), the visitor's own point; it is left out if it lies beyond the edge.
    """

    title: str
    note: str
    points: np.ndarray
    labels: np.ndarray
    extent: float
    mark: np.ndarray


def maps(shown: Sequence[Map], title: str, kind: str) -> bytes:
    """Return maps side by side, as a slide; each class has its colour, and its numeral.

    Args:
        shown: from the left.
        title: above them.
        kind: "png" or "pdf".
    """
    from matplotlib import patheffects

    slide = Slide(title)
    side = min((WIDTH - 2 * EDGE + BETWEEN) / len(shown) - BETWEEN, HEIGHT - slide.top - 2.2)
    top = slide.top + 0.75
    for place, each in enumerate(shown):
        left = EDGE + place * (side + BETWEEN)
        middle = left + side / 2
        (name,), size = in_one_line([each.title], side, TEXT, LEAST)
        slide.write(middle, top - 0.1, name, size, ha="center", va="bottom", weight="bold")
        (note,), size = in_one_line([each.note], side, TEXT, LEAST)
        slide.write(middle, top + side + 0.1, note, size, ha="center", va="top")
        axes = slide.part(left, top, left + side, top + side)
        axes.set(xlim=(-each.extent, each.extent), ylim=(-each.extent, each.extent))
        axes.set_xticks([])
        axes.set_yticks([])
        colours = [CLASS_COLOURS[label] for label in each.labels]
        x, y = each.points.T
        # As a picture: 30,000 points would make a large PDF.
        axes.scatter(x, y, s=2.5, c=colours, linewidths=0, rasterized=True)
        for label, (x, y) in enumerate(densest(each.points, each.labels, each.extent).tolist()):
            halo = patheffects.withStroke(linewidth=5, foreground="white")
            axes.text(x, y, str(label), fontsize=TEXT, weight="bold", ha="center", va="center",
                      path_effects=[halo])  # fmt: skip
        axes.plot(*each.mark, "o", ms=11, color=ACCENT, mec="black")
    return slide.save(kind)


# ---------------------------------------------------------------- pictures


class Tile(NamedTuple):
    """One picture of a slide: an image, what it is, a line below it, whether it is chosen."""

    image: np.ndarray
    title: str
    note: str
    chosen: bool = False


def comparison(inputs: tuple[Tile, Tile], families: Sequence[Tile], title: str, kind: str) -> bytes:
    """Return a slide: the inputs on the left, every family beside them.

    Args:
        inputs: the clean and the noisy picture, shown one above the other.
        families: one reconstruction for each family, shown in two rows.
        title: the line above.
        kind: "png" or "pdf".
    """
    slide = Slide(title)
    columns = -(-len(families) // 2)
    aside = BETWEEN if families else 0.0  # between the inputs and what comes of them
    pitch = (WIDTH - 2 * EDGE - aside) / (columns + 1.22)
    first = 1.22 * pitch  # of the inputs: what kind of noise has long names
    tiles = [*inputs, *families]
    titles, size = in_one_line([tile.title for tile in tiles], pitch - 0.05, TEXT, LEAST)
    notes, note_size = in_one_line([tile.note for tile in tiles], first - 0.05, LEAST + 2, LEAST)
    above, below = high(titles, size) + 0.06, high(notes, note_size) + 0.06
    row = (HEIGHT - EDGE - slide.top) / 2
    side = min(pitch - 0.2, row - above - below - 0.1)
    cells = [(0, 0), (1, 0), *((r, column) for r in (0, 1) for column in range(1, columns + 1))]
    if families:
        x = EDGE + first + aside / 2
        slide.axes.plot([x, x], [slide.top, HEIGHT - EDGE], color="0.8", lw=1.5)
    for (r, column), tile, name, note in zip(cells, tiles, titles, notes, strict=False):
        centre = EDGE + (first + aside + pitch * (column - 0.5) if column else first / 2)
        y = slide.top + r * row + above
        look = {"color": ACCENT, "weight": "bold"} if tile.chosen else {}
        slide.show(tile.image, centre - side / 2, y, side, tile.chosen)
        slide.write(centre, y - 0.06, name, size, ha="center", va="bottom", **look)
        slide.write(centre, y + side + 0.06, note, note_size, ha="center", va="top", **look)
    return slide.save(kind)


def manifold(
    mosaic: np.ndarray,
    coordinates: np.ndarray,
    title: str,
    kind: str,
    decimal: str = ".",
    chosen: tuple[Sequence[float], Tile] | None = None,
) -> bytes:
    """Return the grid over the latent plane with its axes as a slide.

    Args:
        mosaic: (size * 28, size * 28), the pictures as laid out by `latent.mosaic`.
        coordinates: (size,) of the columns, left to right, and of the rows, bottom to top.
        title: the line above.
        kind: "png" or "pdf".
        decimal: the sign before the decimals of a number.
        chosen: a point of the plane, and the picture that is decoded from it.
    """
    size, side = len(coordinates), HEIGHT - 2 * EDGE - 0.7
    left = WIDTH - EDGE - side
    room = left - 1.3 - EDGE  # for the title, beside the grid
    slide = Slide(title, room=room)
    axes = slide.part(left, EDGE, left + side, EDGE + side)
    axes.imshow(mosaic, cmap="gray", extent=(0, size, 0, size), interpolation="nearest")
    step = next(step for step in range(1, size + 1) if (size - 1) // step < 8)
    shown = np.arange(0, size, step)
    names = [proper(f"{round(coordinates[i], 1) + 0.0:g}").replace(".", decimal) for i in shown]
    axes.set_xticks(shown + 0.5, names, fontsize=LEAST)
    axes.set_yticks(shown + 0.5, names, fontsize=LEAST)
    axes.set_xlabel("$z_1$", fontsize=TEXT)
    axes.set_ylabel("$z_2$", fontsize=TEXT)
    if chosen:
        point, tile = chosen
        # The steps between two columns need not be equal.
        x, y = (float(np.interp(each, coordinates, np.arange(size))) + 0.5 for each in point)
        if all(coordinates[0] <= each <= coordinates[-1] for each in point):
            for colour, width in (("white", 7), (ACCENT, 4)):
                axes.plot(x, y, "o", ms=24, mfc="none", mec=colour, mew=width)
        (name, note), letters = fitted([tile.title, tile.note], room)
        below = high([name], letters) + high([note], letters) + 0.2
        large = min(room, 3.0, HEIGHT - EDGE - slide.top - below)
        y = HEIGHT - EDGE - below - large
        slide.show(tile.image, EDGE, y, large, chosen=True)
        y += large + 0.1
        slide.write(EDGE, y, name, letters, ha="left", va="top", color=ACCENT, weight="bold")
        y += high([name], letters)
        slide.write(EDGE, y, note, letters, ha="left", va="top")
    return slide.save(kind)


# ---------------------------------------------------------------- tables of pictures


class Layout(NamedTuple):
    """How a table stands on its slide, in inches.

    Rows stand in `blocks` side by side, the pictures of a row in `lines` of `per_line`; the rows'
    names to the left of them, `margin` wide, or above them, `above` high.
    """

    cell: float
    blocks: int
    lines: int
    per_line: int
    margin: float
    above: float
    names: Lines
    name_size: int  # in points
    headings: Lines
    size: int  # of the headings, in points
    heading: float  # how high they are

    def headed(self, line: int) -> bool:
        """Return whether there are headings above this line of pictures."""
        return any(self.headings[line * self.per_line : (line + 1) * self.per_line])

    def down(self, line: int) -> float:
        """Return how far below the top of its row a line of pictures is."""
        headed = sum(map(self.headed, range(line + 1))) if self.lines > 1 else 0
        return self.above + line * self.cell + headed * self.heading

    def high(self, rows: int) -> float:
        """Return how high a block of so many rows is, with its headings."""
        once = self.heading if self.lines == 1 else 0.0
        return once + rows * (self.down(self.lines - 1) + self.cell)


def table(
    rows: np.ndarray,
    row_names: Sequence[str],
    column_names: Sequence[str],
    title: str,
    kind: str,
    note: str = "",
    chosen: Collection[tuple[int, int]] = (),
) -> bytes:
    """Return rows of pictures with their names on the left and above, as a slide.

    They stand so that the pictures are as large as they can be: many rows in several blocks side
    by side, a row of many pictures in several lines.

    Args:
        rows: (rows, columns, h, w), pictures in [0, 1].
        row_names, column_names: one for each; "" for none.
        title: the line above.
        kind: "png" or "pdf".
        note: what has been chosen, below the title.
        chosen: rows and columns of pictures that are marked.
    """
    slide = Slide(title, note)
    height = HEIGHT - EDGE - slide.top
    layout = _best_layout(len(rows), row_names, column_names, height)
    per_block = -(-len(rows) // layout.blocks)
    block = layout.margin + layout.per_line * layout.cell
    start = (WIDTH - layout.blocks * block - (layout.blocks - 1) * BETWEEN) / 2
    top = slide.top + (height - layout.high(per_block)) / 2
    for index, pictures in enumerate(rows):
        which, row = divmod(index, per_block)
        left = start + which * (block + BETWEEN)
        upper = top + layout.high(row)
        _show_row(slide, layout, (left, upper), index, pictures, chosen, row == 0, len(rows))
    return slide.save(kind)


def _show_row(
    slide: Slide,
    layout: Layout,
    corner: tuple[float, float],
    index: int,
    pictures: np.ndarray,
    chosen: Collection[tuple[int, int]],
    first: bool,
    rows: int,
) -> None:
    """Show one row of a table with its name, and its headings if it is the first of its block.

    Where a row's name stands above it, the headings of the first row stand between the two.
    """
    cell, (left, upper) = layout.cell, corner
    name = layout.names[index]
    if layout.above:
        headings = layout.heading if layout.lines == 1 and first else 0.0
        y = upper - headings + layout.above
        slide.write(left, y - 0.08, name, layout.name_size, ha="left", va="bottom")
    else:
        x, y = left + layout.margin - 0.12, upper + cell / 2
        slide.write(x, y, name, layout.name_size, ha="right", va="center")
    side = cell * (1 - 2 * WHITE)
    for column, picture in enumerate(pictures):
        line, place = divmod(column, layout.per_line)
        x = left + layout.margin + cell * (place + WHITE)
        y = upper + layout.down(line) + cell * WHITE
        slide.show(picture, x, y, side, (index, column) in chosen)
        if first or layout.lines > 1:
            whole = all((other, column) in chosen for other in range(rows))
            look = {"color": ACCENT, "weight": "bold"} if whole else {}
            text = layout.headings[column]
            slide.write(x + side / 2, y - 0.05, text, layout.size, ha="center", va="bottom", **look)


def _best_layout(
    count: int, row_names: Sequence[str], column_names: Sequence[str], height: float
) -> Layout:
    """Return the layout of `count` rows that has the largest pictures in `height` inches."""
    columns = len(column_names)
    places = [0.0] if not any(row_names) else [0.0, 1.2, 1.6, 2.0, 2.8]  # 0.0: names above
    found = []
    for blocks in {-(-count // per) for per in range(1, count + 1)}:
        for per_line in {-(-columns // lines) for lines in range(1, columns + 1)}:
            for room in places:
                if room and per_line < columns:
                    continue  # a name on the left belongs to one line of pictures
                shape = (blocks, per_line, room)
                found += _layouts(count, row_names, column_names, height, shape)

    def worth(layout: Layout) -> tuple[float, ...]:
        ragged = columns % layout.per_line or count % layout.blocks
        torn = count > 1 and layout.lines > 1  # rows are harder to compare
        large = round(layout.cell * (0.75 if ragged or torn else 1), 2)
        # Small letters only if need be; of layouts alike the one with fewer lines and blocks.
        letters = min(layout.size, layout.name_size)
        return letters, large, -layout.lines, -layout.blocks, layout.margin

    return max(found, key=worth)


def _layouts(
    count: int,
    row_names: Sequence[str],
    column_names: Sequence[str],
    height: float,
    shape: tuple[int, int, float],
) -> list[Layout]:
    """Return the layout of a shape (blocks, pictures in a line, room for names), if any."""
    blocks, per_line, room = shape
    lines = -(-len(column_names) // per_line)
    width = (WIDTH - 2 * EDGE - (blocks - 1) * BETWEEN) / blocks
    margin = above = 0.0
    if any(row_names):
        names, name_size = fitted(row_names, room or width, LEAST, most=3 if room else 1)
        if room:
            lengths = [inches(line, name_size) for name in names for line in name.split("\n")]
            margin = 0.2 + max(lengths)
        else:
            above = high(names, name_size) + 0.15
    else:
        names, name_size = list(row_names), LEAST
    rows = -(-count // blocks)
    wide = (width - margin) / per_line
    for most in range(tall(column_names), 4):
        heading = most * LEAST * LINE / 72 + 0.08 if most else 0.0
        empty = Layout(
            0,
            blocks,
            lines,
            per_line,
            margin,
            above,
            names,
            name_size,
            list(column_names),
            LEAST,
            heading,
        )
        cell = min(wide, (height - empty.high(rows)) / (rows * lines))
        if cell < 0.05 or (margin and high(names, name_size) > cell):
            return []
        if above:
            names, name_size = fitted(row_names, per_line * cell, LEAST, most=1)
        headings, size = fitted(column_names, cell * 0.96, LEAST, most=max(most, 1))
        if size == LEAST or most == 3:
            done = empty._replace(cell=cell, headings=headings, size=size)
            return [done._replace(names=names, name_size=name_size)]
    return []
