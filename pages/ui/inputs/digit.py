"""The visitor's digit: drawn, picked from the examples, or uploaded; the same on every page."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import streamlit as st

from ae_core import data, preprocess
from ae_core.preprocess import BadImage, BlankDrawing

from .. import controls, shared
from ..text import N_, _
from . import canvas

ORIGINS = {"draw": N_("Draw"), "sample": N_("Example"), "upload": N_("Upload")}
MOST_MB = 12  # of an upload; as server.maxUploadSize in .streamlit/config.toml

PROBLEMS = {
    "blank": N_("There is no ink in this picture. Draw a digit."),
    "dot": N_("That is only a dot. Draw a digit, as large as you like."),
    "scribble": N_("Nearly everything is ink. Clear the canvas and draw one digit."),
    "empty": N_("This file is empty. Choose another one."),
    "not_an_image": N_("This file is not a PNG, JPEG, WebP or GIF picture. Choose another one."),
    "truncated": N_("This picture is damaged or incomplete. Save it again, or choose another."),
    "too_many_bytes": N_("This file is too large. Save the picture with less than 12 MB."),
    "too_large": N_("This picture has too many pixels. 13 megapixels are enough, 50 for a JPEG."),
    "too_costly": N_("This picture takes too long to open. Save it again as PNG or JPEG."),
    "busy": N_("Many pictures are being opened just now. Choose yours again in a few seconds."),
    "too_small": N_("This picture is too small. It needs at least 8 × 8 pixels."),
    "shape": N_("This picture has a format that cannot be read. Save it as PNG."),
    "not_finite": N_("This picture contains values that are not numbers. Save it as PNG."),
}


class Digit(NamedTuple):
    """A digit in MNIST's form and where it comes from.

    Attributes:
        image: float32 (28, 28) in [0, 1].
        origin: "draw", "sample" or "upload".
    """

    image: np.ndarray
    origin: str


def example(label: int, number: int) -> Digit:
    """Return shipped example `number` (1 to 20) of class `label` (0 to 9)."""
    index = label * data.SAMPLES_PER_CLASS + number - 1
    return Digit(data.samples().images[index], "sample")


def first_example() -> Digit:
    """Return what a newcomer sees until she draws."""
    return example(int(shared.DIGIT.default), shared.EXAMPLE.default)


def _good() -> dict[str, Digit]:
    """The last good digit of each origin in this session."""
    return st.session_state.setdefault("digits", {})


def current() -> Digit:
    """Return the digit the visitor is working with, on pages that do not ask for one."""
    return _good().get(shared.INPUT.value) or first_example()


def is_new(name: str, digit: np.ndarray) -> bool:
    """Return whether `digit` is another one than when this was last asked under `name`.

    Not so for the first digit of a session: what the link says of it stands.
    """
    key = f"digit_of_{name}"
    before, now = st.session_state.get(key), digit.tobytes()
    st.session_state[key] = now
    return before not in (None, now)


def choose(side: int) -> Digit:
    """Ask for a digit in a column about `side` pixels wide and return it.

    While there is none, or a bad one, the last good one stays (at first an example), and one
    sentence says why.
    """
    origin = controls.choose(
        shared.INPUT,
        _("Your digit"),
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
        _good()[origin] = digit
    return _good().get(origin) or first_example()


def _draw(side: int) -> Digit | None:
    hint = st.empty()  # above the canvas, where the canvas's toolbar comes and goes
    drawing = canvas.draw(side)
    if not drawing.strokes:
        _good().pop("draw", None)
        hint.caption(_("Draw a digit here. Until then: an example."))
        return None
    hint.caption(_("Your drawing"))
    if drawing.png is None:  # back on the page: the strokes are here, their picture is not
        return _good().get("draw")
    # A rim of paper: however much of the canvas is inked, its ground is known to be black.
    return _converted(drawing.png, "draw", rim=side // 8)


def _pick(side: int) -> Digit:
    label = controls.choose(shared.DIGIT, _("Digit"), str)
    return example(int(label), controls.slide(shared.EXAMPLE, _("Which of its 20 examples")))


def _upload(side: int) -> Digit | None:
    file = st.file_uploader(
        _("A picture of one digit: PNG, JPEG, WebP or GIF"),
        key="upload",
        max_upload_size=MOST_MB,
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
    key = f"converted_{origin}"
    digest = hashlib.sha256(picture).digest()
    known = st.session_state.get(key)
    if known is None or known[0] != digest:
        result: np.ndarray | tuple[type[BadImage] | type[BlankDrawing], str, str]
        try:
            result = preprocess.to_mnist(np.pad(preprocess.open_upload(picture), rim))
        except (BlankDrawing, BadImage) as problem:
            # Not the exception itself: it holds its frames, and grows each time it is raised.
            result = type(problem), problem.reason, str(problem)
        known = (digest, result)
        if not (
            isinstance(result, tuple) and result[1] in ("busy", "too_costly")
        ):  # that may change
            st.session_state[key] = known
    result = known[1]
    if isinstance(result, tuple):
        kind, reason, message = result
        raise kind(reason, message)
    return Digit(result, origin)
