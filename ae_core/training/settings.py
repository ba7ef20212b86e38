"""What a visitor chooses for a training of their own; needs neither Keras nor TensorFlow.

How large a training may be is for whoever runs the lab to say, in environment variables:

    AE_TRAINING_PARAMETERS     of encoder and decoder together; 2,000,000 if it is not set
    AE_TRAINING_MULTIPLY_ADDS  of one picture through both; 20,000,000
    AE_TRAINING_EPOCHS         100
    AE_TRAINING_MINUTES        of one training; 10. It may be paused for as long again

The command line keeps to `LIMITS` alone.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from .. import noise
from ..data import DATASETS

KINDS = ("dense", "convolutional", "variational")
ACTIVATIONS = ("relu", "elu", "gelu", "tanh", "sigmoid")
CODE_ACTIVATIONS = ("linear", *ACTIVATIONS)
OPTIMIZERS = ("sgd", "rmsprop", "adam", "adamw", "adadelta", "adagrad")
LOSSES = ("bce", "mse", "mae", "huber")
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "activation": ACTIVATIONS,
    "code_activation": CODE_ACTIVATIONS,
    "noise": tuple(noise.kinds()),
    "optimizer": OPTIMIZERS,
    "loss": LOSSES,
    "dataset": DATASETS,
}
HIDDEN_LAYERS = 3
LIMITS: dict[str, tuple[float, float]] = {  # lowest and highest, both allowed
    "code_size": (1, 1568),
    "hidden": (1, 1024),  # each of them
    "sparsity": (0, 1568),
    "l1": (0, 1),
    "beta": (0, 100),
    "noise_level": (0, 1),
    "learning_rate": (1e-6, 100),
    "momentum": (0, 0.999),
    "decay": (0, 1),
    "batch_size": (8, 2048),
    "epochs": (1, 1000),
    "share": (0.01, 1),
    "seed": (0, 2**31 - 1),
}
KEYS = {"code_size": "code", "code_activation": "code_act", "activation": "act",
        "noise_level": "level", "learning_rate": "lr", "batch_size": "batch",
        "optimizer": "opt"}  # fmt: skip

SIDES = (28, 14, 7, 4, 2)  # of a picture that each convolution halves
PIXELS = 28 * 28
MAX_FILE = 12_000_000  # bytes of a Keras file; what an upload may have (`server.maxUploadSize`)
TRAINING_IMAGES = 55_000  # of either data set


@dataclass(frozen=True)
class Settings:
    """One training; raises ValueError on construction if it cannot be.

    Attributes:
        kind: "dense" layers; "convolutional", 3×3 with stride 2; or "variational": dense layers
            whose encoder gives a posterior.
        code_size: how many numbers the code has. Of the convolutional kind it is a whole number
            of maps, a multiple of `places(settings.hidden)`.
        hidden: widths of the encoder's hidden layers, 0 to 3, the first one next to the picture;
            the decoder has them in reverse. Of the convolutional kind: how many filters.
        activation: of the hidden layers.
        code_activation: of the code; a variational code is always linear.
        sparsity: how many numbers of a code may be non-zero, the largest; 0 for all. Dense only.
        l1: weight of the sum of the code's absolute values in the loss, as Keras's
            `activity_regularizer=L1(l1)` has it. Dense only.
        beta: weight of the KL term. Variational only.
        noise: a kind of `ae_core.noise`, and
        noise_level: its level, drawn afresh in each epoch; 0 for none.
        optimizer: one of `OPTIMIZERS`, as Keras has it, without gradient clipping.
        learning_rate: in the first step.
        momentum: in [0, 1), and
        nesterov: whether it looks ahead. SGD only.
        decay: step t has learning_rate / (1 + decay · t).
        loss: a mean over the pixels, "bce" in nats; a variational kind adds it up instead.
        batch_size: images a step.
        epochs: how often all images are seen.
        share: of the training images, in [0.01, 1].
        seed: of the initial weights, the order of the images, and the noise.
        dataset: one of `data.DATASETS`.
    """

    kind: str = "dense"
    code_size: int = 32
    hidden: tuple[int, ...] = (128,)
    activation: str = "relu"
    code_activation: str = "linear"
    sparsity: int = 0
    l1: float = 0.0
    beta: float = 1.0
    noise: str = "gaussian"
    noise_level: float = 0.0
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    nesterov: bool = False
    decay: float = 0.0
    loss: str = "bce"
    batch_size: int = 128
    epochs: int = 20
    share: float = 1.0
    seed: int = 1
    dataset: str = "mnist"

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check(field.name, getattr(self, field.name), field.default)
        if len(self.hidden) > HIDDEN_LAYERS:
            raise ValueError(f"hidden must be at most {HIDDEN_LAYERS} layers, got {self.hidden}")
        if self.sparsity > self.code_size:
            raise ValueError(f"of {self.code_size} numbers no {self.sparsity} can be non-zero")
        if self.nesterov and not self.momentum:
            raise ValueError("Nesterov's look ahead needs a momentum above 0")
        if self.kind == "convolutional" and self.code_size % places(self.hidden):
            raise ValueError(
                f"code_size must be a multiple of {places(self.hidden)} after "
                f"{len(self.hidden)} hidden convolutions, got {self.code_size}"
            )

    def write(self, whole: bool = False) -> dict[str, str]:
        """Return the settings as short strings, for a link; without the defaults if not `whole`."""
        return {
            KEYS.get(field.name, field.name): _written(value)
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) != field.default or whole
        }

    @classmethod
    def read(cls, strings: Mapping[str, str]) -> Self:
        """Return the settings that `write` wrote.

        Raises:
            ValueError: a key or a value is not one that `write` writes, or they cannot be.
        """
        fields = {KEYS.get(f.name, f.name): f for f in dataclasses.fields(cls)}
        if foreign := [key for key in strings if key not in fields]:
            raise ValueError(f"unknown setting {foreign[0]!r:.40}; known: {', '.join(fields)}")
        return cls(
            **{fields[key].name: _read(key, text, fields[key].default)
               for key, text in strings.items()}
        )  # fmt: skip


def _check(name: str, value: Any, default: Any) -> None:
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {CHOICES[name]}, got {value!r:.40}")
        return
    if type(value) is not type(default) and not (type(default), type(value)) == (float, int):
        raise ValueError(f"{name} must be {type(default).__name__}, got {value!r:.40}")
    low, high = LIMITS.get(name, (0, 1))
    for number in value if isinstance(value, tuple) else [value]:
        if isinstance(value, tuple) and type(number) is not int:
            raise ValueError(f"{name} must be whole numbers, got {number!r:.40}")
        if not low <= number <= high:
            raise ValueError(f"{name} must be in [{low:g}, {high:g}], got {number!r:.40}")


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return "-".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read(key: str, text: Any, default: Any) -> Any:
    """Return the value that a string stands for, of the type of `default`."""
    whole = r"[0-9]{1,10}"
    patterns = {
        bool: "[01]",
        int: whole,
        float: r"[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?",
        tuple: f"({whole}(-{whole})*)?",
        str: r"\w{1,40}",
    }
    if not isinstance(text, str) or not re.fullmatch(patterns[type(default)], text):
        raise ValueError(f"{key} cannot be {text!r:.40}")
    if isinstance(default, tuple):
        return tuple(int(part) for part in text.split("-") if part)
    return bool(int(text)) if isinstance(default, bool) else type(default)(text)


# ---------------------------------------------------------------- how large


class Bounds(NamedTuple):
    """The largest training that is allowed here."""

    parameters: int
    multiply_adds: int
    epochs: int
    minutes: float


def bounds() -> Bounds:
    """Return what the environment allows (see above).

    Raises:
        ValueError: a variable is no positive number.
    """
    defaults = Bounds(2_000_000, 20_000_000, 100, 10.0)
    found = []
    for name, default in defaults._asdict().items():
        found.append(type(default)(positive(f"AE_TRAINING_{name.upper()}", default)))
    return Bounds(*found)


def positive(variable: str, default: float) -> float:
    """Return the number > 0 that an environment variable holds; ValueError if it is none."""
    text = os.environ.get(variable) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ValueError(f"{variable} must be a number above 0, got {text!r:.40}")
    return value


def exceeded(settings: Settings) -> list[str]:
    """Return which of "parameters", "multiply_adds" and "epochs" are beyond `bounds`."""
    allowed = bounds()
    sizes = {
        "parameters": sum(parameters(settings).values()),
        "multiply_adds": sum(multiply_adds(settings).values()),
        "epochs": settings.epochs,
    }
    return [name for name, size in sizes.items() if size > getattr(allowed, name)]


def places(hidden: Iterable[int]) -> int:
    """Return how many places each map of a convolutional code has: 196, 49, 16 or 4."""
    return SIDES[len(tuple(hidden)) + 1] ** 2


class Layer(NamedTuple):
    """One layer with trained numbers, as it will be."""

    kind: str  # "dense", "conv" or "conv_transpose"
    shape: tuple[int, ...]  # of its result for one image
    parameters: int
    multiply_adds: int  # of one image


def layers(settings: Settings) -> dict[str, tuple[Layer, ...]]:
    """Return the layers of "encoder" and "decoder", in order; a posterior is one of 2 × d."""
    if settings.kind == "convolutional":
        return {"encoder": tuple(_convs(settings)), "decoder": tuple(_transposed(settings))}
    code = settings.code_size
    widths = [PIXELS, *settings.hidden]
    twice = 2 if settings.kind == "variational" else 1
    return {
        "encoder": tuple(_dense([*widths, twice * code])),
        "decoder": tuple(_dense([code, *widths[::-1]])),
    }


def _dense(widths: list[int]) -> Iterator[Layer]:
    for inputs, outputs in itertools.pairwise(widths):
        yield Layer("dense", (outputs,), (inputs + 1) * outputs, inputs * outputs)


def channels(settings: Settings) -> list[int]:
    """Return how many maps a convolutional network has, from the picture to the code."""
    return [1, *settings.hidden, settings.code_size // places(settings.hidden)]


def _convs(settings: Settings) -> Iterator[Layer]:
    maps = channels(settings)
    for i, (inputs, outputs) in enumerate(itertools.pairwise(maps)):
        side = SIDES[i + 1]
        weights = 9 * inputs * outputs
        yield Layer("conv", (side, side, outputs), weights + outputs, weights * side**2)


def _transposed(settings: Settings) -> Iterator[Layer]:
    maps = channels(settings)
    for i in range(len(maps) - 1, 0, -1):
        weights = 9 * maps[i] * maps[i - 1]
        shape = (SIDES[i - 1], SIDES[i - 1], maps[i - 1])
        # A transposed convolution applies its kernel at every place of its input.
        yield Layer("conv_transpose", shape, weights + maps[i - 1], weights * SIDES[i] ** 2)


def parameters(settings: Settings) -> dict[str, int]:
    """Return how many trainable numbers "encoder" and "decoder" have."""
    return {part: sum(one.parameters for one in each) for part, each in layers(settings).items()}


def multiply_adds(settings: Settings) -> dict[str, int]:
    """Return the multiply-adds of one image through "encoder" and "decoder"."""
    return {part: sum(one.multiply_adds for one in each) for part, each in layers(settings).items()}


def steps(settings: Settings, images: int = TRAINING_IMAGES) -> int:
    """Return how many steps an epoch has, of a training set of so many images."""
    used = max(1, round(settings.share * images))
    return used // min(settings.batch_size, used)


# ---------------------------------------------------------------- how long

# Seconds, on two cores of 2025; measured, and right within a factor of two.
_STEP = 0.8e-3  # of each step, whatever it computes
_UPDATE = 3e-9  # of each trained number in each step
_IMAGE = {"dense": 6e-6, "conv": 20e-6}  # of each image, whatever the layers
_MULTIPLY_ADD = {"dense": 1.5e-11, "conv": 4e-11}
_NOISE = 2e-5  # of each image that is damaged
_BACKWARD = 3  # forward once, and back for the layers' inputs and for their weights
VALIDATION_IMAGES = 5_000  # forward only, after each epoch


def seconds(settings: Settings, speed: float = 1.0) -> float:
    """Return about how long the training takes, without export; half of it at a speed of 2."""
    kind = "conv" if settings.kind == "convolutional" else "dense"
    forward = sum(multiply_adds(settings).values()) * _MULTIPLY_ADD[kind]
    images = max(1, round(settings.share * TRAINING_IMAGES))
    update = _STEP + _UPDATE * sum(parameters(settings).values())
    epoch = (
        steps(settings) * update
        + images * (_IMAGE[kind] + _BACKWARD * forward + _NOISE * (settings.noise_level > 0))
        + VALIDATION_IMAGES * (_IMAGE[kind] + forward)
    )
    return settings.epochs * epoch / speed


# ---------------------------------------------------------------- the classic tutorials

_BLOG = Settings(hidden=(), code_activation="relu", batch_size=256)
# F. Chollet, Building Autoencoders in Keras, 2016, as written there, but for three things: we
# train on 55,000 images, have strides where they pool and repeat pixels, and z has variance 1.
PRESETS: dict[str, Settings] = {
    "simple": dataclasses.replace(_BLOG, epochs=50),
    "sparse": dataclasses.replace(_BLOG, l1=1e-4, epochs=100),
    "deep": dataclasses.replace(_BLOG, hidden=(128, 64), epochs=100),
    "convolutional": dataclasses.replace(
        _BLOG, kind="convolutional", hidden=(16, 8), code_size=128, batch_size=128, epochs=50
    ),
    "denoising": dataclasses.replace(
        _BLOG, kind="convolutional", hidden=(32,), code_size=1568, batch_size=128, epochs=100,
        noise_level=0.5,
    ),
    "variational": dataclasses.replace(
        _BLOG, kind="variational", hidden=(64,), code_size=2, code_activation="linear",
        batch_size=32, epochs=100,
    ),
}  # fmt: skip
