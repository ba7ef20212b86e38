"""Films of several methods side by side, played and scrubbed in the browser.

The frames come once, 784 bytes each; from then on the server hears only of the place where the
film came to rest. The latent plane's path follows the film, and so do the strips.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...link import Parameter
from ...text import _, current
from .. import sent
from ..sliders import SCRUBBER
from ..source import mount

_HERE = Path(__file__).parent
_film, _strips = mount("film", _HERE, SCRUBBER), mount("strips", _HERE)


@dataclass(frozen=True)
class Films:
    """Films of equal length.

    Attributes:
        titles: of the films.
        frames: uint8 (films, steps, 28, 28).
        strangeness: (films, steps), drawn below each picture; NaN without a judgement.
        shown: which frames stand in the strips.
        seconds: how long one way lasts.
        at: where the films rest, 0 to 100; written when they come to rest.
    """

    titles: Sequence[str]
    frames: np.ndarray
    strangeness: np.ndarray
    shown: np.ndarray
    seconds: float
    at: Parameter[int]


def pack(films: Films, words: dict[str, str]) -> bytes:
    """Return films for the browser: a line of JSON, then all frames."""
    judged = np.isfinite(films.strangeness).all(axis=1)
    curves = [
        curve.round(3).tolist() if ok else None
        for curve, ok in zip(films.strangeness, judged, strict=True)
    ]
    head = {
        "steps": films.frames.shape[1],
        "titles": list(films.titles),
        "curves": curves,
        "at": films.at.value,
        "shown": films.shown.tolist(),
        "seconds": films.seconds,
        "language": current(),
        "words": words,
    }
    return json.dumps(head).encode() + b"\n" + films.frames.tobytes()


def unpack(contents: bytes) -> dict[str, Any]:
    """Return what `pack` packed, with "frames"; for tests."""
    head, _, body = contents.partition(b"\n")
    told = json.loads(head)
    shape = (len(told["titles"]), told["steps"], 28, 28)
    return told | {"frames": np.frombuffer(body, np.uint8).reshape(shape)}


def show(films: Films, key: str) -> None:
    """Show films; where they come to rest is written to their parameter."""
    judged = np.isfinite(films.strangeness).all(axis=1).any()
    words = {
        "play": _("Play"),
        "pause": _("Pause"),
        "scrub": _("Place on the path from A to B"),
        "picture": _("Frame:"),
        "strips": _("The films as strips, from A on the left to B on the right."),
        "none": _("judge"),
        "note": _("Strangeness: 1, dotted, is that of an ordinary digit.") if judged else "",
        "ask": _("What is strangeness?"),
        "help": _(
            "The judge is the variational autoencoder with 16 numbers: it has learned to "
            "rebuild real digits, and hardly anything else. Strangeness is the share of a "
            "frame that it cannot rebuild (squared error / squared pixels), divided by the mean "
            "of 200 real digits. Blur counts as strange, too; and the judge is a VAE itself, so "
            "it may judge other VAEs too mildly."
        ),
    }
    _film(
        data=pack(films, words),
        key=key,
        default={"at": None},
        on_at_change=lambda: films.at.take(sent(key, "at")),
    )


def show_strips(key: str) -> None:
    """Show the films that are on the page as strips; only the browser knows which these are."""
    _strips(data={}, key=key)
