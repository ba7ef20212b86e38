"""Conditional VAE: the class is given, and the plane is left for the handwriting."""

import numpy as np
import streamlit as st

from ae_core import metrics
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from pages.ui import cache, frame, show, state
from pages.ui.components import board, latent_plane
from pages.ui.inputs import digit
from pages.ui.text import N_, _, current, number, prose

TITLE = N_("Handwriting")
ABOUT = N_("Draw one digit, and see all ten in that handwriting.")
ICON = ":material/stylus_note:"
ORDER = 7

FAMILY, CLASSLESS = "conditional", "variational"
REACH = 4.0  # of the point: 99.99 % of the prior lies within
EXTENT = 3.0  # of the plane
LAYERS = {
    "tapestry": N_("What it decodes to"),
    "map": N_("Test digits by class"),
    "circles": N_("Prior: 1, 2, 3 σ"),
    "mine": N_("My digit: 1, 2 σ"),
}
FIRST_LAYERS = "tapestry circles mine"
MINE = ""  # in place of a point or a class: that of the visitor's digit, whichever it is
DIGIT = "rgb(255 72 176)"
CLASSES = [str(label) for label in range(10)]


def point_rested() -> None:
    """Take over the point where the pointer came to rest; the plane's callback."""
    point = st.session_state[state.STYLES].point
    if point is not None:
        st.session_state[state.STYLE] = to_text(np.array(point))


def layers_switched() -> None:
    """Take over the layers that are switched on; the plane's callback."""
    chosen = st.session_state[state.STYLES].layers
    if chosen is not None:
        st.session_state[state.STYLE_LAYERS] = chosen


def digit_clicked() -> None:
    """Take over the class that was clicked beside the plane; the plane's callback."""
    label = st.session_state[state.STYLES].label
    if label is not None:
        st.session_state[state.STYLE_CLASS] = str(label)


def try_clicked() -> None:
    """Take over the class that was clicked among those tried; the board's callback."""
    st.session_state[state.STYLE_CLASS] = st.session_state[state.TRIES].picked


def go_to_mine() -> None:
    """Move the point to the visitor's handwriting, and keep it there."""
    st.session_state[state.STYLE] = MINE


def to_text(point: np.ndarray) -> str:
    """Write a point for the link."""
    return "_".join(f"{float(value):.2f}" for value in np.clip(point, -REACH, REACH))


def known_point(text: str) -> str:
    """Return `text` if it is a point within reach; raises ValueError otherwise."""
    point = np.array([float(part) for part in text.split("_")])
    if point.shape != (2,) or not (np.abs(point) <= REACH).all():
        raise ValueError(text)
    return to_text(point)


def known_layers(text: str) -> str:
    """Return `text` if it names layers; raises ValueError otherwise."""
    if not set(text.split()) <= set(LAYERS):
        raise ValueError(text)
    return text


def in_link(name: str, default: str, parse) -> str:
    """Return a choice that the link carries."""
    value = state.from_link(name, default, parse)
    state.to_link(name, default)
    return value


@st.fragment
def explore(ae: Autoencoder, mean: np.ndarray, deviation: np.ndarray, label: int, mine: int):
    """The plane of styles, and all ten digits at its point.

    Args:
        ae: the conditional VAE.
        mean, deviation: (2,), of the posterior of the visitor's digit.
        label: the class shown on the plane.
        mine: the class of the visitor's digit, as guessed.
    """
    if (st.session_state[state.STYLE_CLASS] or str(mine)) != str(label):
        st.rerun()  # what stands below depends on it too
    text = in_link(state.STYLE, MINE, known_point)
    point = np.array([float(part) for part in (text or to_text(mean)).split("_")], np.float32)
    layers = in_link(state.STYLE_LAYERS, FIRST_LAYERS, known_layers)
    latent_plane.show(
        {
            "world": f"mnist {FAMILY}",
            "point": point.round(2).tolist(),
            "extent": EXTENT,
            "reach": REACH,
            "layers": layers.split(),
            "colours": pixels.CLASS_COLOURS,
            "middles": [],  # every class lies everywhere
            "digit": {"mean": mean.tolist(), "deviation": deviation.tolist(), "colour": DIGIT},
            "ticks": None,
            "tail": np.eye(ae.classes)[label].tolist(),
            "language": current(),
            "words": {
                "plane": _("Plane of styles. Move the pointer over it, or use the arrow keys."),
                "digit": _("The chosen digit in the style of this point."),
                "hint": _("One point, one handwriting. Pink: yours. White: the point shown."),
                "layers": {name: _(label) for name, label in LAYERS.items()},
                "ten": [
                    _("{n} in this style; click to show it on the plane", n=n) for n in CLASSES
                ],
            },
        },
        state.STYLES,
        point_rested,
        layers_switched,
        on_label=digit_clicked,
    )
    with st.container(horizontal=True):
        st.button(
            _("My handwriting"),
            icon=":material/my_location:",
            key="go_to_style",
            on_click=go_to_mine,
        )
        title = _("Ten digits in one handwriting")
        for kind, mime in (("png", "image/png"), ("pdf", "application/pdf")):
            show.download(
                _("Ten digits ({kind})", kind=kind.upper()),
                lambda kind=kind: slides.table(
                    in_style(ae, point)[None], [""], CLASSES, title, kind
                ),
                f"handwriting.{kind}",
                mime,
            )


