"""Walks: from one digit to another, in pixels and in the codes of the families."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import streamlit as st

from ae_core import data
from ae_core.autoencoder import Autoencoder
from ae_core.experiments import walks
from ae_core.figures import films, pixels
from ae_core.models import families
from pages.ui import cache, choice, frame, show, state
from pages.ui.components import film, latent_plane
from pages.ui.inputs import digit
from pages.ui.text import N_, _, current, prose

TITLE = N_("Walks")
ABOUT = N_("From one digit to another: through pixels, and through what the networks have learned.")
ICON = ":material/route:"
ORDER = 3

MODES = {"line": N_("Straight line"), "draw": N_("Draw a path")}
ENDS = ("mine", *map(str, range(10)), "point")
FIRST_POINTS = ("-1.5_1.5", "1.5_-1.5")
FIRST_EXAMPLES = (20, 3)
# A loop through most of the classes, until the visitor draws one.
FIRST_PATH = "_".join(
    f"{2 * math.cos(turn):.2f}_{2 * math.sin(turn):.2f}"
    for turn in np.linspace(0, 1.75 * math.pi, 12)
)
PIXELS = "pixels"
FIRST_METHODS = (PIXELS, "deep", "convolutional", walks.PLANE, walks.JUDGE)
BESIDES = ("plain_2d", walks.JUDGE)  # families that are not among the compared ones
LAYERS = {
    "map": N_("Test digits by class"),
    "tapestry": N_("What it decodes to"),
    "circles": N_("Prior: 1, 2, 3 σ"),
}
FIRST_LAYERS = "map circles"
STEPS = 31  # frames of a straight walk; the browser mixes neighbours, which are much alike
DRAWN_STEPS = 61
SHOWN = 16  # frames of a strip: every second, or every fourth
SECONDS, DRAWN_SECONDS = 3.0, 6.0  # of one way
CORNERS = 24  # of a drawn path: a link has to stay short
EXTENT = 3.5  # of the plane
REACH = 4.0


class Walk(NamedTuple):
    """A walk that can be shown.

    Attributes:
        titles: of its films.
        frames: uint8 (films, steps, 28, 28).
        strange: (films, steps), in units of an ordinary digit's; NaN without a judgement.
        path: its corners on the plane.
        seconds: how long one way lasts.
    """

    titles: list[str]
    frames: np.ndarray
    strange: np.ndarray
    path: list[list[float]]
    seconds: float


# ---------------------------------------------------------------- what stands in the link


def to_text(points) -> str:
    """Return points as they stand in a link: "1.25_-0.5_…"."""
    return "_".join(f"{value:.2f}" for value in np.ravel(points))


def to_points(text: str) -> np.ndarray:
    """Return the points (n, 2) of a link; raises ValueError for nonsense."""
    values = np.array([float(part) for part in text.split("_")], np.float32)
    inside = np.isfinite(values).all() and (np.abs(values) <= REACH).all()
    if len(values) % 2 or not inside or len(values) > 2 * CORNERS:
        raise ValueError(text)
    return values.reshape(-1, 2)


def _points(least: int, most: int) -> Callable[[str], str]:
    """Return what checks that a link's text is that many points."""

    def parse(text: str) -> str:
        if not least <= len(to_points(text)) <= most:
            raise ValueError(text)
        return text

    return parse


def percent(text: str) -> int:
    """Return a whole number from 0 to 100; raises ValueError for anything else."""
    return {str(value): value for value in range(101)}[text]


def linked(key: str, default, parse: Callable):
    """Return what the link or the session says of `key`, and say it in the link."""
    value = state.from_link(key, default, parse)
    state.to_link(key, default)
    return value


def known_words(options) -> Callable[[str], str]:
    """Return what checks that a link's text names some of `options`."""

    def parse(text: str) -> str:
        if not set(text.split()) <= set(options):
            raise ValueError(text)
        return text

    return parse


# ---------------------------------------------------------------- the two ends


class End(NamedTuple):
    """One end of a walk: its image (28, 28) and its place on the plane (2,)."""

    image: np.ndarray
    place: np.ndarray


def end_title(name: str) -> str:
    """Return what an end is called."""
    if name == "mine":
        return _("My digit")
    return _("Point of the plane") if name == "point" else _("Sample {n}", n=name)


