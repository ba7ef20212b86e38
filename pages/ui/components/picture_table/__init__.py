"""A table of small pictures: named rows, named columns, a line that says what a picture is.

A mouse, a finger or the arrow keys choose the picture that the line speaks of; a click on one of a
row that has a name tells the server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .. import sent
from ..source import mount

_picture_table = mount("picture_table", Path(__file__).parent)


@dataclass(frozen=True)
class Row:
    """A row of pictures.

    Attributes:
        title: what it is called.
        pictures: uint8 (n, 28, 28).
        said: what each picture is, for the line above, and for those who cannot see it.
        marked: which of them have a mark, by place.
        name: what a click tells the server; without it nothing can be clicked.
        chosen: whether it is shown as the one that was picked.
        live: what the browser calls it, which fills it by itself while a hand moves; "" if not.
    """

    title: str
    pictures: np.ndarray
    said: Sequence[str]
    marked: Sequence[int] = ()
    name: str = ""
    chosen: bool = False
    live: str = ""


@dataclass(frozen=True)
class Table:
    """Rows below the names of their columns.

    Attributes:
        rows: from the top; all of one length.
        columns: a name for each.
        corner: what the names of the columns are.
        hint: what the line says while no picture is pointed at.
        chosen: the column that is shown as the one that was picked, if any.
    """

    rows: Sequence[Row] = field(default_factory=tuple)
    columns: Sequence[str] = ()
    corner: str = ""
    hint: str = ""
    chosen: int | None = None


def pack(table: Table) -> bytes:
    """Return a table as it travels: a line of JSON, then the pictures, row by row."""
    head = {
        "columns": list(table.columns),
        "corner": table.corner,
        "hint": table.hint,
        "chosen": table.chosen,
        "rows": [
            {
                "title": row.title,
                "said": list(row.said),
                "marked": list(row.marked),
                "name": row.name,
                "chosen": row.chosen,
                "live": row.live,
            }
            for row in table.rows
        ],
    }
    pictures = b"".join(row.pictures.tobytes() for row in table.rows)
    return json.dumps(head).encode() + b"\n" + pictures


def unpack(contents: bytes) -> dict[str, Any]:
    """Return what `pack` packed, with "pictures", uint8 (rows, columns, 28, 28); for tests."""
    head, _, body = contents.partition(b"\n")
    told = json.loads(head)
    shape = (len(told["rows"]), len(told["columns"]), 28, 28)
    return told | {"pictures": np.frombuffer(body, np.uint8).reshape(shape)}


def show(table: Table, key: str, picked: Callable[[str, int], None]) -> None:
    """Show a table.

    Args:
        table: what to show.
        key: of the element.
        picked: called with the name of a row and the place of a column when a picture is clicked.
    """
    names = {row.name for row in table.rows if row.name}

    def told() -> None:
        said = sent(key, "picked")
        if not isinstance(said, dict):
            return
        name, place = said.get("row"), said.get("column")
        known = isinstance(name, str) and name in names
        if known and isinstance(place, int) and 0 <= place < len(table.columns):
            picked(str(name), place)

    _picture_table(data=pack(table), key=key, on_picked_change=told)
