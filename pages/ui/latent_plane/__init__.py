"""The latent plane that decodes in the browser: a Streamlit component without a build step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

_HERE = Path(__file__).parent

_world = st.components.v2.component(
    "autoencoder_lab_world",
    html="<span hidden></span>",
    js=(_HERE / "world.js").read_text(encoding="utf-8"),
)
_plane = st.components.v2.component(
    "autoencoder_lab_plane",
    html="""
<div class="lab">
  <div class="stage">
    <canvas class="ground"></canvas>
    <canvas class="top" tabindex="0" role="application"></canvas>
  </div>
  <div class="side">
    <canvas class="digit" width="28" height="28" role="img"></canvas>
    <div class="place" aria-live="polite"></div>
    <div class="layers"></div>
    <div class="counter"></div>
  </div>
</div>
""",
    css=(_HERE / "plane.css").read_text(encoding="utf-8"),
    js=(_HERE / "plane.js").read_text(encoding="utf-8"),
)


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


def show(data: dict[str, Any], key: str, on_point: Callable, on_layers: Callable) -> None:
    """Show the plane.

    Args:
        data: "world", "point", "extent", "reach" (of the point), "layers" (names of those
            shown), "colours" and "middles" of the ten classes, "digit" (mean, deviation, colour)
            or None, "language", and "words".
        key: of the component's state: `st.session_state[key].point` and `.layers`.
        on_point: called when the point has come to rest elsewhere.
        on_layers: called when a layer was switched; the names are joined by spaces.
    """
    _plane(
        data={"name": key, **data},
        key=key,
        default={"point": None, "layers": None},
        on_point_change=on_point,
        on_layers_change=on_layers,
    )
