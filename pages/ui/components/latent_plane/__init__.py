"""The latent plane that decodes in the browser: a Streamlit component without a build step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..source import mount

_HERE = Path(__file__).parent

_world = mount("world", _HERE)
_plane = mount("plane", _HERE)


def pack(name: str, decoder: bytes, codes: np.ndarray, labels: np.ndarray) -> bytes:
    """Return what a browser needs of a world: its map and its decoder.

    Args:
        name: what the plane calls it.
        decoder: a file of `ae_core.browser.pack`.
        codes: (n, 2) posterior means of the test images.
        labels: (n,) classes 0 to 9.
    """
    body = codes.astype("<f2").tobytes() + labels.astype(np.uint8).tobytes() + decoder
    digest = hashlib.sha256(body).hexdigest()[:16]
    head = {"name": name, "points": len(labels), "digest": digest}
    return json.dumps(head).encode() + b"\n" + body


def bring(world: bytes, key: str) -> None:
    """Bring a packed world to the browser; shows nothing. Once a page, outside of fragments."""
    _world(data=world, key=key, height=1)


def show(
    data: dict[str, Any],
    key: str,
    on_point: Callable,
    on_layers: Callable,
    on_walk: Callable | None = None,
    on_label: Callable | None = None,
) -> None:
    """Show the plane.

    Args:
        data: "world", "point", "extent", "reach" (of the point), "layers" (names of those shown),
            "colours", "middles" and "names" (optional) of the ten classes, "digit" (mean,
            deviation, colour) or None, "ticks" (coordinates of the grid's columns from the left,
            and of its rows from below) or None, "tail" (numbers that follow the point in a code,
            such as a class, or none), "language", and "words". With "walk" it shows a way instead
            of a point: a dict of "path" (points) and "draw" (whether a hand draws another one, or
            else moves the ends); the dot on it follows the film (`film`). Optional: "drawn"
            (points numbered from 1, shown while the layer of that name is on), "linked" (planes of
            the same name share one cursor), "compact" (smaller, so that two stand side by side),
            `words["ten"]` (what each of ten classes is called: all of them are shown as they are
            at the point).
        key: of the component's state: `st.session_state[key].point`, `.layers` and `.label`.
        on_point: called when the point has come to rest elsewhere.
        on_layers: called when a layer was switched; the names are joined by spaces.
        on_walk: called when a way was drawn or one of its ends moved: `.walk` is a dict of "path",
            or of "end" (0 or 1) and "at".
        on_label: called when one of the ten classes was clicked.
    """
    _plane(
        data={"name": key, **data},
        key=key,
        default={"point": None, "layers": None, "walk": None},
        on_point_change=on_point,
        on_layers_change=on_layers,
        on_walk_change=on_walk or _nothing,
        on_label_change=on_label or _nothing,
    )


def _nothing() -> None:
    """Streamlit wants somebody to listen to every state."""
