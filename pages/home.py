"""Home: what an autoencoder is, all of them on the visitor's digit, and the ways to all pages."""

import itertools
from collections.abc import Iterable

import numpy as np
import streamlit as st

from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels
from ae_core.models import families
from pages.ui import cache, first_step, frame, glossary, one_digit, shared, show, thumbnails
from pages.ui.components import board, hourglass, lobby, networks, reconstructions
from pages.ui.inputs import canvas, digit
from pages.ui.one_digit import WAITING, OneDigit
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


def hand(usable: dict[str, Autoencoder]) -> None:
    """Ask for the digit: here one draws; whoever chose otherwise elsewhere can change it back."""
    drawing = shared.INPUT.value == "draw"
    (digit.draw if drawing else digit.choose)(lambda: one_digit.alone(usable))


def idea(shown: OneDigit) -> None:
    """Show what an autoencoder is, on the visitor's digit."""
    name, (size,) = shown.model, shown.usable[shown.model].code_shape

    def code() -> np.ndarray:
        return pixels.code_picture(shown.codes[name], cache.code_scale(name), CODE_SIDE)

    hourglass.show(
        shown.picture(lambda: pixels.to_bytes(shown.clean), name),
        shown.picture(code, name, (CODE_SIDE, CODE_SIDE, 4)),
        shown.reconstruction(name),
        {
            "encoder": _("Encoder"),
            "decoder": _("Decoder"),
            "input": _("784 pixels"),
            "code": _("{n} numbers: the code", n=size),
            "output": _("784 pixels, rebuilt"),
        },
        _("A digit, turned into a code by the encoder and rebuilt by the decoder."),
        "hourglass",
    )


def captions(usable: Iterable[str]) -> dict[str, str]:
    """Return what stands below each family's picture, but for its error."""
    return {name: f"{_(families()[name].tagline)}\nMSE {{error}}" for name in usable}


def every_family(shown: OneDigit) -> None:
    """Show the same digit through every family; a click on one leads to it."""
    pictures = [
        board.Picture(
            shown.reconstruction(name),
            _("The digit rebuilt by {family}.", family=show.title(name)),
            title=show.title(name),
            caption=caption.format(
                error=WAITING if shown.by_browser(name) else number(shown.errors[name], 4)
            ),
            name=name,
            link=f"draw?{shared.MODEL.name}={name}",
            live=f"rebuilt {name}",
        )
        for name, caption in captions(shown.usable).items()
    ]
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
with st.container(key="home_idea"):
    with st.container(key="home_hand"):
        hand(usable)
    shown = OneDigit(
        digit.standing().image, next(iter(usable)), usable, reconstructions.computing()
    )
    with st.container(key="home_answer"):
        idea(shown)
    with st.container(key="home_on"):
        st.page_link(
            "pages/draw.py",
            label=_("Add noise, measure, compare"),
            icon=":material/arrow_forward:",
            width="content",
        )
every_family(shown)
reconstructions.show(shown.question(CODE_SIDE, {}, captions(usable)))
every_page()
if show.explaining():
    show.heading(_("What an autoencoder is"))
    st.markdown(prose("idea"))
    st.caption(prose("home_more"))
    glossary.show_all()
networks.bring(*usable)
