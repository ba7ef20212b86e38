"""Small pieces that several pages show in the same way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels
from ae_core.models import families

from . import cache
from .text import _


def title(name: str) -> str:
    """Return what a family is called in the session's language."""
    family = families().get(name)
    return _(family.title) if family else name


def shelf_or_stop(*wanted: str, dataset: str = "mnist") -> dict[str, Autoencoder]:
    """Return the wanted families that can be used; say what is wrong with the others.

    Without any usable one the page ends here.

    Args:
        wanted: names of families; without any, all that stand in the rows of all families.
        dataset: what they were trained on.
    """
    shelf = cache.shelf(dataset)
    wanted = wanted or tuple(name for name, family in families().items() if family.compared)
    for name, error in shelf.broken.items():
        if name not in wanted:
            continue
        reason = (
            _("The file `{file}` is missing.", file=error.file)
            if error.problem == "missing"
            else _("The file `{file}` is not the one that was trained.", file=error.file)
        )
        st.warning(
            _(
                "{family} cannot be used. {reason} Repair it with `{command}` and start the app "
                "again.",
                family=title(name),
                reason=reason,
                command=error.command,
            ),
            icon=":material/build:",
        )
    usable = {name: shelf.usable[name] for name in wanted if name in shelf.usable}
    if not usable and not any(name in shelf.broken for name in wanted):
        # Only MNIST has every family.
        which = "--missing" if dataset == "mnist" else f"{' '.join(wanted)} --dataset {dataset}"
        st.error(
            _(
                "There are no trained networks. Make them with `{command}`.",
                command=f"python -m ae_core train {which}",
            )
        )
    if not usable:
        st.stop()
    return usable


def all_or_stop(*wanted: str, dataset: str = "mnist") -> list[Autoencoder]:
    """Return the wanted families; without any one of them the page says so and ends here."""
    usable = shelf_or_stop(*wanted, dataset=dataset)
    missing = [name for name in wanted if name not in usable]
    for name in missing:
        if name not in cache.shelf(dataset).broken:
            data_set = "" if dataset == "mnist" else f" --dataset {dataset}"
            st.error(
                _(
                    "{family} is not trained yet. Train it with `{command}`.",
                    family=title(name),
                    command=f"python -m ae_core train {name}{data_set}",
                )
            )
    if missing:
        st.stop()
    return list(usable.values())


def dark() -> bool:
    """Return whether the visitor looks at the dark theme."""
    return st.context.theme.type == "dark"


def enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """Return an image (28, 28) in [0, 1] as a uint8 picture of `side` pixels."""
    return pixels.enlarge(pixels.to_bytes(image), side // image.shape[0])


def heading(text: str) -> None:
    """Show the heading of a part of a page."""
    st.markdown(f"##### {text}")


def step(heading: str, picture: np.ndarray, alt: str) -> None:
    """Show one picture of a row with a heading; `alt` is for those who cannot see it."""
    side = len(picture)
    with st.container(width=side, gap="xxsmall"):
        st.markdown(f":small[**{heading}**]")
        st.image(picture, width=side, output_format="PNG", alt=alt)


def figure(label: str, value: str, explanation: str) -> None:
    """Show one measured number."""
    st.metric(label, value, help=explanation, width="content")


def download(label: str, make: Callable[[], bytes | str], name: str, mime: str) -> None:
    """Offer a file that is made only when it is asked for."""
    st.download_button(
        label, make, name, mime, on_click="ignore", icon=":material/download:", key=name
    )
