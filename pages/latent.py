"""VAE: the latent plane. Two numbers, every digit."""

import numpy as np
import streamlit as st

from ae_core import latent
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from pages.ui import cache, choice, frame, show, state, text
from pages.ui.components import board, latent_plane
from pages.ui.inputs import clothing, digit
from pages.ui.text import N_, _, current, number, prose

TITLE = N_("The latent plane")
ABOUT = N_("Walk through the two numbers a variational autoencoder keeps of a digit.")
ICON = ":material/explore:"
ORDER = 2

FAMILY = "variational"
REACH = 4.0  # of the sliders: 99.99 % of the prior lies within
WORLDS = {"mnist": N_("Digits: MNIST"), "fashion_mnist": N_("Clothes: Fashion-MNIST")}
LAYERS = {
    "map": N_("Test images by class"),
    "tapestry": N_("What it decodes to"),
    "circles": N_("Prior: 1, 2, 3 σ"),
    "mine": N_("Mine: 1, 2 σ"),
}
FIRST_LAYERS = "map circles mine"
SAMPLES = 4  # of the posterior, shown beside its mean
DRAWS = 200  # of z, to average the reconstruction term of one digit
SPACINGS = {"linear": N_("Equal steps"), "quantile": N_("Gaussian quantiles")}
DIGIT = "rgb(255 72 176)"


def go_to(mean: np.ndarray) -> None:
    """Move both sliders to a point; for a button's `on_click`."""
    for key, value in zip((state.Z1, state.Z2), mean, strict=True):
        st.session_state[key] = float(np.clip(round(float(value), 2), -REACH, REACH))


def choices() -> tuple[np.ndarray, int, float, str]:
    """Ask for the point and the grid; return the point, the grid's size, range and spacing."""
    kept = {"bind": "query-params", "persist_state": "session"}
    # A row, and no columns: each of those would be a message more in every run.
    with st.container(horizontal=True, gap="medium"):
        z = [
            st.slider(f"$z_{index}$", -REACH, REACH, 0.0, 0.01, key=key, width=160, **kept)
            for index, key in enumerate((state.Z1, state.Z2), 1)
        ]
        size = st.slider(_("Grid"), 5, 30, 15, key=state.GRID_SIZE, width=152, **kept)
        extent = st.slider(
            _("Range ±"), 1.0, REACH, 3.0, 0.5, key=state.GRID_RANGE, width=152, **kept
        )
        spacing = choice.one_of(
            _("Spacing"), latent.SPACINGS, state.GRID_SPACING, lambda name: _(SPACINGS[name])
        )
    return np.array(z, np.float32), size, extent, spacing


def point_rested() -> None:
    """Take over the point where the pointer came to rest; the plane's callback."""
    point = st.session_state[state.PLANE].point
    if point is not None:
        go_to(np.array(point))


def layers_switched() -> None:
    """Take over the layers that are switched on; the plane's callback."""
    chosen = st.session_state[state.PLANE].layers
    if chosen is not None:
        st.session_state[state.LAYERS] = chosen


def plane(world: str, z, mean, deviation, ticks: np.ndarray) -> None:
    """Show the plane that decodes under the pointer and its grid, with the visitor's digit."""
    layers = state.layers(state.LAYERS, FIRST_LAYERS, LAYERS)
    extent = float(ticks[-1])
    latent_plane.show(
        {
            "world": f"{world} {FAMILY}",
            "point": z.round(2).tolist(),
            "extent": extent,
            "reach": REACH,
            "layers": layers,
            "colours": pixels.CLASS_COLOURS,
            "middles": cache.middles(FAMILY, extent, world).tolist(),
            "names": clothing.names() if world == "fashion_mnist" else None,
            "digit": {
                "mean": mean.tolist(),
                "deviation": deviation.tolist(),
                "colour": DIGIT,
            },
            "ticks": ticks.tolist(),
            "language": current(),
            "words": {
                "plane": _("Latent plane. Move the pointer over it, or use the arrow keys."),
                "digit": _("The picture decoded from this point."),
                "grid": _("{n} by {n} pictures decoded from a grid over the plane.", n=len(ticks)),
                "hint": _("Move or drag: your browser decodes as you go. White: your point."),
                "gridHint": _("Every picture is decoded from its place on the plane."),
                "layers": {name: _(label) for name, label in LAYERS.items()},
            },
        },
        state.PLANE,
        point_rested,
        layers_switched,
    )


def take_away(name: str, title: str, images, names: list[str]) -> None:
    """Offer a row of pictures as a figure for a slide."""
    show.download(
        _("Pictures ({kind})", kind="PNG"),
        lambda: slides.table(np.stack(images)[None], [""], names, title, "png"),
        f"{name}.png",
        "image/png",
    )


