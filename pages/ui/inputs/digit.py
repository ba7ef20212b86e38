"""The visitor's digit: drawn, picked from the examples, or uploaded; the same on every page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

from ae_core import data, preprocess, strokes
from ae_core.figures import pixels
from ae_core.preprocess import BadImage, BlankDrawing
from ae_core.strokes import Strokes

from .. import cache, controls, link, shared
from ..components import hand
from ..text import N_, _
from . import canvas

ORIGINS = {"draw": N_("Draw"), "sample": N_("Example"), "upload": N_("Upload")}
PREVIEW = 160  # pixels at most along a side
MOST_MB = 12  # of an upload; as server.maxUploadSize in .streamlit/config.toml

PROBLEMS = {
    "blank": N_("There is no ink in this picture. Draw a digit."),
    "dot": N_("That is only a dot. Draw a digit, as large as you like."),
    "scribble": N_("Nearly everything is ink. Clear the canvas and draw one digit."),
    "too_long": N_("The sheet is full: the last stroke was left out. Clear it and draw one digit."),
    "damaged_link": N_("The drawing in this link is damaged or too long. It was left out."),
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
    if shared.INPUT.value == "draw":
        canvas.sheet()
        _say_what_was_dropped()
    return standing()


def standing() -> Digit:
    """Return the digit that `choose` has shown last, without asking for it again."""
    origin = shared.INPUT.value
    if origin == "draw":
        try:
            return _drawn() or first_example()
        except BlankDrawing:
            pass
    return _good().get(origin) or first_example()


def is_new(name: str, digit: np.ndarray) -> bool:
    """Return whether `digit` is another one than when this was last asked under `name`.

    Not so for the first digit of a session: what the link says of it stands.
    """
    key = f"digit_of_{name}"
    before, now = st.session_state.get(key), digit.tobytes()
    st.session_state[key] = now
    return before not in (None, now)


def choose(alone: Callable[[], bool] | None = None) -> Digit:
    """Ask for a digit and return it; the canvas is as wide as its place.

    While there is none, or a bad one, the last good one stays (at first an example), and one
    sentence says why.

    Args:
        alone: asked when there is another digit: whether the browser shows the rest of the page,
            so that this part of it runs alone. None: the page runs.
    """
    origin = controls.choose(
        shared.INPUT,
        _("Your digit"),
        lambda name: _(ORIGINS[name]),
        label_visibility="collapsed",
        width="stretch",
    )
    ask = {"draw": _draw, "sample": _pick, "upload": _upload}[origin]
    return ask() if alone is None else _alone(ask, alone, [])


@st.fragment
def _alone(ask: Callable[[], Digit], alone: Callable[[], bool], asked: list[bool]) -> Digit:
    """Ask, as a part of the page; `asked` is the page's run, and holds something in later ones."""
    if asked and not alone():
        st.rerun()
    asked.append(True)
    return ask()


def draw(alone: Callable[[], bool] | None = None) -> Digit:
    """Show the canvas and return what is drawn on it; while that is no digit, as in `choose`."""
    return _draw() if alone is None else _alone(_draw, alone, [])


def _draw() -> Digit:
    known = canvas.draw()
    _say_what_was_dropped()
    if known.too_long:
        _complain("too_long")
    try:
        digit = _drawn()
    except BlankDrawing as problem:
        _complain(problem.reason)
    else:
        _good().pop("draw", None)
        if digit:
            _good()["draw"] = digit
    digit = _good().get("draw") or first_example()
    hand.show(digit.image, known.ink, known.heard)
    return digit


def _drawn() -> Digit | None:
    """Return the drawing, or None if there is none. Raises BlankDrawing if it is no digit."""
    ink = shared.INK.value
    if not ink:
        return None
    image, reason = _converted(ink)
    if image is None:
        raise BlankDrawing(reason, "drawn")
    return Digit(image, "draw")


@cache.memoize(256)
def _converted(ink: Strokes) -> tuple[np.ndarray | None, str]:
    """Return a drawing in MNIST's form; or none, and the reason why it is no digit."""
    # A rim of paper: however much of the canvas is inked, its ground is known to be black.
    picture = np.pad(strokes.picture(ink), strokes.SIDE // 8)
    try:
        return preprocess.to_mnist(picture), ""
    except BlankDrawing as problem:
        return None, problem.reason


def _say_what_was_dropped() -> None:
    if shared.INK.key in link.visit().dropped:
        _complain("damaged_link")


def _complain(reason: str) -> None:
    st.warning(_(PROBLEMS[reason]), icon=":material/edit_off:")


def _pick() -> Digit:
    label = controls.choose(shared.DIGIT, _("Digit"), str)
    number = controls.slide(shared.EXAMPLE, _("Which of its 20 examples"))
    digit = _good()["sample"] = example(int(label), number)
    hand.show(digit.image)
    return digit


def _upload() -> Digit:
    file = st.file_uploader(
        _("A picture of one digit: PNG, JPEG, WebP or GIF"),
        key="upload",
        max_upload_size=MOST_MB,
    )
    st.caption(
        _(
            "Light ink on dark or dark on light; the rest is cut away. A picture stays in this "
            "session: it does not travel in the link."
        )
    )
    if file:
        opened = _opened(file.getvalue())
        if opened.preview is not None:
            st.image(opened.preview, alt=_("The picture you uploaded."))
        if opened.image is None:
            _complain(opened.reason)
            shown = "upload" in _good()
            st.caption(
                _("You still see the picture before it.") if shown
                else _("Until then you see an example.")
            )  # fmt: skip
        else:
            _good()["upload"] = Digit(opened.image, "upload")
    digit = _good().get("upload") or first_example()
    hand.show(digit.image)
    return digit


class _Upload(NamedTuple):
    """A file once opened: its digest, and the digit in it or the reason why there is none."""

    digest: bytes
    image: np.ndarray | None
    reason: str
    preview: np.ndarray | None


def _opened(file: bytes) -> _Upload:
    """Bring an uploaded file into MNIST's form, once for each file and session."""
    digest = hashlib.sha256(file).digest()
    known: _Upload | None = st.session_state.get("opened")
    if known and known.digest == digest and known.reason not in ("busy", "too_costly"):
        return known  # those two may be otherwise the next time
    image = preview = None
    reason = ""
    try:
        grey = preprocess.open_upload(file)
        preview = _small(grey)
        image = preprocess.to_mnist(grey)
    except (BlankDrawing, BadImage) as problem:
        reason = problem.reason
    opened = st.session_state["opened"] = _Upload(digest, image, reason, preview)
    return opened


def _small(grey: np.ndarray) -> np.ndarray:
    """Return a picture in [0, 1] as uint8, small enough to be sent in every run."""
    image = Image.fromarray(pixels.to_bytes(grey))
    image.thumbnail((PREVIEW, PREVIEW))
    return np.asarray(image)
