"""Holes: why "variational". A plain autoencoder beside a VAE, one cursor over both planes."""

import csv
import io

import numpy as np
import streamlit as st

from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from pages.ui import cache, choice, frame, show, state, text
from pages.ui.components import board, latent_plane
from pages.ui.text import N_, _, current, number, prose

TITLE = N_("Holes")
ABOUT = N_("Why “variational”: the same two networks with and without the KL term, side by side.")
ICON = ":material/blur_on:"
ORDER = 4

PLAIN, VAE = "plain_2d", "beta_1"
VAE_EXTENT = 3.0  # standard deviations of the prior
LAYERS = {
    "map": N_("Test digits by class"),
    "tapestry": N_("What it decodes to"),
    "circles": N_("Prior: 1, 2, 3 σ"),
    "drawn": N_("Points drawn"),
}
OFFERED = {PLAIN: ("map", "tapestry", "drawn"), VAE: tuple(LAYERS)}
LAYER_KEYS = {PLAIN: state.PLAIN_LAYERS, VAE: state.VAE_LAYERS}
PLANE_KEYS = {PLAIN: state.PLAIN_PLANE, VAE: state.VAE_PLANE}
FIRST_LAYERS = {PLAIN: "map drawn", VAE: "map circles drawn"}
SOURCES = {
    "prior": N_("Points from the prior N(0, 1)"),
    "fitted": N_("Points from a normal fitted to the codes"),
}
POINTS = 8
SIDE = 56  # two screen pixels for each of the 28
FIRST_PLACE = "-0.7,0.1"  # a hole of the plain plane; a clear 0 of the other


def rested(name: str) -> None:
    """Take over where the pointer came to rest, in shares of the plane; a plane's callback."""
    point = st.session_state[PLANE_KEYS[name]].point
    if point is not None:
        state.put(state.PLACE, np.array(point) / extent(name))


def layers_switched(name: str) -> None:
    """Take over the layers that are switched on; a plane's callback."""
    chosen = st.session_state[PLANE_KEYS[name]].layers
    if chosen is not None:
        st.session_state[LAYER_KEYS[name]] = chosen


def extent(name: str) -> float:
    """Return how far a plane reaches: three σ of the prior, or as far as the codes do."""
    return VAE_EXTENT if name == VAE else cache.extent(name)


def plane(name: str, place: np.ndarray, points: np.ndarray) -> None:
    """Show one of the two planes, with the points that were drawn."""
    reach = extent(name)
    if name == VAE:
        hint = _("±{n}: three σ of the prior. Here the KL term sets the scale.", n=number(reach, 0))
    else:
        hint = _("±{n}: 95 % of its codes. Nothing sets the scale.", n=number(reach, 0))
    latent_plane.show(
        {
            "world": f"mnist {name}",
            "point": (place * reach).round(3).tolist(),
            "extent": reach,
            "reach": reach,
            "layers": state.layers(LAYER_KEYS[name], FIRST_LAYERS[name], OFFERED[name]),
            "colours": pixels.CLASS_COLOURS,
            "middles": cache.middles(name, reach).tolist(),
            "drawn": points.round(3).tolist(),
            "linked": "holes",
            "compact": True,
            "language": current(),
            "words": {
                "plane": _("Latent plane. Move the pointer over it, or use the arrow keys."),
                "digit": _("The digit decoded from this point."),
                "hint": hint,
                "layers": {layer: _(LAYERS[layer]) for layer in OFFERED[name]},
            },
        },
        PLANE_KEYS[name],
        lambda: rested(name),
        lambda: layers_switched(name),
    )


