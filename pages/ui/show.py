"""Small pieces that several pages show in the same way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from ae_core import figures
from ae_core.models import families

from . import cache
from .text import _


def title(name: str) -> str:
    """Return what a family is called in the session's language."""
    family = families().get(name)
    return _(family.title) if family else name


def shelf_or_stop(dataset: str = "mnist") -> cache.Shelf:
    """Return the usable families; say which are broken and how to repair them.

    Without any usable one the page ends here.
    """
    shelf = cache.shelf(dataset)
    for name, error in shelf.broken.items():
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
    if not shelf.usable:
        st.error(
            _(
                "There are no trained networks. Make them with `{command}`.",
                command="python -m ae_core train --missing",
            )
        )
        st.stop()
    return shelf


def dark() -> bool:
    """Return whether the visitor looks at the dark theme."""
    return st.context.theme.type == "dark"


def enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """Return an image (28, 28) in [0, 1] as a uint8 picture of `side` pixels."""
    return figures.enlarge(figures.to_bytes(image), side // image.shape[0])


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
