"""Every key of the session, named once, and the visitor's digit.

Keys that are bound to the link are the parameters' names as well, so they are short words.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

# In the link
LANGUAGE = "lang"
MODEL = "model"
INPUT = "input"  # draw, sample or upload
SAMPLE_CLASS = "digit"
SAMPLE_NUMBER = "example"
NOISE = "noise"
LEVEL = "level"
NOISE_DRAW = "draw"
Z1, Z2 = "z1", "z2"
GRID_SIZE = "grid"
GRID_RANGE = "range"
GRID_SPACING = "spacing"
PRIOR_DRAW = "prior"
LAYERS = "layers"

# In the session only
CANVAS = "canvas"
CANVAS_START = "canvas_start"  # what the canvas shows when the visitor comes back to the page
CANVAS_NOW = "canvas_now"
UPLOAD = "upload"
PLANE = "plane"
_PAGE = "page"  # which page the visitor is on
_IN_LINK = "in_link"  # what the app last wrote to the link, by name
DIGITS = "digits"  # the last good digit of each input


_SHARED = (INPUT, SAMPLE_CLASS, SAMPLE_NUMBER)  # what more than one page asks for


class Digit(NamedTuple):
    """A digit in MNIST's form and where it comes from.

    Attributes:
        image: float32 (28, 28) in [0, 1].
        origin: "draw", "sample" or "upload".
    """

    image: np.ndarray
    origin: str


def enter(page: str) -> None:
    """Hand over what several pages ask for when the page changes; app.py calls this.

    To Streamlit a widget of the same key on another page is another widget, with its default;
    a value that was set stays.
    """
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        for key in _SHARED:
            if key in st.session_state:
                st.session_state[key] = st.session_state[key]


def remember(digit: Digit) -> Digit:
    """Keep `digit` as the last good one of its origin; return it."""
    st.session_state.setdefault(DIGITS, {})[digit.origin] = digit
    return digit


def last(origin: str) -> Digit | None:
    """Return the last good digit of `origin` in this session, if there is one."""
    return st.session_state.get(DIGITS, {}).get(origin)


def from_link(name: str, default: Any, parse: Callable[[str], Any]) -> Any:
    """Return the session's value of `name`, taking a new one from the link if it brings one.

    For choices whose widgets Streamlit cannot bind to the link itself: it would write the
    translated label there, and the link would work in one language only. What the app wrote
    last is known, so anything else in the link was put there by a person or another page.

    Args:
        name: key of the session and parameter of the link.
        default: the value that is not written to the link.
        parse: makes a value of the link's text; raises ValueError or KeyError for nonsense.
    """
    known = st.session_state.setdefault(_IN_LINK, {})
    st.session_state.setdefault(name, default)
    text = st.query_params.get(name)
    if text is not None and text != known.get(name):
        with suppress(ValueError, KeyError):
            st.session_state[name] = parse(text)
    return st.session_state[name]


def to_link(name: str, default: Any) -> None:
    """Write the session's value of `name` to the link, or nothing if it is the default."""
    value = st.session_state[name]
    text = None if value == default else str(value)
    st.session_state[_IN_LINK][name] = text
    if text is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text


def counter(name: str) -> int:
    """Return a number that a button counts up and the link carries; it starts at 1."""

    def parse(text: str) -> int:
        if not (text.isdecimal() and 0 < int(text) < 10**6):
            raise ValueError(text)
        return int(text)

    value = from_link(name, 1, parse)
    to_link(name, 1)
    return value


def count(name: str) -> None:
    """Count `name` up by one; for a button's `on_click`."""
    st.session_state[name] += 1
