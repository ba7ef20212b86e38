"""What a start costs: time until the first page, and memory."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from . import report
from .server import APP, HELLO, Server
from .visitors import Visitor


async def _first_page(server: Server) -> float:
    """Return the seconds from the process's start until its first page had run."""
    async with Visitor(server.host) as visitor:
        await visitor.run()
        return time.perf_counter() - server.begin


def measure(quick: bool, folder: Path) -> None:
    rows = []
    for name, command in (("this app", APP), ("streamlit hello", HELLO)):
        healthy, first, resident = [], [], []
        for _ in range(1 if quick else 5):
            with Server(folder, command) as server:
                healthy.append(server.healthy)
                first.append(asyncio.run(_first_page(server)))
                time.sleep(0.5)
                resident.append(server.resident())
        seconds = (f"{report.median(values):.2f}" for values in (healthy, first))
        rows.append((name, *seconds, f"{report.median(resident):.0f}", len(first)))
    columns = ("app", "healthy, s", "first page, s", "resident then, MB", "starts")
    report.table("From the start of the process, one visitor (medians)", columns, rows)
