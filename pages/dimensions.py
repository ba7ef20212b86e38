"""VAEs with sixteen and thirty-two numbers: what each of them carries, and what each does."""

import numpy as np
import streamlit as st

from ae_core import latent
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from pages.ui import cache, controls, first_step, frame, glossary, layout, show
from pages.ui.components import board, downloads, latent_plane, networks, sliders
from pages.ui.inputs import digit
from pages.ui.link import Link
from pages.ui.text import N_, _, nats, number, prose

TITLE = N_("Many dimensions")
ABOUT = N_("Sixteen or 32 numbers instead of two: what each one carries, and which are idle.")
QUESTION = N_("What does each number of a code do to a digit?")
ICON = ":material/tune:"
ORDER = 6
GROUP = N_("Latent space")

FAMILIES = {"16": "variational_16d", "32": "variational_32d"}  # by how many numbers
SMALL = "variational"
REACH = 4.0  # of the sliders: 99.99 % of the prior lies within
STRIP = range(-3, 4)  # of one number
IDLE = 0.01  # nats: a number that carries less says nothing
SAMPLES = 8  # of the prior

link = Link("dimensions")
NUMBERS = link.word("numbers", tuple(FAMILIES), "16")
CODES = {
    "16": link.own_code("code", 16, REACH),
    "32": link.own_code("code_32", 32, REACH),
}
SAMPLE = link.counter("sample")


def go_to_prior(size: str) -> None:
    """Set a code sampled from the prior, another one each time; for a button's `on_click`."""
    CODES[size].take(latent.sample_prior(1, int(size))[0].tolist())


def carried(size: str) -> np.ndarray:
    """Return the nats that each number carries on the test digits: (d,)."""
    return np.array(cache.card(FAMILIES[size])["test"]["kl_by_dimension"])


def move_one(size: str, mean: list[float]) -> None:
    """Move the number that carries most to its other end; the code is at first the mean."""
    code = list(CODES[size].value or mean)
    most = int(carried(size).argmax())
    code[most] = STRIP[0] if code[most] > 0 else STRIP[-1]
    CODES[size].take(code)


def how_many_are_idle(kl: np.ndarray) -> str:
    """Say how many of the numbers are idle, by the KL that each carries on the test digits."""
    idle, busy = int((kl < IDLE).sum()), kl[kl >= IDLE]
    said = {
        "n": len(kl),
        "sum": number(kl.sum(), 1),
        "low": number(busy.min(), 2) if busy.size else "–",
        "high": number(kl.max(), 2),
    }
    if idle:
        return _(
            "**{idle} of {n} numbers are idle**: they carry less than {threshold} nats of KL, and "
            "moving them changes nothing. The others carry {low} to {high} nats each, {sum} in "
            "all.",
            idle=idle,
            threshold=number(IDLE, 2),
            **said,
        )
    return _(
        "**None of the {n} numbers is idle**: on the test digits each carries {low} to {high} nats "
        "of KL, {sum} in all. The more it carries, the more of the picture depends on it.",
        **said,
    )


def strips(
    ae: Autoencoder, code: np.ndarray, order: np.ndarray, kl: np.ndarray, kind: str
) -> bytes:
    """Return what each number does to the picture of a code, as a figure."""
    codes = [latent.traverse(code, index, np.array(STRIP)) for index in order]
    pictures = ae.decode(np.concatenate(codes)).reshape(len(order), len(STRIP), 28, 28)
    names = [f"$z_{{{index + 1}}}$\n{nats(kl[index], 2)}" for index in order]
    nearest = np.abs(code[order, None] - np.array(STRIP)).argmin(axis=1)
    return slides.table(
        pictures,
        names,
        [str(value) for value in STRIP],
        _("What each number does"),
        kind,
        _("Framed: the nearest to the digit shown"),
        list(enumerate(nearest.tolist())),
    )


@st.fragment
def explore(ae: Autoencoder, posterior: latent_plane.Posterior) -> None:
    """The sliders: they decode by themselves; here it is said where they start."""
    size = str(ae.code_shape[0])
    kl, place = carried(size), CODES[size]
    shown = sliders.Sliders(ae.name, place, REACH, kl, IDLE, posterior, STRIP)
    sliders.show(shown, "sliders")
    with st.container(horizontal=True):
        for key, label, icon, action in (
            ("code_yours", _("Your digit"), ":material/my_location:", place.reset),
            ("code_prior", _("Sample the prior"), ":material/casino:", lambda: go_to_prior(size)),
            ("code_zero", _("All to 0"), ":material/restart_alt:",
             lambda: place.set((0.0,) * int(size))),
        ):  # fmt: skip
            st.button(label, icon=icon, key=key, on_click=action)
        code = np.array(place.value or posterior.mean, np.float32)
        downloads.show(
            downloads.pictures(
                lambda kind: _("What each number does ({kind})", kind=kind),
                "dimensions",
                lambda kind: strips(ae, code, shown.order, kl, kind),
            ),
            "strips",
        )
    if show.explaining():
        st.markdown(glossary.mark(how_many_are_idle(kl)))


