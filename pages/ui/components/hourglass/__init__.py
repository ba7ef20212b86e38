"""What an autoencoder is: encoder, code, decoder, and what comes out.

It stands to the right of the canvas, its input, and is as high; on a phone it runs downwards.
"""

from __future__ import annotations

import json
from pathlib import Path

from .. import picture
from ..picture import Pixels
from ..source import mount

_hourglass = mount("hourglass", Path(__file__).parent)


def show(
    clean: Pixels,
    code: Pixels,
    rebuilt: Pixels,
    words: dict[str, str],
    alt: str,
    key: str,
) -> None:
    """Show the way of a picture through an autoencoder.

    Args:
        clean, rebuilt: uint8 pictures (28, 28); or only their shape, if the browser draws them
            ("clean" and "rebuilt" in `reconstructions`).
        code: uint8 picture of the code (h, w, 4), see-through around the bars; likewise ("code").
        words: "encoder", "decoder", and what stands beside the pictures: "input", "code", "output".
        alt: for those who cannot see it.
        key: of the element.
    """
    described, contents = {}, []
    for name, pixels in (("input", clean), ("code", code), ("output", rebuilt)):
        described[name], content = picture.pack(pixels)
        contents.append(content)
    head = {"words": words, "alt": alt, "pictures": described}
    _hourglass(data=b"\n".join((json.dumps(head).encode(), b"".join(contents))), key=key)
