"""VAE: the latent plane. Two numbers, every digit."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from ae_core import latent
from ae_core.autoencoder import Autoencoder
from ae_core.experiments import elbo
from ae_core.figures import pixels, slides
from pages.ui import cache, controls, first_step, frame, glossary, own, show, text
from pages.ui.components import board, downloads, latent_plane, networks
from pages.ui.inputs import clothing, datasets, digit
from pages.ui.link import Link
from pages.ui.text import N_, _, nats, number, prose

TITLE = N_("The latent plane")
ABOUT = N_("Move through the two numbers a variational autoencoder keeps of a digit.")
QUESTION = N_("Are two numbers enough for every digit?")
ICON = ":material/explore:"
ORDER = 2
GROUP = N_("Latent space")

FAMILY = "variational"
REACH = 4.0  # of the sliders: 99.99 % of the prior lies within
SPACINGS = {"linear": N_("Equal steps"), "quantile": N_("Gaussian quantiles")}
DRAWN = 4  # samples of the posterior, shown beside its mean
OF_PRIOR = 8

link = Link("latent")
POINT = link.point("z", (0, 0), REACH)
LAYERS = link.words("layers", ("map", "tapestry", "circles", "mine"), "map circles mine")
GRID = link.whole("grid", 15, 5, 30)
RANGE = link.number("range", 3.0, 1.0, REACH, 0.5)
SPACING = link.word("spacing", SPACINGS)
SAMPLE = link.counter("sample")


def table_of(
    stem: str,
    label: Callable[[str], str],
    title: str,
    images: Sequence[np.ndarray],
    names: list[str],
) -> tuple[downloads.File, ...]:
    """Offer a row of pictures as a figure for a slide; `label` is of a kind of file."""
    return downloads.pictures(
        label,
        stem,
        lambda kind: slides.table(np.stack(images)[None], [""], names, title, kind),
    )


def your_picture(ae: Autoencoder, image: np.ndarray, terms: elbo.Terms) -> None:
    """Show the posterior of the visitor's picture and the two terms of its loss."""
    samples = latent.sample_posterior(terms.mean, 2 * np.log(terms.deviation), DRAWN, seed=0)
    decoded = ae.decode(np.stack([terms.mean, *samples]))
    alts = [
        _("The picture encoded."),
        _("The picture, decoded from the mean of its posterior."),
        *[_("The picture, decoded from a point sampled from its posterior.")] * DRAWN,
    ]
    headings = [
        _("Encoded"),
        _("From the mean"),
        *(_("Sample {n}", n=index) for index in range(1, DRAWN + 1)),
    ]
    on_slide = [headings[0], f"{headings[1]} {text.point(terms.mean)}", *headings[2:]]
    pictures = [
        board.Picture(pixels.to_bytes(picture), alt, heading)
        for picture, alt, heading in zip([image, *decoded], alts, headings, strict=True)
    ]
    test = ae.card["test"]
    numbers = [
        board.Number(
            _("Reconstruction"),
            nats(terms.reconstruction),
            _(
                "How badly the pictures decoded from the posterior fit yours: their binary "
                "cross-entropy, averaged over {draws} samples. Test images: {mean}.",
                draws=cache.DRAWS,
                mean=number(test["reconstruction"], 1),
            ),
        ),
        board.Number(
            "+ KL",
            nats(terms.kl, 2),
            _(
                "How much the posterior differs from the prior: what it costs to say where on "
                "the plane your picture lies. Test images: {mean}.",
                mean=number(test["kl"], 2),
            ),
        ),
        board.Number(
            "= −ELBO",
            nats(terms.negative_elbo),
            _(
                "What training makes as small as it can, on average. Test images: {mean}.",
                mean=number(test["neg_elbo"], 1),
            ),
        ),
    ]
    rows = [board.Row(pictures, abreast=len(pictures)), board.Row(numbers=numbers)]
    board.show(rows, "your_picture")
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.markdown(
            glossary.mark(
                _(
                    "The encoder answers with a **posterior**, a normal distribution over the "
                    "plane: mean {mean}, standard deviation {deviation}.",
                    mean=text.point(terms.mean),
                    deviation=text.point(terms.deviation),
                )
            ),
            width="stretch",
        )
        title = _("Posterior")
        files = table_of(
            "posterior", lambda kind: f"{title} ({kind})", title, [image, *decoded], on_slide
        )
        downloads.show(files, "posterior")


@st.fragment
def from_prior(ae: Autoencoder) -> None:
    """Show pictures decoded from points sampled from the prior."""
    title = _("Generated: decoded from points sampled from the prior")
    show.heading(title)
    points = latent.sample_prior(OF_PRIOR, 2, seed=SAMPLE.value)
    decoded = ae.decode(points)
    places = [text.point(point) for point in points]
    pictures = [
        board.Picture(picture, _("Picture decoded from {place}.", place=place), caption=place)
        for picture, place in zip(pixels.to_bytes(decoded), places, strict=True)
    ]
    board.show([board.Row(pictures)], "from_prior")
    with st.container(horizontal=True):
        controls.again(SAMPLE, _("New points"))
        files = table_of(
            "prior", lambda kind: _("Generated ({kind})", kind=kind), title, list(decoded), places
        )
        downloads.show(files, "prior")


