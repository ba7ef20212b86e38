"""One server and one browser for all tests of this folder."""

from __future__ import annotations

import contextlib
import os

import pytest
from browser import Window

from tests.bench.server import Server
from tests.chromium import FLAGS, executable


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI no test of this folder is skipped, whatever the reason."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome, report.longrepr = "failed", f"skipped in CI: {call.excinfo.value}"
    return report


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("Playwright is not installed")
    if executable() is None:
        pytest.skip("no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Start a server nobody has visited yet: `start()` returns its address."""
    with contextlib.ExitStack() as running:

        def start() -> str:
            folder = tmp_path_factory.mktemp("server")
            return f"http://{running.enter_context(Server(folder)).host}"

        yield start


@pytest.fixture(scope="session")
def server(start) -> str:
    """The address of the server all tests share."""
    return start()


@pytest.fixture
def visit(chromium, server):
    """Open the app in a window of a new visitor: `visit("/draw?lang=pt")`."""
    windows = []

    def visit(path: str = "/", **context) -> Window:
        windows.append(Window(chromium, server, path, **context))
        return windows[-1]

    yield visit
    for window in windows:
        shown = window.page.locator('[data-testid="stException"]').all_inner_texts()
        window.context.close()
        assert shown == []
        assert window.crashes == []