def my_digit(ae: Autoencoder, world: str, image, mean, log_var) -> None:
    """Show the posterior of the visitor's picture and the two parts of its loss."""
    deviation = np.exp(0.5 * log_var)
    samples = latent.sample_posterior(mean, log_var, SAMPLES, seed=0)
    decoded = ae.decode(np.stack([mean, *samples]))
    from_mean, *drawn = pixels.to_bytes(decoded)
    pictures = [
        board.Picture(pixels.to_bytes(image), _("The picture encoded."), _("Encoded")),
        board.Picture(
            from_mean,
            _("The picture, decoded from the mean of its posterior."),
            _("From the mean"),
        ),
    ]
    for index, picture in enumerate(drawn, 1):
        alt = _("The picture, decoded from a point drawn from its posterior.")
        pictures.append(board.Picture(picture, alt, _("Draw {n}", n=index)))
    reconstruction = cache.expected_reconstruction(FAMILY, image, DRAWS, world)
    kl = float(latent.kl(mean, log_var).sum())
    test = ae.card["test"]
    numbers = [
        board.Number(
            _("Reconstruction"),
            _("{n} nats", n=number(reconstruction, 1)),
            _(
                "How badly the pictures decoded from the posterior fit yours: their binary "
                "cross-entropy, averaged over {draws} draws. Test images: {mean}.",
                draws=DRAWS,
                mean=number(test["reconstruction"], 1),
            ),
        ),
        board.Number(
            "+ KL",
            _("{n} nats", n=number(kl, 2)),
            _(
                "How much the posterior differs from the prior: what it costs to say where on "
                "the plane your picture lies. Test images: {mean}.",
                mean=number(test["kl"], 2),
            ),
        ),
        board.Number(
            "= −ELBO",
            _("{n} nats", n=number(reconstruction + kl, 1)),
            _(
                "What training makes as small as it can, on average. Test images: {mean}.",
                mean=number(test["neg_elbo"], 1),
            ),
        ),
    ]
    board.show([board.Row(pictures), board.Row(numbers=numbers)], "my_digit")
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.markdown(
            _(
                "The encoder answers with a **posterior**, a normal distribution over the plane: "
                "mean ({m1}, {m2}), standard deviation ({s1}, {s2}).",
                m1=number(mean[0], 2),
                m2=number(mean[1], 2),
                s1=number(deviation[0], 3),
                s2=number(deviation[1], 3),
            ),
            width="stretch",
        )
        st.button(
            _("Go there"),
            icon=":material/my_location:",
            key="go_to_digit",
            on_click=go_to,
            args=(mean,),
        )
        take_away("posterior", _("Posterior"), [image, *decoded], [p.heading for p in pictures])


@st.fragment
def prior(ae: Autoencoder) -> None:
    """Show pictures decoded from points drawn from the prior."""
    draw = state.counter(state.PRIOR_DRAW)
    title = _("Made up: decoded from points drawn from the prior")
    show.heading(title)
    points = latent.sample_prior(8, 2, seed=draw)
    pictures = []
    decoded = ae.decode(points)
    for z, picture in zip(points, pixels.to_bytes(decoded), strict=True):
        alt = _("Picture decoded from {place}.", place=text.point(z))
        pictures.append(board.Picture(picture, alt, caption=text.point(z)))
    board.show([board.Row(pictures)], "from_prior")
    with st.container(horizontal=True):
        st.button(
            _("New points"),
            icon=":material/casino:",
            key="new_prior",
            on_click=state.count,
            args=(state.PRIOR_DRAW,),
        )
        take_away("prior", title, decoded, [picture.caption for picture in pictures])


@st.fragment
def explore(world: str, mean: np.ndarray, deviation: np.ndarray, grid: list) -> None:
    """The plane and the grid: they follow the point, without the rest of the page."""
    z, *grid[:] = choices()
    plane(world, z, mean, deviation, latent.axis(*grid))


def grid_downloads(world: str, grid: list) -> None:
    """Offer the grid as it is when it is asked for: its size, range and spacing."""
    title = _("What the plane decodes to")
    with st.container(horizontal=True):
        for kind, mime in (("png", "image/png"), ("pdf", "application/pdf")):
            show.download(
                _("Grid ({kind})", kind=kind.upper()),
                lambda kind=kind: slides.manifold(
                    cache.manifold(FAMILY, *grid, world),
                    latent.axis(*grid),
                    title,
                    kind,
                ),
                f"manifold.{kind}",
                mime,
            )


def page() -> None:
    """Everything on the page, in its order; the picture first, since the plane shows it too."""
    world = choice.one_of(
        _("World"),
        list(WORLDS),
        state.WORLD,
        lambda name: _(WORLDS[name]),
        label_visibility="collapsed",
    )
    (ae,) = show.all_or_stop(FAMILY, dataset=world)
    above = st.container()
    digits = world == "mnist"
    show.heading(_("Where does my digit lie?") if digits else _("Where does this piece lie?"))
    choose_column, answer_column = st.columns([1, 2.75], gap="medium")
    with choose_column:
        image = digit.choose(280).image if digits else clothing.choose(ae).image
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    with above:
        grid: list = []  # filled by the fragment, which may run again without the page
        explore(world, mean, np.exp(0.5 * log_var), grid)
        grid_downloads(world, grid)
    with answer_column:
        my_digit(ae, world, image, mean, log_var)
        with st.expander(_("What the two parts of the loss do"), expanded=True):
            st.markdown(prose("elbo"))
    prior(ae)


frame.guard()
page()
world = st.session_state[state.WORLD]
latent_plane.bring(cache.world(FAMILY, world), f"world_{world}")
