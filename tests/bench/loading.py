"""What a first visit to /draw loads: as our server sends it, and as it is with gzip."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Request, WebSocket, sync_playwright

from tests.chromium import FLAGS, executable

from . import report
from .browser import settle
from .server import Server

QUIET = 3  # seconds in which nothing more is loaded
KINDS = {"/static/": "Streamlit", "/media/": "networks", "/bidi-components/": "the canvas"}


def kind(url: str) -> str:
    """Return whose a file is, by its address."""
    path = urlsplit(url).path
    return next((name for part, name in KINDS.items() if part in path), "Streamlit")


def small(body: bytes) -> int:
    """Return the bytes of a file with gzip, where that makes it smaller."""
    return min(len(body), len(gzip.compress(body, 6)))


class Visit:
    """One visitor's first visit, in a browser that has nothing yet.

    Attributes:
        sent, packed, files: bytes as they came, with gzip, and how many files, by whose they are.
        usable, complete: seconds until there were pictures, and until the last file was there.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.sent: Counter = Counter()
        self.packed: Counter = Counter()
        self.files: Counter = Counter()
        self.loaded: list[Request] = []
        self.messages: list[bytes] = []
        page = browser.new_context(locale="en-US").new_page()
        page.on("requestfinished", self._came)
        page.on("websocket", self._listen)
        self.last = begin = time.perf_counter()
        page.goto(address)
        page.wait_for_selector("canvas.pixels", timeout=60_000)
        self.usable = time.perf_counter() - begin
        settle(page)
        while time.perf_counter() - self.last < QUIET:
            page.wait_for_timeout(100)
        self.complete = self.last - begin
        for request in self.loaded:
            if (response := request.response()) is not None:
                came = request.sizes()["responseBodySize"]
                self._count(kind(request.url), came, response.body())
        for message in self.messages:
            self._count("the page's messages", len(message), message)
        page.context.close()

    def _came(self, request: Request) -> None:
        if request.url.startswith("http"):
            self.loaded.append(request)
            self.last = time.perf_counter()

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda message: self.messages.append(bytes(message)))

    def _count(self, whose: str, came: int, body: bytes) -> None:
        self.sent[whose] += came
        self.packed[whose] += small(body)
        self.files[whose] += 1


def measure(quick: bool, folder: Path) -> None:
    with Server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            for _ in range(2):  # the first one is the server's own first, too: it takes longer
                visit = Visit(browser, f"http://{server.host}/draw")
        finally:
            browser.close()
    counts = visit.sent, visit.packed, visit.files
    rows = [
        (whose, f"{size / 1e6:.2f}", f"{visit.packed[whose] / 1e6:.2f}", visit.files[whose])
        for whose, size in visit.sent.most_common()
    ]
    sent, packed, files = (count.total() for count in counts)
    rows.append(("together", f"{sent / 1e6:.2f}", f"{packed / 1e6:.2f}", files))
    columns = ("what it loads", "MB", "with gzip", "files, messages")
    report.table("The first visit to /draw", columns, rows)
    print(f"\npictures after {visit.usable:.1f} s, the last file after {visit.complete:.1f} s")
