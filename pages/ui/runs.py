"""A visitor's trainings beside each other, and beside a network that ships."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from ae_core.figures import pixels
from ae_core.figures.charts import PALETTE, Axis, Chart, Line, Rule
from ae_core.training import events, jobs
from ae_core.training.settings import Settings

from . import cache, settings_words, show
from .components import board, chart
from .text import N_, _, number

MOST = 6  # trainings beside each other: as many curves as can be told apart
BAR = {"mnist": "deep", "fashion_mnist": "fashion_dense"}  # the network to beat
SIDE = 56
HEIGHT = 260
EVERY = 2.0  # seconds

STATUS = {
    "queued": N_("Waiting: number {place} in the queue."),
    "running": N_("Training …"),
    "paused": N_("Paused."),
    "finished": N_("Finished after {n} epochs."),
    "stopped": N_("Stopped after {n} epochs; what was learned is kept."),
    "failed": N_("It came to nothing."),
}
REASONS = {
    "time": N_("It took longer than this host allows."),
    "nan": N_("The loss is no number any more: the steps were too large. Lower the learning rate."),
    "died": N_("The process that trained it has ended. Start it again."),
    "memory": N_("It needed more memory than there is. Choose narrower layers."),
    "data": N_(
        "The training images are not here: name the folder of `mnist.npz` and "
        "`fashion_mnist.npz` in `AE_DATA_DIR`, or let `keras.datasets` fetch them once."
    ),
    "cluster": N_("The cluster is out of reach. Try again."),
    "file_keras": N_("This file holds no Keras network, or is damaged. Choose another one."),
    "file_layers": N_(
        "There is something in this file that is not known here, such as code or a layer of one's "
        "own: it was not opened."
    ),
    "file_shape": N_(
        "This network has no parts named “encoder” and “decoder” for pictures of 28 × 28 pixels."
    ),
    "file_large": N_("This network is too large for this host."),
    "file_numbers": N_(
        "The weights of this network are no ordinary numbers, or it paints pixels outside 0 to 1."
    ),
    "error": N_("Something unforeseen went wrong; the log says more."),
}


class Run(NamedTuple):
    """A training, its settings, and what it has told so far."""

    name: str
    state: jobs.State
    settings: Settings

    @property
    def epochs(self) -> list[events.Event]:
        """The epochs so far."""
        return [event for event in self.state.events if event["event"] == "epoch"]

    @property
    def started(self) -> events.Event | None:
        """What stays the same from epoch to epoch, once it is known."""
        return next((event for event in self.state.events if event["event"] == "started"), None)

    @property
    def alive(self) -> bool:
        """Whether more is to come."""
        return self.state.status not in jobs.ENDED


def found(ids: Sequence[str]) -> list[Run]:
    """Return the trainings of some ids, those that are still here, the latest `MOST` of them."""
    states = []
    for run in dict.fromkeys(ids):
        with contextlib.suppress(KeyError):
            states.append(cache.trainings().state(run))
    trained = [(state, state.settings) for state in states if state.settings][-MOST:]
    names = settings_words.differences([settings for _state, settings in trained])
    return [Run(name, *each) for name, each in zip(names, trained, strict=True)]


def standing(run: Run) -> tuple[float, str]:
    """Return how far a training is, from 0 to 1, and how it stands, in a sentence or two."""
    state, done = run.state, len(run.epochs)
    epochs, now = run.settings.epochs, state.progress
    if state.status != "running":
        told = _(STATUS[state.status], place=state.place, n=done)
        reason = REASONS.get(state.reason)
        return done / epochs, f"{told} {_(reason)}" if reason else told
    if state.events and state.events[-1]["event"] in events.LAST:
        return 1.0, _("Measuring it on 10,000 test digits …")
    if not now:
        return done / epochs, _(STATUS["running"])
    text = _(
        "Epoch {n} of {epochs}, {left} s left",
        n=now["epoch"], epochs=epochs, left=math.ceil(now["left"]),
    )  # fmt: skip
    share = (now["epoch"] - 1 + now["step"] / now["steps"]) / epochs
    return min(1.0, share), text


def test_figures(run: Run) -> dict[str, float] | None:
    """Return what a training reaches on the test images, once it has been measured."""
    return cache.trained(run.state.folder).card["test"] if run.state.folder else None


# ---------------------------------------------------------------- what is shown


def shipped(dataset: str) -> str:
    """Return what the network to beat is called."""
    return _("{family}, as it ships", family=show.title(BAR[dataset]))


def curves(runs: Sequence[Run], dataset: str) -> Chart:
    """Return the error of each training on validation images over its epochs.

    Args:
        runs: those that have told of an epoch at least.
        dataset: that they learn from.
    """
    bar = cache.card(BAR[dataset], dataset)["test"]["mse"]
    lines = [
        Line(
            run.name,
            [float(event["epoch"]) for event in run.epochs],
            [event["mse"] for event in run.epochs],
            place % len(PALETTE),
            points=len(run.epochs) <= 20,
            digits=4,
        )
        for place, run in enumerate(runs)
    ]
    last = max(run.settings.epochs for run in runs)
    heights = [value for line in lines for value in line.y]
    return Chart(
        Axis.counting(_("Epoch"), last),
        Axis.around("MSE", [*heights, bar]),
        lines=lines,
        rules=[Rule(shipped(dataset), bar)],
    )


def rows(runs: Sequence[Run], dataset: str) -> list[list[str]]:
    """Return the cells of the table: what was changed, and what came of it."""
    table = []
    for run in runs:
        losses = [event["validation"] for event in run.epochs]
        flat, test = events.plateau(losses), test_figures(run)
        table.append([
            run.name,
            str(len(losses)),
            "–" if flat is None else str(flat),
            number(min(losses), 4) if losses else "–",
            *(number(test[key], 4) if test else "–" for key in ("bce", "mse")),
        ])  # fmt: skip
    test = cache.card(BAR[dataset], dataset)["test"]
    return [
        *table,
        [shipped(dataset), "", "", "", *(number(test[key], 4) for key in ("bce", "mse"))],
    ]


def pictures(runs: Sequence[Run], dataset: str) -> list[board.Row]:
    """Return ten validation images, and what each training makes of what it is shown of them.

    Args:
        runs: those of one data set that have told of an epoch at least.
        dataset: that they learn from.
    """
    first = runs[0].started
    assert first  # it comes before the epochs
    digits = events.pictures(first["digits"])

    def row(images: np.ndarray, alt: str, heading: str) -> board.Row:
        several = [board.Picture(image, alt) for image in images]
        return board.Row(several, side=SIDE, heading=heading, spread=True, abreast=len(several))

    made = [row(digits, _("A digit that no network has learned from."), _("The digits"))]
    made += [
        row(events.pictures(run.epochs[-1]["pictures"]), _("The digit rebuilt."), run.name)
        for run in runs
    ]
    ours = cache.network(BAR[dataset], dataset).reconstruct(digits.astype(np.float32) / 255)
    return [*made, row(pixels.to_bytes(ours), _("The digit rebuilt."), shipped(dataset))]


def compare(ids: Sequence[str], alive: int) -> None:
    """Show some trainings beside each other as they are now.

    Args:
        ids: of the trainings.
        alive: how many of them had not ended when the page was shown.
    """
    known = found(ids)
    if sum(run.alive for run in known) < alive:
        st.rerun()  # the page has more to say of what has ended
    if known:
        show.heading(_("Your trainings"))
    for run in known:
        if run.alive:
            share, text = standing(run)
            st.progress(share, f"{run.name}: {text}")
    learned = [run for run in known if run.epochs]
    if not learned:
        return
    dataset = learned[-1].settings.dataset
    learned = [run for run in learned if run.settings.dataset == dataset]
    with st.container(key="train_runs"):
        chart.show(
            curves(learned, dataset),
            "runs_chart",
            _("Mean squared error on validation images over the epochs of each training."),
            HEIGHT,
        )
        with st.container():
            heads = (
                _("What you changed"), _("Epochs"), _("Plateau"), _("Validation loss"),
                _("Test BCE"), _("Test MSE"),
            )  # fmt: skip
            show.table(heads, rows(learned, dataset))
            st.caption(
                _(
                    "Plateau: the epoch after which the validation loss fell by less than a "
                    "hundredth; – while it still falls. Losses of different kinds are not to be "
                    "compared: the curves show the MSE of each."
                )
            )
    board.show(pictures(learned, dataset), "runs_board")


def show_all(ids: Sequence[str]) -> None:
    """Show some trainings beside each other, and keep them up to date while they run."""
    alive = sum(run.alive for run in found(ids))
    st.fragment(compare, run_every=EVERY if alive else None)(ids, alive)