def plane(ae: Autoencoder, dataset: str, posterior: latent_plane.Posterior) -> None:
    """Show the plane with the posterior of the visitor's picture."""
    if dataset == "mnist":
        hint = _(
            "Pink: the posterior of your digit, where the encoder thinks it lies (1 and 2 σ "
            "around its mean)."
        )
    else:
        hint = _(
            "Pink: the posterior of your piece, where the encoder thinks it lies (1 and 2 σ "
            "around its mean)."
        )
    latent_plane.show(
        latent_plane.Plane(
            ae,
            RANGE.value,
            LAYERS,
            hint,
            dataset=dataset,
            at=POINT,
            reach=REACH,
            posterior=posterior,
            names=None if dataset == "mnist" else clothing.names(),
        ),
        "plane",
    )


@st.fragment
def explore(
    ae: Autoencoder, dataset: str, posterior: latent_plane.Posterior, extent: float
) -> None:
    """The plane: it follows the point without the rest of the page."""
    if RANGE.value != extent:
        st.rerun()  # the grid has the same range
    digits = dataset == "mnist"
    plane(ae, dataset, posterior)
    with st.container(key="latent_point_row"):
        st.button(
            _("To your digit") if digits else _("To your piece"),
            icon=":material/my_location:",
            key="go_there",
            on_click=POINT.take,
            args=(posterior.mean.tolist(),),
            width="stretch",
        )
        controls.slide_each(POINT, ("z₁", "z₂"))
        controls.slide(RANGE, _("Range ±"))


@st.fragment
def grid(ae: Autoencoder, dataset: str, extent: float) -> None:
    """The grid: the point moves over it in the browser, without the server."""
    ticks = latent.axis(GRID.value, extent, SPACING.value)
    latent_plane.show_grid(ae, ticks, "plane", "grid", dataset)
    with st.container(key="latent_grid_row"):
        controls.slide(GRID, _("Grid"))
        controls.choose(
            SPACING,
            _("Spacing"),
            lambda name: _(SPACINGS[name]),
            help=glossary.meanings("quantiles"),
        )


@st.fragment
def grid_files(ae: Autoencoder, dataset: str) -> None:
    """Offer the grid as it is when it is asked for; the sliders' runs need not offer it again."""

    def picture(kind: str) -> bytes:
        size, extent, spacing, point = GRID.value, RANGE.value, SPACING.value, POINT.value
        decoded = ae.decode(np.array([point], np.float32))[0]
        return slides.manifold(
            cache.manifold(ae.name, size, extent, spacing, dataset),
            latent.axis(size, extent, spacing),
            _("Decoded pictures over the plane"),
            kind,
            text.decimal_sign(),
            (point, slides.Tile(decoded, f"z = {text.point(point)}", "")),
        )

    files = downloads.pictures(lambda kind: _("Grid ({kind})", kind=kind), "manifold", picture)
    downloads.show(files, "grid_files")


def go_between(ae: Autoencoder, dataset: str) -> None:
    """Go to where two classes meet, as far away as there is such a place."""
    places = cache.borders(ae.name, dataset)
    away = np.linalg.norm(places - np.array(POINT.value), axis=1)
    POINT.take(places[away.argmax()].tolist())


frame.guard()
with st.container(horizontal=True, key="latent_above"):
    dataset = datasets.choose()
    mine = own.chosen_plane(dataset, _("The lab's VAE"), variational=True)
(ours,) = show.all_or_stop(FAMILY, dataset=dataset)
ae = mine or ours
first_step.show(
    _("Move over the plane: what lies between two classes?"),
    go_between,
    ae,
    dataset,
    leads_to="latent_left",
)
above = st.container()  # the picture is chosen first, since the plane shows it too
digits = dataset == "mnist"
show.heading(_("Where does your digit lie?") if digits else _("Where does this piece lie?"))
pair = st.container(key="latent_yours")
with pair.container(key="latent_hand"):
    image = digit.choose().image if digits else clothing.choose(ours).image
terms = cache.terms(ae.name, image, dataset)
with above:
    extent = RANGE.value
    with st.container(key="latent_pair"):
        with st.container(key="latent_left"):
            posterior = latent_plane.Posterior(terms.mean, terms.deviation)
            explore(ae, dataset, posterior, extent)
        with st.container(key="latent_right"):
            grid(ae, dataset, extent)
    grid_files(ae, dataset)
with pair.container(key="latent_answer"):
    your_picture(ae, image, terms)
    if show.explaining():
        with st.expander(_("What the two parts of the loss do"), expanded=True):
            st.markdown(prose("elbo"))
from_prior(ae)
networks.bring(ae.name, dataset=dataset)