def rebuilt(ae: Autoencoder, image: np.ndarray) -> board.Picture:
    """Return the visitor's digit as a VAE rebuilds it, with the terms of its loss."""
    terms = cache.terms(ae.name, image)
    return board.Picture(
        pixels.to_bytes(ae.decode(terms.mean[None])[0]),
        _("The digit rebuilt by {family}.", family=show.title(ae.name)),
        _("{n} numbers", n=len(terms.mean)),
        caption=_(
            "{reconstruction} + KL {kl}\n= {sum} nats",
            reconstruction=number(terms.reconstruction, 1),
            kl=number(terms.kl, 1),
            sum=number(terms.negative_elbo, 1),
        ),
    )


def compare(aes: list[Autoencoder], image: np.ndarray) -> None:
    """Show the VAEs beside each other: on the test digits, and on the visitor's."""
    rows = (
        (_("Reconstruction, nats"), "reconstruction", 1),
        ("+ KL", "kl", 1),
        ("= −ELBO", "neg_elbo", 1),
        ("MSE", "mse", 4),
        ("SSIM", "ssim", 3),
    )
    show.table(
        [_("10,000 test digits"), *(f"{ae.code_shape[0]}-D" for ae in aes)],
        [[label, *(number(ae.card["test"][name], digits) for ae in aes)]
         for label, name, digits in rows],
    )  # fmt: skip
    yours = board.Picture(pixels.to_bytes(image), _("Your digit."), _("Your digit"))
    board.show([board.Row([yours, *(rebuilt(ae, image) for ae in aes)], side=98)], "yours")


@st.fragment
def from_prior(aes: list[Autoencoder]) -> None:
    """Show pictures decoded from points sampled from the prior of each VAE."""
    title = _("Generated: decoded from points sampled from the prior")
    show.heading(title)
    seed = controls.again(SAMPLE, _("New points"))
    decoded = [ae.decode(latent.sample_prior(SAMPLES, ae.code_shape[0], seed)) for ae in aes]
    titles = [show.title(ae.name) for ae in aes]
    rows = [
        board.Row(
            [
                board.Picture(picture, _("Generated by {family}.", family=family))
                for picture in pixels.to_bytes(pictures)
            ],
            side=72,
            heading=family,
            spread=True,
        )
        for family, pictures in zip(titles, decoded, strict=True)
    ]
    board.show(rows, "from_prior")
    downloads.show(
        downloads.pictures(
            lambda kind: _("Generated ({kind})", kind=kind),
            "prior",
            lambda kind: slides.table(np.stack(decoded), titles, [""] * SAMPLES, title, kind),
        ),
        "prior",
    )


frame.guard()
*large, small = show.all_or_stop(*FAMILIES.values(), SMALL)
networks_of = dict(zip(FAMILIES, large, strict=True))
top = st.container()
with st.container(key="dimensions_pair"):
    with st.container(key="dimensions_hand"):
        image = digit.choose().image
    if digit.is_new("dimensions", image):
        for place in CODES.values():
            place.reset()
    size = NUMBERS.value
    terms = cache.terms(FAMILIES[size], image)
    with top:
        first_step.show(
            _("Move one number from end to end: what does it change?"),
            move_one,
            size,
            terms.mean.tolist(),
            leads_to="sliders",
        )
    with st.container(key="dimensions_answer"):
        layout.dial(NUMBERS, _("Numbers"), str)
        explore(networks_of[size], latent_plane.Posterior(terms.mean, terms.deviation))
show.heading(_("32, 16 and two numbers"))
aes = [*reversed(large), small]
with st.container(key="dimensions_beside"):
    with st.container(key="dimensions_compare"):
        compare(aes, image)
    with st.container(key="dimensions_prior"):
        from_prior(aes)
if show.explaining():
    st.markdown(prose("dimensions"))
# The one that is looked at comes first.
networks.bring(*sorted(FAMILIES.values(), key=lambda name: name != FAMILIES[size]))
