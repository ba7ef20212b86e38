"""A visitor with a browser: starting the app, and what she does with mouse, keys and fingers."""

from __future__ import annotations

import base64
import gettext
import io
import os
import re
import shutil
import time
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

from pages.ui import frame, text

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT = 60_000  # ms: a busy machine must not fail a test
SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.4, 0.85)]
PATHS = [f"/{page.slug}" for page in frame.pages()]

IDLE = """(quiet) => {
  const busy = !document.querySelector('[data-testid="stMain"]')
    || document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning"
    || document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]')
    || [...document.images].some((image) => !image.complete);
  if (busy || window.idleSince === undefined) window.idleSince = performance.now();
  return !busy && performance.now() - window.idleSince > quiet;
}"""
CHOICES = """() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-"]')]
  .map((box) => [box, box.querySelector('[role="radio"][aria-checked="true"], [type="range"]')])
  .filter(([box, input]) => input && !box.querySelector('[class*="st-key-"]'))
  .map(([box, input]) => [box.className.match(/st-key-(\\w+)/)[1], input.value
    || [...input.parentElement.children].indexOf(input)]))"""


def executable() -> str | None:
    """Return the path of a Chromium, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def opened(address: str) -> np.ndarray:
    """Return the pixels of a `data:` address of a picture, 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))), int)


def apart(one: str, other: str) -> np.ndarray:
    """Return how far the pixels of two `data:` addresses are from each other, 0 to 255."""
    return np.abs(opened(one) - opened(other))


def translated(message: str, language: str, **values: object) -> str:
    catalogue = gettext.translation("messages", text.LOCALE, [language], fallback=True)
    return catalogue.gettext(message).format(**values)


class Window:
    """One browser window of a visitor, and everything that went wrong in it."""

    def __init__(self, browser, url: str, path: str, **context) -> None:
        settings = {"viewport": {"width": 1280, "height": 720}, "locale": "en-GB", **context}
        self.url = url
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(WAIT)
        self.page = self.context.new_page()
        self.crashes: list[str] = []  # errors in a script that nobody caught
        self.errors: list[str] = []  # what the console says
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.crashes.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.before_load()
        self.page.goto(url + path)
        self.settle()

    def before_load(self) -> None:
        """For what must be in the window before the page is."""

    def _heard(self, message) -> None:
        # On a deep link Streamlit looks for its server below the page's path first, by design.
        address = message.location.get("url", "")
        if message.type == "error" and not re.search(r"/\w+/_stcore/[a-z-]+$", address):
            self.errors.append(f"{message.text} {address}")

    def settle(self, quiet_ms: int = 400) -> Window:
        """Wait until the app has been idle for a moment and every picture is there."""
        self.page.evaluate("() => { window.idleSince = undefined }")
        self.page.wait_for_function(IDLE, arg=quiet_ms, polling=50)
        return self

    def wait(self, condition, what: str) -> Window:
        """Wait until `condition()` holds."""
        end = time.monotonic() + WAIT / 1000
        while not condition():
            assert time.monotonic() < end, f"waited in vain: {what}; now at {self.page.url}"
            self.page.wait_for_timeout(50)
        return self

    # What she sees

    def link(self) -> dict[str, str]:
        return {key: v[0] for key, v in parse_qs(urlsplit(self.page.url).query).items()}

    def choices(self) -> dict[str, object]:
        """Return the value of every slider and the place of every chosen option, by key."""
        return self.page.evaluate(CHOICES)

    def step(self, heading: str):
        """Return the picture below a heading such as "1 · "."""
        below = self.page.locator(".heading", has_text=heading)
        return self.page.locator(".picture").filter(has=below).first.locator("canvas")

    def source(self, heading: str) -> str:
        """Return the contents of the picture below a heading."""
        return self.step(heading).evaluate("canvas => canvas.toDataURL()")

    def sources(self) -> list[str]:
        """Return the contents of all pictures of the page."""
        return [c.evaluate("c => c.toDataURL()") for c in self.page.locator("canvas.pixels").all()]

    def pixels(self, heading: str) -> np.ndarray:
        """Return the 28 × 28 pixels of the picture below a heading, in [0, 1]."""
        picture = Image.open(io.BytesIO(base64.b64decode(self.source(heading).split(",")[1])))
        return np.asarray(picture.convert("L")) / 255

    def sees(self, words: str) -> bool:
        return self.page.get_by_text(words, exact=True).first.is_visible()

    def wait_for(self, words: str) -> Window:
        return self.wait(lambda: self.sees(words), words).settle()

    # What she does

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a place on the canvas, given in shares of it, in pixels of the window."""
        canvas = self.page.locator("canvas.upper-canvas[aria-label]")  # it fits its place by then
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def draw(self, points=SEVEN) -> Window:
        """Draw a line with the mouse and wait until the app has it."""
        before = self.link().get("ink")
        self.page.mouse.move(*self.point(*points[0]))
        self.page.mouse.down()
        for place in points[1:]:
            self.page.mouse.move(*self.point(*place), steps=8)
        self.page.mouse.up()
        return self.wait_for_ink(lambda ink: ink not in (None, before))

    def wait_for_ink(self, expected) -> Window:
        """Wait until the link says of the drawing what is expected."""
        return self.wait(lambda: expected(self.link().get("ink")), "the drawing").settle()

    def tool(self, name: str):
        """Return the button "undo", "redo" or "clear" of the canvas."""
        return self.page.locator(f".tools .{name}")

    def touch(self):
        """Return a function that sends touches: `send("touchStart", (x, y))`."""
        session = self.context.new_cdp_session(self.page)

        def send(kind: str, *points: tuple[float, float]) -> None:
            spots = [{"x": x, "y": y} for x, y in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

        return send

    def choose(self, key: str, place: int) -> Window:
        """Click the option at `place` of a row of options."""
        option = self.page.locator(f".st-key-{key} [role=radio]").nth(place)
        option.click()
        self.wait(lambda: option.get_attribute("aria-checked") == "true", f"{key}: {place}")
        return self.settle()

    def press(self, key: str, arrow: str, times: int) -> Window:
        """Move a slider by the keyboard."""
        slider = self.page.locator(f".st-key-{key} input[type=range]")
        slider.focus()
        for _ in range(times):
            slider.press(arrow)
        return self.settle()

    def follow(self, path: str) -> Window:
        """Go to another page by the menu."""
        page = frame.page_of(path.removeprefix("/"))
        link = f'[data-testid="stTopNavLink"][href$="{path}"]'
        if page.group:
            group = translated(page.group, self.page.evaluate("document.documentElement.lang"))
            self.page.locator('[data-testid="stTopNavSection"]', has_text=group).click()
            link = f'[data-testid="stTopNavDropdownLink"][href$="{path}"]'
        self.page.locator(link).click()
        self.wait(lambda: urlsplit(self.page.url).path == path, path)
        return self.settle()