def in_style(ae: Autoencoder, point: np.ndarray) -> np.ndarray:
    """Return all ten digits in the style of one point (2,), float32 (10, 28, 28)."""
    labels = np.arange(ae.classes)
    return ae.decode(ae.with_class(np.repeat(point[None], ae.classes, axis=0), labels))


def guess(image: np.ndarray, ten: np.ndarray, label: int, errors: np.ndarray) -> None:
    """Show the ten digits in the visitor's handwriting against her digit, and which fits best."""
    best = int(errors.argmin())
    pictures = [
        board.Picture(pixels.to_bytes(image), _("Your digit."), title=_("Your digit")),
        *(
            board.Picture(
                picture,
                _("A {n} in your handwriting.", n=n),
                title=f"{n} ★" if n == best else str(n),
                caption=number(error, 1),
                name=str(n),
                link=f"?{state.STYLE_CLASS}={n}",
                chosen=n == label,
            )
            for n, (picture, error) in enumerate(zip(pixels.to_bytes(ten), errors, strict=True))
        ),
    ]
    heading = _("Which digit is it? The network tries all ten in your handwriting: ★ fits best")
    board.show([board.Row(pictures, (), 84, heading, spread=True)], state.TRIES, try_clicked)
    st.caption(
        _("The difference from your digit is in nats. If the guess is wrong, click the right one.")
    )


def measured(test: dict, classless: dict) -> None:
    """Show what giving the class away does to the plane, on the test digits."""
    board.show(
        [
            board.Row(
                numbers=[
                    board.Number(
                        _("Class read off the plane"),
                        f"{number(100 * test['vote'], 0)} %",
                        _(
                            "The class that most of the ten nearest training digits have, and how "
                            "often it is right. Where the class is not given: {other} %. By "
                            "chance: 10 %.",
                            other=number(100 * classless["vote"], 0),
                        ),
                    ),
                    board.Number(
                        _("Class that fits best"),
                        f"{number(100 * test['class_accuracy'], 1)} %",
                        _(
                            "How often the digit that fits best, of the ten tried, is the right "
                            "one. Nobody trained this network to tell digits apart."
                        ),
                    ),
                    *(
                        board.Number(
                            label,
                            _("{n} nats", n=number(test[name], 1)),
                            _(
                                "Without the class: {other} nats.",
                                other=number(classless[name], 1),
                            ),
                        )
                        for label, name in (
                            (_("Reconstruction"), "reconstruction"),
                            ("+ KL", "kl"),
                            ("= −ELBO", "neg_elbo"),
                        )
                    ),
                ]
            )
        ],
        "measured",
    )


def page(ae: Autoencoder, classless: Autoencoder) -> None:
    """Everything on the page, in its order."""
    left, right = st.columns([1, 2.75], gap="medium")
    with left:
        image = digit.choose(280).image
    if state.is_new(state.STYLE, image):
        st.session_state[state.STYLE] = st.session_state[state.STYLE_CLASS] = MINE
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    ten = in_style(ae, mean)
    errors = image.size * metrics.bce(np.broadcast_to(image, ten.shape), ten)
    mine = int(errors.argmin())
    chosen = in_link(state.STYLE_CLASS, MINE, {name: name for name in CLASSES}.__getitem__)
    label = int(chosen) if chosen else mine
    with right:
        explore(ae, mean, np.exp(0.5 * log_var), label, mine)
    guess(image, ten, label, errors)
    measured(ae.card["test"], classless.card["test"])
    st.markdown(prose("style"))


frame.guard()
page(*show.all_or_stop(FAMILY, CLASSLESS))
latent_plane.bring(cache.world(FAMILY), "world")
