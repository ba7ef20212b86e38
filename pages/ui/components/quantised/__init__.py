"""The digit through quantised codes while the pen moves, computed by the browser.

Shows nothing by itself: it fills the boards' pictures that methods name (`board.Picture.live`), and
"clean". Where the hand rests the server shows the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ae_core.autoencoder import Autoencoder
from ae_core.compression import Quantiser

from ...text import current
from .. import networks
from ..source import mount

_quantised = mount("quantised", Path(__file__).parent)


@dataclass(frozen=True)
class Method:
    """A network whose code is quantised.

    Attributes:
        ae: the network, which the page brings to the browser.
        quantiser: the ranges of its numbers.
        bits: of each number.
        caption: template of what stands below its picture, with {quality}.
    """

    ae: Autoencoder
    quantiser: Quantiser
    bits: int
    caption: str


def live(name: str) -> str:
    """Return what the picture of a network is called in the browser."""
    return f"quantised {name}"


def show(methods: Sequence[Method]) -> None:
    """Bring what the browser has to know; once a page."""
    told = [
        {
            "network": networks.name(method.ae.name),
            "work": networks.work(method.ae),
            "live": live(method.ae.name),
            "count": len(method.quantiser.low),
            "kept": method.quantiser.kept,
            "bits": method.bits,
            "caption": method.caption,
        }
        for method in methods
    ]
    ranges = [part for each in methods for part in (each.quantiser.low, each.quantiser.high)]
    head = json.dumps({"methods": told, "language": current()}).encode()
    body = np.concatenate([*ranges, []]).astype("<f8").tobytes()
    _quantised(data=head + b"\n" + body, key="quantised", height=1)
