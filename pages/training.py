"""Train your own: choose a network and how it learns, and watch it learn."""

from __future__ import annotations

import functools
import math
import uuid
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from ae_core.figures import drawings, pixels
from ae_core.figures.charts import Axis, Chart, Line
from ae_core.training import events, jobs
from ae_core.training.settings import (
    MAX_FILE,
    PRESETS,
    Settings,
    layers,
    parameters,
    places,
    seconds,
)
from pages.ui import (
    cache,
    controls,
    exercises,
    fetching,
    first_step,
    frame,
    outcome,
    own,
    runs,
    shared,
    show,
)
from pages.ui.components import board, chart
from pages.ui.inputs import clothing, digit
from pages.ui.link import Link
from pages.ui.settings_words import DEFAULTS, NONE, OFFERED, TITLES, label, shown, word
from pages.ui.text import N_, _, number, prose

TITLE = N_("Train your own")
ABOUT = N_("Choose a network and how it learns, and watch it learn, epoch by epoch.")
QUESTION = N_("What makes a network learn, and what keeps it from it?")
ICON = ":material/model_training:"
ORDER = 30
GROUP = N_("Rebuild")

BESIDE = ("simple", "deep", "convolutional")  # what a training on digits is compared with
EVERY = 0.7  # seconds between two looks at a training
SIDE = 70
MAP_SIDE = 180
CHART_HEIGHT = 190

link = Link("train")
CHOSEN = {name: link.word(name, words, DEFAULTS[name]) for name, words in OFFERED.items()}
CHOSEN["dataset"] = shared.DATASET  # as on the other pages
RUN = link.token("run")
SECOND = link.token("second")  # of an exercise
EXERCISE = link.word("exercise", ("none", *exercises.EXERCISES))


# ---------------------------------------------------------------- settings


def chosen(names: Sequence[str]) -> Settings:
    """Return the settings of the page; of two that exclude each other the second one gives way."""
    strings = {name: CHOSEN[name].value for name in names}
    strings["hidden"] = strings["hidden"].replace(NONE, "")
    if strings.get("nesterov") == "1" and strings["momentum"] == "0.0":
        del strings["nesterov"]
    if strings["kind"] == "convolutional":
        hidden = tuple(int(width) for width in strings["hidden"].split("-") if width)
        each = places(hidden)
        strings["code"] = str(each * max(1, round(int(strings["code"]) / each)))
    elif int(strings.get("sparsity", "0")) > int(strings["code"]):
        del strings["sparsity"]
    return Settings.read(strings)


def choose_preset(name: str) -> None:
    """Set all settings but the data set to those of a tutorial, for a button's `on_click`."""
    strings = PRESETS[name].write(whole=True)
    for setting, parameter in CHOSEN.items():
        if setting != "dataset":
            parameter.set(strings[setting] or NONE)


def show_settings() -> None:
    """Show a list for each setting that has a say."""
    with st.container(horizontal=True, key="train_presets", gap="small"):
        for name in PRESETS:
            st.button(
                _(TITLES[name]), key=f"preset_{name}", on_click=choose_preset, args=(name,),
                help=_("The settings of the tutorial"),
            )  # fmt: skip
    with st.container(key="train_settings"):
        for name in shown(CHOSEN["kind"].value, CHOSEN["opt"].value):
            controls.select(CHOSEN[name], label(name), functools.partial(word, name))


# ---------------------------------------------------------------- the network, and the button


def drawn(settings: Settings) -> None:
    """Show the layers of the network, its size and about how long it will take."""
    described = layers(settings)
    code = settings.code_size
    before = [784, *(math.prod(each.shape) for each in described["encoder"][:-1])]
    sizes = [*before, code, *(math.prod(each.shape) for each in described["decoder"])]
    st.image(
        drawings.layers(sizes, len(before), show.dark()),
        width="stretch",
        alt=_(
            "The layers of the network, by how many numbers each has: {sizes}.",
            sizes=", ".join(map(str, sizes)),
        ),
    )


def size(settings: Settings) -> None:
    """Say how large the network is, and about how long its training takes."""
    wanted = seconds(settings, cache.trainings().speed)
    duration = (
        _("{n} min", n=number(wanted / 60, 0)) if wanted > 90 else _("{n} s", n=math.ceil(wanted))
    )
    st.caption(
        _(
            "{n} numbers to be trained; about {duration}.",
            n=number(sum(parameters(settings).values()), 0),
            duration=duration.replace(" ", "\u00a0"),
        )
    )


def owner() -> str:
    """Return who this visitor is to the queue."""
    return st.session_state.setdefault("trains_as", uuid.uuid4().hex)


REFUSED = {
    "off": N_("There are no trainings on this host: run the lab on a machine of your own."),
    "visitor": N_("Some of your trainings still run or wait: stop one of them, or let it end."),
    "queue": N_("Many others train just now: try again in a few minutes."),
    "parameters": N_("This network is too large for this host: fewer or narrower layers."),
    "multiply_adds": N_("This network takes too long on this host: fewer or narrower layers."),
    "epochs": N_("So many epochs are too many for this host."),
}


