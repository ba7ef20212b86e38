"""A ruler from nothing at its top to much at its bottom, with a picture at each of its steps.

Distances are logarithmic; zero, where no logarithm is, stands above a break. Steps stand on both
sides, apart however near each other they lie. A click chooses one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...link import Parameter
from ...text import current
from .. import sent
from ..picture import Pixels
from ..picture import pack as pack_pixels
from ..picture import unpack as unpack_pixels
from ..source import mount

_ruler = mount("ruler", Path(__file__).parent)


@dataclass(frozen=True)
class Step:
    """One step of a ruler.

    Attributes:
        label: what it is.
        value: below that, its figure as it is written.
        at: its distance from zero, 0 or more.
        left: whether it stands on the left of the ruler.
        alt: of its picture, for those who cannot see it.
        pixels: uint8 picture, as of `board.Picture`; None: it has none, and cannot be chosen.
        name: what a click on it tells the server.
        link: where a click leads if it is opened in another tab.
        chosen: whether it is shown as the one that was picked.
        own: where the visitor's own digit lies, as a distance from zero.
        live: what the browser calls its picture, if it can draw it (`reconstructions`).
    """

    label: str
    value: str
    at: float
    left: bool = False
    alt: str = ""
    pixels: Pixels | None = None
    name: str = ""
    link: str = ""
    chosen: bool = False
    own: float | None = None
    live: str = ""


@dataclass(frozen=True)
class Ruler:
    """A ruler and its steps.

    Attributes:
        steps: in the order in which they are read.
        low, high: the ends of its logarithmic part.
        ticks: where it has a number, and the number as it is written.
        metric: "bce" or "mse": what the browser measures the visitor's digit by.
        label: what it is, for those who cannot see it.
        key: what the marks of the visitor's own digit are.
    """

    steps: Sequence[Step]
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    metric: str
    label: str
    key: str


_TEXTS = ("label", "value", "at", "left", "alt", "name", "link", "chosen", "own", "live")


def pack(ruler: Ruler, height: int) -> bytes:
    """Return a ruler as it travels: a line of JSON, then all pictures."""
    steps, contents = [], []
    for step in ruler.steps:
        told: dict[str, Any] = {name: getattr(step, name) for name in _TEXTS}
        if step.pixels is not None:
            described, content = pack_pixels(step.pixels)
            told |= described
            contents.append(content)
        steps.append(told)
    head = {
        "steps": steps,
        "low": ruler.low,
        "high": ruler.high,
        "ticks": ruler.ticks,
        "metric": ruler.metric,
        "label": ruler.label,
        "key": ruler.key,
        "height": height,
        "language": current(),
    }
    return json.dumps(head).encode() + b"\n" + b"".join(contents)


def unpack(contents: bytes) -> dict[str, Any]:
    """Return what `pack` packed, with "pixels" in each step that has a picture; for tests."""
    line, _, body = contents.partition(b"\n")
    head, start = json.loads(line), 0
    for step in head["steps"]:
        if "bytes" in step:
            end = start + step["bytes"]
            step["pixels"] = unpack_pixels(step, body[start:end])
            start = end
    return head


def show(ruler: Ruler, key: str, picks: Parameter[str], height: int = 480) -> None:
    """Show a ruler.

    Args:
        ruler: what is shown.
        key: of the element.
        picks: the parameter that a click on a step chooses.
        height: in sixteenths of a rem: pixels, on a laptop.
    """

    def picked() -> None:
        picks.take(sent(key, "picked"))

    _ruler(data=pack(ruler, height), key=key, on_picked_change=picked)
