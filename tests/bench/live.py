"""How the networks follow the hand: pictures while the pen or the noise slider moves."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, Page, async_playwright

from tests.chromium import FLAGS, executable

from . import report
from .browser import REBUILT, SETTLE
from .following import COLUMNS, Followed, Seen
from .server import Server

HERE = Path(__file__).parent
WATCH = (HERE / "watch.js").read_text()
SLOW_WORKER = (HERE / "slow_worker.js").read_text()
FAMILIES = ("deep", "convolutional", "denoising")
EVERY = "The digit rebuilt by "  # how the alternative texts of all families' pictures begin
RATE = 65  # moves a second: about one in every frame
PHONE = 4  # times slower than this machine
ATTEMPTS = 4  # at a move that other programs do not disturb

Place = tuple[float, float]
Curve = Callable[[float], Place]  # of the share of the time that has gone by


# ---------------------------------------------------------------- the hand


def three(t: float) -> Place:
    middle, angle = (0.34, 4.0 * t / 0.5 - 2.4) if t < 0.5 else (0.66, 4.0 * (t - 0.5) / 0.5 - 1.6)
    return 0.47 + 0.17 * math.cos(angle), middle + 0.16 * math.sin(angle)


def eight(t: float) -> Place:
    angle = math.tau * t
    return 0.5 + 0.17 * math.sin(2 * angle), 0.5 - 0.32 * math.cos(angle)


def six(t: float) -> Place:
    angle, reach = 4.2 + 7.5 * t, 0.32 - 0.2 * min(1.0, 1.4 * t)
    return 0.5 - reach * math.sin(angle), 0.5 + reach * math.cos(angle)


def two(t: float) -> Place:
    if t < 0.7:
        angle = math.pi + 4.2 * t / 0.7
        return 0.5 + 0.19 * math.cos(angle), 0.36 + 0.17 * math.sin(angle)
    return 0.3 + 0.4 * (t - 0.7) / 0.3, 0.78


DIGITS: tuple[Curve, ...] = (three, eight, six, two)


class Hand:
    """A mouse on the page, as the browser itself would hear of it."""

    def __init__(self, page: Page, session) -> None:
        self.page, self.session = page, session

    async def follow(self, curve: Curve, seconds: float, begin: float = 0, end: float = 1) -> None:
        """Move along a piece of a curve, without waiting until the page has heard of it."""
        start, told = time.perf_counter(), []
        while (gone := time.perf_counter() - start) < seconds:
            x, y = curve(begin + (end - begin) * gone / seconds)
            event = {"type": "mouseMoved", "x": x, "y": y, "button": "left", "buttons": 1}
            sending = self.session.send("Input.dispatchMouseEvent", event)
            told.append(asyncio.create_task(sending))
            await asyncio.sleep(max(0, start + len(told) / RATE - time.perf_counter()))
        await asyncio.gather(*told)

    async def spent(self) -> float:
        """Return the ms of a processor that the page's main thread has used so far."""
        metrics = (await self.session.send("Performance.getMetrics"))["metrics"]
        return 1e3 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    async def watched(self, moving) -> Seen:
        """Return what the page notes while a coroutine runs."""
        names = await self.page.evaluate(NAMES, EVERY)
        await self.page.evaluate("names => benchWatch(names)", [REBUILT, *names])
        before, others = await self.spent(), report.Others()
        await moving
        cores, task = others.cores(), await self.spent() - before
        seen = await self.page.evaluate("() => benchWatching.stop()")
        return Seen(**seen, task=task, others=cores)


NAMES = """(begin) => {
  const roots = (root) => [root, ...[...root.querySelectorAll("*")]
    .filter((element) => element.shadowRoot).flatMap((element) => roots(element.shadowRoot))];
  return roots(document).flatMap((root) => [...root.querySelectorAll(
    `canvas[aria-label^="${begin}"]`)]).map((canvas) => canvas.ariaLabel);
}"""


async def settle(page: Page, quiet: int = 500) -> None:
    """Wait until the app has not been running for `quiet` milliseconds."""
    await page.wait_for_selector("canvas.pixels", timeout=60_000)
    await page.evaluate(SETTLE, quiet)


