"""Components from files: HTML, CSS, and JavaScript modules that import each other.

Streamlit takes a component's JavaScript as one text and gives it to the browser as a module with
an address of its own, where `import "../common.js"` leads nowhere. So the files that a component
needs travel as texts, and `loader.js` gives each an address: the same for all components, so that
they share one `common.js` and what it remembers. Files are read as they are, without a build step,
and Node can import them for tests.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
STYLE = HERE / "common" / "page.css"  # goes before each component's own
IMPORT = re.compile(r'(?<=from ")\.[^"]+(?=")')  # also in loader.js
_NOTHING_TO_SEE = "<span hidden></span>"


def mount(name: str, folder: Path) -> Callable[..., Any]:
    """Return the Streamlit component of a folder: `<name>.js`, and if they exist `.html`, `.css`.

    Args:
        name: of the files; Streamlit knows the component as `autoencoder_lab_<name>`.
        folder: where they are.
    """
    page, style = folder / f"{name}.html", folder / f"{name}.css"
    component = st.components.v2.component(
        f"autoencoder_lab_{name}",
        html=page.read_text(encoding="utf-8") if page.exists() else _NOTHING_TO_SEE,
        css=STYLE.read_text(encoding="utf-8") + style.read_text(encoding="utf-8")
        if style.exists()
        else None,
        js=script(folder / f"{name}.js"),
    )

    def show(**arguments: Any) -> Any:
        try:
            return component(**arguments)
        except RecursionError:  # Streamlit copies what was sent, however deep it is nested
            logging.getLogger("autoencoder_lab").debug("%s: what it sent is dropped", name)
            return Nothing()

    return show


class Nothing:
    """The result of a component whose state cannot be read: it has sent nothing."""

    def __getattr__(self, event: str) -> None:
        return None


def script(path: Path) -> str:
    """Return the JavaScript of a file with everything that it imports, as one text."""
    texts: dict[str, str] = {}
    _collect(path.resolve(), texts, [])
    loader = _read(HERE / "loader.js")
    return loader.replace("FILES", json.dumps(texts, ensure_ascii=False, separators=(",", ":")))


def _collect(path: Path, texts: dict[str, str], way: list[Path]) -> None:
    """Add a file, after the files that it imports; names are relative to this folder."""
    if path in way:
        raise ImportError(f"{path.name} imports itself, by way of {[p.name for p in way]}")
    name = os.path.relpath(path, HERE).replace(os.sep, "/")
    if name in texts:
        return
    text = _read(path)
    for other in IMPORT.findall(text):
        _collect((path.parent / other).resolve(), texts, [*way, path])
    texts[name] = IMPORT.sub(lambda found: _from_here(path, found.group()), text)


def _from_here(path: Path, other: str) -> str:
    return "./" + os.path.relpath((path.parent / other).resolve(), HERE).replace(os.sep, "/")


@functools.cache
def _read(path: Path) -> str:
    """Return a file without indents and lines of comment: it goes along with every message."""
    lines = path.read_text(encoding="utf-8").splitlines()
    bare = (line.strip() for line in lines)
    return "\n".join("" if line.startswith("//") else line for line in bare)
