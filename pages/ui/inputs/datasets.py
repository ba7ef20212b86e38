"""The data set that a page shows: digits or clothes; the same on every page that has both."""

from __future__ import annotations

from .. import controls, shared
from ..text import N_, _

TITLES = {"mnist": N_("Digits: MNIST"), "fashion_mnist": N_("Clothes: Fashion-MNIST")}


def choose() -> str:
    """Ask for the data set and return it."""
    return controls.choose(
        shared.DATASET,
        _("Data set"),
        lambda name: _(TITLES[name]),
        label_visibility="collapsed",
    )
