"""One or two trainings in the place of all, as a test wants them to be."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from ae_core import autoencoder, data
from ae_core.autoencoder import Autoencoder
from ae_core.training import events, jobs
from ae_core.training.settings import Settings

RUN, SECOND = "0f" * 16, "1e" * 16
DIGITS = data.samples().images[::20]


class Trainings:
    """One training in the place of all, as a test wants it to be."""

    speed = 1.0

    def __init__(self) -> None:
        self.submitted, self.asked, self.known = [], [], {}

    def submit(self, settings, owner, own):
        run = (RUN, SECOND)[len(self.submitted) % 2]
        self.submitted.append((settings, own))
        self.known[run] = jobs.State("queued", 2, "", None, (), None, settings)
        return run

    def bring(self, contents, dataset, owner):
        self.submitted.append((contents, dataset))
        self.known[RUN] = jobs.State("queued", 1, "", None, (), None, None)
        return RUN

    def state(self, run):
        return self.known[run]

    def of(self, owner):
        return list(self.known)

    def pause(self, run):
        self.asked.append("pause")

    def resume(self, run):
        self.asked.append("resume")

    def stop(self, run):
        self.asked.append("stop")

    def be(self, status, epochs=0, reason="", progress=None, settings=None, folder=None, run=RUN):
        """Let a training have come so far."""
        settings = settings or Settings(epochs=5, kind="variational", code_size=2)
        labels = np.arange(10, dtype=np.uint8)
        points = np.random.default_rng(0).normal(size=(10, 2))
        told = [{
            "event": "started", "shown": events.packed_pictures(DIGITS),
            "digits": events.packed_pictures(DIGITS), "labels": events.packed(labels),
            "given": events.packed_pictures(DIGITS[7:8]),
        }]  # fmt: skip
        told += [
            {
                "event": "epoch", "epoch": epoch, "training": 1 / epoch, "validation": 1.5 / epoch,
                "mse": 0.1 / epoch,
                "pictures": events.packed_pictures(DIGITS / epoch),
                "own": events.packed_pictures(DIGITS[:1] / 2),
                "map": events.packed_points(points),
            }
            for epoch in range(1, epochs + 1)
        ]  # fmt: skip
        self.known[run] = jobs.State(status, 0, reason, progress, tuple(told), folder, settings)


def folder_of(name: str, root: Path, dataset: str = "mnist", run: str = RUN) -> Path:
    """Return the folder of a network that ships, where a training would have left it."""
    folder = root / run / dataset / name
    shutil.copytree(autoencoder.WEIGHTS / dataset / name, folder)
    assert Autoencoder(folder).name == name
    return folder
