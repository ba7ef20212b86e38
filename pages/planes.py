"""784 dimensions on a plane: PCA, a plain autoencoder and a VAE lay out the same digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ae_core import linear
from ae_core.autoencoder import Autoencoder
from ae_core.figures import slides
from pages.ui import cache, first_step, frame, own, shared, show
from pages.ui.components import board, downloads, latent_plane, networks
from pages.ui.inputs import digit
from pages.ui.link import Link, Numbers
from pages.ui.text import N_, _, number, percent, prose

TITLE = N_("784 dimensions on a plane")
ABOUT = N_("The same digits laid out in two numbers by PCA, a plain autoencoder and a VAE.")
QUESTION = N_("How much of a digit do two numbers keep?")
ICON = ":material/scatter_plot:"
ORDER = 27
GROUP = N_("Latent space")

NAMES = (linear.PCA, "plain_2d", "variational")
TITLES = {
    linear.PCA: N_("PCA (linear)"),
    "plain_2d": N_("Plain autoencoder"),
    "variational": N_("VAE"),
}
VAE_EXTENT = 3.0  # standard deviations of the prior
FARTHEST = 1000.0  # of a place in a link
CROWD = (-1.0, 0.0)  # a place on the plane of PCA where several classes lie

link = Link("planes")
ON = link.word("on", NAMES)
AT = link.own_code("at", 2, FARTHEST)
LAYERS = {name: link.words(name, ("map", "tapestry", "mine"), "map mine") for name in NAMES}


def network(name: str) -> Autoencoder:
    """Return what is shown in one of the places: the visitor's network instead of one of ours."""
    mine = own.plane() if shared.PLANE.value == "own" else None
    if mine and name == ("variational" if mine.variational else "plain_2d"):
        return mine
    return cache.network(name)


def title(name: str) -> str:
    """Return what stands above one of the places."""
    ae = network(name)
    return _(TITLES[name]) if ae.name == name else show.title(ae.name)


def places(image: np.ndarray) -> dict[str, latent_plane.Posterior]:
    """Return where a digit lies on each plane."""
    found = {}
    for name in NAMES:
        ae = network(name)
        if ae.variational:
            mean, log_var = (values[0] for values in ae.posterior(image[None]))
            found[name] = latent_plane.Posterior(mean, np.exp(0.5 * log_var))
        else:
            found[name] = latent_plane.Posterior(ae.plane(image[None])[0], np.zeros(2))
    return found


def nearest(name: str, point: Numbers) -> int:
    """Return which test image lies nearest to a point of a plane; the first of several."""
    codes = cache.test_codes(network(name).name)[0].astype(np.float64)
    return int(np.square(codes - np.array(point)).sum(axis=1).argmin())


@dataclass(frozen=True)
class Spot:
    """Where the cursor of one plane is: a hand moves one, the others show the same test image."""

    name: str

    @property
    def value(self) -> Numbers | None:
        """A place, or None while the cursor is where the visitor's digit lies."""
        at = AT.value
        if at is None or ON.value == self.name:
            return at
        x, y = cache.test_codes(network(self.name).name)[0][nearest(ON.value, at)].tolist()
        return (x, y)

    @property
    def default(self) -> None:
        """Where the visitor's digit lies."""
        return None

    def take(self, raw: object) -> None:
        """Hear of a place where the hand came to rest."""
        if raw is not None:
            ON.set(self.name)
            AT.take(raw)


def extent_of(ae: Autoencoder) -> float:
    """Return how far a plane reaches: where there is no prior, as far as most of its codes."""
    return VAE_EXTENT if ae.variational else cache.extent(ae.name)


