"""What an autoencoder is: encoder, code, decoder, and what comes out.

It stands to the right of the canvas, its input, and is as high; on a phone it runs downwards.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ae_core.figures.drawings import data_uri

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
        clean, rebuilt: uint8 pictures (28, 28).
        code: uint8 picture of the code (side, side, 4), see-through around the bars.
        words: "encoder", "decoder", and what stands beside the pictures: "input", "code", "output".
        alt: for those who cannot see it.
        key: of the element.
    """
    pictures = {"input": clean, "code": code, "output": rebuilt}
    _hourglass(
        data={
            "pictures": {name: data_uri(picture) for name, picture in pictures.items()},
            "words": words,
            "alt": alt,
        },
        key=key,
    )