async def within(page: Page, selector: str) -> Callable[[Place], Place]:
    """Return what makes a place in the window of one given in shares of an element."""
    element = page.locator(selector)
    await element.scroll_into_view_if_needed()
    box = await element.bounding_box()
    return lambda place: (box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"])


async def clear(page: Page) -> None:
    """Take what was drawn away."""
    button = page.locator(".tools .clear")
    if await button.is_enabled():
        await button.click()
        await page.mouse.move(5, 5)
    await settle(page)


Act = Callable[[Page, Hand, int, int], Awaitable[Seen]]


async def follow(page: Page, hand: Hand, act: Act, times: int, rests: int) -> Followed:
    """Do something again and again without a rest, then with so many rests each time."""
    followed = Followed()
    for number in range(times):
        followed.moving.append(await undisturbed(act, page, hand, number, 0))
        followed.resting.append(await undisturbed(act, page, hand, number, rests))
    return followed


async def undisturbed(act: Act, *arguments) -> Seen:
    """Do it anew as long as other programs kept the machine busy; give up in the end."""
    for _ in range(ATTEMPTS):
        await asyncio.to_thread(report.wait_until_quiet)
        seen = await act(*arguments)
        if seen.others < report.DISTURBED:
            break
    return seen


async def draw(page: Page, hand: Hand, number: int, rests: int) -> Seen:
    """Draw a digit."""
    await clear(page)
    place = await within(page, "canvas.upper-canvas[aria-label]")

    def curve(t: float) -> Place:
        return place(DIGITS[number % len(DIGITS)](t))

    return await dragged(page, hand, curve, curve(0), rests, "ink")


async def slide(page: Page, hand: Hand, _number: int, rests: int) -> Seen:
    """Drag the thumb of the noise level to and fro."""
    place = await within(page, ".st-key-lab_level [role=group]")
    thumb = page.locator(".st-key-lab_level input[type=range]").locator("xpath=../..")
    box = await thumb.bounding_box()
    begin = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    left, right = place((0.1, 0))[0], place((0.9, 0))[0]

    # Three times to and fro: a step of the slider in nearly every frame.
    def curve(t: float) -> Place:
        return left + (right - left) * abs((6 * t) % 2 - 1), begin[1]

    return await dragged(page, hand, curve, begin, rests, "level")


async def dragged(
    page: Page, hand: Hand, curve: Curve, begin: Place, rests: int, parameter: str
) -> Seen:
    """Press, follow a curve, let go, and see that the server has heard of it."""
    await page.mouse.move(*begin)
    await page.mouse.down()
    if rests:  # with a line there: its first dots are no digit yet, and change nothing
        await pieces(hand, curve, 0, 1 / (rests + 1), 1)
    moving = pieces(hand, curve, 1 / (rests + 1), 1, rests) if rests else hand.follow(curve, 1.5)
    seen = await hand.watched(moving)
    await page.mouse.up()
    await settle(page)
    heard(page, parameter)
    return seen


def heard(page: Page, name: str) -> None:
    """Check that the server has heard of what was done: it stands in the link."""
    if name not in parse_qs(urlsplit(page.url).query):
        raise RuntimeError(f"the server has not heard of the {name}: {page.url}")


async def pieces(hand: Hand, curve: Curve, begin: float, end: float, rests: int) -> None:
    """Follow a stretch of a curve in pieces of a fifth of a second, with a rest after each."""
    step = (end - begin) / rests
    for piece in range(rests):
        await hand.follow(curve, 0.2, begin + piece * step, begin + (piece + 1) * step)
        await asyncio.sleep(0.45)


# ---------------------------------------------------------------- measuring


async def opened(browser: Browser, host: str, family: str, slower: int) -> tuple[Page, Hand]:
    """Return /draw with a family, on a machine so many times slower, and a hand on it."""
    page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
    session = await page.context.new_cdp_session(page)
    await page.add_init_script(WATCH)
    if slower > 1:
        await page.add_init_script(f"({SLOW_WORKER[SLOW_WORKER.index('(times)') :]})({slower})")
    await page.goto(f"http://{host}/draw?model={family}")
    await settle(page, 3000)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return page, Hand(page, session)


async def _measure(quick: bool, host: str) -> None:
    families = FAMILIES[:1] if quick else FAMILIES
    times, rests = (1, 3) if quick else (4, 8)
    drawn, slid = [], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            for slower in (1, PHONE):
                for family in families:
                    page, hand = await opened(browser, host, family, slower)
                    name = f"{family}, {slower} × slower" if slower > 1 else family
                    drawn.append((name, *(await follow(page, hand, draw, times, rests)).row()))
                    slid.append((name, *(await follow(page, hand, slide, times, rests)).row()))
                    await page.close()
            version = browser.version
        finally:
            await browser.close()
    first = ("selected family", *COLUMNS)
    report.table(f"The pen moves in every frame (Chromium {version}): new pictures", first, drawn)
    report.table("The noise slider is dragged: new pictures", first, slid)
    print(
        "\nmedian, p95 (how often). all 7: how often every family's picture has become another.\n"
        "hand's frames: those before which a move was heard of; between them: p95, longest.\n"
        f"slower: the main thread by DevTools, each turn of a worker stretched {PHONE} ×.\n"
        "What other programs disturbed was done anew; the last column is the most that was left."
    )


def measure(quick: bool, folder: Path) -> None:
    with Server(folder) as server:
        asyncio.run(_measure(quick, server.host))