def plane(name: str, ae: Autoencoder, posterior: latent_plane.Posterior) -> None:
    """Show one of the planes."""
    hints = {
        linear.PCA: _("Flat: the plane through 784 dimensions that the digits are nearest to."),
        "plain_2d": _("Curved, to rebuild digits; its scale and its gaps are its own."),
        "variational": _("Curved as well; the KL term keeps it round, without gaps."),
    }
    latent_plane.show(
        latent_plane.Plane(
            ae,
            extent_of(ae),
            LAYERS[name],
            hints[name],
            at=Spot(name),
            start=posterior.mean,
            posterior=posterior,
            follows=True,
            linked="planes",
            same_image=True,
            nearest=_("Nearest: a {n}", n="{n}"),
            below=True,
            words={
                "plane": _(
                    "Map of 10,000 test digits by {name}. Move the pointer over it, or use the "
                    "arrow keys; the other maps show where the nearest digit lies.",
                    name=title(name),
                ),
                "layers": {
                    "map": _("Test images by class"),
                    "tapestry": _("Decoded pictures"),
                    "mine": _("Your digit"),
                },
            },
        ),
        f"plane_{name}",
    )


def measures(ae: Autoencoder) -> list[board.Number]:
    """How well the plane keeps classes apart, and how well it rebuilds digits."""
    test = ae.card["test"]
    return [
        board.Number(_("10-NN accuracy"), percent(test["vote"]), show.about_vote()),
        board.Number(
            "MSE",
            number(test["mse"], 4),
            _("Mean squared error of 10,000 test digits rebuilt from two numbers. Less is better."),
        ),
    ]


def files(posteriors: dict[str, latent_plane.Posterior]) -> list[downloads.File]:
    """Return the three maps as a figure, and their figures as a table."""

    def map_of(name: str) -> slides.Map:
        test = network(name).card["test"]
        note = _(
            "10-NN accuracy {vote}, MSE {mse}",
            vote=percent(test["vote"]),
            mse=number(test["mse"], 4),
        )
        return slides.Map(
            title(name),
            note,
            *cache.test_codes(network(name).name),
            extent_of(network(name)),
            posteriors[name].mean,
        )

    def rows() -> list[list[object]]:
        tests = [(name, network(name).card["test"]) for name in NAMES]
        return [[name, test["vote"], test["mse"]] for name, test in tests]

    return [
        *downloads.pictures(
            lambda kind: _("Maps ({kind})", kind=kind),
            "planes",
            lambda kind: slides.maps(
                [map_of(name) for name in NAMES], _("10,000 test digits in two numbers"), kind
            ),
        ),
        downloads.table("planes.csv", ["method", "knn_accuracy", "mse"], rows),
    ]


@st.fragment
def explore(posteriors: dict[str, latent_plane.Posterior]) -> None:
    """The three planes under one hand."""
    with st.container(key="planes_three"):
        for name in NAMES:
            ae = network(name)
            with st.container(key=f"planes_{name}"):
                show.heading(title(name))
                board.show([board.Row(numbers=measures(ae))], f"measures_{name}")
                plane(name, ae, posteriors[name])
    with st.container(key="planes_below"):
        latent_plane.show_legend("classes")
        st.button(_("Your digit"), icon=":material/my_location:", key="yours", on_click=AT.reset)
        downloads.show(files(posteriors), "files")


def go_between() -> None:
    """Go where the map of PCA is a crowd: a digit there has neighbours of many classes."""
    ON.set(linear.PCA)
    AT.set(CROWD)


frame.guard()
show.all_or_stop(*NAMES[1:])
show.figures_or_stop("planes")
first_step.show(
    _("Move through one map's crowd: where do the others have that digit?"),
    go_between,
    leads_to=f"plane_{linear.PCA}",
)
own.chosen_plane("mnist", _("The lab's networks"))
with st.container(key="planes_page"):
    with st.container(key="planes_hand"):
        image = digit.choose().image
    if digit.is_new("planes", image):
        AT.reset()
    with st.container(key="planes_maps"):
        explore(places(image))
if show.explaining():
    st.markdown(prose("planes"))
networks.bring(*(network(name).name for name in NAMES))
