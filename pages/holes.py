"""Holes: why "variational". A plain autoencoder beside a VAE, one cursor over both planes."""

import numpy as np
import streamlit as st

from ae_core.autoencoder import Autoencoder
from ae_core.experiments import holes
from ae_core.figures import pixels, slides
from pages.ui import cache, controls, first_step, frame, show, text
from pages.ui.components import board, downloads, latent_plane, networks
from pages.ui.link import Link
from pages.ui.text import N_, _, number, percent, prose

TITLE = N_("Holes")
ABOUT = N_(
    "Why “variational”: the same two networks, trained as a plain autoencoder and as a VAE, side "
    "by side."
)
QUESTION = N_("Does every point of the plane decode to a digit?")
ICON = ":material/blur_on:"
ORDER = 4
GROUP = N_("Latent space")

PLAIN, VAE = "plain_2d", "beta_1"
VAE_EXTENT = 3.0  # standard deviations of the prior
SOURCES = {
    "fitted": N_("Sampled from a normal fitted to the codes"),
    "prior": N_("Sampled from the prior N(0, I)"),
}
POINTS = 8
SIDE = 56  # two screen pixels for each of the 28

HOLE = (-0.7, 0.2)  # of the plain plane, as a share of its extent; opposite lies a clear 0
HOLES = (HOLE, (0.4, -0.1), (0.7, 0.0))  # the button of the first line visits them in turn
MOST = 20.0  # rem, of a plane: what is sampled has room below

link = Link("holes")
PLACE = link.point("place", HOLE, reach=1)
SOURCE = link.word("source", SOURCES)
SAMPLE = link.counter("sample")
LAYERS = {
    PLAIN: link.words("plain", ("map", "tapestry", "drawn"), "map tapestry drawn"),
    VAE: link.words("vae", ("map", "tapestry", "circles", "drawn"), "map tapestry circles drawn"),
}


def plane(ae: Autoencoder, points: np.ndarray) -> None:
    """Show one of the two planes, with the points that were sampled."""
    found = []
    if ae.name == VAE:
        extent = VAE_EXTENT
        hint = _(
            "Move here too: one point on both planes. ±{n}: three σ of the prior.",
            n=number(extent, 0),
        )
    else:
        extent = cache.extent(ae.name)
        x, y = (extent * share for share in HOLE)
        found = [latent_plane.Hole((x, y), cache.clearance(ae.name, (x, y)), _("Hole"))]
        hint = _(
            "Move here. Dashed: a hole, with no test digit in it. ±{n}: 95 % of the codes.",
            n=number(extent, 0),
        )
    latent_plane.show(
        latent_plane.Plane(
            ae, extent, LAYERS[ae.name], hint, at=PLACE, unit=extent, points=points,
            linked="holes", holes=found, most=MOST,
        ),
        f"plane_{ae.name}",
    )  # fmt: skip


def measures(ae: Autoencoder, source: str) -> list[board.Number]:
    """How the sampled points compare with the codes of real digits, and how well it rebuilds."""
    found, own = cache.survey(ae.name, source), cache.survey(ae.name, "own")
    test = ae.card["test"]
    return [
        board.Number(
            _("Nearest code"),
            f"{number(found.gap, 1)} ×",
            _(
                "From 1,000 sampled points to the nearest code of a test digit: the median, in "
                "units of the median distance between a code and the next one. About 1: the points "
                "fall where digits lie. More: into holes."
            ),
        ),
        board.Number(
            _("Drift after decode–encode"),
            f"{number(found.drift, 1)} ×",
            _(
                "Decode a sampled point and encode the picture: how far from the point it arrives, "
                "in the same units. From codes of test digits: {own}.",
                own=number(own.drift, 1),
            ),
        ),
        board.Number(
            _("Effective classes"),
            _("{n} of 10", n=number(found.effective_classes, 1)),
            _(
                "How many classes the sampled points reach: 10 if all come equally often, 1 if "
                "only one comes. Test digits: {own}.",
                own=number(own.effective_classes, 1),
            ),
        ),
        board.Number(
            "BCE",
            number(test["bce"], 4),
            _("How well it rebuilds 10,000 test digits: nats per pixel. Less is better."),
        ),
        board.Number(_("10-NN accuracy"), percent(test["vote"]), show.about_vote()),
    ]


def sampled(ae: Autoencoder, points: np.ndarray, source: str) -> np.ndarray:
    """Show what the sampled points of one of the two decode to; return the pictures."""
    images = ae.decode(points)
    pictures = [
        board.Picture(
            picture,
            _("Digit decoded from {place}.", place=text.point(point)),
            caption=str(index),
        )
        for index, (point, picture) in enumerate(
            zip(points, pixels.to_bytes(images), strict=True), 1
        )
    ]
    rows = [board.Row(pictures, side=SIDE), board.Row(numbers=measures(ae, source))]
    board.show(rows, f"board_{ae.name}")
    return images


def table() -> list[list[object]]:
    """Return all figures of both: a row for each source of points."""
    rows = []
    for name in (PLAIN, VAE):
        test = cache.card(name)["test"]
        for source in (*SOURCES, "own"):
            found = cache.survey(name, source)
            figures = (found.gap, found.drift, found.effective_classes, test["bce"], test["vote"])
            rows.append([name, source, *figures])
    return rows


@st.fragment
def compare(plain: Autoencoder, vae: Autoencoder) -> None:
    """The two planes under one cursor, and what points sampled on them decode to."""
    both = plain, vae
    titles = [_("Plain: reconstruction alone"), _("VAE: reconstruction + KL")]
    points = [
        holes.sample(cache.test_codes(ae.name)[0], SOURCE.value, POINTS, SAMPLE.value)
        for ae in both
    ]
    with st.container(key="holes_planes"):
        for ae, title, own in zip(both, titles, points, strict=True):
            with st.container(key=f"holes_plane_{ae.name}"):
                show.heading(title)
                plane(ae, own)
    with st.container(horizontal=True, vertical_alignment="center"):
        source = controls.choose(
            SOURCE, _("Points"), lambda name: _(SOURCES[name]), label_visibility="collapsed"
        )
        controls.again(SAMPLE, _("New points"))
    images = []
    with st.container(key="holes_pictures"):
        for ae, own in zip(both, points, strict=True):
            with st.container(key=f"holes_pictures_{ae.name}"):
                images.append(sampled(ae, own, source))
    numbers = [str(index) for index in range(1, POINTS + 1)]
    title = _("Decoded from sampled points")
    head = ["family", "points", "nearest_code", "drift", "effective_classes", "bce", "knn_accuracy"]
    files = [
        *downloads.pictures(
            lambda kind: _("Pictures ({kind})", kind=kind),
            "holes",
            lambda kind: slides.table(
                np.stack(images), titles, numbers, title, kind, _(SOURCES[source])
            ),
        ),
        downloads.table("holes.csv", head, table),
    ]
    downloads.show(files, "files")


def go_to_hole() -> None:
    """Go to a hole of the plain plane where the VAE's has a clear digit; another one each time."""
    at = HOLES.index(PLACE.value) + 1 if PLACE.value in HOLES else 0
    PLACE.set(HOLES[at % len(HOLES)])
    SOURCE.set("fitted")


frame.guard()
both = show.all_or_stop(PLAIN, VAE)
first_step.show(
    _("Move over one plane: what do its empty places decode to?"),
    go_to_hole,
    leads_to="plane_plain_2d",
)
compare(*both)
if show.explaining():
    st.markdown(prose("holes"))
networks.bring(*(ae.name for ae in both))
