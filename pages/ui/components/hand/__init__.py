"""The digit of a page in the browser: whoever draws on the page follows it, and the pen.

While a pen moves, the browser itself makes the digit of the strokes, as `ae_core.preprocess` does.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ae_core.strokes import Strokes

from ..source import mount

_hand = mount("hand", Path(__file__).parent)


def show(image: np.ndarray, ink: Strokes = (), heard: int = 0, key: str = "hand") -> None:
    """Tell the browser what the digit is; shows nothing.

    Args:
        image: the digit, float32 (28, 28) in [0, 1].
        ink: the strokes that the server knows; none if the digit is not a drawn one.
        heard: how many strokes the drawing had that this is the answer to.
        key: of the element.
    """
    head = json.dumps({"ink": ink, "heard": heard}).encode()
    _hand(data=head + b"\n" + image.astype("<f4").tobytes(), key=key, height=1)