def start(settings: Settings, image: np.ndarray) -> None:
    """Begin a training, for a button's `on_click`."""
    show_run(submitted(settings, image))


def show_run(run: str) -> None:
    """Look at one job from now on; "" is none."""
    if run:
        RUN.set(run)
        SECOND.set("")
        EXERCISE.set("none")


def start_exercise(name: str) -> None:
    """Begin both trainings of an exercise, for a button's `on_click`."""
    image = standing("mnist")
    EXERCISE.set(name)
    for parameter, settings in zip((RUN, SECOND), exercises.EXERCISES[name].pair, strict=True):
        parameter.set(submitted(settings, image))


def standing(dataset: str) -> np.ndarray:
    """Return the visitor's digit, or her piece of clothing, as it is on the other pages."""
    draws = cache.networks(dataset).usable.get("variational")
    if dataset == "mnist" or draws is None:
        return digit.standing().image
    return clothing.standing(draws).image


def submitted(settings: Settings, image: np.ndarray) -> str:
    """Return the id of a new training; "" if it was refused, which the page says then."""
    return queued(lambda all_jobs: all_jobs.submit(settings, owner(), image[None]))


def queued(take: Callable[[jobs.Jobs], str]) -> str:
    """Return the id of a new job; "" if it was refused, which the page says then."""
    try:
        return take(cache.trainings())
    except jobs.RefusedError as refused:
        st.session_state["train_refused"] = refused.reason
        return ""


# ---------------------------------------------------------------- the training


def loss_chart(settings: Settings, told: Sequence[events.Event]) -> Chart:
    """Return the loss of each epoch so far, on training and validation images."""
    x = [float(event["epoch"]) for event in told]
    curves = {name: [event[name] for event in told] for name in ("training", "validation")}
    values = [value for curve in curves.values() for value in curve]
    last = settings.epochs
    labels = {"training": _("Training images"), "validation": _("Validation images")}
    return Chart(
        Axis.counting(_("Epoch"), last),
        Axis.around(_("Loss"), values),
        lines=[
            Line(labels[name], x, curve, place, points=last <= 20, digits=4)
            for place, (name, curve) in enumerate(curves.items())
        ],
    )


