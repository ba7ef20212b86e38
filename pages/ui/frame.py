"""The frame around every page: finding the pages, and the guard for deep links."""

from __future__ import annotations

import ast
import copy
import runpy
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[2]
DESCRIPTION = ("TITLE", "ABOUT", "ICON", "ORDER")  # what a page's file says of it, at its top
_inside_app: ContextVar[bool] = ContextVar("inside_app", default=False)


@dataclass(frozen=True)
class PageFile:
    """A page as its file describes it, in the order of `DESCRIPTION`."""

    path: Path
    title: str
    about: str
    icon: str
    order: int


@cache
def pages() -> tuple[PageFile, ...]:
    """Return the pages in the order of their menu; the first one is the home page.

    The files are read, not run: their titles are needed before any of them runs.
    """
    found = []
    for path in (ROOT / "pages").glob("*.py"):
        values = {
            node.targets[0].id: node.value.args[0]
            if isinstance(node.value, ast.Call)
            else node.value
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in DESCRIPTION
        }
        found.append(PageFile(path, *(ast.literal_eval(values[name]) for name in DESCRIPTION)))
    return tuple(sorted(found, key=lambda page: page.order))


@cache
def _menu(language: str, translate: Callable[[str], str]) -> tuple:
    return tuple(
        st.Page(page.path, title=translate(page.title), icon=page.icon, default=page.order == 0)
        for page in pages()
    )


def menu(language: str, translate: Callable[[str], str]) -> list:
    """Return the pages for `st.navigation`, titled in `language`.

    Streamlit looks each file up on the disk; that is done once. A run needs copies of its own,
    since it marks the page that it runs.
    """
    return [copy.copy(page) for page in _menu(language, translate)]


def enter_app() -> None:
    """Tell the guard that app.py is running; app.py calls this first."""
    _inside_app.set(True)


def guard() -> None:
    """Run app.py if this page was started without it; every page calls this first.

    On a fresh server, Streamlit answers the first visitor of a deep link with the bare page: it
    does not know of `st.navigation` before app.py has run once.
    """
    if not _inside_app.get():
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
        st.stop()
