"""Every key of the session, named once, and the visitor's digit.

Keys that are bound to the link are the parameters' names as well, so they are short words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
WORLD = "world"  # the data set whose plane is shown
ITEM_CLASS = "item"
ITEM_NUMBER = "piece"
LAYERS = "layers"
CODE = "code"  # of sixteen numbers, as `sliders.to_text` writes it
STYLE = "style"  # a point of the plane of styles
STYLE_CLASS = "class"  # which digit that plane shows
STYLE_LAYERS = "shown"

PLACE = "place"  # of the cursor, in shares of the planes, whatever their scales
SOURCE = "source"  # what codes are drawn from
DRAWN = "drawn"  # which draw of them
PLAIN_LAYERS, VAE_LAYERS = "plain", "vae"

BETA = "beta"
BETA_PLACE = "over"  # of the cursor, likewise
BETA_LAYERS = "seen"

WALK = "walk"  # line or draw
FROM, TO = "from", "to"  # mine, a class, or point
FROM_EXAMPLE, TO_EXAMPLE = "from_example", "to_example"
FROM_POINT, TO_POINT = "from_point", "to_point"
PATH = "path"  # drawn by hand over the plane
AT = "at"  # where the film rests, in percent of the way
METHODS = "methods"  # the films that are shown
WALK_LAYERS = "ground"

# In the session only
CANVAS = "canvas"
CANVAS_START = "canvas_start"  # what the canvas shows when the visitor comes back to the page
CANVAS_NOW = "canvas_now"
UPLOAD = "upload"
PLANE = "plane"
BOARD = "board"
FILM = "film"
WALK_PLANE = "walk_plane"
METHODS_CHOSEN = "methods_chosen"  # their widget
SLIDERS = "sliders"
STYLES = "styles"  # the plane of styles
TRIES = "tries"  # the board of the ten digits tried
PLAIN_PLANE, VAE_PLANE, BETA_PLANE = "plain_plane", "vae_plane", "beta_plane"
DESCRIBED = "described"  # what the browser was told of the page: its language and description
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


def is_new(name: str, digit: np.ndarray) -> bool:
    """Return whether `digit` is another one than when this was last asked under `name`.

    Not so for the first digit of a session: what the link says of it stands.
    """
    key = ("digit of", name)
    before, now = st.session_state.get(key), digit.tobytes()
    st.session_state[key] = now
    return before not in (None, now)


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


def place(name: str, default: str) -> np.ndarray:
    """Return a place on a plane in shares of it, from -1 to 1, (2,); the link carries it.

    Args:
        name: key of the session and parameter of the link.
        default: such as "0,0.25".
    """

    def known(text: str) -> str:
        shares = [float(share) for share in text.split(",")]
        if len(shares) != 2 or not all(abs(share) <= 1 for share in shares):
            raise ValueError(text)
        return text

    text = from_link(name, default, known)
    to_link(name, default)
    return np.array([float(share) for share in text.split(",")])


def put(name: str, shares: np.ndarray) -> None:
    """Set the place that `place` returns; what lies beyond the edge is moved to it."""
    st.session_state[name] = ",".join(f"{share:.4g}" for share in np.clip(shares, -1, 1))


def layers(name: str, default: str, offered: Iterable[str]) -> list[str]:
    """Return the names of the layers that are on; the link carries them, joined by spaces."""

    def known(text: str) -> str:
        if not set(text.split()) <= set(offered):
            raise ValueError(text)
        return text

    chosen = from_link(name, default, known)
    to_link(name, default)
    return chosen.split()


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
