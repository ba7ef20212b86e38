"""The visitor's own network, on the pages of the lab beside those that ship."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import streamlit as st

from ae_core.autoencoder import Autoencoder, WeightsError
from ae_core.training import script

from . import cache, controls, one_digit, settings_words, shared, show
from .text import N_, _

SAID = N_("It has the layers that you chose, and learned as you set it up: {settings}.")
BROUGHT = N_("It came from a file of yours. Nothing is known of how it was trained.")


def _current() -> Autoencoder | None:
    """Return the network of the training in the link, if it is still here."""
    try:
        return cache.own(shared.OWN.value) if shared.OWN.value else None
    except (KeyError, WeightsError):  # the app has started again since, or it was one of too many
        return None


def network(dataset: str = "mnist") -> Autoencoder | None:
    """Return the network of the training in the link, if it is still here and of this data set."""
    ae = _current()
    return ae if ae and ae.card["dataset"] == dataset else None


def beside(usable: Mapping[str, Autoencoder], dataset: str = "mnist") -> dict[str, Autoencoder]:
    """Return networks by name, the visitor's last; say so if it is not here any more."""
    if shared.OWN.value and _current() is None:
        st.caption(_("Your network is not here any more: the app has been started again since."))
    ae = network(dataset)
    return {**usable, **({ae.name: ae} if ae else {})}


def plane(dataset: str = "mnist") -> Autoencoder | None:
    """Return the visitor's network if its code is a point of a plane that a browser can draw."""
    ae = network(dataset)
    fits = ae and ae.test_codes is not None and one_digit.runs_in_browser(ae)
    return ae if fits else None


def chosen_plane(dataset: str, ours: str, variational: bool | None = None) -> Autoencoder | None:
    """Ask whose network is to be seen, and return the visitor's if it is hers.

    Without a network of hers with a plane nothing is asked.

    Args:
        dataset: that the page shows.
        ours: what the lab's network is called.
        variational: whether hers has to be; None: either way.
    """
    ae, _said = plane(dataset), shared.PLANE.value  # asked for: it stays in the link
    if ae is None or variational not in (None, ae.variational):
        return None
    titles = {"own": show.title(ae.name), "lab": ours}
    said = controls.choose(
        shared.PLANE, _("Network"), titles.__getitem__, label_visibility="collapsed"
    )
    return ae if said == "own" else None


def take_along(run: str) -> None:
    """Let the network of a training, once it has one, be the one that Draw looks at; "": none."""
    if shared.OWN.value == run or not run:
        return
    with contextlib.suppress(KeyError):
        ae = cache.own(run)
        shared.OWN.set(run)
        shared.MODELS[ae.card["dataset"]].set(ae.name)


def described() -> tuple[str, str, str]:
    """Return what is said of the visitor's network, where it comes from, and its Python code.

    Without its settings, as of one that came from a file, there is no code: "".
    """
    settings = cache.trainings().state(shared.OWN.value).settings
    if settings is None:
        return _(BROUGHT), _("Your file"), ""
    said = _(SAID, settings=settings_words.described(settings))
    return said, _("Your own settings"), script.write(settings)


def seen() -> dict[str, float]:
    """Return the level of each kind of noise that the visitor's network was trained with."""
    settings = cache.trainings().state(shared.OWN.value).settings
    if settings is None or not settings.noise_level:
        return {}
    return {settings.noise: settings.noise_level}


def pages(ae: Autoencoder) -> None:
    """Show links to the pages on which a visitor's network can be looked at."""
    digits = ae.card["dataset"] == "mnist"
    targets = {"pages/draw.py": True, "pages/noise.py": digits}
    has_plane = plane(ae.card["dataset"]) is not None
    targets |= {"pages/latent.py": has_plane and ae.variational}
    targets |= {"pages/planes.py": has_plane and digits}
    with st.container(horizontal=True, vertical_alignment="center", key="own_pages"):
        st.caption(_("Beside ours on:"), width="content")
        for page, fits in targets.items():
            if fits:
                st.page_link(page)
