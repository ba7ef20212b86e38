"""The β dial: one weight of the loss, and everything it moves."""

from typing import Any

import numpy as np
import streamlit as st

from ae_core.autoencoder import Autoencoder
from ae_core.figures import drawings, pixels, slides
from pages.ui import cache, first_step, frame, layout, show, text
from pages.ui.components import board, downloads, latent_plane, networks
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.text import N_, _, nats, number, percent, prose

TITLE = N_("β dial")
ABOUT = N_("Turn β, the weight of the KL term, and see how much the code may still say.")
QUESTION = N_("What is lost when the code may say less?")
ICON = ":material/balance:"
ORDER = 5
GROUP = N_("Latent space")

BETAS = ("0", "0.25", "0.5", "1", "2", "4", "8", "16", "64")
NAMES = {beta: "beta_" + beta.replace(".", "_") for beta in BETAS}
EXTENT = 3.0  # standard deviations of the prior; β = 0 has a scale of its own
TICKS = 11
SIDE = 84  # three screen pixels for each of the 28
MOST = 20.0  # rem, of the plane: its curve and its grid stand beside it
FIGURES = ("reconstruction", "kl", "neg_elbo", "vote")

link = Link("beta")
BETA = link.word("beta", BETAS, "1")
PLACE = link.point("place", (0, 0), reach=1)
LAYERS = link.words("layers", ("map", "tapestry", "circles", "mine"), "map circles mine")


def written(beta: str) -> str:
    """Write β with the decimal sign of the session's language."""
    return number(float(beta), len(beta.partition(".")[2]))


def test(beta: str) -> dict[str, float]:
    """Return the figures of the network of this β on the test digits."""
    return cache.card(NAMES[beta])["test"]


def extent_of(beta: str) -> float:
    """Return how far the plane of this β reaches; without KL, as far as its codes."""
    return EXTENT if float(beta) else cache.extent(NAMES[beta])


def plane(ae: Autoencoder, beta: str, posterior: latent_plane.Posterior) -> None:
    """Show the plane under this β, with the visitor's digit."""
    extent = extent_of(beta)
    if float(beta):
        hint = _("Move over it. Pink: your digit. ±{n}: three σ of the prior.", n=number(extent, 0))
    else:
        hint = _(
            "Move over it. Pink: your digit. ±{n}: without KL, nothing sets the scale.",
            n=number(extent, 0),
        )
    latent_plane.show(
        latent_plane.Plane(
            ae, extent, LAYERS, hint, at=PLACE, unit=extent, posterior=posterior, most=MOST,
        ),
        "plane",
    )  # fmt: skip


def checkpoints() -> list[drawings.Checkpoint]:
    """Return where the networks lie on the rate–distortion plane."""
    return [
        drawings.Checkpoint(float(beta), test(beta)["kl"], test(beta)["reconstruction"])
        for beta in BETAS
    ]


def words() -> dict[str, Any]:
    """Return what stands on the curve."""
    return {
        "kl": _("KL (nats)"),
        "reconstruction": _("Reconstruction (nats)"),
        "labels": [written(beta) for beta in BETAS],
        "title": _("What β trades: 10,000 test digits"),
    }


def curve(beta: str) -> None:
    """Show the rate–distortion curve with the point of this β."""
    st.image(
        drawings.rate_distortion(checkpoints(), BETAS.index(beta), words(), show.dark()),
        width="stretch",
        alt=_(
            "Rate–distortion curve of {n} networks. β = {beta}: KL {kl} nats, reconstruction "
            "{reconstruction} nats.",
            n=len(BETAS),
            beta=written(beta),
            kl=number(test(beta)["kl"], 1),
            reconstruction=number(test(beta)["reconstruction"], 1),
        ),
    )


