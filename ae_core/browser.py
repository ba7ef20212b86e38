"""A dense decoder in a form that a browser can run: one file, no library.

The file is a line of JSON, then all numbers as little-endian float16: for each layer the kernel
(row by row: inputs × outputs), then the bias. `pages/ui/components/latent_plane` runs it; `decode`
here is the same arithmetic in NumPy, to compare with.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from scipy.special import erf, expit

NORM_EPSILON = 2**-10  # of the families' LayerNormalization


def pack(layers: list[dict[str, Any]]) -> bytes:
    """Return the file for `layers`.

    Args:
        layers: for each dense layer "kernel" (inputs, outputs), "bias" (outputs,), "activation"
            ("gelu" or "sigmoid") and "residual": True for x + activation(dense(normalised x)).
    """
    described = [
        {
            "inputs": layer["kernel"].shape[0],
            "outputs": layer["kernel"].shape[1],
            "activation": layer["activation"],
            "residual": layer["residual"],
        }
        for layer in layers
    ]
    numbers = [np.asarray(layer[part], "<f2").tobytes() for layer in layers
               for part in ("kernel", "bias")]  # fmt: skip
    return json.dumps(described).encode() + b"\n" + b"".join(numbers)


def from_constants(constants: list[np.ndarray]) -> bytes:
    """Return the file for a decoder as in variational.py, from `runtime.Network.constants`.

    A layer as wide as its input is a residual one, normalised first; the last one is the picture.
    """
    kernels = [constant.T for constant in constants if constant.ndim == 2]
    biases = [constant for constant in constants if constant.ndim == 1]
    return pack(
        [
            {
                "kernel": kernel,
                "bias": bias,
                "activation": "sigmoid" if kernel is kernels[-1] else "gelu",
                "residual": kernel.shape[0] == kernel.shape[1],
            }
            for kernel, bias in zip(kernels, biases, strict=True)
        ]
    )


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


def decode(layers: list[dict[str, Any]], codes: np.ndarray) -> np.ndarray:
    """Return the pictures, float32 (n, 28, 28), that unpacked layers make of codes (n, d)."""
    x = np.asarray(codes, np.float32)
    for layer in layers:
        y = x
        if layer["residual"]:
            y = y - y.mean(axis=1, keepdims=True)
            y = y / np.sqrt(y.var(axis=1, keepdims=True) + NORM_EPSILON)
        y = y @ layer["kernel"] + layer["bias"]
        y = expit(y) if layer["activation"] == "sigmoid" else 0.5 * y * (1 + erf(y / 2**0.5))
        x = x + y if layer["residual"] else y
    return x.reshape(-1, 28, 28).astype(np.float32)
