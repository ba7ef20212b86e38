"""Home: what an autoencoder is, all of them on the visitor's digit, and the ways to all pages."""

import itertools

import numpy as np
import streamlit as st

from ae_core import metrics
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels
from ae_core.models import families
from pages.ui import cache, first_step, frame, glossary, shared, show, thumbnails
from pages.ui.components import board, hourglass, lobby
from pages.ui.inputs import canvas, digit
from pages.ui.text import N_, _, number, prose

TITLE = N_("Autoencoder Lab")
ABOUT = N_("Neural networks that turn a picture into a code and rebuild it from nothing else.")
QUESTION = N_("What does a network keep of a picture when it cannot keep all of it?")
ICON = ":material/hub:"
ORDER = 0

CARD_SIDE = 140
CODE_SIDE = 128
LOBBY = "lobby"
# A stroke that the button of the first line draws.
THREE = (
    (170, 146), (226, 116), (290, 118), (332, 156), (320, 208), (262, 244), (240, 248),
    (302, 262), (346, 308), (336, 368), (284, 400), (222, 402), (164, 374),
)  # fmt: skip


def draw_three() -> None:
    """Draw a digit on the canvas, as a hand would."""
    shared.INPUT.set("draw")
    canvas.put((THREE,))


def idea(ae: Autoencoder) -> np.ndarray:
    """Show what an autoencoder is, on the visitor's digit, and return the digit."""
    with st.container(key="home_idea"):
        with st.container(key="home_hand"):
            # Here one draws; whoever has chosen otherwise on another page can change it back.
            drawing = shared.INPUT.value == "draw"
            clean = (digit.draw() if drawing else digit.choose()).image
        with st.container(key="home_answer"):
            code = ae.encode(clean[None])
            hourglass.show(
                pixels.to_bytes(clean),
                pixels.code_picture(code[0], cache.code_scale(ae.name), CODE_SIDE),
                pixels.to_bytes(ae.decode(code)[0]),
                {
                    "encoder": _("Encoder"),
                    "decoder": _("Decoder"),
                    "input": _("784 pixels"),
                    "code": _("{n} numbers: the code", n=code[0].size),
                    "output": _("784 pixels, rebuilt"),
                },
                _("A digit, turned into a code by the encoder and rebuilt by the decoder."),
                "hourglass",
            )
        with st.container(key="home_on"):
            st.page_link(
                "pages/draw.py",
                label=_("Add noise, measure, compare"),
                icon=":material/arrow_forward:",
                width="content",
            )
    return clean


def every_family(clean: np.ndarray, usable: dict[str, Autoencoder]) -> None:
    """Show the same digit through every family; a click on one leads to it."""
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
    if picked := board.show([row], "families"):
        shared.MODEL.set(picked)
        st.switch_page("pages/draw.py")


def card(page: frame.PageFile) -> lobby.Card:
    """Return the card of a page."""
    picture = thumbnails.address(page.slug)
    return lobby.Card(page.slug, _(page.title), _(page.question), page.icon, picture)


def every_page() -> None:
    """Show each page as a card, in the groups of the menu."""
    others = [page for page in frame.pages() if page.slug]
    groups = tuple(
        (_(group), tuple(card(page) for page in pages))
        for group, pages in itertools.groupby(others, lambda page: page.group)
    )
    lobby.show(_("All pages"), groups, LOBBY)


frame.guard()
# Before anything is shown: whoever leaves waits for nothing.
if (picked := lobby.picked(LOBBY)) and picked in [page.slug for page in frame.pages()]:
    st.switch_page(frame.page_of(str(picked)).path)
usable = show.usable_or_stop()
first_step.show(
    _("Draw a digit: every autoencoder answers at once."), draw_three, leads_to="home_idea"
)
clean = idea(next(iter(usable.values())))
every_family(clean, usable)
every_page()
if show.explaining():
    show.heading(_("What an autoencoder is"))
    st.markdown(prose("idea"))
    st.caption(prose("home_more"))
    glossary.show_all()
