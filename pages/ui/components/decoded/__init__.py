"""Pictures of a board, decoded in the browser from codes that move with a slider."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from ...text import current
from .. import networks
from ..source import mount

_decoded = mount("decoded", Path(__file__).parent)


@dataclass(frozen=True)
class Curve:
    """A number that goes with the slider: its values at `Moved.at`, between them straight lines.

    Attributes:
        values: one for each place.
        text: what is written, with "{n}" in it.
        digits: after the decimal sign.
    """

    values: Sequence[float]
    text: str
    digits: int

    def value(self, places: Sequence[float], place: float) -> float:
        """Return the number at a place of the slider."""
        return float(np.interp(place, places, self.values))


@dataclass(frozen=True)
class Group:
    """Codes that one network decodes: start + place of the slider · step.

    Attributes:
        name: picture i of a board is called "{name} {i}" (`board.Picture.live`), from 0; a number
            "{name} {curve}".
        family: whose decoder it is; `networks.bring` brings it to the browser.
        start, step: (n, d).
        curves: by name.
    """

    name: str
    family: str
    start: np.ndarray
    step: np.ndarray
    curves: Mapping[str, Curve] = field(default_factory=dict)


def pack(slider: str, place: float, at: Sequence[float], groups: Sequence[Group]) -> bytes:
    """Return what `show` tells the browser: a line of JSON, then all codes as float32."""
    head = {
        "slider": slider,
        "place": place,
        "at": list(at),
        "language": current(),
        "groups": [
            {
                "name": group.name,
                "network": networks.name(group.family),
                "shape": group.start.shape,
                "curves": {name: asdict(curve) for name, curve in group.curves.items()},
            }
            for group in groups
        ],
    }
    codes = [part.astype("<f4").tobytes() for each in groups for part in (each.start, each.step)]
    return json.dumps(head).encode() + b"\n" + b"".join(codes)


def show(slider: str, place: float, at: Sequence[float], groups: Sequence[Group], key: str) -> None:
    """Let a slider of Streamlit's move the pictures of boards; shows nothing by itself.

    Args:
        slider: its key.
        place: where it is, and what the boards show.
        at: the places for which the curves have values, ascending.
        groups: what moves.
        key: of the element.
    """
    _decoded(data=pack(slider, place, at, groups), key=key, height=1)
