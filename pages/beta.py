"""The β dial: one weight of the loss, and everything it moves."""

import csv
import io

import numpy as np
import streamlit as st

from ae_core import latent
from ae_core.autoencoder import Autoencoder
from ae_core.figures import drawings, pixels, slides
from pages.ui import cache, choice, frame, show, state
from pages.ui.components import board, latent_plane
from pages.ui.inputs import digit
from pages.ui.text import N_, _, current, number, prose

TITLE = N_("β dial")
ABOUT = N_("Turn β, the weight of the KL term, and see what a variational autoencoder gives up.")
ICON = ":material/balance:"
ORDER = 5

BETAS = ("0", "0.25", "0.5", "1", "2", "4", "8")
NAMES = {beta: "beta_" + beta.replace(".", "_") for beta in BETAS}
FIRST = "1"
EXTENT = 3.0  # standard deviations of the prior; β = 0 has a scale of its own
GRID = 11
LAYERS = {
    "map": N_("Test digits by class"),
    "tapestry": N_("What it decodes to"),
    "circles": N_("Prior: 1, 2, 3 σ"),
    "mine": N_("My digit: 1, 2 σ"),
}
FIRST_LAYERS = "map circles mine"
DRAWS = 200  # of z, to average the reconstruction term of one digit
SIDE = 84  # three screen pixels for each of the 28
DIGIT = "rgb(255 72 176)"
MIDDLE = "0,0"


def spoken(beta: str) -> str:
    """Write β with the decimal sign of the session's language."""
    return number(float(beta), len(beta.partition(".")[2]))


def extent(beta: str) -> float:
    """Return how far the plane reaches: three σ of the prior, or as far as the codes do."""
    return EXTENT if float(beta) else cache.extent(NAMES[beta])


def rested() -> None:
    """Take over where the pointer came to rest, in shares of the plane; the plane's callback."""
    point = st.session_state[state.BETA_PLANE].point
    if point is not None:
        state.put(state.BETA_PLACE, np.array(point) / extent(st.session_state[state.BETA]))


def layers_switched() -> None:
    """Take over the layers that are switched on; the plane's callback."""
    chosen = st.session_state[state.BETA_PLANE].layers
    if chosen is not None:
        st.session_state[state.BETA_LAYERS] = chosen


def beta_picked() -> None:
    """Turn the dial to the picture that was clicked; the board's callback."""
    st.session_state[state.BETA] = st.session_state["rebuilt"].picked


def plane(beta: str, mean: np.ndarray, deviation: np.ndarray) -> None:
    """Show the plane under this β, with the visitor's digit, and the grid beside it."""
    reach = extent(beta)
    point = reach * state.place(state.BETA_PLACE, MIDDLE)
    if float(beta):
        hint = _("±{n}: three σ of the prior.", n=number(reach, 0))
    else:
        hint = _("±{n}: without KL, nothing sets the scale.", n=number(reach, 0))
    latent_plane.show(
        {
            "world": f"mnist {NAMES[beta]}",
            "point": point.round(3).tolist(),
            "extent": reach,
            "reach": reach,
            "layers": state.layers(state.BETA_LAYERS, FIRST_LAYERS, LAYERS),
            "colours": pixels.CLASS_COLOURS,
            "middles": cache.middles(NAMES[beta], reach).tolist(),
            "digit": {
                "mean": mean.tolist(),
                "deviation": deviation.tolist(),
                "colour": DIGIT,
            },
            "ticks": np.linspace(-reach, reach, GRID).tolist(),
            "compact": True,
            "language": current(),
            "words": {
                "plane": _("Latent plane. Move the pointer over it, or use the arrow keys."),
                "digit": _("The digit decoded from this point."),
                "grid": _("{n} by {n} digits decoded from a grid over the plane.", n=GRID),
                "hint": hint,
                "gridHint": _("Every picture is decoded from its place on the plane."),
                "layers": {name: _(label) for name, label in LAYERS.items()},
            },
        },
        state.BETA_PLANE,
        rested,
        layers_switched,
    )


def checkpoints() -> list[drawings.Checkpoint]:
    """Return where the seven networks lie on the rate–distortion plane."""
    cards = {beta: cache.card(name)["test"] for beta, name in NAMES.items()}
    return [
        drawings.Checkpoint(float(beta), test["kl"], test["reconstruction"])
        for beta, test in cards.items()
    ]


def curve_words() -> dict:
    """Return what stands on the curve."""
    return {
        "kl": _("KL (nats)"),
        "reconstruction": _("Reconstruction (nats)"),
        "labels": [spoken(beta) for beta in BETAS],
        "title": _("What β trades: 10,000 test digits"),
    }