def pictures_of(aes: list[Autoencoder], image: np.ndarray, beta: str) -> board.Row:
    """The visitor's digit as each network rebuilds it; a click turns the dial."""
    pictures = []
    for each, ae in zip(BETAS, aes, strict=True):
        terms = cache.terms(ae.name, image)
        pictures.append(
            board.Picture(
                pixels.to_bytes(ae.decode(terms.mean[None])[0]),
                _("Your digit rebuilt by the network of β = {beta}.", beta=written(each)),
                title=f"β = {written(each)}",
                caption=f"{number(terms.reconstruction, 1)} + {number(terms.kl, 1)}",
                name=each,
                link=f"?{BETA.name}={each}",
                chosen=each == beta,
            )
        )
    heading = _("Your digit under each β: reconstruction + KL, in nats. Click one.")
    return board.Row(pictures, side=SIDE, heading=heading, spread=True, abreast=len(pictures))


def measures(beta: str) -> board.Row:
    """What this β costs and brings on the test set."""
    figures = test(beta)
    return board.Row(
        numbers=[
            board.Number(
                _("Reconstruction"),
                nats(figures["reconstruction"]),
                _(
                    "How badly the decoded pictures fit: the distortion. Mean of 10,000 test "
                    "digits."
                ),
            ),
            board.Number(
                "KL",
                nats(figures["kl"]),
                _(
                    "The most that a code says of a digit, on average: the rate. Mean of 10,000 "
                    "test digits."
                ),
            ),
            board.Number(
                _("Loss: reconstruction + β KL"),
                nats(figures["reconstruction"] + float(beta) * figures["kl"]),
                _("What training at this β makes small. Comparable only at the same β."),
            ),
            board.Number(
                "−ELBO",
                nats(figures["neg_elbo"]),
                _("Reconstruction + KL, whatever β was: comparable between all networks."),
            ),
            board.Number(_("10-NN accuracy"), percent(figures["vote"]), show.about_vote()),
        ]
    )


@st.fragment
def explore(ae: Autoencoder, beta: str, posterior: latent_plane.Posterior) -> None:
    """The plane follows its point and its layers without the rest of the page."""
    plane(ae, beta, posterior)


def curve_files(beta: str) -> None:
    """Offer the curve as a figure, and what it is made of as a table."""
    files = [
        *downloads.pictures(
            lambda kind: _("Curve ({kind})", kind=kind),
            "rate_distortion",
            lambda kind: slides.rate_distortion_figure(
                checkpoints(), BETAS.index(beta), words(), kind, text.decimal_sign()
            ),
        ),
        downloads.table(
            "rate_distortion.csv",
            ["beta", "reconstruction", "kl", "neg_elbo", "knn_accuracy"],
            lambda: [[each, *(test(each)[name] for name in FIGURES)] for each in BETAS],
        ),
    ]
    downloads.show(files, "files")


frame.guard()
aes = show.all_or_stop(*NAMES.values())
first_step.show(
    _("Turn β up to 64: the cloud grows, and every digit looks the same."),
    BETA.set,
    BETAS[-1],
    leads_to="plane",
)
beta = layout.dial(BETA, "β =", written)
ae = aes[BETAS.index(beta)]
# In the order of a phone; on wider screens the style sheet puts them side by side.
page = st.container(key="beta_page")
above = page.container(key="beta_plane")  # the digit is chosen first, since these show it too
rebuilt = page.container(key="beta_rebuilt")
with page.container(key="beta_hand"):
    image = digit.choose().image
with page.container(key="beta_curve"):
    curve(beta)
with page.container(key="beta_figures"):
    board.show([measures(beta)], "figures")
    curve_files(beta)
    if show.explaining():
        st.markdown(prose("beta"))
with page.container(key="beta_grid"):
    extent = extent_of(beta)
    latent_plane.show_grid(ae, np.linspace(-extent, extent, TICKS), "plane", "grid", most=MOST)
terms = cache.terms(ae.name, image)
with above:
    explore(ae, beta, latent_plane.Posterior(terms.mean, terms.deviation))
with rebuilt:
    board.show([pictures_of(aes, image, beta)], "rebuilt", BETA)
# The one that is looked at comes first.
networks.bring(*sorted(NAMES.values(), key=lambda name: name != NAMES[BETA.value]))
