"""The strip of the noise page while the pen moves: the browser fills it, a level at a time.

Shows nothing by itself: it fills the rows of a `picture_table` that say what they are called there
(`picture_table.Row.live`). Where the hand rests the server shows the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ae_core.autoencoder import Autoencoder

from .. import networks
from ..source import mount

NOISY = "strip noisy"  # the row of the noisy digits
_noise_strip = mount("noise_strip", Path(__file__).parent)


def row(name: str) -> str:
    """Return what the row of a network is called in the browser."""
    return f"strip {name}"


def show(
    kind: str,
    field: np.ndarray,
    levels: Sequence[float],
    families: Mapping[str, Autoencoder],
    first: str,
) -> None:
    """Bring what the browser has to know; once a page, which brings the networks, too.

    Args:
        kind: of noise.
        field: of noise (`ae_core.noise.field`), float32 (28, 28).
        levels: one for each column.
        families: those that it can run, by name.
        first: the name of the one that is looked at.
    """
    head = {
        "kind": kind,
        "levels": list(levels),
        "noisy": NOISY,
        "families": {
            row(name): {
                "network": networks.name(name),
                "work": networks.work(ae),
            }
            for name, ae in families.items()
        },
        "first": row(first),
    }
    contents = json.dumps(head).encode() + b"\n" + field.astype("<f4").tobytes()
    _noise_strip(data=contents, key="noise_strip_live", height=1)
