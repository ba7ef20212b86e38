"""How well pictures follow a hand, from what the page noted (watch.js)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from . import report

GAP = 150  # ms without a move: the hand rested


@dataclass
class Seen:
    """What the page noted while a hand moved (watch.js): times in ms, pictures by their numbers.

    Number 0 is the selected family's reconstruction, the others are all families'.

    Attributes:
        task: ms of a processor that the main thread used meanwhile.
        others: cores that other programs used meanwhile.
    """

    frames: list[float]
    changes: list[tuple[int, int]]
    moves: list[tuple[float, float]]
    own: float
    task: float = 0.0
    others: float = 0.0

    def span(self) -> float:
        """Return the seconds from the first move to the last."""
        return (self.moves[-1][0] - self.moves[0][0]) / 1e3

    def times(self, picture: int) -> list[float]:
        """Return when a picture was another one, while the hand moved."""
        begin, end = self.moves[0][0], self.moves[-1][0]
        changed = [self.frames[at] for at, which in self.changes if which == picture]
        return [now for now in changed if begin < now < end]

    def sets(self, pictures: int) -> int:
        """Return how often all families' pictures have become others while the hand moved."""
        end, count, missing = self.moves[-1][0], 0, set(range(1, pictures))
        for at, which in self.changes:
            missing.discard(which)
            if not missing and self.frames[at] < end:
                count, missing = count + 1, set(range(1, pictures))
        return count

    def heard(self) -> list[float]:
        """Return when a frame was painted after a move had been heard of, one for each frame."""
        found, at = [], 0
        for frame in self.frames:
            before = at
            while at < len(self.moves) and self.moves[at][1] < frame:
                at += 1
            if at > before:
                found.append(frame)
        return found

    def bursts(self) -> list[tuple[float, float, float]]:
        """Return when the hand moved: first move, last move, and when it moved again."""
        times = [move for move, _heard in self.moves]
        starts = [0, *(at for at in range(1, len(times)) if times[at] - times[at - 1] > GAP)]
        ends = [*starts[1:], len(times)]
        return [
            (times[start], times[end - 1], times[end] if end < len(times) else math.inf)
            for start, end in zip(starts, ends, strict=True)
        ]

    def delays(self, picture: int = 0) -> tuple[list[float], list[float]]:
        """Return ms from each first move to a new picture, and from each last move to the last.

        A move that has changed nothing counts for nothing.
        """
        changed = [self.frames[at] for at, which in self.changes if which == picture]
        firsts, lasts = [], []
        for first, last, again in self.bursts():
            times = [now for now in changed if first < now < again]
            firsts += [now - first for now in times[:1]]
            lasts += [now - last for now in times[-1:] if now > last]
        return firsts, lasts


@dataclass
class Followed:
    """All that was seen with one family: while the hand moved on and on, and with rests."""

    moving: list[Seen] = field(default_factory=list)
    resting: list[Seen] = field(default_factory=list)
    pictures: int = 8

    def rate(self, count: Callable[[Seen], float]) -> float:
        return sum(map(count, self.moving)) / sum(seen.span() for seen in self.moving)

    def row(self) -> list[str]:
        """Return the cells of the table (`COLUMNS`)."""
        rates = [self.rate(lambda seen, at=at: len(seen.times(at))) for at in range(self.pictures)]
        pen = [seen.heard() for seen in self.moving]
        gaps = [b - a for times in pen for a, b in pairwise(times)]
        frames = sum(len(seen.frames) for seen in self.moving)
        delays = [seen.delays() for seen in self.resting]
        firsts, lasts = ([ms for pair in delays for ms in pair[at]] for at in (0, 1))
        return [
            f"{rates[0]:.1f}",
            f"{min(rates[1:]):.1f}",
            f"{self.rate(lambda seen: seen.sets(self.pictures)):.1f}",
            *(_both(values) for values in (firsts, lasts)),
            f"{self.rate(lambda seen: len(seen.heard())):.1f}",
            f"{report.quantile(gaps, 0.95):.0f}, {max(gaps, default=math.nan):.0f}",
            f"{sum(seen.task for seen in self.moving) / frames:.1f}",
            f"{sum(seen.own for seen in self.moving) / frames:.1f}",
            f"{100 * max(seen.others for seen in (*self.moving, *self.resting)):.0f}",
        ]


COLUMNS = ("selected, a second", "slowest of 7", "all 7",
           "first move → new picture, ms", "last move → last picture, ms", "hand's frames a second",
           "between them, ms", "main thread's processor, ms a frame", "of it watching",
           "other programs, % of a core")  # fmt: skip


def _both(values: Sequence[float]) -> str:
    """Write median and p95, and of how many."""
    if not values:
        return "– (0)"
    return f"{report.median(values):.0f}, {report.quantile(values, 0.95):.0f} ({len(values)})"
