"""VAE with sixteen numbers: what each of them carries, and what each of them does."""

import numpy as np
import streamlit as st

from ae_core import latent
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels, slides
from pages.ui import cache, frame, show, state
from pages.ui.components import board, latent_plane, sliders
from pages.ui.inputs import digit
from pages.ui.text import N_, _, current, number, prose

TITLE = N_("16 dimensions")
ABOUT = N_("Sixteen numbers instead of two: what each one carries, and what each one does.")
ICON = ":material/tune:"
ORDER = 6

FAMILY, SMALL = "variational_16d", "variational"
REACH = 4.0  # of the sliders: 99.99 % of the prior lies within
VALUES = np.arange(-3, 4)  # of one number, along the strip
IDLE = 0.01  # nats: a number that carries less says nothing
DRAWS = 200  # of z, to average the reconstruction term of one digit
SAMPLES = 8  # of the prior
MINE = ""  # in place of a code: that of the visitor's digit, whichever it is
DIGIT = "rgb(255 72 176)"


def code_set() -> None:
    """Take over the code at which the sliders came to rest; their callback."""
    code = st.session_state[state.SLIDERS].code
    if code is not None:
        st.session_state[state.CODE] = sliders.to_text(np.clip(code, -REACH, REACH))


def go_to(text: str) -> None:
    """Set the code as it stands in the link; for a button's `on_click`."""
    st.session_state[state.CODE] = text


def drawn_from_prior(dimensions: int) -> None:
    """Set a code drawn from the prior, another one each time; for a button's `on_click`."""
    code = latent.sample_prior(1, dimensions)[0]
    go_to(sliders.to_text(np.clip(code, -REACH, REACH)))


def chosen_code(mean: np.ndarray) -> np.ndarray:
    """Return the code in the link, or that of the visitor's digit, in hundredths, (d,)."""

    def known(text: str) -> str:
        return sliders.to_text(sliders.from_text(text, len(mean), REACH))

    text = state.from_link(state.CODE, MINE, known)
    state.to_link(state.CODE, MINE)
    if text == MINE:
        text = sliders.to_text(np.clip(mean, -REACH, REACH))
    return sliders.from_text(text, len(mean), REACH)


def how_many_are_idle(kl: np.ndarray) -> str:
    """Say how many of the numbers are idle, by the KL that each carries on the test digits."""
    idle = int((kl < IDLE).sum())
    said = {
        "n": len(kl),
        "sum": number(kl.sum(), 1),
        "low": number(kl[kl >= IDLE].min(initial=np.inf), 2) if idle < len(kl) else "–",
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
        "of KL, {sum} in all. The more it carries, the more of the picture hangs on it.",
        **said,
    )


@st.fragment
def explore(ae: Autoencoder, mean: np.ndarray, deviation: np.ndarray) -> None:
    """The sliders: they decode by themselves; here it is said where they start."""
    code = chosen_code(mean)
    kl = np.array(ae.card["test"]["kl_by_dimension"])
    order = np.argsort(-kl, kind="stable")
    st.markdown(how_many_are_idle(kl))
    sliders.show(
        {
            "world": f"mnist {FAMILY}",
            "code": code.round(2).tolist(),
            "reach": REACH,
            "order": order.tolist(),
            "kl": kl.tolist(),
            "idle": (kl < IDLE).tolist(),
            "digit": {
                "mean": mean.tolist(),
                "deviation": deviation.tolist(),
                "colour": DIGIT,
            },
            "values": VALUES.tolist(),
            "language": current(),
            "words": {
                "digit": _("The digit decoded from these numbers."),
                "hint": _("Pink: my digit, ±2 σ"),
                "kl": _("KL, nats"),
                "value": _("Value"),
                "idle": _("idle"),
                "slider": _("{name} of the code", name="{name}"),
                "strip": _("What {name} does: the other numbers stay, it goes from −3 to 3",
                           name="{name}"),
            },
        },
        state.SLIDERS,
        code_set,
    )  # fmt: skip
    with st.container(horizontal=True):
        starts = (
            ("code_mine", _("My digit"), ":material/my_location:", go_to, (MINE,)),
            ("code_prior", _("From the prior"), ":material/casino:", drawn_from_prior, code.shape),
            ("code_zero", _("All to 0"), ":material/restart_alt:", go_to,
             (sliders.to_text(0 * code),)),
        )  # fmt: skip
        for key, label, icon, action, arguments in starts:
            st.button(label, icon=icon, key=key, on_click=action, args=arguments)
        names = [f"$z_{{{index + 1}}}$ · {kl[index]:.2f} nats" for index in order]
        title = _("One number at a time, from −3 to 3")
        for kind, mime in (("png", "image/png"), ("pdf", "application/pdf")):
            show.download(
                _("All strips ({kind})", kind=kind.upper()),
                lambda kind=kind: slides.table(
                    np.stack([ae.decode(latent.traverse(code, i, VALUES)) for i in order]),
                    names,
                    [f"{value:d}".replace("-", "−") for value in VALUES],
                    title,
                    kind,
                ),
                f"dimensions.{kind}",
                mime,
            )


