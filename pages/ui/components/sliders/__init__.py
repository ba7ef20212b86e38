"""Sliders for a code of many numbers that decode in the browser: a Streamlit component."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..source import mount

_HERE = Path(__file__).parent

_sliders = mount("sliders", _HERE)


def to_text(code: np.ndarray) -> str:
    """Write a code (d,) for the link: hundredths, joined by `_`."""
    return "_".join(str(int(value)) for value in np.rint(100 * np.asarray(code, float)))


def from_text(text: str, dimensions: int, reach: float) -> np.ndarray:
    """Return the code that `to_text` wrote, float32 (dimensions,).

    Raises:
        ValueError: it is no such code, or a number lies beyond ±reach.
    """
    parts = text.split("_")
    if len(parts) != dimensions or not all(part.removeprefix("-").isdecimal() for part in parts):
        raise ValueError(f"expected {dimensions} whole numbers joined by _, got {text[:80]!r}")
    code = np.array([int(part[:9]) for part in parts], np.float32) / 100
    if np.abs(code).max() > reach:
        raise ValueError(f"expected numbers within ±{reach}, got {text[:80]!r}")
    return code


def show(data: dict[str, Any], key: str, on_code: Callable[[], None]) -> None:
    """Show one slider for each number of a code, the picture it decodes to, and a strip.

    Args:
        data: "world" (as `latent_plane.bring` brought it), "code", "reach" (of the sliders),
            "order" (of the numbers, from the top), "kl" (nats) and "idle" (bool) of each,
            "digit" (mean, deviation, colour of the visitor's posterior), "values" (of one number,
            along the strip), "language", and "words".
        key: of the component's state: `st.session_state[key].code` is the code that was set.
        on_code: called when the sliders have come to rest elsewhere.
    """
    _sliders(data={"name": key, **data}, key=key, on_code_change=on_code)