def curve(beta: str) -> None:
    """Show the rate–distortion curve with the point of this β."""
    test = cache.card(NAMES[beta])["test"]
    st.image(
        drawings.rate_distortion(
            checkpoints(), BETAS.index(beta), curve_words(), show.dark()
        ),
        width="stretch",
        alt=_(
            "Rate–distortion curve of seven networks. β = {beta}: KL {kl} nats, reconstruction "
            "{reconstruction} nats.",
            beta=spoken(beta),
            kl=number(test["kl"], 1),
            reconstruction=number(test["reconstruction"], 1),
        ),
    )  # fmt: skip


def pictures_of(rows: list, beta: str) -> board.Row:
    """The visitor's digit as each of the seven rebuilds it; a click turns the dial."""
    return board.Row(
        [
            board.Picture(
                picture,
                _("Your digit rebuilt by the network of β = {beta}.", beta=spoken(each)),
                title=f"β = {spoken(each)}",
                caption=f"{number(reconstruction, 1)} + {number(kl, 1)}",
                name=each,
                link=f"?{state.BETA}={each}",
                chosen=each == beta,
            )
            for each, (picture, reconstruction, kl, *_rest) in zip(BETAS, rows, strict=True)
        ],
        side=SIDE,
        heading=_("My digit under each β: reconstruction + KL, in nats. Click one."),
        spread=True,
    )


def measures(beta: str) -> board.Row:
    """What this β costs and brings on the test set."""
    test = cache.card(NAMES[beta])["test"]
    weighted = test["reconstruction"] + float(beta) * test["kl"]
    return board.Row(
        numbers=[
            board.Number(
                _("Reconstruction"),
                _("{n} nats", n=number(test["reconstruction"], 1)),
                _("How badly decoded pictures fit: the distortion. Mean of 10,000 test digits."),
            ),
            board.Number(
                "KL",
                _("{n} nats", n=number(test["kl"], 1)),
                _("What a code says of a digit, at most: the rate. Mean of 10,000 test digits."),
            ),
            board.Number(
                _("Loss: reconstruction + β KL"),
                _("{n} nats", n=number(weighted, 1)),
                _("What training at this β makes small. Comparable only at the same β."),
            ),
            board.Number(
                "−ELBO",
                _("{n} nats", n=number(test["neg_elbo"], 1)),
                _("Reconstruction + KL, whatever β was: this can be compared."),
            ),
            board.Number(
                _("Vote"),
                f"{number(100 * test['vote'], 1)} %",
                _(
                    "Of 10,000 test digits, how many get their class from a vote of the ten "
                    "nearest codes on the plane."
                ),
            ),
        ]
    )


def table() -> str:
    """Return the numbers of all seven as a CSV file."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["beta", "reconstruction", "kl", "neg_elbo", "vote"])
    for beta, name in NAMES.items():
        test = cache.card(name)["test"]
        values = [test[key] for key in ("reconstruction", "kl", "neg_elbo", "vote")]
        rows.writerow([beta, *(f"{value:.6g}" for value in values)])
    return file.getvalue()


@st.fragment
def explore(rows: list) -> None:
    """The dial and everything that turns with it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        beta = choice.one_of(
            "β", list(BETAS), state.BETA, lambda each: f"β = {spoken(each)}", default=FIRST,
            label_visibility="collapsed",
        )  # fmt: skip
    planes, rate = st.columns([2.55, 1], gap="small")
    *_shown, mean, deviation = rows[BETAS.index(beta)]
    with planes:
        plane(beta, mean, deviation)
    with rate:
        curve(beta)
    board.show([pictures_of(rows, beta), measures(beta)], "rebuilt", beta_picked)
    with st.container(horizontal=True):
        for kind, mime in (("png", "image/png"), ("pdf", "application/pdf")):
            show.download(
                _("Curve ({kind})", kind=kind.upper()),
                lambda kind=kind: slides.rate_distortion_figure(checkpoints(), curve_words(), kind),
                f"rate_distortion.{kind}",
                mime,
            )
        show.download(_("Numbers (CSV)"), table, "rate_distortion.csv", "text/csv")


def rebuilt(ae: Autoencoder, image: np.ndarray) -> tuple:
    """Return the picture of a digit, the two parts of its loss, and its posterior."""
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    return (
        pixels.to_bytes(ae.decode(mean[None])[0]),
        cache.expected_reconstruction(ae.name, image, DRAWS),
        float(latent.kl(mean, log_var).sum()),
        mean,
        np.exp(0.5 * log_var),
    )


def page(networks: list[Autoencoder]) -> None:
    """Everything on the page, in its order; the digit first, since the plane shows it too."""
    above = st.container()
    choose_column, prose_column = st.columns([1, 2.75], gap="medium")
    with choose_column:
        image = digit.choose(280).image
    with above:
        explore([rebuilt(ae, image) for ae in networks])
    prose_column.markdown(prose("beta"))


frame.guard()
page(show.all_or_stop(*NAMES.values()))
# The one that is looked at comes first.
for beta in sorted(BETAS, key=lambda each: each != st.session_state[state.BETA]):
    latent_plane.bring(cache.world(NAMES[beta]), f"world_{NAMES[beta]}")
