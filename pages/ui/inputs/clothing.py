"""A piece of clothing from Fashion-MNIST: a real one of the test set, or one of the VAE's own.

The pictures of the data set are not ours to ship. Where it is on the machine real ones are shown;
otherwise, items that our own VAE makes up, and they say so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import streamlit as st

from ae_core import data, latent
from ae_core.autoencoder import Autoencoder

from .. import cache, controls, fetching
from ..link import Link
from ..text import N_, _

CLASSES = (
    N_("T-shirt"), N_("Trousers"), N_("Pullover"), N_("Dress"), N_("Coat"), N_("Sandal"),
    N_("Shirt"), N_("Sneaker"), N_("Bag"), N_("Ankle boot"),
)  # fmt: skip
NUMBER = 20  # to choose from, of each class
_link = Link("clothing")
CLASS = _link.word("item", map(str, range(10)), "9")
PIECE = _link.whole("piece", 1, 1, NUMBER)
SPREAD = 0.25  # of the generated ones, around the middle of their class


class Item(NamedTuple):
    """A picture, float32 (28, 28) in [0, 1], and whether it is a real one."""

    image: np.ndarray
    real: bool


def names() -> list[str]:
    """Return the classes in the session's language."""
    return [_(name) for name in CLASSES]


def find(label: int, number: int, ae: Autoencoder, extent: float = 3.0) -> Item:
    """Return item `number` (1 to 20) of class `label`: real if the data set is here."""
    real = cache.fashion_items()
    if real is not None:
        return Item(real[label * NUMBER + number - 1], True)
    middle = cache.middles(ae.name, extent, "fashion_mnist")[label]
    step = SPREAD * latent.sample_prior(1, 2, seed=100 * label + number)[0]
    return Item(ae.decode((middle + step)[None])[0], False)


def fetch() -> None:
    """Offer to fetch the real pictures, and do it with a progress bar."""
    size = f"{data.megabytes('fashion_mnist', whole=False):.0f}"
    if not st.button(
        _("Fetch the real pictures ({size} MB)", size=size),
        icon=":material/cloud_download:",
        key="fetch_fashion",
    ):
        return
    bar = st.progress(0.0, _("Fetching Fashion-MNIST"))
    try:
        for share in data.fetch("fashion_mnist"):
            bar.progress(share, _("Fetching Fashion-MNIST"))
    except data.FetchError as problem:
        bar.empty()
        st.warning(fetching.said("fashion_mnist", problem.reason), icon=":material/cloud_off:")
        return
    cache.forget(cache.fashion_items)
    st.rerun()


def standing(ae: Autoencoder) -> Item:
    """Return the item that is chosen, without asking for it again."""
    return find(int(CLASS.value), PIECE.value, ae)


def choose(ae: Autoencoder, ask: Callable[..., str] = controls.choose) -> Item:
    """Ask for an item and return it.

    Args:
        ae: makes one up where the data set is not on the machine.
        ask: shows the classes: `controls.choose`, or `controls.select` where there is little room.
    """
    label = ask(CLASS, _("Piece of clothing"), lambda name: _(CLASSES[int(name)]))
    number = controls.slide(PIECE, _("Which of its 20"))
    item = find(int(label), number, ae)
    if item.real:
        st.caption(_("From the test set of Fashion-MNIST, as it is."))
    else:
        st.caption(_("**Generated** by our own VAE: the data set's pictures are not ours to ship."))
        fetch()
    return item
