"""The offer to fetch a data set to train on, and how far that is: the same for all visitors."""

from __future__ import annotations

import streamlit as st

from ae_core import data
from ae_core.training import jobs

from .text import N_, _, number

NAMES = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}
EVERY = 0.5  # seconds between two looks at how far it is
PROBLEMS = {
    "network": N_(
        "{name} could not be fetched: there is no network, or the server does not answer. Check "
        "the network and try again."
    ),
    "damaged": N_("The file received is not {name}: it was changed on the way. Try again."),
    "disk": N_("{name} could not be saved: the disk is full, or writing is not allowed."),
}


def said(dataset: str, reason: str) -> str:
    """Return why a data set could not be fetched; `reason` as `data.FetchError` has it."""
    return _(PROBLEMS[reason], name=NAMES[dataset])


def is_missing(dataset: str) -> bool:
    """Return whether trainings wait for a data set to be fetched; one of `data.DATASETS`.

    A cluster that is there already has a disk of its own, of which nothing is known here.
    """
    return jobs.enabled() and not jobs.elsewhere() and not data.is_here(dataset)


def ready(dataset: str) -> bool:
    """Return whether trainings on a data set can begin; if not, show what can be done about it.

    That is a button that fetches it, or how far this is.

    Args:
        dataset: one of `data.DATASETS`.
    """
    now = data.fetching(dataset)  # before the look at the disk: it may just be coming to its end
    if not is_missing(dataset):
        return True
    if now and not now.done:
        st.fragment(_watch, run_every=EVERY)(dataset)
        return False
    name = NAMES[dataset]
    if now and now.reason:
        st.warning(said(dataset, now.reason), icon=":material/cloud_off:")
    else:
        st.caption(
            _(
                "{name} is not on this machine yet. Only trainings need it: the rest of the lab "
                "works without.",
                name=name,
            )
        )
    st.button(
        _("Fetch {name} ({size} MB)", name=name, size=number(data.megabytes(dataset), 0)),
        icon=":material/cloud_download:",
        key="fetch_data",
        on_click=data.start_fetch,
        args=(dataset,),
    )
    return False


def _watch(dataset: str) -> None:
    """Show how far a fetch is; at its end, let the page say what is next."""
    now = data.fetching(dataset)
    if now is None or now.done:
        st.rerun()
    st.progress(
        now.received / now.total,
        _(
            "Fetching {name}: {received} of {total} MB",
            name=NAMES[dataset],
            received=number(now.received / 1e6, 1),
            total=number(now.total / 1e6, 1),
        ),
    )
