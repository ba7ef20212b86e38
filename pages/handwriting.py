"""Conditional VAE: the class is given, and the plane is left for the handwriting."""

import numpy as np
import streamlit as st

from ae_core import metrics
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from pages.ui import cache, first_step, frame, glossary, show, text
from pages.ui.components import board, downloads, latent_plane, networks
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.text import N_, _, nats, number, percent, prose

TITLE = N_("Handwriting")
ABOUT = N_("Draw one digit, and see all ten in that handwriting.")
QUESTION = N_("How would you write the other nine digits?")
ICON = ":material/stylus_note:"
ORDER = 7
GROUP = N_("Latent space")

FAMILY, CLASSLESS = "conditional", "variational"
REACH = 4.0  # of the point: 99.99 % of the prior lies within
EXTENT = 3.0  # of the plane
CLASSES = [str(label) for label in range(10)]
OWN = ""  # in place of a class: that of the visitor's digit, as guessed

link = Link("handwriting")
STYLE = link.own_code("style", 2, REACH)
CLASS = link.word("class", (OWN, *CLASSES))
LAYERS = link.words("layers", ("tapestry", "map", "circles", "mine"), "tapestry circles mine")


def in_style(ae: Autoencoder, point: np.ndarray) -> np.ndarray:
    """Return all ten digits in the style of one point (2,), float32 (10, 28, 28)."""
    labels = np.arange(ae.classes)
    return ae.decode(ae.with_class(np.repeat(point[None], ae.classes, axis=0), labels))


def go_opposite(own: list[float]) -> None:
    """Go to a style on the other side of the plane, 2 σ from its middle."""
    point = np.array(STYLE.value or own)
    far = np.linalg.norm(point)
    STYLE.take((-2 * point / far).tolist() if far > 0.01 else [2.0, 0.0])


@st.fragment
def explore(ae: Autoencoder, posterior: latent_plane.Posterior, label: int, guessed: int) -> None:
    """The plane of styles, and all ten digits at its point.

    Args:
        ae: the conditional VAE.
        posterior: of the visitor's digit.
        label: the class shown on the plane.
        guessed: the class of the visitor's digit.
    """
    if int(CLASS.value or guessed) != label:
        st.rerun()  # what stands below depends on it too
    latent_plane.show(
        latent_plane.Plane(
            ae,
            EXTENT,
            LAYERS,
            _("One point, one handwriting. Pink: yours. White: the point shown."),
            at=STYLE,
            start=posterior.mean,
            reach=REACH,
            posterior=posterior,
            follows=True,  # a new digit brings its own handwriting
            label=label,
            label_picked=CLASS,
            words={
                "plane": _(
                    "Plane of handwritings. Move the pointer over it, or use the arrow keys."
                ),
                "digit": _("The chosen digit in the handwriting of this point."),
            },
        ),
        "plane",
    )
    with st.container(horizontal=True):
        st.button(
            _("Your handwriting"), icon=":material/my_location:", key="own", on_click=STYLE.reset
        )
        point = np.array(STYLE.value or posterior.mean, np.float32)
        title = _("Ten digits in one handwriting")
        downloads.show(
            downloads.pictures(
                lambda kind: _("Ten digits ({kind})", kind=kind),
                "handwriting",
                lambda kind: slides.table(
                    in_style(ae, point)[None],
                    [""],
                    CLASSES,
                    title,
                    kind,
                    f"z = {text.point(point)}",
                    [(0, label)],
                ),
            ),
            "files",
        )


def guess(image: np.ndarray, ten: np.ndarray, label: int, errors: np.ndarray) -> None:
    """Show the ten digits in the visitor's handwriting against her digit, and which fits best."""
    best = int(errors.argmin())
    pictures = [board.Picture(pixels.to_bytes(image), _("Your digit."), title=_("Your digit"))]
    for n, (picture, error) in enumerate(zip(pixels.to_bytes(ten), errors, strict=True)):
        pictures.append(
            board.Picture(
                picture,
                _("{n} in your handwriting.", n=n),
                title=f"{n} ★" if n == best else str(n),
                caption=number(error, 1),
                name=str(n),
                link=f"?{CLASS.name}={n}",
                chosen=n == label,
            )
        )
    heading = _("Which digit is it? The network tries all ten in your handwriting: ★ fits best")
    board.show([board.Row(pictures, side=44, heading=heading)], "tries", CLASS)
    if show.explaining():
        st.caption(
            glossary.mark(
                _(
                    "The difference from your digit is in nats. If the guess is wrong, click the "
                    "right one."
                )
            )
        )


def measured(test: dict[str, float], classless: dict[str, float]) -> None:
    """Show what giving the class away does to the plane, on the test digits."""
    numbers = [
        board.Number(
            _("Class read off the plane"),
            percent(test["vote"], 0),
            _(
                "10-NN accuracy: how often a vote of the ten nearest training codes gives the "
                "right class. Where the class is not given: {other}. By chance: {chance}.",
                other=percent(classless["vote"], 0),
                chance=percent(0.1, 0),
            ),
        ),
        board.Number(
            _("Class that fits best"),
            percent(test["class_accuracy"]),
            _(
                "How often the digit that fits best, of the ten tried, is the right one. This "
                "network was trained with the classes, but to draw, not to classify."
            ),
        ),
    ]
    for label, word, name in (
        (_("Reconstruction"), "reconstruction", "reconstruction"),
        ("+ KL", "kl", "kl"),
        ("= −ELBO", "elbo", "neg_elbo"),
    ):
        other = _("Without the class: {other} nats.", other=number(classless[name], 1))
        numbers.append(board.Number(label, nats(test[name]), f"{glossary.meaning(word)} {other}"))
    board.show([board.Row(numbers=numbers)], "measured")


frame.guard()
ae, classless = show.all_or_stop(FAMILY, CLASSLESS)
top = st.container()
with st.container(key="handwriting_pair"):
    with st.container(key="handwriting_hand"):
        image = digit.choose().image
        if digit.is_new("handwriting", image):
            STYLE.reset()
            CLASS.reset()
        terms = cache.terms(FAMILY, image)
        ten = in_style(ae, terms.mean)
        errors = image.size * metrics.bce(np.broadcast_to(image, ten.shape), ten)
        guessed = int(errors.argmin())
        label = int(CLASS.value or guessed)
        guess(image, ten, label, errors)
    with top:
        first_step.show(
            _("Move over the plane: all ten digits change their style."),
            go_opposite,
            terms.mean.tolist(),
            leads_to="handwriting_answer",
        )
    with st.container(key="handwriting_answer"):
        explore(ae, latent_plane.Posterior(terms.mean, terms.deviation), label, guessed)
measured(ae.card["test"], classless.card["test"])
if show.explaining():
    st.markdown(prose("handwriting"))
networks.bring(ae.name)
