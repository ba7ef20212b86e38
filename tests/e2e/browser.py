"""A visitor with a browser: starting the app, and what she does with mouse, keys and fingers."""

from __future__ import annotations

import base64
import gettext
import io
import itertools
import json
import re
import time
from urllib.parse import parse_qs

import numpy as np
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui import frame, text

WAIT = 60_000  # ms: a busy machine must not fail a test
SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.4, 0.85)]
PATHS = [f"/{page.slug}" for page in frame.pages()]

# What an answer to a run looks like on the wire: numbers of fields of Streamlit's messages.
_TO_SERVER = BackMsg.DESCRIPTOR.fields_by_name
_FROM_SERVER = ForwardMsg.DESCRIPTOR.fields_by_name
NUMBERS = {
    "rerun": _TO_SERVER["rerun_script"].number,
    "begun": _FROM_SERVER["new_session"].number,
    "ended": _FROM_SERVER["script_finished"].number,
    "again": ForwardMsg.FINISHED_EARLY_FOR_RERUN,
    "echo": _FROM_SERVER["file_urls_response"].number,
}
# Asks the server for an answer with the number that stands at the end.
ECHO = BackMsg(file_urls_request=FileURLsRequest(request_id="echo 0000")).SerializeToString()
# In every window before its page is: `whyBusy()` says what is still to come, if anything.
WATCH = """(({ rerun, begun, ended, again, echo }, question) => {
  const DROPPED = 20000;  // ms: a run asked for by a part that is gone is never answered
  let asked = 0;  // when a run was asked for that has not begun; 0 if there is none
  let running = false;
  let sent = 0;  // requests of a run
  let received = 0;  // the last of them that the server is known to have
  let fetching = 0;

  // The top-level fields of a message: a number, or the bytes that stand there.
  const fields = (bytes) => {
    const found = {};
    let at = 0;
    const number = () => {
      let value = 0, unit = 1, byte;
      do {
        byte = bytes[at++];
        value += (byte & 127) * unit;
        unit *= 128;
      } while (byte > 127);
      return value;
    };
    while (at < bytes.length) {
      const key = number(), kind = key & 7, field = key >> 3;
      if (kind === 0) found[field] = number();
      else if (kind === 2) {
        const length = number();
        found[field] = bytes.subarray(at, at += length);
      } else at += { 1: 8, 5: 4 }[kind];
    }
    return found;
  };

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const found = fields(new Uint8Array(data));
        const answer = new TextDecoder().decode(found[echo]).match(/echo (\\d{4})/);
        if (answer) received = Number(answer[1]);
        if (begun in found) [asked, running] = [0, true];
        if (ended in found) running = found[ended] === again;
      });
      this.addEventListener("close", () => { [asked, running, received] = [0, false, sent]; });
    }
    send(data) {
      super.send(data);
      if (!(rerun in fields(new Uint8Array(data.buffer ?? data)))) return;
      [asked, sent] = [performance.now(), sent + 1];
      this.ask(sent);
    }
    // A run that begins takes away what the server has not said yet: until it has answered.
    ask(number) {
      if (number !== sent || received === sent || this.readyState !== WebSocket.OPEN) return;
      const digits = new TextEncoder().encode(String(number).padStart(4, "0"));
      super.send(Uint8Array.from([...question.slice(0, -4), ...digits]));
      setTimeout(() => this.ask(number), 100);
    }
  };
  const fetch = window.fetch;
  window.fetch = (...given) => {
    fetching += 1;
    return fetch(...given).finally(() => { fetching -= 1; });
  };

  const some = (selector, wrong = () => true) =>
    [...document.querySelectorAll(selector)].find(wrong);
  window.whyBusy = () => {
    const app = document.querySelector('[data-testid="stApp"]')?.dataset;
    if (!app || !some('[data-testid="stMain"]')) return "there is no app";
    if (app.testConnectionState !== "CONNECTED") return "no connection";
    if (app.testScriptState !== "notRunning" || running) return "the script runs";
    if (received < sent) return "a request is on its way";
    if (asked && performance.now() - asked < DROPPED) return "the script is to run";
    if (some('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]')) return "a skeleton";
    if (some('[data-stale="true"]')) return "something of the run before";
    if (some("img", (image) => !image.complete)) return "a picture loads";
    if (fetching) return "a file loads";
    if (document.fonts.status !== "loaded") return "letters load";
    // Nobody sees what brings the modules, and loader.js marks all but the canvas.
    const component = '[data-testid="stBidiComponentIsolated"]:not(.st-key-modules *)';
    const late = some(`${component}:not([data-shown])`,
      (host) => !host.shadowRoot?.querySelector("canvas"));
    if (late) return `a component is late: ${late.closest('[class*="st-key-"]')?.className}`;
    return "";
  };
})(%s, %s);""" % (json.dumps(NUMBERS), [*ECHO])  # noqa: UP031
# Not so many milliseconds, but moments in which the browser could work and drew a frame: a busy one
# has none for a while, and nothing to say of it.
SETTLED = """([turn, moments]) => {
  if (window.looks?.turn !== turn) window.looks = { turn, moments: 0, drawn: true };
  const looks = window.looks;
  looks.busy = whyBusy();
  if (looks.busy) {
    looks.moments = 0;
  } else if (looks.drawn) {
    looks.drawn = false;
    looks.moments += 1;
    requestAnimationFrame(() => { looks.drawn = true; });
  }
  return looks.moments > moments;
}"""
MOMENT = 50  # ms
CHOICES = """() => Object.fromEntries([...document.querySelectorAll('[class*="st-key-"]')]
  .map((box) => [box, box.querySelector('[role="radio"][aria-checked="true"], [type="range"]')])
  .filter(([box, input]) => input && !box.querySelector('[class*="st-key-"]'))
  .map(([box, input]) => [box.className.match(/st-key-(\\w+)/)[1], input.value
    || [...input.parentElement.children].indexOf(input)]))"""


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
        self.turns = itertools.count()
        self.before_load()
        self.page.add_init_script(WATCH)
        self.page.goto(url + path)
        self.settle(200)  # no hand has moved: nothing waits for it to rest

    def before_load(self) -> None:
        """For what must be in the window before the page is."""

    def _heard(self, message) -> None:
        # On a deep link Streamlit looks for its server below the page's path first, by design.
        address = message.location.get("url", "")
        if message.type == "error" and not re.search(r"/\w+/_stcore/[a-z-]+$", address):
            self.errors.append(f"{message.text} {address}")

    def settle(self, quiet_ms: int = 400) -> Window:
        """Wait until all that was asked for is there, and nothing has come for a moment."""
        from playwright.sync_api import TimeoutError  # not everybody has it

        turn = [next(self.turns), quiet_ms / MOMENT]
        try:
            self.page.wait_for_function(SETTLED, arg=turn, polling=MOMENT)
        except TimeoutError:
            raise AssertionError(f"never at rest: {self.page.evaluate('whyBusy()')}") from None
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
        search = self.page.evaluate("location.search")  # Playwright's own address comes later
        return {key: v[0] for key, v in parse_qs(search.removeprefix("?")).items()}

    def path(self) -> str:
        return self.page.evaluate("location.pathname")

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
        self.wait(lambda: self.path() == path, path)
        return self.settle(200)