def measures(name: str, source: str, test: dict) -> list[board.Number]:
    """How the drawn points compare with the codes of real digits, and how well it rebuilds."""
    found, own = cache.survey(name, source), cache.survey(name, "own")
    return [
        board.Number(
            _("Nearest code"),
            f"{number(found.gap, 1)} ×",
            _(
                "From 1,000 drawn points to the nearest code of a test digit: the median, in units "
                "of the median distance between a code and the next one. About 1: the points fall "
                "where digits lie. More: into holes."
            ),
        ),
        board.Number(
            _("Round trip"),
            f"{number(found.trip, 1)} ×",
            _(
                "Decode a drawn point and encode the picture: how far from the point it arrives, "
                "in the same units. From codes of test digits: {own}.",
                own=number(own.trip, 1),
            ),
        ),
        board.Number(
            _("Classes"),
            _("{n} of 10", n=number(found.kinds, 1)),
            _(
                "How many classes the drawn points reach: 10 if all come equally often, 1 if only "
                "one comes. Test digits: {own}.",
                own=number(own.kinds, 1),
            ),
        ),
        board.Number(
            "BCE",
            number(test["bce"], 4),
            _("How well it rebuilds 10,000 test digits: nats a pixel. Less is better."),
        ),
        board.Number(
            _("Vote"),
            f"{number(100 * test['vote'], 1)} %",
            _(
                "Of 10,000 test digits, how many get their class from a vote of the ten nearest "
                "codes on the plane."
            ),
        ),
    ]


def column(ae: Autoencoder, heading: str, place: np.ndarray, source: str, draw: int) -> np.ndarray:
    """Show everything about one of the two; return the pictures of the drawn points."""
    show.heading(heading)
    points = cache.drawn(ae.name, source, POINTS, draw)
    plane(ae.name, place, points)
    images = ae.decode(points)
    pictures = []
    for index, (point, picture) in enumerate(zip(points, pixels.to_bytes(images), strict=True), 1):
        alt = _("Digit decoded from {place}.", place=text.point(point))
        pictures.append(board.Picture(picture, alt, caption=str(index)))
    numbers = measures(ae.name, source, ae.card["test"])
    board.show([board.Row(pictures, side=SIDE), board.Row(numbers=numbers)], f"board_{ae.name}")
    return images


def downloads(images: np.ndarray, titles: list[str], names: list[str]) -> None:
    """Offer the drawn pictures for a slide and all the numbers."""

    def table() -> str:
        file = io.StringIO()
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["family", "points", "nearest_code", "round_trip", "classes", "bce", "vote"])
        for name in names:
            test = cache.card(name)["test"]
            for source in (*SOURCES, "own"):
                found = cache.survey(name, source)
                values = (found.gap, found.trip, found.kinds, test["bce"], test["vote"])
                rows.writerow([name, source, *(f"{value:.4g}" for value in values)])
        return file.getvalue()

    title = _("Decoded from drawn points")
    columns = [str(index) for index in range(1, POINTS + 1)]
    with st.container(horizontal=True):
        for kind, mime in (("png", "image/png"), ("pdf", "application/pdf")):
            show.download(
                _("Pictures ({kind})", kind=kind.upper()),
                lambda kind=kind: slides.table(images, titles, columns, title, kind),
                f"holes.{kind}",
                mime,
            )
        show.download(_("Numbers (CSV)"), table, "holes.csv", "text/csv")


@st.fragment
def compare(plain: Autoencoder, vae: Autoencoder) -> None:
    """The two planes under one cursor, and what points drawn on them decode to."""
    place = state.place(state.PLACE, FIRST_PLACE)
    draw = state.counter(state.DRAWN)
    with st.container(horizontal=True, vertical_alignment="center"):
        source = choice.one_of(
            _("Points drawn from"),
            list(SOURCES),
            state.SOURCE,
            lambda name: _(SOURCES[name]),
            label_visibility="collapsed",
        )
        st.button(
            _("New points"),
            icon=":material/casino:",
            key="new_points",
            on_click=state.count,
            args=(state.DRAWN,),
        )
    titles = [
        _("Plain: reconstruction alone"),
        _("VAE: reconstruction + KL"),
    ]
    images = []
    for ae, title, side in zip((plain, vae), titles, st.columns(2, gap="small"), strict=True):
        with side:
            images.append(column(ae, title, place, source, draw))
    downloads(np.stack(images), titles, [plain.name, vae.name])


frame.guard()
families = show.all_or_stop(PLAIN, VAE)
compare(*families)
st.markdown(prose("holes"))
for family in families:
    latent_plane.bring(cache.world(family.name), f"world_{family.name}")
