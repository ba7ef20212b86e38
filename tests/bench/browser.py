"""What a visitor waits for: from a hand's move to the new picture, measured in the page itself."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from . import report
from .server import Server

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--no-first-run")  # fmt: skip
REBUILT, GRID = "The digit as ", "15 by 15 digits decoded"  # how their alternative texts begin
PLANE = ""  # the digit under the pointer, a canvas

# Starts at the browser's own time stamp of the event. Ends when the picture with the given
# alternative text has another source and that is loaded, or when the canvas is painted anew.
WATCH = """
({ event, alt }) => {
  const picture = () => alt
    ? document.querySelector(`[data-testid="stImage"] img[alt^="${alt}"]`)
    : Object.values(window.autoencoderLab.planes)[0].digit;
  const contents = (element) => alt ? element?.src : element.toDataURL();
  const before = contents(picture());
  window.bench = new Promise((resolve) => {
    let begin = null;
    addEventListener(event, (e) => { begin = e.timeStamp; }, { capture: true, once: true });
    const look = () => {
      const now = picture();
      if (begin === null || !now || contents(now) === before) return false;
      if (alt && !(now.complete && now.naturalWidth)) return false;
      observer.disconnect();
      document.removeEventListener("load", look, true);
      resolve(performance.now() - begin);
      return true;
    };
    const observer = new MutationObserver(look);
    const what = { subtree: true, childList: true, attributes: true, attributeFilter: ["src"] };
    if (alt) observer.observe(document.body, what);
    document.addEventListener("load", look, true);
    const everyFrame = () => look() || requestAnimationFrame(everyFrame);
    if (!alt) everyFrame();
  });
}
"""
AWAIT = """
() => Promise.race([
  window.bench,
  new Promise((_, reject) => setTimeout(() => reject(new Error("no new picture")), 20000)),
])
"""


def settle(page: Page, quiet: int = 500) -> None:
    """Wait until the app has not been running for `quiet` milliseconds."""
    page.wait_for_selector("[data-testid='stImage'] img", timeout=60_000)
    page.evaluate(
        """quiet => new Promise((resolve) => {
          let since = performance.now();
          const timer = setInterval(() => {
            const app = document.querySelector("[data-testid='stApp']");
            if (app?.dataset.testScriptState === "running") since = performance.now();
            if (performance.now() - since < quiet) return;
            clearInterval(timer);
            resolve();
          }, 50);
        })""",
        quiet,
    )


def timed(page: Page, event: str, alt: str, act) -> float:
    """Do `act` and return the seconds from its `event` to the new picture."""
    page.evaluate(WATCH, {"event": event, "alt": alt})
    act()
    seconds = page.evaluate(AWAIT) / 1e3
    settle(page, 300)
    return seconds


def strokes(page: Page, times: int) -> list[float]:
    """Draw one line after the other."""
    box = page.locator("canvas").last.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def stroke(number: int) -> None:
        angle, reach = number * 2.4, box["width"] * (0.2 + 0.012 * number)
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(
            middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle), steps=8
        )
        page.mouse.up()

    seconds = [
        timed(page, "pointerup", REBUILT, lambda number=number: stroke(number))
        for number in range(times + 2)
    ]
    return seconds[2:]


def steps(page: Page, times: int, name: str, alt: str) -> list[float]:
    """Move a slider by the keyboard, one step at a time."""
    page.locator(f".st-key-{name}").get_by_role("slider").focus()
    seconds = [
        timed(page, "keydown", alt, lambda: page.keyboard.press("ArrowRight"))
        for _ in range(times + 2)
    ]
    return seconds[2:]


def moves(page: Page, times: int) -> list[float]:
    """Move the pointer over the latent plane."""
    plane = page.locator("canvas.top")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    places = [(box["x"] + 40 + 12 * n, box["y"] + 60 + 8 * n) for n in range(times + 2)]
    seconds = [
        timed(page, "pointermove", PLANE, lambda place=place: page.mouse.move(*place))
        for place in places
    ]
    return seconds[2:]


def measure(quick: bool, folder: Path) -> None:
    times = 4 if quick else 15
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    changes = (
        ("/draw, stroke → reconstruction", "draw", strokes, ()),
        ("/draw, noise level → reconstruction", "draw?input=sample", steps, ("level", REBUILT)),
        ("/latent, slider z1 → grid", "latent", steps, ("z1", GRID)),
        ("/latent, pointer on the plane → digit", "latent", moves, ()),
    )
    rows = []
    with Server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            for name, address, act, arguments in changes:
                page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
                page.goto(f"http://{server.host}/{address}")
                settle(page)
                rows.append((name, *report.spread(act(page, times, *arguments))))
                page.close()
            version = browser.version
        finally:
            browser.close()
    columns = ("change → new picture", "median, ms", "p95, ms", "changes")
    report.table(f"In Chromium {version}, one visitor", columns, rows)
