"""Visitors without a browser: what the server alone takes for a rerun, for one and for many."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from pathlib import Path

from pages.ui import frame

from . import report
from .server import APP, WITH_TENSORFLOW, Server
from .visitor import Visitor

FAMILIES = ("simple", "sparse", "deep")


def draw(rng: random.Random) -> dict[str, object]:
    return {"level": round(rng.randint(1, 19) / 20, 2), "model": rng.choice(FAMILIES)}


def latent(rng: random.Random) -> dict[str, object]:
    return {"z": "_".join(f"{rng.uniform(-3, 3):.2f}" for _ in range(2))}


def level(rng: random.Random) -> float:
    return round(rng.randint(1, 19) / 20, 2)


def z1(rng: random.Random) -> float:
    return round(rng.uniform(-3, 3), 2)


Link = Callable[[random.Random], dict[str, object]]
Move = Callable[[random.Random], float]
PAGES: dict[str, tuple[Link, str, Move]] = {
    "draw": (draw, "lab_level", level),
    "latent": (latent, "latent_z_1", z1),
}
OTHERS = [page.slug for page in frame.pages() if page.slug not in PAGES]


async def _alone(host: str, page: str, times: int) -> list[tuple]:
    """Return two rows: full reruns, and reruns of the fragment after a slider moved."""
    link, slider, move = PAGES[page]
    rng, full, fragment = random.Random(0), [], []
    async with Visitor(host, page) as visitor:
        for _ in range(3):
            await visitor.run(link(rng))
        for _ in range(times):
            full.append((await visitor.run(link(rng)), visitor.received))
        for _ in range(times + 3):
            fragment.append((await visitor.move(slider, move(rng)), visitor.received))
    rows = []
    for kind, runs in (("whole page, by its link", full), (f"slider {slider}", fragment[3:])):
        seconds, sizes = zip(*runs, strict=True)
        size = f"{report.median(sizes) / 1e3:.0f}"
        rows.append((f"/{page}, {kind}", *report.spread(seconds), size))
    return rows


async def _again(host: str, page: str, times: int) -> tuple:
    """Return a row: full reruns of a page of which nothing has changed."""
    async with Visitor(host, page) as visitor:
        for _ in range(3):
            await visitor.run()
        runs = [(await visitor.run(), visitor.received) for _ in range(times)]
    seconds, sizes = zip(*runs, strict=True)
    size = f"{report.median(sizes) / 1e3:.0f}"
    return (f"/{page}, whole page, once more", *report.spread(seconds), size)


def measure_alone(quick: bool, folder: Path) -> None:
    rows = []
    with Server(folder) as server:
        for page in PAGES:
            rows += asyncio.run(_alone(server.host, page, 10 if quick else 40))
        for page in OTHERS:
            rows.append(asyncio.run(_again(server.host, page, 10 if quick else 40)))
    columns = ("rerun", "median, ms", "p95, ms", "reruns", "kB each")
    report.table("The server alone: message in, script finished, one visitor", columns, rows)


async def _one_of_many(
    host: str, page: str, number: int, times: int, until: float, seconds: list[float], by_link: bool
) -> None:
    link, slider, move = PAGES[page]
    rng = random.Random(number)
    async with Visitor(host, page) as visitor:
        await visitor.run(link(rng))
        for _ in range(times):
            await asyncio.sleep(rng.uniform(0.5, 1.5))
            if time.perf_counter() > until:
                break
            run = visitor.run(link(rng)) if by_link else visitor.move(slider, move(rng))
            seconds.append(await run)


async def _crowd(
    host: str, page: str, visitors: int, times: int, limit: float, by_link: bool = True
) -> tuple:
    """Return the seconds of every rerun, and how many visitors came to an error."""
    seconds: list[float] = []
    until = time.perf_counter() + limit

    async def later(number: int) -> None:
        await asyncio.sleep(min(5, visitors / 10) * number / visitors)  # not all at once
        await _one_of_many(host, page, number, times, until, seconds, by_link)

    results = await asyncio.gather(*map(later, range(visitors)), return_exceptions=True)
    errors = [repr(result) for result in results if isinstance(result, BaseException)]
    for error in errors[:3]:
        print(f"! {error}")
    return seconds, len(errors)


def measure_crowd(quick: bool, folder: Path) -> None:
    crowds = {1: 3, 5: 3} if quick else {1: 15, 20: 15, 50: 15}
    slow_crowds = {1: 3, 5: 2} if quick else {1: 10, 20: 3, 50: 2}  # else it takes all day
    limit = 20 if quick else 90
    rows = []
    processes = (
        ("as it is", APP, crowds, (False, True)),
        ("with TF", WITH_TENSORFLOW, slow_crowds, (True,)),
    )
    for name, command, plan, ways in processes:
        for page, by_link in itertools.product(PAGES, ways):
            change = "link" if by_link else f"slider {PAGES[page][1]}"
            for visitors, times in plan.items():
                # A fresh server: for two minutes Streamlit keeps the sessions of those who left.
                with Server(folder, command) as server:
                    run = _crowd(server.host, page, visitors, times, limit, by_link)
                    seconds, errors = asyncio.run(run)
                row = (f"/{page}, {name}", change, visitors, *report.spread(seconds), errors)
                rows.append(row)
    columns = ("page, process", "change", "visitors", "median, ms", "p95, ms", "reruns", "errors")
    report.table("Each visitor makes one change a second", columns, rows)
    print(
        "\nslider: as a hand moves it, the fragment runs. link: every choice at once, by another\n"
        "address, the whole page runs. with TF: the process has imported TensorFlow, and\n"
        "Streamlit collects garbage after every rerun, as it comes. One change a\n"
        "second: 0.5 to 1.5 s of thought after each answer.\n"
        f"Nobody starts another rerun after {limit} s."
    )
