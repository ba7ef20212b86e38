"""Tables, and what the machine is that the figures were taken on."""

from __future__ import annotations

import contextlib
import os
import platform
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import psutil

PACKAGES = ("streamlit", "ai-edge-litert", "tensorflow-cpu", "tensorflow", "keras", "numpy")


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else float("nan")


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")


def milliseconds(seconds: float) -> str:
    """Write seconds as milliseconds with three figures."""
    value = seconds * 1e3
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3}f}"


def spread(seconds: Sequence[float]) -> tuple[str, str, str]:
    """Return three cells: median and p95 in milliseconds, and how many were measured."""
    return milliseconds(median(seconds)), milliseconds(quantile(seconds, 0.95)), str(len(seconds))


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table: the first column to the left, the others to the right."""
    lines = [[str(cell) for cell in line] for line in (columns, *rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    print(f"\n### {title}\n", *map(line, (lines[0], rule, *lines[1:])), sep="\n", flush=True)


def _yardstick() -> float:
    """Return the seconds of a plain loop: how fast this machine is just now."""
    best = float("inf")
    for _ in range(5):
        begin, total = time.perf_counter(), 0
        for number in range(1_000_000):
            total += number
        best = min(best, time.perf_counter() - begin)
    return best


def machine() -> None:
    """Print what has to be known to compare these figures with others."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except ModuleNotFoundError:
            continue
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({platform.machine()}),")
    print(f"load before the start {', '.join(f'{load:.1f}' for load in os.getloadavg())},")
    print(f"one million additions in a loop: {milliseconds(_yardstick())} ms,")
    print(f"Python {platform.python_version()}, {', '.join(found)}")


DISTURBED = 0.2  # cores that other programs use: then what is measured meanwhile is worth little
PATIENCE = 30  # seconds to wait for a quiet one


class Others:
    """How busy other programs keep the machine meanwhile: `Others().cores()`."""

    def __init__(self) -> None:
        self._begin = time.perf_counter(), _busy() - _own()

    def cores(self) -> float:
        """Return how many cores they have used on average since the beginning."""
        began, before = self._begin
        return max(0.0, _busy() - _own() - before) / (time.perf_counter() - began)


def wait_until_quiet() -> None:
    """Wait for a second in which other programs do little, but not for ever."""
    for _ in range(PATIENCE):
        others = Others()
        time.sleep(1)
        if others.cores() < DISTURBED:
            break


def _busy() -> float:
    """Return the seconds that all cores have worked."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


def _own() -> float:
    """Return the seconds that this process and what it has started have worked."""
    me, total = psutil.Process(), 0.0
    for process in (me, *me.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:2])
    return total