def map_picture(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the map of a 2-D code as it is now: uint8 (side, side, 3), a dot for each image."""
    picture = np.full((MAP_SIDE, MAP_SIDE, 3), 20, np.uint8)
    reach = max(float(np.quantile(np.abs(points), 0.99)), 1e-6)
    at = np.round((points / reach * 0.46 + 0.5) * (MAP_SIDE - 2)).astype(int)
    inside = ((at >= 0) & (at < MAP_SIDE - 1)).all(axis=1)
    colours = np.array(
        [list(bytes.fromhex(colour[1:])) for colour in pixels.CLASS_COLOURS], np.uint8
    )
    for (across, up), kind in zip(at[inside], labels[inside], strict=True):
        row = MAP_SIDE - 2 - up
        picture[row : row + 2, across : across + 2] = colours[kind]
    return picture


def pictures(first: events.Event, latest: events.Event | None) -> list[board.Row]:
    """Return ten digits that it never learns from, the visitor's, and what it makes of them."""
    digits = events.pictures(first["shown"])
    rebuilt = events.pictures(latest["pictures"]) if latest else np.zeros_like(digits)
    own = events.pictures(latest["own"]) if latest and latest.get("own") else None
    top = [board.Picture(image, _("A picture as the network sees it.")) for image in digits]
    below = [board.Picture(image, _("The picture rebuilt.")) for image in rebuilt]
    if own is not None:
        top.append(board.Picture(events.pictures(first["given"])[0], _("Your picture.")))
        below.append(board.Picture(own[0], _("Your picture rebuilt.")))
    epoch = latest["epoch"] if latest else 0
    heading = _("What the network sees, and what it makes of it after epoch {n}", n=epoch)
    abreast = len(top)
    return [
        board.Row(top, side=SIDE, heading=heading, spread=True, abreast=abreast),
        board.Row(below, side=SIDE, spread=True, abreast=abreast),
    ]


def progress(run: runs.Run) -> None:
    """Show how far a training is."""
    share, text = runs.standing(run)
    if run.state.status == "failed":
        st.error(text)
    else:
        st.progress(share, text)


def buttons(run: str, state: jobs.State) -> None:
    """Show what can be asked of a training that has not ended."""
    trainings = cache.trainings()
    if state.status == "paused":
        st.button(_("Go on"), icon=":material/play_arrow:", key="train_resume",
                  on_click=trainings.resume, args=(run,))  # fmt: skip
    elif state.status == "running":
        st.button(_("Pause"), icon=":material/pause:", key="train_pause",
                  on_click=trainings.pause, args=(run,))  # fmt: skip
    st.button(_("Stop"), icon=":material/stop:", key="train_stop",
              on_click=trainings.stop, args=(run,))  # fmt: skip


def watch(run: str, alive: bool) -> None:
    """Show a training as it is now."""
    try:
        state = cache.trainings().state(run)
    except KeyError:
        st.info(_("This training is not here any more: the app has been started again since."))
        return
    if alive and state.status in jobs.ENDED:
        st.rerun()  # nothing is to be looked at again and again
    if state.settings is None:
        bringing(state)
        return
    seen = runs.Run("", state, state.settings)
    told, first = seen.epochs, seen.started
    with st.container(horizontal=True, vertical_alignment="center", key="train_progress"):
        progress(seen)
        if state.status not in jobs.ENDED:
            buttons(run, state)
    if first:
        board.show(pictures(first, told[-1] if told else None), "train_digits")
    if told:
        with st.container(key="train_curves"):
            chart.show(
                loss_chart(seen.settings, told),
                "train_chart",
                _("Loss over the epochs, on training and on validation images."),
                CHART_HEIGHT,
            )
            if first and "map" in told[-1]:
                points = events.points(told[-1]["map"])
                image = map_picture(points, events.classes(first["labels"]))
                alt = _("Where 1,000 validation digits lie in the code, coloured by class.")
                board.show([board.Row([board.Picture(image, alt)], side=MAP_SIDE)], "train_map")
    if state.folder:
        outcome.show(cache.trained(state.folder), BESIDE, state.settings)


def bringing(state: jobs.State) -> None:
    """Show how far a network is that comes from a file."""
    if state.folder:
        outcome.show(cache.trained(state.folder), BESIDE)
    elif state.status in jobs.ENDED:
        st.error(_(runs.REASONS.get(state.reason, runs.STATUS["failed"])))
    elif state.status == "queued":
        st.info(_(runs.STATUS["queued"], place=state.place))
    else:
        st.info(_("Looking into the file, and measuring its network on 10,000 test pictures …"))


def bring_back(dataset: str) -> None:
    """Take a file from which a network comes back; shown over the page."""
    file = st.file_uploader(
        _("A file of this page, or of its script: autoencoder.keras"),
        type="keras",
        key="train_file",
        max_upload_size=MAX_FILE // 1_000_000,
    )
    st.caption(
        _(
            "It is opened in a process of its own, without running any code from it, and "
            "measured on the data set that is chosen on the page."
        )
    )
    if file and st.session_state.get("train_brought") != file.file_id:
        st.session_state["train_brought"] = file.file_id  # a dialog that opens again may have it
        show_run(queued(lambda all_jobs: all_jobs.bring(file.getvalue(), dataset, owner())))
        st.rerun()


def is_alive(job: str) -> bool:
    """Return whether a job is here and has not ended."""
    try:
        return cache.trainings().state(job).status not in jobs.ENDED
    except KeyError:
        return False


def looked_at() -> str:
    """Return the training that is shown: of two the one that runs; "" if there is none."""
    chosen = [run for run in (RUN.value, SECOND.value) if run]
    alive = [run for run in chosen if is_alive(run)]
    return (alive or chosen or [""])[0]


frame.guard()
show.all_or_stop(*BESIDE)
first_step.show(
    _("Choose Deep above the lists, then press Train."),
    choose_preset,
    "deep",
    leads_to="train_network",
)
page = st.container(key="train_page")
with page.container(key="train_left"):
    show_settings()
settings = chosen(shown(CHOSEN["kind"].value, CHOSEN["opt"].value))
image = standing(settings.dataset)
with page.container(key="train_right"):
    with st.container(key="train_network"):
        with st.container(key="train_layers"):
            drawn(settings)
        with st.container(key="train_size"):
            size(settings)
            if fetching.ready(settings.dataset):
                st.button(
                    _("Train"),
                    icon=":material/play_arrow:",
                    key="train_start",
                    on_click=start,
                    args=(settings, image),
                    disabled=not jobs.enabled(),
                )
                if jobs.enabled() and st.button(
                    _("Bring a network back"), icon=":material/upload_file:", key="train_bring"
                ):
                    st.dialog(_("Bring a network back"))(bring_back)(settings.dataset)
            if not jobs.enabled():
                st.caption(_(REFUSED["off"]))
    if refused := st.session_state.pop("train_refused", ""):
        st.warning(_(REFUSED[refused]))
    run = looked_at()
    own.take_along(run)
    if run:
        alive = is_alive(run)
        st.fragment(watch, run_every=EVERY if alive else None)(run, alive)
if jobs.enabled() and not fetching.is_missing("mnist"):
    exercises.offer(start_exercise, EXERCISE.value)
pair = [run for run in (RUN.value, SECOND.value) if run]
if EXERCISE.value != "none":
    exercises.answer(EXERCISE.value, pair)
runs.show_all([*cache.trainings().of(owner()), *pair])
if show.explaining():
    st.markdown(prose("training"))
