"""The parameters that several pages share on purpose: they read alike everywhere."""

from __future__ import annotations

import streamlit as st

from ae_core import data, noise
from ae_core.models import compared

from .link import Link

LANGUAGES = {"en": "English", "pt": "Português", "es": "Español"}


def visitors_language() -> str:
    """Return the language of the visitor's browser if the app has it, else English."""
    language = (st.context.locale or "en").split("-")[0].lower()
    return language if language in LANGUAGES else "en"


_link = Link("lab")
LANGUAGE = _link.word("lang", LANGUAGES, visitors_language)
INPUT = _link.word("input", ("draw", "sample", "upload"))  # where the visitor's digit comes from
INK = _link.drawing("ink")  # what the visitor has drawn
DIGIT = _link.word("digit", map(str, range(10)), "7")  # the class of a shipped example …
EXAMPLE = _link.whole("example", 20, 1, data.SAMPLES_PER_CLASS)  # … and which one of them
DATASET = _link.word("data", data.DATASETS)
OWN = _link.token("own")  # the training whose network is the visitor's own
OWN_NAME = "own_"  # and that training's id: what the network is called
PLANE = _link.word("plane", ("own", "lab"))  # whose network, if hers has a plane, too
MODEL = _link.word_or_token("model", compared(), OWN_NAME)
MODELS = {  # by the data set that they were trained on
    "mnist": MODEL,
    "fashion_mnist": _link.word_or_token("wardrobe", compared("fashion_mnist"), OWN_NAME),
}
NOISE = _link.word("noise", noise.kinds())
LEVEL = _link.number("level", 0.0, 0.0, 1.0, 0.01)  # fine enough to look smooth
NOISE_DRAW = _link.counter("draw")
# For the lecture hall: explanations give way, and the demonstration gets larger.
PRESENT = _link.word("present", ("off", "on"))