def rebuilt(ae: Autoencoder, image: np.ndarray) -> board.Picture:
    """Return the visitor's digit as a VAE rebuilds it, with the parts of its loss."""
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    reconstruction = cache.expected_reconstruction(ae.name, image, DRAWS)
    kl = float(latent.kl(mean, log_var).sum())
    caption = _(
        "{reconstruction} + KL {kl}\n= {sum} nats",
        reconstruction=number(reconstruction, 1),
        kl=number(kl, 1),
        sum=number(reconstruction + kl, 1),
    )
    return board.Picture(
        pixels.to_bytes(ae.decode(mean[None])[0]),
        _("The digit rebuilt by {family}.", family=show.title(ae.name)),
        _("{n} numbers", n=len(mean)),
        caption=caption,
    )


def both(aes: list[Autoencoder]) -> None:
    """Show the figures of the VAEs on the test digits beside each other."""
    tests = [ae.card["test"] for ae in aes]
    rows = (
        (_("Reconstruction, nats"), "reconstruction", 1),
        ("+ KL", "kl", 1),
        ("= −ELBO", "neg_elbo", 1),
        ("MSE", "mse", 4),
        ("SSIM", "ssim", 3),
    )
    heads = [f"{ae.code_shape[0]}-D" for ae in aes]
    lines = [f"| {_('10,000 test digits')} | {' | '.join(heads)} |", "|---|--:|--:|"]
    for label, name, digits in rows:
        values = " | ".join(number(test[name], digits) for test in tests)
        lines.append(f"| {label} | {values} |")
    st.markdown("\n".join(lines))


@st.fragment
def prior(aes: list[Autoencoder]) -> None:
    """Show pictures decoded from points drawn from the prior of each VAE."""
    draw = state.counter(state.PRIOR_DRAW)
    heading, button = st.columns([3, 1], vertical_alignment="center")
    with heading:
        show.heading(_("Made up: decoded from points drawn from the prior"))
    button.button(
        _("New points"),
        icon=":material/casino:",
        key="new_prior",
        on_click=state.count,
        args=(state.PRIOR_DRAW,),
    )
    codes = [latent.sample_prior(SAMPLES, ae.code_shape[0], seed=draw) for ae in aes]
    decoded = [ae.decode(z) for ae, z in zip(aes, codes, strict=True)]
    titles = [show.title(ae.name) for ae in aes]
    board.show(
        [
            board.Row(
                [
                    board.Picture(picture, _("Made up by {family}.", family=title))
                    for picture in pixels.to_bytes(pictures)
                ],
                side=72,
                heading=title,
                spread=True,
            )
            for title, pictures in zip(titles, decoded, strict=True)
        ],
        "from_prior",
    )
    with st.container(horizontal=True):
        title = _("Drawn from the prior")
        for kind, mime in (("png", "image/png"), ("pdf", "application/pdf")):
            show.download(
                _("Made up ({kind})", kind=kind.upper()),
                lambda kind=kind: slides.table(
                    np.stack(decoded), titles, [""] * SAMPLES, title, kind
                ),
                f"prior.{kind}",
                mime,
            )


def page(ae: Autoencoder, small: Autoencoder) -> None:
    """Everything on the page, in its order."""
    left, right = st.columns([1, 2.75], gap="medium")
    with left:
        image = digit.choose(280).image
    if state.is_new(state.CODE, image):
        go_to(MINE)
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    with right:
        explore(ae, mean, np.exp(0.5 * log_var))
    show.heading(_("Sixteen numbers beside two"))
    left, right = st.columns([1, 2.1], gap="large")
    with left:
        both([ae, small])
        mine = board.Picture(pixels.to_bytes(image), _("Your digit."), _("Your digit"))
        board.show([board.Row([mine, rebuilt(ae, image), rebuilt(small, image)], side=98)], "mine")
    with right:
        prior([ae, small])
    st.markdown(prose("dimensions"))


frame.guard()
page(*show.all_or_stop(FAMILY, SMALL))
latent_plane.bring(cache.world(FAMILY), "world")
