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
from typing import Any

import streamlit as st

ROOT = Path(__file__).parents[2]
# What a page's file says of it, at its top; the home page alone has no group.
DESCRIPTION = ("TITLE", "ABOUT", "QUESTION", "ICON", "ORDER", "GROUP")
HOME = "home"
_inside_app: ContextVar[bool] = ContextVar("inside_app", default=False)


@dataclass(frozen=True)
class PageFile:
    """A page as its file describes it, in the order of `DESCRIPTION`."""

    path: Path
    title: str
    about: str
    question: str
    icon: str
    order: int
    group: str

    @property
    def slug(self) -> str:
        """Its path in an address; the home page has none."""
        return "" if self.path.stem == HOME else self.path.stem


def describe(path: Path) -> PageFile:
    """Return what a page's file says of it, without running it.

    Raises:
        ValueError: something is missing, or is no constant; the message names the file.
    """
    values: dict[str, Any] = {"GROUP": ""} if path.stem == HOME else {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and (name := ast.unparse(node.targets[0])) in DESCRIPTION:
            marked = isinstance(node.value, ast.Call)  # N_("…")
            value = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
            try:
                values[name] = ast.literal_eval(value)
            except ValueError:
                wanted = "one text" if marked else "a constant"
                raise ValueError(f"{path}: {name} must be {wanted}") from None
    missing = [name for name in DESCRIPTION if name not in values]
    if missing:
        raise ValueError(f"{path}: a page says {', '.join(missing)} at its top, this one does not")
    return PageFile(path, *(values[name] for name in DESCRIPTION))


@cache
def pages() -> tuple[PageFile, ...]:
    """Return the pages in the order of their menu; the first one is the home page."""
    found = sorted(map(describe, (ROOT / "pages").glob("*.py")), key=lambda page: page.order)
    # Those of a group stand together, where the first of them would.
    groups = list(dict.fromkeys(page.group for page in found))
    return tuple(sorted(found, key=lambda page: (page.slug != "", groups.index(page.group))))


@cache
def _menu(language: str, translate: Callable[[str], str]) -> dict[str, tuple]:
    groups: dict[str, tuple] = {}
    for page in pages():
        item = st.Page(
            page.path, title=translate(page.title), icon=page.icon, default=not page.slug
        )
        group = translate(page.group) if page.group else ""
        groups[group] = (*groups.get(group, ()), item)
    return groups


def menu(language: str, translate: Callable[[str], str]) -> dict[str, list]:
    """Return the pages for `st.navigation` by the title of their group, in `language`.

    Made once: Streamlit looks each file up on the disk, 6 ms for eight pages. A run needs copies
    of its own, since it marks the page that it runs.
    """
    return {
        group: [copy.copy(page) for page in pages]
        for group, pages in _menu(language, translate).items()
    }


def page_of(slug: str) -> PageFile:
    """Return the page with that path in its address."""
    return next(page for page in pages() if page.slug == slug)


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
