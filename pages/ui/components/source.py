"""Components from files: HTML, CSS, and JavaScript modules that import each other.

Streamlit takes a component's JavaScript as one text and gives it to the browser as a module with
an address of its own, where `import "../common.js"` leads nowhere; and the text goes along with
every message to the component. So what Streamlit takes is a few lines (`loader.js`) that wait for
the component's module, and the modules of all components go to the browser in a message of their
own (`bring`, `modules.js`), which gives each an address: they share one `common/lab.js` and what it
remembers. Files are read as they are, without a build step, and Node can import them for tests.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
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
IMPORT = re.compile(r'(?<=from ")\.[^"]+(?=")')  # also in modules.js
BEFORE = ("loader.js", "modules.js")  # there before any module is
_NOTHING_TO_SEE = "<span hidden></span>"


def mount(name: str, folder: Path, *styles: Path) -> Callable[..., Any]:
    """Return the Streamlit component of a folder: `<name>.js`, and if they exist `.html`, `.css`.

    Args:
        name: of the files; Streamlit knows the component as `autoencoder_lab_<name>`.
        folder: where they are.
        styles: sheets that it shares with other components; they go before its own.
    """
    page, style = folder / f"{name}.html", folder / f"{name}.css"
    sheets = [STYLE, *styles, style]
    component = st.components.v2.component(
        f"autoencoder_lab_{name}",
        html=page.read_text(encoding="utf-8") if page.exists() else _NOTHING_TO_SEE,
        css="".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
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


def bring() -> None:
    """Bring the modules of all components to the browser; shows nothing. In every whole run.

    A browser that has the message already is sent only its hash.
    """
    _bring()(data=packed(), key="modules", width=1, height=1)


@functools.cache
def _bring() -> Callable[..., Any]:
    code = _read(HERE / "modules.js")
    return st.components.v2.component("autoencoder_lab_modules", html=_NOTHING_TO_SEE, js=code)


@functools.cache
def packed() -> bytes:
    """Return the modules as they travel: a line of JSON, as always; then `modules`, gzipped."""
    head = json.dumps({"modules": len(modules())})
    texts = json.dumps(modules(), ensure_ascii=False, separators=(",", ":"))
    return head.encode() + b"\n" + gzip.compress(texts.encode(), mtime=0)


def script(path: Path) -> str:
    """Return the JavaScript of a component: what waits for its module."""
    name = _name(path)
    (key,) = (key for key in modules() if key.split(" ")[0] == name)
    return _read(HERE / "loader.js").replace("KEY", key)


@functools.cache
def modules(folder: Path = HERE) -> dict[str, str]:
    """Return the texts of all modules in a folder, each after those that it imports.

    Their keys are a name relative to the folder, and a digest: it changes with the text, and with
    the text of whatever it imports.

    Raises:
        ImportError: a module imports itself, by way of others.
    """
    keys: dict[str, str] = {}
    texts: dict[str, str] = {}
    for path in sorted(folder.rglob("*.js")):
        if path.name not in BEFORE:
            _collect(path, folder, keys, texts, [])
    return texts


def _collect(
    path: Path, folder: Path, keys: dict[str, str], texts: dict[str, str], way: list[Path]
) -> str:
    """Add a module, after those that it imports; return its key."""
    if path in way:
        raise ImportError(f"{path.name} imports itself, by way of {[p.name for p in way]}")
    name = _name(path, folder)
    if name not in keys:
        text = _read(path)
        others = [(path.parent / other).resolve() for other in IMPORT.findall(text)]
        below = [_collect(other, folder, keys, texts, [*way, path]) for other in others]
        text = IMPORT.sub(lambda found: f"./{_name(path.parent / found.group(), folder)}", text)
        digest = hashlib.sha256("\n".join([*below, text]).encode()).hexdigest()[:12]
        keys[name] = f"{name} {digest}"
        texts[keys[name]] = text
    return keys[name]


def _name(path: Path, folder: Path = HERE) -> str:
    return os.path.relpath(path.resolve(), folder.resolve()).replace(os.sep, "/")


@functools.cache
def _read(path: Path) -> str:
    """Return a file without indents and lines of comment, which need not travel."""
    lines = path.read_text(encoding="utf-8").splitlines()
    bare = (line.strip() for line in lines)
    return "\n".join("" if line.startswith("//") else line for line in bare)
