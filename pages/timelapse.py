"""Epoch by epoch: the trainings of the networks that ship, to scrub through."""

from __future__ import annotations

import numpy as np
import streamlit as st

from ae_core import data
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from ae_core.figures.charts import Axis, Chart, Line, Mark, Rule
from ae_core.history import History, ending
from pages.ui import cache, controls, first_step, frame, glossary, histories, shared, show, text
from pages.ui.components import board, chart, downloads, latent_plane, timelapse
from pages.ui.inputs import clothing, datasets
from pages.ui.link import Link
from pages.ui.text import N_, _, number, prose

TITLE = N_("Epoch by epoch")
ABOUT = N_("Scrub through a training that has been recorded: pictures, map and loss curves.")
QUESTION = N_("What does a network learn first, and when does it learn by heart?")
ICON = ":material/timelapse:"
ORDER = 31
GROUP = N_("Rebuild")

FIRST = "variational"  # its map unfolds
MOST_EPOCHS = 999
SIDE = 84  # three screen pixels for each of the 28
CHART_HEIGHT = 185

link = Link("lapse")
FAMILIES = {  # by the data set that they were trained on
    dataset: link.word(name, found, FIRST if FIRST in found else None)
    for dataset, name in zip(data.DATASETS, ("family", "wardrobe"), strict=True)
    if (found := histories.recorded(dataset))
}
EPOCH = link.whole("epoch", 0, 0, MOST_EPOCHS)


# ---------------------------------------------------------------- the losses


def digits(history: History) -> int:
    """Return how many digits after the decimal sign its losses need: per pixel, or in nats."""
    return 4 if history.validation.min() < 10 else 2


def figures(history: History) -> dict[str, list[str]]:
    """Return what the losses are at each look, as texts; an untrained network has none."""
    return {
        name: [
            number(values[epoch - 1], places) if epoch else "–"
            for epoch in history.epochs.tolist()
        ]
        for name, values, places in (
            ("training", history.training, digits(history)),
            ("validation", history.validation, digits(history)),
            ("mse", history.mse, 4),
        )
    }  # fmt: skip


def measures(shown: timelapse.Looks, at: int) -> board.Row:
    """The losses at one look."""
    said = {
        "training": (
            _("Training loss"),
            _(
                "Its mean over the epoch, while the network learns: early on it is higher than "
                "what the network reaches at the end of the epoch."
            ),
        ),
        "validation": (
            _("Validation loss"),
            _("At the end of the epoch, on 5,000 images that the network never learns from."),
        ),
        "mse": ("MSE", glossary.meaning("mse")),
    }
    return board.Row(
        numbers=[
            board.Number(label, shown.figures[name][at], help, f"look {name}")
            for name, (label, help) in said.items()
        ]
    )


