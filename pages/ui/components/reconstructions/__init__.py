"""What the networks make of the digit, computed in the browser while a hand moves.

Shows nothing by itself: it fills the pictures and numbers of the boards that say what they are
called there (`board.Picture.live`). Once the browser has computed all of them, the server leaves
them to it; a browser that cannot is shown the server's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from ae_core.autoencoder import Autoencoder

from ... import cache
from ...text import current
from .. import networks, nothing, sent
from ..source import mount

KEY = "reconstructions"
_reconstructions = mount("reconstructions", Path(__file__).parent)


@dataclass(frozen=True)
class Question:
    """What the browser needs to know to compute what the page shows.

    Attributes:
        families: those that it can run.
        selected: the name of the one that is looked at; it need not be among them.
        kind: of noise.
        percentiles: of the selected family's errors on the test images.
        level: of noise, as the server knows it.
        field: of noise (`ae_core.noise.field`), float32 (28, 28).
        side: of the code's picture in pixels.
        words: templates of the texts that it writes.
        captions: templates of what it writes below each family's picture, by name.
        others: the errors of the families that it cannot run, which have a rank, too.
        computing: whether the page has left its pictures to the browser.
        slider: the key of the level's slider, which shows where the hand is.
        likelihood: whether it measures the BCE of each family, and of a perfect copy, too.
        maps: whether it draws where each family is wrong, as "error <name>".
    """

    families: Sequence[Autoencoder]
    selected: str
    percentiles: Sequence[float]
    kind: str
    level: float
    field: np.ndarray
    side: int
    words: Mapping[str, str]
    captions: Mapping[str, str]
    others: Mapping[str, float]
    computing: bool
    slider: str = ""
    likelihood: bool = False
    maps: bool = False


def computing() -> bool:
    """Return whether the visitor's browser computes the pictures by itself."""
    return sent(KEY, "computing") is True


# By itself: what the browser says of itself must not close a dialog that is open.
@st.fragment
def show(question: Question) -> None:
    """Bring the question to the browser; once a page."""
    if question.computing and not computing():
        st.rerun()  # it has given up: the page shows the server's pictures
    families = {
        ae.name: {
            "network": networks.name(ae.name, ae.card["dataset"]),
            "shape": ae.code_shape,
            "scale": cache.code_scale(ae.name, ae.card["dataset"]),
            "work": networks.work(ae),
            "caption": question.captions[ae.name],
        }
        for ae in question.families
    }
    head = {
        "families": families,
        "selected": question.selected,
        "kind": question.kind,
        "level": question.level,
        "slider": question.slider,
        "likelihood": question.likelihood,
        "side": question.side,
        "percentiles": question.percentiles,
        "computing": computing(),
        "language": current(),
        "others": question.others,
        "words": question.words,
        "maps": question.maps,
    }
    _reconstructions(
        data=json.dumps(head).encode() + b"\n" + question.field.astype("<f4").tobytes(),
        key=KEY,
        default={"computing": None},
        on_computing_change=nothing,
        height=1,
    )
