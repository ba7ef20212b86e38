"""Charts as data: what is drawn, in the units of its axes.

The pages draw them in the browser (`pages/ui/components/chart`), where a mark can follow a hand;
`slides.chart` draws the same as PNG or PDF.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

# Of series that have to be told apart: Okabe and Ito's, which the colour-blind can (2008). They are
# made darker or lighter where the ground asks for it.
PALETTE = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#8d6e63", "#7a7a7a",
)  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`.

    Attributes:
        label: what is measured, with its unit.
        low, high: its ends; both above 0 if it is logarithmic.
        ticks: where it has a number.
        digits: how many these numbers have after the decimal sign.
        log: whether equal steps are equal factors.
        labels: instead of numbers, a text for each tick.
    """

    label: str
    low: float
    high: float
    ticks: Sequence[float] = ()
    digits: int = 0
    log: bool = False
    labels: Sequence[str] = ()

    @classmethod
    def around(cls, label: str, values: Sequence[float]) -> Self:
        """Return an axis with some room around values >= 0, and three to six round ticks."""
        low, high = min(values), max(values)
        room = 0.08 * (high - low) or 0.1 * high or 0.1
        low, high = max(0.0, low - room), high + room
        least = (high - low) / 5
        power = 10.0 ** math.floor(math.log10(least))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)
        digits = max(0, -math.floor(math.log10(step)))
        places = range(math.ceil(low / step), math.floor(high / step) + 1)
        return cls(label, low, high, [round(step * place, digits) for place in places], digits)

    @classmethod
    def counting(cls, label: str, last: int) -> Self:
        """Return an axis from 1 to `last`, with up to five ticks at whole numbers."""
        ticks = sorted({round(1 + share * (last - 1)) for share in (0, 0.25, 0.5, 0.75, 1)})
        return cls(label, 0.5, last + 0.5, ticks)


@dataclass(frozen=True)
class Line:
    """A curve.

    Attributes:
        label: of the curve, in the key above the chart.
        x, y: its points.
        colour: place in `PALETTE`; -1: the colour of the text.
        dashed: for what is compared with.
        points: whether its points are marked.
        strong: whether it stands out, as the one that was chosen.
        digits: of y, where it is read off.
        live: what the browser calls it, if it draws it itself: `lab.live[name]({ x, y })`.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    colour: int = 0
    dashed: bool = False
    points: bool = False
    strong: bool = False
    digits: int = 3
    live: str = ""


@dataclass(frozen=True)
class Bars:
    """A histogram: a bar of each height between neighbouring edges."""

    label: str
    edges: Sequence[float]
    heights: Sequence[float]
    colour: int = 0


@dataclass(frozen=True)
class Span:
    """A stretch of the x axis that is shaded."""

    label: str
    low: float
    high: float


@dataclass(frozen=True)
class Rule:
    """A straight line across the chart at a place of the x axis ("x") or of the y axis ("y").

    Attributes:
        live: as of `Mark`; `({ at, label })`.
    """

    label: str
    at: float
    axis: str = "y"
    colour: int = -1
    live: str = ""


@dataclass(frozen=True)
class Mark:
    """A point, such as the visitor's own digit.

    Attributes:
        y: None while only the browser knows it.
        colour: place in `PALETTE`; None: the accent, for what is the visitor's or was chosen.
        live: what the browser calls it, if it can move it: `lab.live[name]({ x, y, label })`.
    """

    label: str
    x: float | None
    y: float | None
    colour: int | None = None
    live: str = ""


@dataclass(frozen=True)
class Chart:
    """What is drawn, from the back to the front: spans, bars, lines, rules, marks."""

    x: Axis
    y: Axis
    lines: Sequence[Line] = field(default_factory=tuple)
    bars: Sequence[Bars] = field(default_factory=tuple)
    spans: Sequence[Span] = field(default_factory=tuple)
    rules: Sequence[Rule] = field(default_factory=tuple)
    marks: Sequence[Mark] = field(default_factory=tuple)