def end(ae: Autoencoder, label: str, index: int) -> End:
    """Ask for one end and return it; `index` is 0 for the start."""
    key, example_key, point_key = (
        (state.FROM, state.FROM_EXAMPLE, state.FROM_POINT),
        (state.TO, state.TO_EXAMPLE, state.TO_POINT),
    )[index]
    default = ("mine", "6")[index]
    known = {name: name for name in ENDS}
    # Told anew in each run, as in `choice.one_of`.
    st.session_state[key] = state.from_link(key, default, known.__getitem__)
    titles = {name: end_title(name) for name in ENDS}  # in this run's language, whoever asks
    name = st.selectbox(
        label, ENDS, format_func=titles.__getitem__, key=key, width=190, persist_state="session"
    )
    state.to_link(key, default)
    number = st.number_input(
        _("Example"), 1, data.SAMPLES_PER_CLASS, FIRST_EXAMPLES[index], key=example_key, width=130,
        disabled=name in ("mine", "point"), bind="query-params", persist_state="session",
    )  # fmt: skip
    place = linked(point_key, FIRST_POINTS[index], _points(1, 1))
    if name == "point":
        z = to_points(place)
        return End(ae.decode(z)[0], z[0])
    image = (digit.current() if name == "mine" else digit.sample(int(name), number)).image
    return End(image, ae.plane(image[None])[0])


# ---------------------------------------------------------------- the walks


def method_title(name: str) -> str:
    """Return what a method is called above its film."""
    return _("Pixels: cross-fade") if name == PIXELS else show.title(name)


def straight(ae: Autoencoder, methods: tuple[str, ...]) -> Walk:
    """Ask for both ends and return the walk in a straight line, in pixels and in codes."""
    with st.container(horizontal=True, gap="small"):
        ends = [end(ae, label, index) for index, label in enumerate((_("From A"), _("To B")))]
    images, places = (np.stack(values) for values in zip(*ends, strict=True))
    frames, strange = cache.walk(methods, images, places, STEPS)
    titles = [method_title(name) for name in methods]
    return Walk(titles, frames, strange, places.round(3).tolist(), SECONDS)


def drawn() -> Walk:
    """Return the walk along the path that the visitor drew over the plane."""
    path = to_points(linked(state.PATH, FIRST_PATH, _points(2, CORNERS)))
    st.markdown(_("Drag over the plane to draw another path. A lies at its start, B at its end."))
    frames, strange = cache.drawn_walk(tuple(map(tuple, path.tolist())), DRAWN_STEPS)
    titles = [_("Along the path"), _("Straight from A to B"), _("Pixels: cross-fade")]
    return Walk(titles, frames, strange, path.round(3).tolist(), DRAWN_SECONDS)


def walked() -> None:
    """Take over a path that was drawn, or an end that was moved; the plane's callback."""
    told = st.session_state[state.WALK_PLANE].walk
    if told is None:
        return
    if "path" in told:
        path = walks.along(np.clip(told["path"], -REACH, REACH), CORNERS)
        st.session_state[state.PATH] = to_text(path)
    else:
        key, point_key = ((state.FROM, state.FROM_POINT), (state.TO, state.TO_POINT))[told["end"]]
        st.session_state[key] = "point"
        st.session_state[point_key] = to_text(np.clip(told["at"], -REACH, REACH))


def layers_switched() -> None:
    """Take over the layers that are switched on; the plane's callback."""
    chosen = st.session_state[state.WALK_PLANE].layers
    if chosen is not None:
        st.session_state[state.WALK_LAYERS] = chosen


def film_rested() -> None:
    """Take over where the film came to rest; the film's callback."""
    at = st.session_state[state.FILM].at
    if at is not None:
        st.session_state[state.AT] = int(at)


def methods_chosen() -> None:
    """Take over the methods whose films are shown; their widget's callback."""
    chosen = st.session_state[state.METHODS_CHOSEN]
    st.session_state[state.METHODS] = " ".join(chosen)


