"""Home: what an autoencoder is, and all of them on one digit."""

import numpy as np
import streamlit as st

from ae_core import metrics
from ae_core.autoencoder import Autoencoder
from ae_core.figures import drawings, pixels
from ae_core.models import families
from pages.ui import cache, frame, shared, show
from pages.ui.components import board
from pages.ui.inputs import digit
from pages.ui.text import N_, _, number, prose

TITLE = N_("Autoencoder Lab")
ABOUT = N_("Neural networks that turn a picture into a code and rebuild it from nothing else.")
QUESTION = N_("What does a network keep of a picture when it cannot keep all of it?")
ICON = ":material/hub:"
ORDER = 0

CARD_SIDE = 140


def idea(clean: np.ndarray, ae: Autoencoder) -> None:
    """Show what an autoencoder is: one picture, four sentences."""
    code = ae.encode(clean[None])
    picture, sentences = st.columns([1.35, 1], gap="large", vertical_alignment="center")
    words = {
        "encoder": _("Encoder"),
        "decoder": _("Decoder"),
        "input": _("784 pixels"),
        "code": _("{n} numbers: the code", n=code[0].size),
        "output": _("784 pixels, rebuilt"),
    }
    picture.image(
        drawings.hourglass(
            pixels.to_bytes(clean),
            pixels.code_picture(code[0], cache.code_scale(ae.name), 160),
            pixels.to_bytes(ae.decode(code)[0]),
            words,
            show.dark(),
        ),
        width="stretch",
        alt=_("A digit, turned into a code by the encoder and rebuilt by the decoder."),
    )
    with sentences:
        st.markdown(prose("idea"))
        st.page_link("pages/draw.py", label=_("**Draw a digit**"), icon=":material/arrow_forward:")


def cards(clean: np.ndarray, usable: dict[str, Autoencoder]) -> None:
    """Show every family as a card: the same digit through each; a click leads to it."""
    pictures = []
    for name, ae in usable.items():
        rebuilt = ae.reconstruct(clean[None])
        error = float(metrics.mse(clean[None], rebuilt)[0])
        pictures.append(
            board.Picture(
                pixels.to_bytes(rebuilt[0]),
                _("The digit rebuilt by {family}.", family=show.title(name)),
                title=show.title(name),
                caption=f"{_(families()[name].tagline)}\nMSE {number(error, 4)}",
                name=name,
                link=f"draw?{shared.MODEL.name}={name}",
            )
        )
    heading = _("The same digit through each autoencoder: click one")
    row = board.Row(pictures, side=CARD_SIDE, heading=heading, spread=True)
    if picked := board.show([row], "cards"):
        shared.MODEL.set(picked)
        st.switch_page("pages/draw.py")


frame.guard()
usable = show.usable_or_stop()
clean = digit.current().image
idea(clean, next(iter(usable.values())))
cards(clean, usable)
st.caption(prose("home_more"))
