"""Files to take away: a row of buttons; a file is made when its button is pressed.

Streamlit's own button for such files keeps them for nobody: the next visitor's run deletes them,
before a slow network has fetched them. Here they come by the session's own connection.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import mimetypes
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from ...link import LARGEST
from ...text import _
from .. import sent
from ..source import mount

_downloads = mount("downloads", Path(__file__).parent)
_LOG = logging.getLogger("autoencoder_lab")


@dataclass(frozen=True)
class File:
    """A file that can be taken away: its name, what its button says, and what makes it."""

    name: str
    label: str
    make: Callable[[], bytes]

    @property
    def mime(self) -> str:
        """What kind of file it is, by its name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def pictures(
    label: Callable[[str], str], stem: str, make: Callable[[str], bytes]
) -> tuple[File, File]:
    """Return the same figure as PNG and as PDF.

    Args:
        label: what the button says of a kind of file: "PNG" or "PDF".
        stem: of the files' names.
        make: the figure, for "png" or "pdf".
    """
    png, pdf = (File(f"{stem}.{k}", label(k.upper()), partial(make, k)) for k in ("png", "pdf"))
    return png, pdf


def table(name: str, head: Sequence[str], rows: Callable[[], Iterable[Sequence[object]]]) -> File:
    """Return a table as a CSV file; its numbers have a decimal point in every language.

    Args:
        name: of the file.
        head: names of the columns.
        rows: makes the rows; numbers are written with six digits.
    """

    def make() -> bytes:
        file = io.StringIO()
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(head)
        for row in rows():
            lines.writerow([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row])
        return file.getvalue().encode()

    return File(name, _("Numbers (CSV)"), make)


def show(files: Sequence[File], key: str) -> None:
    """Show the buttons; the file that was asked for goes along in the same run."""

    def wanted() -> None:
        st.session_state[f"{key}_asked"] = sent(key, "wanted")

    given, body = _answer(files, st.session_state.get(f"{key}_asked"))
    head = {
        "files": [{"name": file.name, "label": file.label, "mime": file.mime} for file in files],
        "busy": _("The file is being made."),
        "failed": _("The file could not be made. Try again."),
        "given": given,
    }
    data = json.dumps(head).encode() + b"\n" + body
    _downloads(data=data, key=key, on_wanted_change=wanted)
    # Not before: a run that is broken off by the next one has answered nobody.
    st.session_state.pop(f"{key}_asked", None)


def _answer(files: Sequence[File], asked: object) -> tuple[dict[str, object] | None, bytes]:
    """Return what was asked for: what it is, and its bytes; None if nothing sensible was."""
    if not isinstance(asked, dict):
        return None, b""
    ask = asked.get("ask")
    if not isinstance(ask, int | float) or not abs(ask) <= LARGEST:
        return None, b""
    file = next((file for file in files if file.name == asked.get("name")), None)
    if file is None:
        return None, b""
    try:
        body = file.make()
    except Exception:  # whatever it was, the page goes on and says so
        _LOG.exception("%s could not be made", file.name)
        return {"ask": ask, "error": True}, b""
    return {"name": file.name, "mime": file.mime, "ask": ask}, body
