"""Walks: from one digit to another, in pixels and in the codes of the families."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from ae_core import data
from ae_core.autoencoder import Autoencoder
from ae_core.experiments import walks
from ae_core.figures import films, slides
from ae_core.models import compared
from pages.ui import cache, controls, first_step, frame, show
from pages.ui.components import downloads, film, latent_plane, networks
from pages.ui.inputs import digit
from pages.ui.link import Link, Numbers, Parameter
from pages.ui.text import N_, _, percent, prose

TITLE = N_("Walks")
ABOUT = N_("From one digit to another: through pixels, and through what the networks have learned.")
QUESTION = N_("What lies on the way from one digit to another?")
ICON = ":material/route:"
ORDER = 3
GROUP = N_("Latent space")

MODES = {"line": N_("Straight line"), "draw": N_("Draw a path")}
ENDS = ("yours", *map(str, range(10)), "point")
BESIDES = ("plain_2d", walks.JUDGE)  # families that are not among the compared ones
METHODS = (
    walks.PIXELS, *compared(), *BESIDES
)  # fmt: skip
FIRST_METHODS = (walks.PIXELS, "deep", "convolutional", walks.PLANE_FAMILY, "plain_2d", walks.JUDGE)
CORNERS = 24  # of a drawn path: a link has to stay short
# A loop through most of the classes, until the visitor draws one.
FIRST_PATH = [
    2 * part(turn) for turn in np.linspace(0, 1.75 * math.pi, 12) for part in (math.cos, math.sin)
]
STEPS = 31  # frames of a straight walk; the browser mixes neighbours, which are much alike
PATH_STEPS = 61
SHOWN = 16  # frames of a strip: every second, or every fourth
SECONDS, PATH_SECONDS = 3.0, 6.0  # of one way
EXTENT = 3.5  # of the plane
REACH = 4.0

link = Link("walk")
MODE = link.word("walk", MODES)
FILMS = link.words("methods", METHODS, " ".join(FIRST_METHODS))
AT = link.whole("at", 50, 0, 100)  # where the film rests, in percent of the path
PATH = link.path("path", FIRST_PATH, CORNERS, REACH)
LAYERS = link.words("layers", ("map", "tapestry", "circles"), "map circles")


class EndOf(NamedTuple):
    """The parameters of one end: what it is, which example, and where if it is a point."""

    what: Parameter[str]
    example: Parameter[int]
    point: Parameter[Numbers]


START, GOAL = (
    EndOf(
        link.word(name, ENDS, first),
        link.whole(f"{name}_example", number, 1, data.SAMPLES_PER_CLASS),
        link.point(f"{name}_point", point, REACH),
    )
    for name, first, number, point in (
        ("from", "yours", 20, (-1.5, 1.5)), ("to", "6", 3, (1.5, -1.5))
    )
)  # fmt: skip


class Walk(NamedTuple):
    """A walk that can be shown: its films, their titles, its path (n, 2), seconds of one way."""

    film: walks.Film
    titles: list[str]
    path: np.ndarray
    seconds: float


def end_title(name: str) -> str:
    """Return what an end is called."""
    if name == "yours":
        return _("Your digit")
    return _("Point of the plane") if name == "point" else _("Example: a digit {n}", n=name)


def ask_end(ae: Autoencoder, end: EndOf, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Ask for one end; return its image (28, 28) and its place on the plane (2,)."""
    what = controls.select(end.what, label, end_title)
    number = controls.number(end.example, _("Example"), disabled=what in ("yours", "point"))
    if what == "point":
        point = np.array(end.point.value, np.float32)
        return ae.decode(point[None])[0], point
    image = (digit.current() if what == "yours" else digit.example(int(what), number)).image
    return image, ae.plane(image[None])[0]


def method_title(name: str) -> str:
    """Return what a method is called above its film."""
    return _("Pixels: cross-fade") if name == walks.PIXELS else show.title(name)


def straight(ae: Autoencoder, methods: Sequence[str]) -> Walk:
    """Ask for both ends and return the walk in a straight line, in pixels and in codes."""
    ends = ask_end(ae, START, _("From A")), ask_end(ae, GOAL, _("To B"))
    images, places = (np.stack(values) for values in zip(*ends, strict=True))
    found = cache.film(tuple(methods), images, places, STEPS)
    return Walk(found, [method_title(name) for name in methods], places, SECONDS)


