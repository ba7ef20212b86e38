"""What the kinds of noise are called, and what their levels are."""

from __future__ import annotations

from . import glossary
from .text import N_, _

NAMES = {
    "gaussian": N_("Gaussian"),
    "masking": N_("Masking"),
    "salt_and_pepper": N_("Salt and pepper"),
    "blur": N_("Blur"),
    "patch": N_("Missing patch"),
    "erased": N_("Erased strokes"),
}
LEVEL = N_(
    "Gaussian: the standard deviation. Masking, salt and pepper: the share of pixels that are "
    "damaged. Blur: its standard deviation, 1 being 4 pixels. Missing patch: its side, 1 being "
    "that of the picture. Erased strokes: the share of the picture in which ink is gone."
)


def title(kind: str) -> str:
    """Return what a kind is called in the session's language."""
    return _(NAMES.get(kind, kind))


def meanings() -> str:
    """Return what the kinds do, for the "?" of a widget."""
    return glossary.meanings("gaussian", "masking", "salt", "blur", "patch", "erased")
