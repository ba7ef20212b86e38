"""Exercises of the tutorials: pairs of trainings, a question before and what was seen after."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from ae_core import data, metrics, noise
from ae_core.figures.charts import Axis, Chart, Line
from ae_core.training import jobs
from ae_core.training.settings import Settings

from . import cache, glossary, runs, show
from .components import chart
from .runs import Run
from .text import N_, _, number

LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
HEIGHT = 220
_BASE = Settings(epochs=10, share=0.5)


@dataclass(frozen=True)
class Exercise:
    """Two trainings that differ in one thing.

    Attributes:
        title: of its button.
        question: asked before.
        pair: the two trainings.
        answer: what was seen; {a_…} and {b_…} stand for what `figures` finds of each.
        figures: what is found of one of the two, as it is written, by name.
    """

    title: str
    question: str
    pair: tuple[Settings, Settings]
    answer: str
    figures: Callable[[Run], dict[str, str]]


def losses(run: Run) -> dict[str, str]:
    """Return the validation loss after the first epoch and after the last one."""
    told = [event["validation"] for event in run.epochs]
    return {"first": number(told[0], 3), "last": number(told[-1], 3)}


def errors(run: Run) -> dict[str, str]:
    """Return what it reaches on the test images, by both measures."""
    test = runs.test_figures(run) or {}
    return {key: number(test[key], 4) if test else "–" for key in ("bce", "mse")}


def by_noise(run: Run) -> dict[str, str]:
    """Return its errors without noise and with much."""
    clean, much = errors_by_level(run)[[0, LEVELS.index(0.7)]]
    return {"clean": number(clean, 4), "much": number(much, 4)}


EXERCISES = {
    "optimizer": Exercise(
        N_("SGD or Adam?"),
        N_(
            "Both take steps of learning rate 0.001, from the same weights, through the same "
            "digits. Which one learns, and what does the other one's loss stand at?"
        ),
        (dataclasses.replace(_BASE, optimizer="sgd"), _BASE),
        N_(
            "SGD went from {a_first} to {a_last}, Adam from {b_first} to {b_last}. A network that "
            "says 0.5 everywhere has ln 2 = 0.693. The gradient of a mean over 784 pixels is "
            "small, and SGD's steps with it; Adam divides by how large it has been lately, so "
            "that its steps do not depend on that. **Try next:** SGD at a rate of 1.0, with a "
            "momentum of 0.9."
        ),
        losses,
    ),
    "loss": Exercise(
        N_("MSE or BCE?"),
        N_(
            "The same network is trained once for the MSE, once for the BCE. Which one will have "
            "the smaller MSE in the end?"
        ),
        (dataclasses.replace(_BASE, loss="mse"), _BASE),
        N_(
            "Trained for MSE: MSE {a_mse}, BCE {a_bce} on the test digits. Trained for BCE: MSE "
            "{b_mse}, BCE {b_bce}. The two losses are not on one scale, so look at the curves of "
            "the MSE: what is trained for need not be what ends lowest after so few epochs. BCE "
            "punishes a confident mistake far more, and its gradient does not fade where a "
            "sigmoid is saturated. **Try next:** 50 epochs of each."
        ),
        errors,
    ),
    "noise": Exercise(
        N_("More noise than it knows?"),
        N_(
            "One network learns to remove noise of 0.2, the other one noise of 0.7. Which one is "
            "better at 0.7, and which one without any noise?"
        ),
        (
            dataclasses.replace(_BASE, noise_level=0.2),
            dataclasses.replace(_BASE, noise_level=0.7),
        ),
        N_(
            "At 0.7 the first one has an MSE of {a_much}, the second one {b_much}. Without noise: "
            "{a_clean} and {b_clean}. Each is at its best near the level that it has learned "
            "from; whoever knows much noise alone smooths what was clean. **Try next:** "
            "Draw & reconstruct, with the noise turned up."
        ),
        by_noise,
    ),
}


@cache.memoize(jobs.KEPT)
def _errors_by_level(folder: Path) -> np.ndarray:
    images = data.samples().images
    shown = [noise.add(images, "gaussian", level, seed=1) for level in LEVELS]
    network = cache.trained(folder)
    return np.array([metrics.mse(images, network.reconstruct(each)).mean() for each in shown])


def errors_by_level(run: Run) -> np.ndarray:
    """Return the mean MSE on the 200 shipped samples, float64, for each of `LEVELS`."""
    assert run.state.folder
    return _errors_by_level(run.state.folder)


def noise_chart(pair: Sequence[Run]) -> Chart:
    """Return the errors of two networks over the level of the noise."""
    lines = [
        Line(run.name, LEVELS, errors_by_level(run).tolist(), place, points=True, digits=4)
        for place, run in enumerate(pair)
    ]
    return Chart(
        Axis(_("Noise level"), 0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1), 1),
        Axis.around("MSE", [value for line in lines for value in line.y]),
        lines=lines,
    )


def offer(begin: Callable[[str], None], chosen: str) -> None:
    """Show each exercise: its question, and a button that begins it.

    Args:
        begin: is told the name of the exercise.
        chosen: the name of the one that was begun last.
    """
    show.heading(_("Exercises: two trainings at a click"))
    with st.container(key="train_exercises"):
        for name, exercise in EXERCISES.items():
            with st.container():
                st.markdown(glossary.mark(_(exercise.question)))
                st.button(
                    _(exercise.title),
                    key=f"exercise_{name}",
                    type="primary" if name == chosen else "secondary",
                    on_click=begin,
                    args=(name,),
                )


def answer(name: str, ids: Sequence[str]) -> None:
    """Show what was seen in an exercise, once both of its trainings have ended."""
    exercise = EXERCISES[name]
    pair = runs.found(ids)
    wanted = list(exercise.pair)
    if [run.settings for run in pair] != wanted or any(run.alive for run in pair):
        return
    if not all(run.epochs and run.state.folder for run in pair):
        return  # it was stopped before there was anything to see
    figures = {
        f"{which}_{key}": value
        for which, run in zip("ab", pair, strict=True)
        for key, value in exercise.figures(run).items()
    }
    said = glossary.mark(_(exercise.answer, **figures))
    st.markdown(f"**{_(exercise.title)}** {said}")
    if name == "noise":
        alt = _("Mean squared error of both networks over the level of the noise.")
        chart.show(noise_chart(pair), "exercise_chart", alt, HEIGHT)