def curves(history: History, epoch: int) -> Chart:
    """Both losses over the epochs, a line at the epoch that is looked at, a mark at the best one.

    The steep beginning sticks out at the top: else nobody could see the curves part.
    """
    last = len(history.training)
    x = np.arange(1.0, last + 1).tolist()
    training, validation = history.training.tolist(), history.validation.tolist()
    late = min(last - 1, max(1, last // 8))
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if last <= 6 * step)
    return Chart(
        Axis(_("Epoch"), -0.5, last + 0.5, [*range(0, last + 1, step)]),
        Axis.around(_("Loss"), training[late:] + validation[late:]),
        lines=[
            Line(label, x, curve, place, digits=digits(history))
            for place, (label, curve) in enumerate(
                ((_("Training images"), training), (_("Validation images"), validation))
            )
        ],
        rules=[Rule(_("Epoch {n}", n=epoch), float(epoch), "x", live="look epoch")],
        marks=[
            Mark(
                _("Best: epoch {n}", n=history.best),
                float(history.best),
                validation[history.best - 1],
            )
        ],
    )


def conclusion(history: History) -> str:
    """Say what the losses do towards the end, with their figures; "" if nothing is learned."""
    end, places = ending(history), digits(history)
    if end.training >= 0:
        return ""
    change = abs(end.validation) if end.kind == "turned" else max(0.0, -end.validation)
    by: dict[str, object] = {
        "best": history.best,
        "since": end.since,
        "last": len(history.training),
        "training": number(-end.training, places),
        "validation": number(change, places),
    }
    if end.kind == "turned":
        return _(
            "**Over-fitting:** the validation loss is lowest at epoch {best}. From there to epoch "
            "{last} the training loss falls by {training}, and the validation loss rises by "
            "{validation}: the network learns its images by heart.",
            **by,
        )
    if end.kind == "apart":
        return _(
            "**The curves part:** from epoch {since} to {last} the training loss falls by "
            "{training}, the validation loss only by {validation}. What the network still learns "
            "holds mostly for the images that it learns from: over-fitting begins.",
            **by,
        )
    return _(
        "**Both curves still fall:** from epoch {since} to {last} the training loss falls by "
        "{training}, the validation loss by {validation}. What the network learns holds for images "
        "that it has never seen, too.",
        **by,
    )


def losses(history: History, shown: timelapse.Looks, at: int) -> None:
    """Show the curves, and beside them the losses at one look."""
    with st.container(key="timelapse_losses"):
        board.show([measures(shown, at)], "figures")
        chart.show(
            curves(history, EPOCH.value),
            "curves",
            _(
                "Loss over the epochs, on training and on validation images; the best epoch is "
                "{best}.",
                best=history.best,
            ),
            CHART_HEIGHT,
        )


# ---------------------------------------------------------------- pictures and map


def seen(ae: Autoencoder, history: History) -> np.ndarray:
    """Return what the network sees, uint8 (10, h, w): small pictures if such are its code."""
    if len(ae.code_shape) != 2:
        return history.shown
    return pixels.to_bytes(ae.encode(history.shown.astype(np.float32) / 255))


def pictures(ae: Autoencoder, history: History, at: int) -> list[board.Row]:
    """What the network sees, and what it makes of it at one look."""
    top = [
        board.Picture(image, _("Picture {n} as the network sees it.", n=place))
        for place, image in enumerate(seen(ae, history), start=1)
    ]
    below = [
        board.Picture(
            image, _("What the network makes of picture {n}.", n=place + 1), live=f"look {place}"
        )
        for place, image in enumerate(history.pictures[at])
    ]
    return [
        board.Row(row, side=SIDE, heading=heading, spread=True, abreast=len(row))
        for row, heading in (
            (top, _("What the network sees: it learns from none of these")),
            (below, _("What it makes of them")),
        )
    ]


def unfolding(history: History, dataset: str) -> None:
    """Show where validation images lie on the plane of the code."""
    assert history.labels is not None
    count = number(len(history.labels), 0)
    alt = _(
        "Where {n} validation images lie on the plane of the code at this epoch, coloured by "
        "class.",
        n=count,
    )
    timelapse.show_map(alt, "map")
    names = [] if dataset == "mnist" else clothing.names()
    latent_plane.show_legend("classes", names)
    told = _(
        "The codes of {n} validation images. The frame goes from −{reach} to {reach}, at every "
        "epoch.",
        n=count,
        reach=number(timelapse.reach(history), 1),
    )
    st.caption(glossary.mark(told))


# ---------------------------------------------------------------- the page


def look_at(history: History) -> int:
    """Return the look nearest to the epoch of the link, the later of two; the link names it."""
    epochs = history.epochs.astype(int)
    at = len(epochs) - 1 - int(np.abs(epochs - EPOCH.value)[::-1].argmin())
    if EPOCH.value != epochs[at]:
        EPOCH.set(int(epochs[at]))
    return at


def looks(history: History) -> timelapse.Looks:
    """Return what the browser shows of a training, in the session's language."""
    last, epochs = len(history.training), history.epochs.tolist()
    return timelapse.Looks(
        history,
        [_("Epoch {n} of {last}", n=epoch, last=last) for epoch in epochs],
        [_("Epoch {n}", n=epoch) for epoch in epochs],
        figures(history),
    )


def files(name: str, history: History) -> list[downloads.File]:
    """Offer the curves as a figure and as a table."""

    def rows() -> list[list[object]]:
        losses = (history.training, history.validation, history.mse)
        return [
            [epoch, *map(float, values)]
            for epoch, values in enumerate(zip(*losses, strict=True), start=1)
        ]

    return [
        *downloads.pictures(
            lambda kind: _("Curves ({kind})", kind=kind),
            "timelapse",
            lambda kind: slides.chart(
                curves(history, EPOCH.value),
                _("{family}: loss over the epochs", family=show.full_title(name)),
                kind,
                text.decimal_sign(),
            ),
        ),
        downloads.table("timelapse.csv", ["epoch", "training", "validation", "mse"], rows),
    ]


@st.fragment
def explore(dataset: str, usable: dict[str, History]) -> None:
    """The training of one family; `timelapse.css` says what stands where."""
    with st.container(key="timelapse_page"):
        with st.container(key="timelapse_family"):
            name = controls.select(
                FAMILIES[dataset], _("Autoencoder"), show.full_title, list(usable),
                label_visibility="collapsed",
            )  # fmt: skip
        history = usable[name]
        at, shown = look_at(history), looks(history)
        with st.container(key="timelapse_player"):
            timelapse.show(shown, EPOCH, "player")
        with st.container(key="timelapse_pictures"):
            board.show(pictures(cache.network(name, dataset), history, at), "pictures")
        if history.map is not None:
            with st.container(key="timelapse_map"):
                unfolding(history, dataset)
        with st.container(key="timelapse_curves"):
            losses(history, shown, at)
            if show.explaining():
                st.markdown(glossary.mark(conclusion(history)))
    downloads.show(files(name, history), "files")


frame.guard()
above = st.container(horizontal=True, vertical_alignment="center", key="timelapse_above")
first = above.container(key="timelapse_first")
with above.container(key="timelapse_data"):
    dataset = datasets.choose() if show.explaining() else shared.DATASET.value
usable = histories.usable_or_stop(dataset)
if usable:
    with first:
        first_step.show(
            _("Go from epoch 0 to 1, then on: what comes first?"),
            EPOCH.set,
            1,
            leads_to="timelapse_pictures",
        )
    explore(dataset, usable)
if show.explaining():
    st.markdown(prose("timelapse"))
