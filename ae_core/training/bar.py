"""The progress bar of a terminal, driven by a training's events."""

from __future__ import annotations

from tqdm import tqdm

from .events import LAST, Event


class Bar:
    """Draws the events of one training after another; to be given to `train` as `report`.

    Attributes:
        line: on which it is drawn, from 0, if there are several.
    """

    def __init__(self, line: int | None = None) -> None:
        self._line = line

    def __call__(self, event: Event) -> None:
        """Draw one event."""
        kind = event["event"]
        if kind == "started":
            self._steps = event["steps"]
            total = event["epochs"] * self._steps
            self._bar = tqdm(total=total, desc=event["name"], mininterval=1, position=self._line)
        elif kind == "progress":
            self._bar.update((event["epoch"] - 1) * self._steps + event["step"] - self._bar.n)
        elif kind == "epoch":
            self._bar.update(event["epoch"] * self._steps - self._bar.n)
            losses = {name: f"{event[name]:.4f}" for name in ("training", "validation")}
            self._bar.set_postfix(epoch=event["epoch"], **losses)
        elif kind in LAST:
            self._bar.close()
