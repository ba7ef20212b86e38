"""Films of several methods side by side, played and scrubbed in the browser.

The frames come once, 784 bytes each; from then on the server hears only of the place where the
film came to rest. Whoever draws the way (the latent plane does) follows the film's place in
`window.autoencoderLab.film`, told by the event "autoencoder-lab-film".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..source import mount

_HERE = Path(__file__).parent

_film = mount("film", _HERE)


def pack(
    frames: np.ndarray,
    titles: Sequence[str],
    curves: Sequence[Sequence[float] | None],
    settings: dict[str, Any],
) -> bytes:
    """Return films for the browser: a line of JSON, then all frames.

    Args:
        frames: uint8 (methods, steps, 28, 28).
        titles: of the methods.
        curves: one number a frame for each method, drawn below its picture, or None.
        settings: "at" (where the film rests, 0 to 100), "shown" (places of the frames in the
            strips), "seconds" (of one way), "language" and "words".
    """
    head = {
        "steps": frames.shape[1],
        "titles": list(titles),
        "curves": [None if c is None else [round(float(v), 3) for v in c] for c in curves],
        **settings,
    }
    return json.dumps(head).encode() + b"\n" + frames.tobytes()


def unpack(contents: bytes) -> dict[str, Any]:
    """Return what `pack` packed, with "frames"; for tests."""
    head, _, body = contents.partition(b"\n")
    told = json.loads(head)
    shape = (len(told["titles"]), told["steps"], 28, 28)
    return told | {"frames": np.frombuffer(body, np.uint8).reshape(shape)}


def show(packed: bytes, key: str, on_rest: Callable[[], None]) -> None:
    """Show packed films; `st.session_state[key].at` is where they rest when `on_rest` is called."""
    _film(data=packed, key=key, default={"at": None}, on_at_change=on_rest)
