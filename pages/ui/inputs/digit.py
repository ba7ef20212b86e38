"""The visitor's digit: drawn, picked from the samples, or uploaded; the same on every page."""

from __future__ import annotations

import hashlib

import numpy as np
import streamlit as st

from ae_core import data, preprocess
from ae_core.preprocess import BadImage, BlankDrawing

from .. import choice, state
from ..state import Digit
from ..text import N_, _
from . import canvas

ORIGINS = {"draw": N_("Draw"), "sample": N_("Sample"), "upload": N_("Upload")}
FIRST_SAMPLE = (7, 20)  # what a newcomer sees until she draws

PROBLEMS = {
    "blank": N_("There is no ink in this picture. Draw a digit."),
    "dot": N_("That is only a dot. Draw a digit, as large as you like."),
    "scribble": N_("Nearly everything is ink. Clear the canvas and draw one digit."),
    "empty": N_("This file is empty. Choose another one."),
    "not_an_image": N_("This file is not a PNG, JPEG, WebP or GIF picture. Choose another one."),
    "truncated": N_("This picture is damaged or incomplete. Save it again, or choose another."),
    "too_large": N_("This picture has too many pixels. Make it smaller than 40 megapixels."),
    "too_small": N_("This picture is too small. It needs at least 8 × 8 pixels."),
    "shape": N_("This picture has a form that cannot be read. Save it as PNG."),
    "not_finite": N_("This picture holds values that are no numbers. Save it as PNG."),
}


def sample(label: int, number: int) -> Digit:
    """Return shipped sample `number` (1 to 20) of class `label` (0 to 9)."""
    index = label * data.SAMPLES_PER_CLASS + number - 1
    return Digit(data.samples().images[index], "sample")


def current() -> Digit:
    """Return the digit the visitor is working with, on pages that do not ask for one."""
    origin = st.session_state.get(state.INPUT) or "draw"
    return state.last(origin) or sample(*FIRST_SAMPLE)


def choose(side: int) -> Digit:
    """Ask for a digit in a column about `side` pixels wide and return it.

    While there is none, or a bad one, the last good one stays (at first a sample), and one
    sentence says why.
    """
    origin = choice.one_of(
        _("Your digit"),
        list(ORIGINS),
        state.INPUT,
        lambda name: _(ORIGINS[name]),
        label_visibility="collapsed",
        width="stretch",
    )
    try:
        digit = {"draw": _draw, "sample": _pick, "upload": _upload}[origin](side)
    except (BlankDrawing, BadImage) as problem:
        st.warning(_(PROBLEMS[problem.reason]), icon=":material/edit_off:")
        digit = None
    if digit:
        return state.remember(digit)
    return state.last(origin) or sample(*FIRST_SAMPLE)


def _draw(side: int) -> Digit | None:
    hint = st.empty()  # above the canvas, where the canvas's toolbar comes and goes
    drawing = canvas.draw(side)
    if not drawing.strokes:
        st.session_state.get(state.DIGITS, {}).pop("draw", None)
        hint.caption(_("Draw a digit here. Until then: a sample."))
        return None
    hint.caption(_("Your drawing"))
    if drawing.png is None:  # back on the page: the strokes are here, their picture is not
        return state.last("draw")
    # A rim of paper: however much of the canvas is inked, its ground is known to be black.
    return _converted(drawing.png, "draw", rim=side // 8)


def _pick(side: int) -> Digit:
    label = choice.one_of(
        _("Digit"),
        [str(label) for label in range(10)],
        state.SAMPLE_CLASS,
        str,
        default=str(FIRST_SAMPLE[0]),
    )
    number = st.slider(
        _("Which of its 20 samples"),
        1,
        data.SAMPLES_PER_CLASS,
        FIRST_SAMPLE[1],
        key=state.SAMPLE_NUMBER,
        bind="query-params",
        persist_state="session",
    )
    return sample(int(label), number)


def _upload(side: int) -> Digit | None:
    file = st.file_uploader(
        _("A picture of one digit: PNG, JPEG, WebP or GIF"),
        key=state.UPLOAD,
        max_upload_size=50,  # MB; as server.maxUploadSize in .streamlit/config.toml
    )
    st.caption(_("Light ink on dark or dark on light; the rest is cut away."))
    return _converted(file.getvalue(), "upload") if file else None


def _converted(picture: bytes, origin: str, rim: int = 0) -> Digit:
    """Bring a picture into MNIST's form, once for each picture and session.

    Args:
        picture: an image file.
        origin: where it comes from.
        rim: width in pixels of a black rim to put around it first.
    """
    key = ("converted", origin)
    digest = hashlib.sha256(picture).digest()
    known = st.session_state.get(key)
    if known is None or known[0] != digest:
        try:
            grey = np.pad(preprocess.open_upload(picture), rim)
            result: np.ndarray | Exception = preprocess.to_mnist(grey)
        except (BlankDrawing, BadImage) as problem:
            result = problem
        known = st.session_state[key] = (digest, result)
    if isinstance(known[1], Exception):
        raise known[1]
    return Digit(known[1], origin)
