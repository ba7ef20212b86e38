"""What the tests of the pages share. They need no browser; `visitor.py` plays the visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from trainings import Trainings
from visitor import PAGES, Visitor

from ae_core import data
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


@pytest.fixture
def trainings(monkeypatch) -> Trainings:
    made = Trainings()
    monkeypatch.setattr(cache, "trainings", lambda: made)
    monkeypatch.setattr(data, "is_here", lambda dataset: True)
    monkeypatch.delenv("AE_CLUSTER", raising=False)
    return made
