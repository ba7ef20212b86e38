"""What a training tells while it runs; needs neither Keras nor TensorFlow.

An event is a dict, as JSON has them. They come in this order:

    started   name, dataset, epochs, steps (of an epoch), parameters {"encoder": …, "decoder": …};
              digits: ten fixed validation images, one of each class; shown: what the encoder is
              shown of them; given: the visitor's images, if there are any; labels: the classes of
              the images on the map, if there is a map;
              and pictures, own and map, as of an epoch, before the first one
    progress  epoch, step (both from 1), steps, left: seconds; a few times a second
    paused, resumed
    epoch     epoch, training and validation: its losses; mse: of the validation images, whatever
              the loss is; seconds: since the start, pauses apart;
              pictures: the ten digits as they are rebuilt now; own: the visitor's, if there are
              any; map: where 1,000 validation images lie, if the code is a point of a plane. One
              that was stopped in its middle counts, too
    finished, stopped or failed
              of the former two best_epoch, validation: its loss, seconds; of the latter two
              reason: "asked", "time" (it took too long) or "nan" (the loss is no number any more;
              stopped: what was learned before is kept; failed: nothing was)

Arrays in them are texts, which `pictures`, `points` and `classes` read.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Event = dict[str, Any]
Report = Callable[[Event], None]
Control = Callable[[], str]

GO, PAUSE, STOP = "go", "pause", "stop"  # what a `Control` says
WAIT, WORTH = 3, 0.01  # of `plateau`: epochs, and the share of a loss
LAST = ("finished", "stopped", "failed")


def packed(array: np.ndarray) -> str:
    """Return the bytes of an array as a text."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def packed_pictures(images: np.ndarray) -> str:
    """Return images, float (n, 28, 28) in [0, 1], as `pictures` reads them."""
    return packed(np.round(np.clip(images, 0, 1) * 255).astype(np.uint8))


def packed_points(codes: np.ndarray) -> str:
    """Return points, float (n, 2), as `points` reads them; those too far out for float16 move."""
    largest = np.finfo(np.float16).max
    return packed(np.clip(codes, -largest, largest).astype("<f2"))


def pictures(text: str) -> np.ndarray:
    """Return what `digits`, `shown`, `given`, `pictures` and `own` hold: uint8 (n, 28, 28)."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, 28, 28)


def points(text: str) -> np.ndarray:
    """Return what `map` holds: float32 (n, 2)."""
    return np.frombuffer(base64.b64decode(text), "<f2").astype(np.float32).reshape(-1, 2)


def classes(text: str) -> np.ndarray:
    """Return what `labels` holds: uint8 (n,)."""
    return np.frombuffer(base64.b64decode(text), np.uint8)


def plateau(losses: Sequence[float]) -> int | None:
    """Return the epoch, from 1, after which a loss did not fall by another hundredth.

    None as long as fewer than `WAIT` epochs came after it: it may go on falling.
    """
    for epoch, loss in enumerate(losses[:-WAIT], 1):
        if min(losses[epoch:]) > (1 - WORTH) * loss:
            return epoch
    return None


def ignore(event: Event) -> None:
    """Hear of nothing."""


def go_on() -> str:
    """Let a training run to its end."""
    return GO
