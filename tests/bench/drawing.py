"""What drawing visitors cost the server: a class that draws, and one that moves the noise."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ae_core import strokes

from . import report
from .server import APP, ROOT, Server
from .visitor import Visitor

CANVAS, LEVEL = "canvas", "lab_level"  # keys of elements
CHAIN = "chain"  # of the server's pictures
LIVE, HAND = "reconstructions", "hand"  # of what the browser computes them with
SIDE, STEP = 576, 1.5  # pixels of the canvas, and of them in a step of the strokes' grid
PLACES = 30  # of a pen in a stroke: half a second
MOST_STROKES = 3  # of a digit; then a new one is begun
ATTEMPTS = 3  # at a lesson that other programs do not disturb
PAUSE = 2.0  # seconds from one change of a visitor to her next, give or take a quarter
# What Fabric.js 7.4 says of a stroke besides its path: the server has to read it all.
FABRIC = dict.fromkeys(("lockMovementX", "lockMovementY", "lockRotation", "lockScalingX",
                        "lockScalingY", "lockSkewingX", "lockSkewingY", "lockScalingFlip",
                        "strokeUniform", "flipX", "flipY"), False) | {
    "type": "Path", "version": "7.4.0", "originX": "center", "originY": "center",
    "left": SIDE / 2, "top": SIDE / 2, "width": 300.0, "height": 300.0, "fill": None,
    "stroke": "#ffffff", "strokeWidth": 49, "strokeDashArray": None, "strokeLineCap": "round",
    "strokeDashOffset": 0, "strokeLineJoin": "round", "strokeMiterLimit": 10, "scaleX": 1,
    "scaleY": 1, "angle": 0, "opacity": 1, "shadow": None, "visible": True, "backgroundColor": "",
    "fillRule": "nonzero", "paintFirst": "fill", "globalCompositeOperation": "source-over",
    "skewX": 0, "skewY": 0,
}  # fmt: skip


def pen(rng: random.Random) -> np.ndarray:
    """Return where a pen was in one stroke, (30, 2) in pixels of the canvas: a piece of a curve."""
    begin, turn = rng.uniform(0, 6.3), rng.uniform(2, 5) * rng.choice((-1, 1))
    angle = np.linspace(begin, begin + turn, PLACES)
    middle = rng.uniform(0.4, 0.6), rng.uniform(0.4, 0.6)
    reach = rng.uniform(0.15, 0.3), rng.uniform(0.2, 0.35)
    shares = np.stack([middle[0] + reach[0] * np.cos(angle), middle[1] + reach[1] * np.sin(angle)])
    return (SIDE * shares.T).round(3)


def path(places: np.ndarray) -> list[list[Any]]:
    """Return the path that Fabric.js makes of where a pen was: curves from middle to middle."""
    places = places.tolist()
    curves: list[list[Any]] = [
        ["Q", x0, y0, (x0 + x1) / 2, (y0 + y1) / 2] for (x0, y0), (x1, y1) in pairwise(places)
    ]
    return [["M", *places[0]], *curves, ["L", *places[-1]]]


def drawing(pens: list[np.ndarray]) -> dict[str, Any]:
    """Return what the canvas tells the app when these strokes stand on it."""
    objects = [FABRIC | {"path": path(places)} for places in pens]
    raw = {"version": "7.4.0", "objects": objects, "background": "#000000"}
    return {"drawing": {"raw": raw, "data": None}, "backgroundFit": None}


def ink(pens: list[np.ndarray]) -> strokes.Strokes:
    """Return the strokes that the app has to make of them."""
    # As the canvas hands it on: the first place is in the path twice, as "M" and as "Q".
    return tuple(
        strokes.simplify(np.concatenate([places[:1], places]) / STEP + strokes.MARGIN)
        for places in pens
    )


class Pupil:
    """A visitor of /draw, and what she does next; every run of hers is checked.

    Attributes:
        computing: whether her browser draws the pictures, as it says where the app asks for it.
        runs: seconds and bytes of each.
    """

    def __init__(self, visitor: Visitor, rng: random.Random) -> None:
        self.visitor, self.rng = visitor, rng
        self.computing = False
        self.pens: list[np.ndarray] = []
        self.runs: list[tuple[float, int]] = []

    async def come(self) -> None:
        """Open the page; where the networks come along, the browser computes from then on."""
        await self.visitor.run()
        self.computing = LIVE in self.visitor.elements
        if self.computing:
            await self.visitor.tell(LIVE, {"computing": True})

    async def stroke(self) -> None:
        """Add a stroke to the digit, or begin another digit with it."""
        kept = self.pens if len(self.pens) < MOST_STROKES else []
        self.pens = [*kept, pen(self.rng)]
        await self._done(self.visitor.tell(CANVAS, drawing(self.pens)), HAND)
        said = self.visitor.link.get("ink", "")
        if said != strokes.pack(ink(self.pens)):
            raise RuntimeError(f"the app did not take the stroke: it says {said!r}")

    async def level(self) -> None:
        """Move the noise level to another place."""
        before = self.visitor.link.get("level", "0")
        level = self.rng.choice([n for n in range(1, 20) if f"{n / 20:g}" != before]) / 20
        await self._done(self.visitor.move(LEVEL, level), LIVE)
        said = self.visitor.link.get("level")
        if said != f"{level:g}":
            raise RuntimeError(f"the app did not take the level {level}: it says {said}")

    async def _done(self, run: Awaitable[float], asked: str) -> None:
        """Keep a run that brought the pictures, or else what the browser needs for them."""
        seconds = await run
        wanted = asked if self.computing else CHAIN
        if wanted not in self.visitor.came:
            raise RuntimeError(f"the run did not bring {wanted}, but {sorted(self.visitor.came)}")
        self.runs.append((seconds, self.visitor.received))


@dataclass
class Lesson:
    """What was measured with one class.

    Attributes:
        runs: seconds and bytes of each.
        processor, wall: seconds of a processor that the server used, and how long it took.
        others: cores that other programs used meanwhile.
    """

    runs: list[tuple[float, int]] = field(default_factory=list)
    processor: float = 0.0
    wall: float = 0.0
    errors: int = 0
    others: float = 0.0

    def figures(self) -> list[float]:
        """Return median and p95 of a run and its processor time in s, kB, and cores in use."""
        seconds = [run for run, _size in self.runs]
        return [
            report.median(seconds),
            report.quantile(seconds, 0.95),
            self.processor / max(1, len(seconds)),
            report.median([size / 1e3 for _run, size in self.runs]),
            self.processor / self.wall,
        ]


Act = Callable[[Pupil], Awaitable[None]]
ACTS: dict[str, Act] = {"a stroke": Pupil.stroke, "a noise level": Pupil.level}


async def _lesson(server: Server, act: Act, visitors: int, seconds: float) -> Lesson:
    """Have a class make a change every two seconds, for so many seconds."""
    together = asyncio.Barrier(visitors + 1)

    async def one(number: int) -> Pupil:
        rng = random.Random(number)
        await asyncio.sleep(0.05 * number)  # not all come at once
        async with Visitor(server.host, "draw") as visitor:
            pupil = Pupil(visitor, rng)
            try:
                await pupil.come()
                await pupil.stroke()
                await pupil.level()
                await act(pupil)
                pupil.runs.clear()
            finally:
                await together.wait()
            until = time.perf_counter() + seconds
            due = time.perf_counter() + rng.uniform(0, PAUSE)
            while due < until:
                await asyncio.sleep(max(0, due - time.perf_counter()))
                await act(pupil)
                due = max(due + PAUSE * rng.uniform(0.75, 1.25), time.perf_counter())
            return pupil

    pupils = [asyncio.create_task(one(number)) for number in range(visitors)]
    await together.wait()
    wall, processor, others = time.perf_counter(), server.processor(), report.Others()
    done = await asyncio.gather(*pupils, return_exceptions=True)
    lesson = Lesson(wall=time.perf_counter() - wall, processor=server.processor() - processor)
    lesson.others = others.cores()
    for pupil in done:
        if isinstance(pupil, BaseException):
            lesson.errors += 1
            print(f"! {pupil!r}")
        else:
            lesson.runs += pupil.runs
    return lesson


def _undisturbed(folder: Path, root: Path, act: Act, visitors: int, seconds: float) -> Lesson:
    """Return a lesson that other programs left alone, if there is one among a few."""
    for _ in range(ATTEMPTS):
        report.wait_until_quiet()
        # A fresh server: for two minutes Streamlit keeps the sessions of those who left.
        with Server(folder, APP, root=root) as server:
            lesson = asyncio.run(_lesson(server, act, visitors, seconds))
        if lesson.others < report.DISTURBED:
            break
    return lesson


def _rows(visitors: int, lessons: dict[str, Lesson]) -> list[tuple]:
    """Return a row for each app, and one for how many times less the last needs than the first."""
    rows, every = [], [lesson.figures() for lesson in lessons.values()]
    for (name, lesson), figures in zip(lessons.items(), every, strict=True):
        median, p95, processor = map(report.milliseconds, figures[:3])
        kilobytes, cores = f"{figures[3]:.1f}", f"{100 * figures[4]:.1f}"
        counts = len(lesson.runs), lesson.errors, f"{100 * lesson.others:.0f}"
        rows.append((f"{visitors}, {name}", median, p95, processor, kilobytes, cores, *counts))
    if len(every) > 1:
        ratios = [f"{a / b:.1f} ×" if b else "–" for a, b in zip(every[0], every[-1], strict=True)]
        rows.append((f"{visitors}, ratio", *ratios, "", "", ""))
    return rows


def measure(quick: bool, folder: Path, against: Path | None = None) -> None:
    """Measure this app, and in turn with it another checkout of it if one is given."""
    crowds, seconds = ((5,), 4) if quick else ((1, 20, 50, 100), 20)
    apps = {"before": against, "now": ROOT} if against else {"now": ROOT}
    for name, act in ACTS.items():
        rows = []
        for visitors in crowds:
            lessons = {
                app: _undisturbed(folder, root, act, visitors, seconds)
                for app, root in apps.items()
            }
            rows += _rows(visitors, lessons)
        columns = ("visitors", "median, ms", "p95, ms", "processor, ms a run", "kB a run",
                   "% of a core", "runs", "errors", "other programs, %")  # fmt: skip
        report.table(f"Visitors of /draw, each {name} every two seconds", columns, rows)
