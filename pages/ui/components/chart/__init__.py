"""A chart that the browser draws: it fits its place and the theme, and can be read off.

Above it stands a key; a mouse or a finger over the chart, or the arrow keys, read its curves at a
place of the x axis. Lines, rules and marks with a name (`live`) can be moved by other components.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ae_core.figures.charts import PALETTE, Chart

from ...text import current
from ..source import mount

_chart = mount("chart", Path(__file__).parent)


def show(chart: Chart, key: str, alt: str, height: int = 280) -> None:
    """Show a chart over the whole width.

    Args:
        chart: what is drawn.
        key: of the element.
        alt: what it shows, for those who cannot see it.
        height: of the drawing without its key, in sixteenths of a rem: pixels, on a laptop.
    """
    _chart(data=pack(chart, alt, height), key=key)


def pack(chart: Chart, alt: str, height: int = 280) -> bytes:
    """Return a chart as it travels: one line of JSON."""
    head = asdict(chart) | {
        "alt": alt,
        "height": height,
        "palette": PALETTE,
        "language": current(),
    }
    return json.dumps(head).encode() + b"\n"
