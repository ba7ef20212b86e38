"""A threshold on the networks' errors, and what lies above it, while the threshold or a pen moves.

Shows nothing by itself: it moves what a chart calls "threshold" and "place", and fills the numbers
of a board that are called "verdict", "caught", "picture error" and "above …", and the words below
its pictures "error …".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...text import current
from ..source import mount

_alarm = mount("alarm", Path(__file__).parent)


@dataclass(frozen=True)
class Alarm:
    """What the browser needs to know to judge by the threshold.

    Attributes:
        selected: the family whose errors the chart shows.
        thresholds: for each family, the thresholds from the lowest to the highest one.
        above: how many pictures of each kind lie above each threshold of the selected family.
        counts: how many there are of each kind.
        home: the kind that the networks were trained on; it is counted, the others in percent.
        share: of those at home that lie below the threshold, in percent, as the server knows it.
        slider: the key of the slider that shows this share.
        digits: how many an error is written with.
        errors: of each family, of the picture that the page shows.
        computing: whether the browser works these errors out by itself; then they are none.
        words: templates of the texts that it writes.
    """

    selected: str
    thresholds: Mapping[str, Sequence[float]]
    above: Mapping[str, Sequence[int]]
    counts: Mapping[str, int]
    home: str
    share: float
    slider: str
    digits: int
    errors: Mapping[str, float]
    computing: bool
    words: Mapping[str, str]

    def step(self) -> int:
        """Return the place of the threshold in the lists."""
        return round(self.share * (len(self.above[self.home]) - 1) / 100)

    def alarms(self, family: str) -> bool:
        """Return whether the picture lies above the threshold of a family."""
        return self.errors[family] > self.thresholds[family][self.step()]


def show(alarm: Alarm, key: str = "alarm") -> None:
    """Bring the alarm to the browser; after the chart and the boards that it fills."""
    head = asdict(alarm) | {"language": current()}
    _alarm(data=json.dumps(head).encode() + b"\n", key=key, height=1)
