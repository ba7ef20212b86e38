"""A network of dense layers in a form that a browser can run: one file, no library.

The file is a line of JSON, then all numbers as little-endian float16: for each layer the kernel
(row by row: inputs × outputs), then the bias. `pages/ui/components/latent_plane` runs it; `run`
here is the same arithmetic in NumPy, to compare with. What the layers are stands in the card of
the network ("layers", written by `training.describe`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.special import erf, expit

NORM_EPSILON = 2**-10  # of the families' LayerNormalization
ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda y: y,
    "relu": lambda y: np.maximum(y, 0),
    "elu": lambda y: np.where(y > 0, y, np.expm1(np.minimum(y, 0))),
    "gelu": lambda y: 0.5 * y * (1 + erf(y / 2**0.5)),
    "sigmoid": expit,
}


def pack(layers: Sequence[dict[str, Any]]) -> bytes:
    """Return the file for `layers`.

    Args:
        layers: for each dense layer "kernel" (inputs, outputs), "bias" (outputs,), "activation"
            (one of `ACTIVATIONS`), "normalised": whether its input x is brought to mean 0 and
            variance 1 first, and "residual": whether the result is added to x.
    """
    described = [
        {
            "layer": "dense",
            "inputs": layer["kernel"].shape[0],
            "outputs": layer["kernel"].shape[1],
            "activation": layer["activation"],
            "normalised": layer["normalised"],
            "residual": layer["residual"],
        }
        for layer in layers
    ]
    numbers = [np.asarray(layer[part], "<f2").tobytes() for layer in layers
               for part in ("kernel", "bias")]  # fmt: skip
    return json.dumps(described).encode() + b"\n" + b"".join(numbers)


def from_description(steps: Sequence[dict[str, Any]], constants: Sequence[np.ndarray]) -> bytes:
    """Return the file for a network whose card describes it.

    Args:
        steps: `card["layers"]["decoder"]` or `["encoder"]`, as `training.describe` writes them.
        constants: of the same network, from `runtime.Network.constants`.

    Raises:
        ValueError: a step is of a kind that no browser runs.
    """
    layers = []
    for step in steps:
        if step["layer"] not in LAYERS:
            raise ValueError(f"expected a layer of {list(LAYERS)}, got {step['layer']!r}")
        kernel = constants[step["kernel"]].T
        bias = np.zeros(kernel.shape[1]) if step["bias"] is None else constants[step["bias"]]
        layers.append(step | {"kernel": kernel, "bias": bias})
    return pack(layers)


def unpack(contents: bytes) -> list[dict[str, Any]]:
    """Return the layers of a packed file, kernels and biases as float32."""
    head, _, body = contents.partition(b"\n")
    numbers, start, layers = np.frombuffer(body, "<f2").astype(np.float32), 0, []
    for layer in json.loads(head):
        inputs, outputs = layer["inputs"], layer["outputs"]
        end = start + inputs * outputs
        kernel, bias = numbers[start:end].reshape(inputs, outputs), numbers[end : end + outputs]
        layers.append(layer | {"kernel": kernel, "bias": bias})
        start = end + outputs
    return layers


def run(layers: Sequence[dict[str, Any]], batch: np.ndarray) -> np.ndarray:
    """Return what unpacked layers make of a batch (n, …), float32 (n, outputs of the last one)."""
    x = np.asarray(batch, np.float32).reshape(len(batch), -1)
    for layer in layers:
        x = LAYERS[layer["layer"]](layer, x)
    return x.astype(np.float32)


def decode(layers: Sequence[dict[str, Any]], codes: np.ndarray) -> np.ndarray:
    """Return the pictures, float32 (n, 28, 28), that unpacked layers make of codes (n, …)."""
    return run(layers, codes).reshape(-1, 28, 28)


def _dense(layer: dict[str, Any], x: np.ndarray) -> np.ndarray:
    y = x
    if layer["normalised"]:
        y = y - y.mean(axis=1, keepdims=True)
        y = y / np.sqrt(y.var(axis=1, keepdims=True) + NORM_EPSILON)
    y = ACTIVATIONS[layer["activation"]](y @ layer["kernel"] + layer["bias"])
    return x + y if layer["residual"] else y


LAYERS = {"dense": _dense}  # how each kind of layer is run
