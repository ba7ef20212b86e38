"""What an autoencoder is: encoder, code, decoder, and what comes out.

It stands to the right of the canvas, its input, and is as high; on a phone it runs downwards.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ae_core.figures.pixels import png

from ..source import mount

_hourglass = mount("hourglass", Path(__file__).parent)


def show(
    clean: np.ndarray,
    code: np.ndarray,
    rebuilt: np.ndarray,
    words: dict[str, str],
    alt: str,
    key: str,
) -> None:
    """Show the way of a picture through an autoencoder.

    Args:
        clean, rebuilt: uint8 pictures (side, side).
        code: uint8 picture of the code (h, w, 4), see-through around the bars.
        words: "encoder", "decoder", and what stands beside the pictures: "input", "code", "output".
        alt: for those who cannot see it.
        key: of the element.
    """
    head = {"words": words, "alt": alt, "side": len(clean)}
    parts = clean.tobytes(), rebuilt.tobytes(), png(code)
    _hourglass(data=b"\n".join((json.dumps(head).encode(), b"".join(parts))), key=key)
