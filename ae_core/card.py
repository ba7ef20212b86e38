"""The card of a trained autoencoder, `card.json`: read once, and then to be relied upon.

A card is data from outside: it may be cut short, edited, or another program's. What is checked
here (types, ranges, names of files) no page has to check again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from . import browser, layers
from .baselines import NOISE_TESTS

CARD, ENCODER, DECODER, KERAS = "card.json", "encoder.tflite", "decoder.tflite", "model.keras"
TEST_CODES = "test_codes.npz"  # of families with a plane for a code: a map of the test images
FILES = (KERAS, ENCODER, DECODER, TEST_CODES)
MAX_BYTES = 200_000  # of a card; one has 3,000
DEPTH = 8  # of lists and dicts in each other; a card has 3
PIXELS = 28 * 28
WORST = 16.2  # nats a pixel: -log(1e-7), for a pixel that is the opposite of what it should be

Range = tuple[float, float]
FIGURES: dict[str, Range] = {  # of every family
    "bce": (0, WORST),
    "mse": (0, 1),
    "psnr": (0, 200),
    "ssim": (-1, 1),
    "active": (0, 1e6),
    "dead": (0, 1e6),
    "dead_share": (0, 1),
}
TERMS: dict[str, Range] = {  # of a variational family, in nats an image
    "reconstruction": (0, PIXELS * WORST),
    "kl": (0, 1e4),
    "neg_elbo": (0, PIXELS * WORST + 1e4),
}


def _number(value: Any, what: str, within: Range) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{what} must be a number, got {type(value).__name__}")
    if not within[0] <= value <= within[1]:
        raise ValueError(f"{what} must be in [{within[0]:g}, {within[1]:g}], got {value!r:.40}")


def _whole(value: Any, what: str, within: Range) -> None:
    if not isinstance(value, int):
        raise ValueError(f"{what} must be a whole number, got {type(value).__name__}")
    _number(value, what, within)


def _numbers(values: Any, what: str, within: Range) -> None:
    if not isinstance(values, list):
        raise ValueError(f"{what} must be a list, got {type(values).__name__}")
    for value in values:
        _number(value, what, within)


def _table(values: Any, what: str, keys: list[str]) -> dict[str, Any]:
    """Return `values`, a dict that has `keys`."""
    if not isinstance(values, dict):
        raise ValueError(f"{what} must be an object, got {type(values).__name__}")
    if missing := [key for key in keys if key not in values]:
        raise ValueError(f"{what} must have {', '.join(keys)}; it lacks {', '.join(missing)}")
    return values


def _text(value: str) -> None:
    if not value.isprintable():
        raise ValueError(f"a text must be printable, got {value[:40]!r}")


def _check_any(value: Any, depth: int = 0) -> None:
    """Check what nobody describes further: how deep it is, its texts and its numbers."""
    if depth > DEPTH:
        raise ValueError(f"a card must not be nested deeper than {DEPTH}")
    if isinstance(value, dict):
        for key, item in value.items():
            _text(key)
            _check_any(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_any(item, depth + 1)
    elif isinstance(value, str):
        _text(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        _number(value, "a number", (-1e15, 1e15))


def _check_all_numbers(value: Any) -> None:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _check_all_numbers(item)
    else:
        _number(value, "a figure of test", (-1e9, 1e9))


def _check_figures(test: Any, variational: bool, classes: int) -> None:
    """Check the test figures, but for those that depend on the shape of the code."""
    wanted = FIGURES | (TERMS if variational else {})
    shares = ["class_accuracy"] if classes else []
    kinds = [kind for kind, _ in NOISE_TESTS]
    _table(test, "test", [*wanted, *shares, "noisy", "mse_percentiles"])
    _check_all_numbers(test)
    for key, within in wanted.items():
        _number(test[key], f"test.{key}", within)
    for key in {*shares, "class_accuracy", "vote"} & test.keys():
        _number(test[key], f"test.{key}", (0, 1))
    _whole(test["dead"], "test.dead", (0, 1e6))
    noisy = _table(test["noisy"], "test.noisy", kinds)
    for kind in kinds:
        _number(noisy[kind], f"test.noisy.{kind}", (0, 1))
    steps = test["mse_percentiles"]
    _numbers(steps, "test.mse_percentiles", (0, 1))
    if len(steps) != 101 or steps != sorted(steps):
        raise ValueError(f"test.mse_percentiles must be 101 ascending numbers, got {len(steps)}")
    if variational:
        _numbers(test.get("kl_by_dimension"), "test.kl_by_dimension", TERMS["kl"])


def _check_layers(values: Any) -> None:
    """Check the steps by which a browser runs a network (`ae_core.layers`)."""
    for part, steps in _table(values, "layers", []).items():
        if part not in ("encoder", "decoder") or not isinstance(steps, list) or not steps:
            raise ValueError(f"layers must be lists of encoder and decoder, got {part!r:.80}")
        for step in steps:
            kind = _table(step, f"a step of layers.{part}", ["layer"])["layer"]
            _one_of(kind, "layer", layers.LAYERS)
            settings = layers.LAYERS[kind].settings
            needed = [key for key in settings if settings[key] is layers.NEEDED]
            _table(step, f"a {kind} step of layers.{part}", needed)
            for key, value in step.items():
                _one_of(key, f"a setting of {kind}", ["layer", "of", *settings])
                SETTINGS[key](value, key)


def _one_of(value: Any, what: str, known: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{what} must be one of {list(known)}, got {value!r:.80}")


def _wholes(within: Range, most: int) -> Callable[[Any, str], None]:
    """Return a check for a list of whole numbers."""

    def check(values: Any, what: str) -> None:
        if not isinstance(values, list) or len(values) > most:
            raise ValueError(f"{what} must be a list of at most {most}, got {values!r:.80}")
        for value in values:
            _whole(value, what, within)

    return check


SETTINGS: dict[str, Callable[[Any, str], None]] = {  # of steps of layers: (value, name) -> error
    "layer": lambda value, what: None,  # is known by now
    "of": _wholes((0, 1000), 2),
    "kernel": lambda value, what: _whole(value, what, (0, 10_000)),
    "bias": lambda value, what: _whole(value, what, (0, 10_000)),
    "activation": lambda value, what: _one_of(value, what, layers.ACTIVATIONS),
    "stride": lambda value, what: _whole(value, what, (1, 16)),
    "padding": lambda value, what: _one_of(value, what, ["same", "valid"]),
    "shape": _wholes((1, 1e6), 6),
    "axes": _wholes((1, 6), 6),
    "pool": lambda value, what: _whole(value, what, (1, 28)),
    "crop": _wholes((0, 1000), 4),
    "kept": lambda value, what: _whole(value, what, (1, 1e6)),
    "low": lambda value, what: _number(value, what, (-1e6, 1e6)),
    "high": lambda value, what: _number(value, what, (-1e6, 1e6)),
    "epsilon": lambda value, what: _number(value, what, (1e-9, 1)),
}


def _check_hashes(hashes: Any) -> None:
    for name, digest in _table(hashes, "sha256", []).items():
        if name not in FILES:
            raise ValueError(f"sha256 must name files of {', '.join(FILES)}; got {name!r}")
        if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
            raise ValueError(f"sha256 of {name} must be 64 hex digits, got {digest!r}")


@dataclass(frozen=True)
class Card:
    """What a checked card says; raises ValueError on construction if it cannot be true.

    Attributes:
        values: the whole card, as it stands in the file. Beside what is checked here it has
            settings, seed, split and versions.
    """

    values: dict[str, Any]

    def __post_init__(self) -> None:
        values = _table(
            self.values, "a card",
            ["name", "dataset", "variational", "parameters", "multiply_adds", "sha256"],
        )  # fmt: skip
        _check_any(values)
        for key in ("name", "dataset"):
            if not isinstance(values[key], str) or not re.fullmatch(r"\w{1,64}", values[key]):
                raise ValueError(f"{key} must be a name, got {values[key]!r:.80}")
        if not isinstance(values["variational"], bool):
            raise ValueError(f"variational must be true or false, got {values['variational']!r}")
        _whole(self.classes, "classes", (0, 100))
        for key in ("parameters", "multiply_adds"):
            for part, count in _table(values[key], key, ["encoder", "decoder"]).items():
                _whole(count, f"{key}.{part}", (0, 1e12))  # an encoder may only shrink
        _check_hashes(values["sha256"])
        _check_layers(values.get("layers", {}))
        if self.measured:
            _check_figures(values["test"], self.variational, self.classes)

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Return the card that stands in the bytes of a file.

        Raises:
            ValueError: it is not JSON, or cannot be true.
        """
        if len(text) > MAX_BYTES:
            raise ValueError(f"a card must have at most {MAX_BYTES} bytes")
        try:
            return cls(json.loads(text.decode("utf-8"), parse_constant=_refuse))
        except RecursionError:
            raise ValueError(f"a card must not be nested deeper than {DEPTH}") from None

    @property
    def variational(self) -> bool:
        """Whether the encoder gives a posterior."""
        return self.values["variational"]

    @property
    def classes(self) -> int:
        """How many numbers at the end of a code name the class."""
        return self.values.get("classes", 0)

    @property
    def sha256(self) -> dict[str, str]:
        """The digest of each file of the folder, by the file's name."""
        return self.values["sha256"]

    @property
    def layers(self) -> dict[str, list[dict[str, Any]]]:
        """The steps of "encoder" and "decoder" for a browser, of those that it can run."""
        return self.values.get("layers", {})

    @property
    def measured(self) -> bool:
        """Whether it has test figures; a card has none while training writes it."""
        return "test" in self.values

    def check_networks(
        self,
        encoder: tuple[tuple[int, ...], tuple[int, ...]],
        decoder: tuple[tuple[int, ...], tuple[int, ...]],
    ) -> None:
        """Compare with the networks; each is (shape of one input, shape of one output).

        Raises:
            ValueError: the networks are not of the kind that the card describes.
        """
        code, classes = decoder[0], self.classes
        if classes and not (self.variational and len(code) == 1 and code[0] > classes):
            raise ValueError(f"{classes} classes need a variational code, got one of {code}")
        latent = code[0] - classes if code else 0
        if not code or min(code) < 1:
            raise ValueError(f"a code must have numbers, got one of shape {code}")
        if self.variational and len(code) != 1:
            raise ValueError(f"a variational code must have shape (d,), got {code}")
        expected = ((28, 28), (2, latent) if self.variational else code), (code, (28, 28))
        if (encoder, decoder) != expected:
            raise ValueError(
                f"the card describes networks of shapes {expected}, got {(encoder, decoder)}"
            )
        if not self.measured:
            return
        test = self.values["test"]
        if self.variational and len(test["kl_by_dimension"]) != latent:
            said = len(test["kl_by_dimension"])
            raise ValueError(f"test.kl_by_dimension must have {latent} numbers, got {said}")
        if latent == 2 and len(code) == 1 and "vote" not in test:
            raise ValueError("test must have vote, for a code that is a point of a plane")
        if max(test["active"], test["dead"]) > math.prod(code):
            raise ValueError(f"of {math.prod(code)} numbers no more can be active or dead")


def check_steps(
    steps: Sequence[dict[str, Any]],
    constants: Sequence[np.ndarray],
    inputs: tuple[int, ...],
    outputs: tuple[int, ...],
) -> None:
    """Compare the steps of a network with its trained numbers.

    Args:
        steps: as in `Card.layers`.
        constants: of the network, from `runtime.Network.constants`.
        inputs: the shape that the network takes for one item.
        outputs: the shape that it returns.

    Raises:
        ValueError: they do not fit each other.
    """
    found = browser.shapes(steps, constants)
    if found != (inputs, outputs):
        raise ValueError(f"the steps must lead from {inputs} to {outputs}, got {found}")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
