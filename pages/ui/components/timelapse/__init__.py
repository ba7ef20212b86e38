"""A training to scrub through: looks at it, one after the other, in the browser.

The looks come once. From then on the slider moves the pictures and the figures of the page's
boards, a line in its chart and a map: all that is called `look …` there. The server hears of the
epoch where the slider comes to rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ae_core.figures.pixels import CLASS_COLOURS
from ae_core.history import History

from ...link import Parameter
from ...text import _, current
from .. import sent
from ..sliders import SCRUBBER
from ..source import mount

_HERE = Path(__file__).parent
STEPS = 16384  # of a coordinate from 0 to the edge of the map
FARTHEST = 1.9  # edges from the middle: what lies there is not seen, and fits into 16 bits
SHARE = 0.98  # of all points of all looks that the map has room for, in each direction

_looks, _map = mount("looks", _HERE), mount("map", _HERE)
_player = mount("player", _HERE, SCRUBBER)


@dataclass(frozen=True)
class Looks:
    """The looks at a training, and what is written beside each.

    Attributes:
        history: of the training.
        said: of each look, what it is called: "Epoch 3 of 60".
        rules: of each look, what stands beside its line in the chart.
        figures: by name, a text for each look: `look <name>` on a board.
    """

    history: History
    said: Sequence[str]
    rules: Sequence[str]
    figures: Mapping[str, Sequence[str]]


def reach(history: History) -> float:
    """Return how far the map reaches in each direction, the same at all looks; 1 without a map."""
    if history.map is None:
        return 1.0
    return float(np.quantile(np.abs(history.map.astype(np.float32)), SHARE)) or 1.0


def pack(shown: Looks) -> bytes:
    """Return looks for the browser: a line of JSON, then pictures, map and classes.

    The pictures are bytes; the map is int16, in `STEPS` of its reach; the classes are bytes.
    """
    history = shown.history
    body = history.pictures.tobytes()
    points = 0
    if history.map is not None and history.labels is not None:
        points = len(history.labels)
        shares = history.map.astype(np.float32) / reach(history)
        places = np.round(shares.clip(-FARTHEST, FARTHEST) * STEPS).astype("<i2")
        body += places.tobytes() + history.labels.tobytes()
    head: dict[str, Any] = {
        "epochs": history.epochs.tolist(),
        "points": points,
        "said": list(shown.said),
        "rules": list(shown.rules),
        "figures": {name: list(texts) for name, texts in shown.figures.items()},
    }
    told = json.dumps(head).encode()
    head["key"] = hashlib.sha256(told + body).hexdigest()[:16]
    return json.dumps(head).encode() + b"\n" + body


def show(shown: Looks, epoch: Parameter[int], key: str) -> None:
    """Show the slider; where it comes to rest is written to `epoch`."""
    _looks(data=pack(shown), key=f"{key}_looks")
    words = {"play": _("Play"), "pause": _("Pause"), "scrub": _("Epoch")}
    _player(
        data={"epoch": epoch.value, "words": words, "language": current()},
        key=key,
        default={"epoch": None},
        on_epoch_change=lambda: epoch.take(sent(key, "epoch")),
    )


def show_map(alt: str, key: str) -> None:
    """Show the map of the looks that are on the page, which `show` has brought."""
    _map(data={"alt": alt, "colours": CLASS_COLOURS}, key=key)