def along_path() -> Walk:
    """Return the walk along the path that the visitor drew over the plane."""
    st.markdown(_("Drag over the plane to draw another path. A lies at its start, B at its end."))
    found = cache.path_film(PATH.value, PATH_STEPS)
    titles = [_("Along the path"), _("Straight from A to B"), _("Pixels: cross-fade")]
    return Walk(found, titles, np.reshape(PATH.value, (-1, 2)), PATH_SECONDS)


def plane(ae: Autoencoder, walk: Walk, drawing: bool) -> None:
    """Show the plane with the path over it."""
    ends = () if drawing else tuple((end.what, end.point) for end in (START, GOAL))
    words = _("Latent plane with the path. Keys A and B choose an end, arrow keys move it.")
    if drawing:
        words = _(
            "Latent plane with the path. Drag over it to draw another one; arrow keys draw on from "
            "B, Home starts again in the middle."
        )
    latent_plane.show(
        latent_plane.Plane(
            ae,
            EXTENT,
            LAYERS,
            _("Drag to draw a path.") if drawing else _("Drag A or B anywhere."),
            reach=REACH,
            path=latent_plane.Route(walk.path, PATH if drawing else None, ends),
            words={"plane": words, "digit": ""},
        ),
        "plane",
    )


def files(walk: Walk) -> list[downloads.File]:
    """Return the films to take away."""
    frames = walk.film.frames
    ms = round(1000 * walk.seconds / frames.shape[1])
    return [
        downloads.File(
            "walk.gif",
            _("Animation (GIF)"),
            lambda: films.gif(films.beside(frames, walk.titles), ms),
        ),
        downloads.File("walk.png", _("Strips (PNG)"), lambda: strips(walk)),
    ]


def strips(walk: Walk) -> bytes:
    """Return the films as a slide: a row for each, the frames nearest to where they rest marked."""
    shown = films.picked(walk.film.frames.shape[1], SHOWN)
    at = int(np.abs(shown / shown[-1] - AT.value / 100).argmin())
    return slides.table(
        walk.film.frames[:, shown] / 255,
        walk.titles,
        ["A", *[""] * (len(shown) - 2), "B"],
        _("From A to B"),
        "png",
        f"A → B: {percent(AT.value / 100, 0)}",
        [(row, at) for row in range(len(walk.titles))],
    )


@st.fragment
def explore(ae: Autoencoder) -> None:
    """Everything that follows the walk; `walk.css` says what stands where."""
    usable = cache.networks().usable
    offered = [name for name in METHODS if name == walks.PIXELS or name in usable]
    with st.container(key="walk"):
        with st.container(key="walk_mode"):
            mode = controls.choose(
                MODE,
                _("The path"),
                lambda name: _(MODES[name]),
                label_visibility="collapsed",
                width="stretch",
            )
        drawing = mode == "draw"
        methods = [] if drawing else [name for name in FILMS.value if name in offered]
        with st.container(key="walk_ends"):
            walk = along_path() if drawing else straight(ae, methods or [walks.PIXELS])
        with st.container(key="walk_films"):
            if drawing or methods:
                shown = films.picked(walk.film.frames.shape[1], SHOWN)
                film.show(film.Films(walk.titles, *walk.film, shown, walk.seconds, AT), "film")
            else:
                st.info(_("Every film is switched off. Switch one on below."))
        with st.container(key="walk_plane"):
            plane(ae, walk, drawing)
        with st.container(key="walk_strips"):
            if drawing or methods:
                film.show_strips("strips")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not drawing:
            controls.switch(FILMS, _("Films"), method_title, offered)
        downloads.show(files(walk), "files")


def go_between(*ends: tuple[str, int]) -> None:
    """Choose two examples, each as its class and its number, and stop half-way between them."""
    MODE.set("line")
    for end, (label, example) in zip((START, GOAL), ends, strict=True):
        end.what.set(label)
        end.example.set(example)
    AT.reset()
    if len(FILMS.value) < 2:
        FILMS.reset()


frame.guard()
(ae,) = show.all_or_stop(walks.PLANE_FAMILY)
first_step.show(
    _("Choose two digits, A and B, and see what lies between them."),
    go_between,
    ("1", 7),
    ("7", 2),
    leads_to="film",
)
explore(ae)
if show.explaining():
    st.markdown(prose("walk"))
networks.bring(ae.name)
