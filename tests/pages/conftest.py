"""What the tests of the pages share. They need no browser; `visitor.py` plays the visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from visitor import PAGES, Visitor

from pages.ui import cache


@pytest.fixture
def visit() -> Callable[..., Visitor]:
    """Open a page as a new visitor: `visit(page, locale="pt-BR", model="deep")`."""

    def visit(page: str = PAGES[0], locale: str | None = "en-GB", **query) -> Visitor:
        return Visitor(page, locale, query)

    return visit


@pytest.fixture
def empty_caches():
    """Let the app load everything anew in this test, and in the next one."""
    cache.clear()
    yield
    cache.clear()
