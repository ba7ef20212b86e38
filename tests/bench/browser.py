"""What a visitor waits for: from a hand's move to the new picture, measured in the page itself."""

from __future__ import annotations

import math
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.chromium import FLAGS, executable

from . import report
from .server import Server

REBUILT = "The digit as "  # how the alternative text of the reconstruction begins
DIGIT = "The picture decoded"  # and that of the digit under the pointer

# Starts at the browser's own time stamp of the event. Ends in the first frame in which the canvas
# with the given alternative text is painted anew.
WATCH = """
({ event, alt }) => {
  const roots = (root) => [root, ...[...root.querySelectorAll("*")]
    .filter((element) => element.shadowRoot).flatMap((element) => roots(element.shadowRoot))];
  const find = () => roots(document)
    .map((root) => root.querySelector(`canvas[aria-label^="${alt}"]`)).find(Boolean);
  let canvas = find();
  const before = canvas.toDataURL();
  window.bench = new Promise((resolve) => {
    let begin = null;
    addEventListener(event, (e) => { begin = e.timeStamp; }, { capture: true, once: true });
    const everyFrame = () => {
      if (!canvas?.isConnected) canvas = find();
      if (begin !== null && canvas && canvas.toDataURL() !== before) {
        resolve(performance.now() - begin);
      } else requestAnimationFrame(everyFrame);
    };
    everyFrame();
  });
}
"""
AWAIT = """
() => Promise.race([
  window.bench,
  new Promise((_, reject) => setTimeout(() => reject(new Error("no new picture")), 20000)),
])
"""


# A pointer that moves in every frame: in how many of them is there another digit?
FRAMES = """
(seconds) => new Promise((resolve) => {
  const plane = window.autoencoderLab.planes.plane;
  const box = plane.top.getBoundingClientRect();
  const context = plane.digit.getContext("2d");
  const spent = [], begin = performance.now();
  let frames = 0, changed = 0, before = "";
  const frame = (now) => {
    const digit = context.getImageData(0, 0, 28, 28).data.join();
    frames++;
    if (digit !== before) changed++;
    before = digit;
    const t = (now - begin) / 1000;
    if (t > seconds) {
      for (let i = 0; i < 300; i++) {
        const z = [6 * Math.random() - 3, 6 * Math.random() - 3];
        const start = performance.now();
        plane.decode(z);
        spent.push(performance.now() - start);
      }
      spent.sort((a, b) => a - b);
      resolve({ frames: frames / t, changed: changed / t, decode: spent[150], slow: spent[285] });
      return;
    }
    plane.top.dispatchEvent(new PointerEvent("pointermove", {
      clientX: box.left + box.width * (0.5 + 0.4 * Math.cos(3 * t)),
      clientY: box.top + box.height * (0.5 + 0.4 * Math.sin(2 * t)),
    }));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})
"""


SETTLE = """
(quiet) => new Promise((resolve) => {
  let since = performance.now();
  const timer = setInterval(() => {
    const app = document.querySelector("[data-testid='stApp']");
    if (app?.dataset.testScriptState === "running") since = performance.now();
    if (performance.now() - since < quiet) return;
    clearInterval(timer);
    resolve();
  }, 50);
})
"""


def settle(page: Page, quiet: int = 500) -> None:
    """Wait until the app has not been running for `quiet` milliseconds."""
    page.wait_for_selector("canvas.pixels", timeout=60_000)
    page.evaluate(SETTLE, quiet)


def timed(page: Page, event: str, alt: str, act) -> float:
    """Do `act` and return the seconds from its `event` to the new picture."""
    page.evaluate(WATCH, {"event": event, "alt": alt})
    act()
    seconds = page.evaluate(AWAIT) / 1e3
    settle(page, 300)
    return seconds


def strokes(page: Page, times: int) -> list[float]:
    """Draw one line after the other."""
    box = page.locator("canvas.upper-canvas[aria-label]").bounding_box()
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
        timed(page, "pointermove", DIGIT, lambda place=place: page.mouse.move(*place))
        for place in places
    ]
    return seconds[2:]


def measure(quick: bool, folder: Path) -> None:
    times = 4 if quick else 15
    changes = (
        ("/draw, stroke → reconstruction", "draw", strokes, ()),
        ("/draw, noise level → reconstruction", "draw?input=sample", steps, ("lab_level", REBUILT)),
        ("/latent, slider z1 → digit", "latent", steps, ("latent_z_1", DIGIT)),
        ("/latent, pointer on the plane → digit", "latent", moves, ()),
    )
    rows, rates = [], []
    with Server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            for name, address, act, arguments in changes:
                page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
                page.goto(f"http://{server.host}/{address}")
                settle(page)
                rows.append((name, *report.spread(act(page, times, *arguments))))
                page.close()
            for dataset in ("mnist", "fashion_mnist"):
                page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
                page.goto(f"http://{server.host}/latent?data={dataset}")
                settle(page)
                page.wait_for_function("() => window.autoencoderLab?.planes.plane?.network")
                found = page.evaluate(FRAMES, 1 if quick else 5)
                numbers = [f"{found[key]:.3g}" for key in ("frames", "changed", "decode", "slow")]
                rates.append((f"/latent, {dataset}", *numbers))
                page.close()
            version = browser.version
        finally:
            browser.close()
    columns = ("change → new picture", "median, ms", "p95, ms", "changes")
    report.table(f"In Chromium {version}, one visitor", columns, rows)
    columns = ("plane", "frames a second", "new digits a second", "decode, ms", "p95, ms")
    report.table("A pointer that moves in every frame", columns, rates)
