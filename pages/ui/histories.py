"""The histories of the trainings that ship, read once for all visitors."""

from __future__ import annotations

import os
from dataclasses import dataclass

import streamlit as st

import ae_core
from ae_core import autoencoder, data, history
from ae_core.autoencoder import WeightsError
from ae_core.history import History

from . import cache, show
from .text import _


@dataclass(frozen=True)
class Histories:
    """Histories by family, in teaching order, and what is wrong with those that cannot be read."""

    usable: dict[str, History]
    broken: dict[str, WeightsError]


@cache.memoize(len(data.DATASETS))
def of(dataset: str = "mnist") -> Histories:
    """Read the history of every family that has one."""
    usable, broken = {}, {}
    for name in ae_core.names(dataset):
        try:
            usable[name] = history.read(autoencoder.WEIGHTS / dataset / name)
        except WeightsError as error:
            if error.problem != "missing":
                broken[name] = error
    return Histories(usable, broken)


def recorded(dataset: str = "mnist") -> tuple[str, ...]:
    """Return the families that have a history, usable or not, in teaching order; reads none."""
    root = autoencoder.WEIGHTS / dataset
    return tuple(n for n in ae_core.names(dataset) if os.path.exists(root / n / history.HISTORY))


def usable_or_stop(dataset: str = "mnist") -> dict[str, History]:
    """Return the histories that can be shown; say what is wrong with the others, or if none is.

    Without a trained network the page ends here.
    """
    networks = show.usable_or_stop(*recorded(dataset), dataset=dataset)
    found = of(dataset)
    for error in found.broken.values():
        show.say_broken(error)
    usable = {name: each for name, each in found.usable.items() if name in networks}
    if not usable and not found.broken:
        data_set = "" if dataset == "mnist" else f" --dataset {dataset}"
        st.info(
            _(
                "No training on this data set is recorded. Record one with `{command}`.",
                command=f"python -m ae_core history {next(iter(networks))}{data_set}",
            )
        )
    return usable
