"""Rows of small pictures and numbers, all in one element.

For Streamlit every picture, heading and number is an element with a message of its own; a page
with seventy of them keeps the server busy for twice as long as the networks do, and with a class
of fifty that is felt. The board takes the pictures as they are, 28 × 28 pixels, and the browser
enlarges them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from ...link import Parameter
from ...text import _
from .. import sent
from ..picture import Pixels
from ..picture import pack as pack_pixels
from ..picture import unpack as unpack_pixels
from ..source import mount

_HERE = Path(__file__).parent
TEXTS = ("alt", "heading", "title", "caption", "name", "link", "chosen", "live")

_board = mount("board", _HERE)


@dataclass(frozen=True)
class Picture:
    """One picture of a row.

    Attributes:
        pixels: uint8 (h, w), (h, w, 3) or (h, w, 4), enlarged by the browser pixel by pixel; or
            only their shape, of a picture that the browser draws.
        alt: for those who cannot see it.
        heading: above the picture.
        title: below it, in bold.
        caption: below that.
        name: what a click on it tells the server; without it nothing can be clicked.
        link: where a click leads if it is opened in another tab.
        chosen: whether it is shown as the one that was picked.
        live: what the browser calls it, if it can draw it (`reconstructions`).
    """

    pixels: Pixels
    alt: str
    heading: str = ""
    title: str = ""
    caption: str = ""
    name: str = ""
    link: str = ""
    chosen: bool = False
    live: str = ""


@dataclass(frozen=True)
class Number:
    """One measured number, with a sentence that explains it when it is asked for.

    The browser fills it in if it knows what it is called, `live`.
    """

    label: str
    value: str
    help: str = ""
    live: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the board: pictures `side` sixteenths of a rem wide, or numbers, below a heading.

    On a laptop that is `side` pixels. Where there is less room, pictures are smaller.
    """

    pictures: Sequence[Picture] = ()
    numbers: Sequence[Number] = ()
    side: int = 112
    heading: str = ""
    spread: bool = False  # over the whole width
    abreast: int = 0  # how many stand in a line where there is little room; 0: four of a long row


def pack(rows: Iterable[Row]) -> bytes:
    """Return rows for the browser: a line of JSON, then all pictures: pixels, or a PNG file."""
    head, contents = [], []
    for row in rows:
        pictures = []
        for picture in row.pictures:
            described, content = pack_pixels(picture.pixels)
            texts = {name: getattr(picture, name) for name in TEXTS}
            pictures.append(described | {name: text for name, text in texts.items() if text})
            contents.append(content)
        numbers = [astuple(number) for number in row.numbers]
        head.append({"heading": row.heading, "side": row.side, "spread": row.spread,
                     "abreast": row.abreast,
                     "pictures": pictures, "numbers": numbers,
                     "question": _("What does “{words}” mean?") if numbers else ""})  # fmt: skip
    return b"\n".join((json.dumps(head).encode(), b"".join(contents)))


def unpack(contents: bytes) -> list[dict[str, Any]]:
    """Return what `pack` packed: rows as dicts, with "pixels" in each picture; for tests."""
    head, _, body = contents.partition(b"\n")
    rows, start = json.loads(head), 0
    for row in rows:
        for picture in row["pictures"]:
            end = start + picture["bytes"]
            picture["pixels"] = unpack_pixels(picture, body[start:end])
            start = end
    return rows


def show(rows: Sequence[Row], key: str, picks: Parameter[str] | None = None) -> str | None:
    """Show rows; return the name of the picture that was just clicked, if one was.

    Args:
        rows: what to show, from the top.
        key: of the element.
        picks: the parameter that a click chooses.
    """

    def picked() -> None:
        if picks:
            picks.take(sent(key, "picked"))

    name = _board(data=pack(rows), key=key, on_picked_change=picked).picked
    names = {picture.name for row in rows for picture in row.pictures if picture.name}
    return name if isinstance(name, str) and name in names else None
