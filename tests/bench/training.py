"""What trainings cost those who look at other pages, and the app's own process its memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ae_core import data

from . import report
from .server import Server
from .visitor import Visitor
from .visitors import _crowd

VISITORS = 20
LONG = {"epochs": "100"}  # of the training beside them: it is stopped when they have gone
SHORT = {"epochs": "1", "share": "0.05"}
LOOK = 0.5  # seconds between two looks at a training


class Trainer(Visitor):
    """A visitor of the page that trains."""

    async def begin(self, settings: dict[str, str]) -> None:
        """Begin a training, and wait until it runs."""
        await self.run(settings)
        await self.press("train_start")
        while "train_pause" not in self.came:
            await asyncio.sleep(LOOK)
            await self.run(self.link)

    async def end(self) -> None:
        """Wait until the training has ended."""
        while "train_stop" in self.came:
            await asyncio.sleep(LOOK)
            await self.run(self.link)


async def _beside(host: str, page: str, times: int, limit: float) -> tuple[list, list]:
    """Return the seconds of the others' reruns, alone and beside a training."""
    alone, _ = await _crowd(host, page, VISITORS, times, limit, by_link=False)
    async with Trainer(host, "training") as trainer:
        await trainer.begin(LONG)
        beside, _ = await _crowd(host, page, VISITORS, times, limit, by_link=False)
        await trainer.press("train_stop")
        await trainer.end()
    return alone, beside


async def _ten(server: Server, times: int) -> list[tuple[str, str]]:
    """Return rows of the memory of the app's own process, without the worker's."""

    def memory() -> str:
        return f"{server.process.memory_info().rss / 1e6:.0f}"

    async with Trainer(server.host, "training") as trainer:
        await trainer.run(SHORT)
        rows, most = [("before the first", memory())], 0.0
        for _ in range(times):
            await trainer.begin(SHORT)
            most = max(most, server.process.memory_info().rss / 1e6)
            await trainer.end()
        rows += [("during them, at most", f"{most:.0f}"), (f"after {times}", memory())]
    return rows


def measure(quick: bool, folder: Path) -> None:
    if not data.is_here("mnist"):
        print("\ntraining: MNIST is not here (AE_DATA_DIR)")
        return
    rows = []
    for page in ("draw", "latent"):
        with Server(folder) as server:
            found = asyncio.run(_beside(server.host, page, 3 if quick else 15, 90))
        for name, seconds in zip(("nobody trains", "somebody trains"), found, strict=True):
            rows.append((f"/{page}, {name}", *report.spread(seconds)))
    columns = ("a slider, 20 visitors, a change a second", "median, ms", "p95, ms", "reruns")
    report.table("Beside a training, whose worker has the same cores", columns, rows)
    with Server(folder) as server:
        memory = asyncio.run(_ten(server, 3 if quick else 10))
    report.table("Memory of the app's own process", ("trainings", "MB"), memory)