def plane(path: list[list[float]], drawing: bool) -> None:
    """Show the plane with the way over it."""
    layers = state.layers(state.WALK_LAYERS, FIRST_LAYERS, LAYERS)
    words = {
        "plane": _("Latent plane with the way. Keys A and B choose an end, arrow keys move it."),
        "digit": "",
        "hint": _("Drag to draw a path.") if drawing else _("Drag A or B anywhere."),
        "layers": {name: _(label) for name, label in LAYERS.items()},
    }
    latent_plane.show(
        {
            "world": f"mnist {walks.PLANE}",
            "point": [0, 0],
            "extent": EXTENT,
            "reach": REACH,
            "layers": layers,
            "colours": pixels.CLASS_COLOURS,
            "middles": cache.middles(walks.PLANE, EXTENT).tolist(),
            "digit": None,
            "ticks": None,
            "language": current(),
            "words": words,
            "walk": {"path": path, "draw": drawing},
        },
        state.WALK_PLANE,
        lambda: None,
        layers_switched,
        walked,
    )


def show_films(walk: Walk, at: int) -> None:
    """Show the films of a walk."""
    judged = np.isfinite(walk.strange).all(axis=1)
    settings = {
        "at": at,
        "shown": films.picked(walk.frames.shape[1], SHOWN).tolist(),
        "seconds": walk.seconds,
        "language": current(),
        "words": {
            "play": _("Play"),
            "pause": _("Pause"),
            "scrub": _("Place on the way from A to B"),
            "picture": _("Frame:"),
            "strips": _("The films as strips, from A on the left to B on the right."),
            "none": _("judge"),
            "note": _("Strangeness of the frame: 1, dotted, is that of an ordinary digit.")
            if judged.any()
            else "",
            "help": _(
                "The judge is the variational autoencoder with 16 numbers: it has learned to "
                "rebuild real digits, and hardly anything else. Strangeness is the share of a "
                "frame that does not survive its round trip (squared error / squared pixels), "
                "divided by the mean of 200 real digits."
            ),
        },
    }
    curves = [curve if ok else None for curve, ok in zip(walk.strange, judged, strict=True)]
    film.show(film.pack(walk.frames, walk.titles, curves, settings), state.FILM, film_rested)


def downloads(walk: Walk) -> None:
    """Offer the films to take away."""
    ms = round(1000 * walk.seconds / len(walk.frames[0]))
    show.download(
        _("Animation (GIF)"),
        lambda: films.gif(films.beside(walk.frames, walk.titles), ms),
        "walk.gif",
        "image/gif",
    )
    show.download(
        _("Strips (PNG)"),
        lambda: films.strip(walk.frames, walk.titles, SHOWN),
        "walk.png",
        "image/png",
    )


def methods() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the methods there are, and those whose films are shown."""
    usable = cache.shelf().usable
    known = families()
    there = (
        PIXELS,
        *(name for name in usable if known[name].compared),
        *(name for name in BESIDES if name in usable),
    )
    first = " ".join(name for name in FIRST_METHODS if name in there)
    wanted = linked(state.METHODS, first, known_words(there)).split() or first.split()
    return there, tuple(name for name in there if name in wanted)


@st.fragment
def walk(ae: Autoencoder, at: int) -> None:
    """Everything that follows the walk. The film keeps its place itself, once it was told one."""
    there, wanted = methods()
    left, right = st.columns([2.35, 1], gap="medium")
    with right:
        mode = choice.one_of(
            _("The way"), list(MODES), state.WALK, lambda name: _(MODES[name]),
            label_visibility="collapsed", width="stretch",
        )  # fmt: skip
    with left:
        found = drawn() if mode == "draw" else straight(ae, wanted)
        show_films(found, at)
    with right:
        plane(found.path, mode == "draw")
    linked(state.AT, 50, percent)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if mode == "line":
            st.session_state[state.METHODS_CHOSEN] = list(wanted)
            st.pills(
                _("Films"), there, selection_mode="multi", format_func=method_title,
                key=state.METHODS_CHOSEN, on_change=methods_chosen, wrap=True,
            )  # fmt: skip
        downloads(found)


def page(ae: Autoencoder) -> None:
    """Everything on the page."""
    walk(ae, state.from_link(state.AT, 50, percent))
    st.markdown(prose("walk"))


frame.guard()
page(*show.all_or_stop(walks.PLANE))
latent_plane.bring(cache.world(walks.PLANE), "world")
