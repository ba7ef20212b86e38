"""A network in a form that a browser can run: one file, no library.

The file is a line of JSON, the steps of the network as `ae_core.layers` describes them, then all
trained numbers as little-endian float16: for each step that has a kernel the kernel, the axes of
what goes in before that of what comes out, then the bias. In the line "kernel" is the kernel's
shape, "shape" that of the step's result, and nothing is left out.
`pages/ui/components/common/network.js` runs it; `run` here is the same arithmetic in NumPy, to
compare with. What the steps are stands in the card of the network ("layers", written by
`training.describe`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .layers import LAYERS, Shape, Step, expect

LARGEST = 10_000_000  # numbers that all results of a network have together; denoising has 143,000


def completed(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return the steps with all that they leave out: "of", and settings with a default.

    Raises:
        ValueError: a step is of a kind that no browser runs, or takes a result that is not there.
    """
    whole: list[dict[str, Any]] = []
    for place, step in enumerate(steps):
        expect(step["layer"] in LAYERS, f"a layer of {list(LAYERS)}", repr(step["layer"]))
        expect((step["layer"] == "input") == (place == 0), "the input first", step["layer"])
        layer = LAYERS[step["layer"]]
        known = {"of": [place - 1] if layer.takes else []} | dict(layer.settings) | dict(step)
        right = len(known["of"]) == layer.takes and all(0 <= i < place for i in known["of"])
        expect(right, f"{layer.takes} of {place} results", known["of"])
        whole.append(known)
    return whole


def from_description(steps: Sequence[Step], constants: Sequence[np.ndarray]) -> bytes:
    """Return the file for a network whose card describes it.

    Args:
        steps: `card["layers"]["decoder"]` or `["encoder"]`, as `training.describe` writes them.
        constants: of the same network, from `runtime.Network.constants`.

    Raises:
        ValueError: a step is of a kind that no browser runs, or the steps do not fit each other or
            the constants.
    """
    described, numbers = _packed(steps, constants)
    body = b"".join(np.ascontiguousarray(each, "<f2").tobytes() for each in numbers)
    return json.dumps(described, separators=(",", ":")).encode() + b"\n" + body


def shapes(steps: Sequence[Step], constants: Sequence[np.ndarray]) -> tuple[Shape, Shape]:
    """Return the shapes of what goes in and comes out; arguments as for `from_description`.

    Raises:
        ValueError: the steps do not fit each other or the constants, a result would be too large,
            or a trained number is not finite.
    """
    described, numbers = _packed(steps, constants)
    expect(all(np.isfinite(each).all() for each in numbers), "finite numbers", "others")
    return described[0]["shape"], described[-1]["shape"]


def _packed(
    steps: Sequence[Step], constants: Sequence[np.ndarray]
) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """Return the steps as they stand in a file, and the kernels and biases that follow them."""
    described: list[dict[str, Any]] = []
    numbers: list[np.ndarray] = []
    size = 0
    for step in completed(steps):
        if "kernel" in step:
            kernel, bias = _trained(step, constants)
            numbers += [kernel, bias]
            step["kernel"] = kernel.shape
            del step["bias"]
        shape = LAYERS[step["layer"]].shape(step, *(described[i]["shape"] for i in step["of"]))
        size += math.prod(shape)
        expect(size <= LARGEST, f"at most {LARGEST} numbers", shape)
        described.append(step | {"shape": shape})
    return described, numbers


def _trained(step: Step, constants: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the kernel, with its axes as the layer wants them, and the bias."""
    axes, places = LAYERS[step["layer"]].arrange, [step["kernel"], step["bias"] or 0]
    expect(max(places) < len(constants), f"one of {len(constants)} arrays", places)
    kernel, outputs = constants[step["kernel"]], constants[step["kernel"]].shape[:1]
    expect(kernel.ndim == len(axes), f"a kernel of {len(axes)} axes", kernel.shape)
    bias = np.zeros(outputs) if step["bias"] is None else constants[step["bias"]]
    expect(bias.shape == outputs, f"a bias of {outputs}", bias.shape)
    return kernel.transpose(axes), bias


def unpack(contents: bytes) -> list[dict[str, Any]]:
    """Return the steps of a packed file, kernels and biases as float32."""
    head, _, body = contents.partition(b"\n")
    numbers, start, steps = np.frombuffer(body, "<f2").astype(np.float32), 0, json.loads(head)
    for step in steps:
        if "kernel" in step:
            end = start + math.prod(step["kernel"])
            last = end + step["shape"][-1]
            step["kernel"] = numbers[start:end].reshape(step["kernel"])
            step["bias"], start = numbers[end:last], last
    return steps


def run(steps: Sequence[Step], batch: np.ndarray) -> np.ndarray:
    """Return what unpacked steps make of a batch (n, …): float32 (n, *shape of the last one)."""
    results = [np.asarray(batch, np.float32).reshape(-1, *steps[0]["shape"])]  # of the input
    for step in steps[1:]:
        results.append(LAYERS[step["layer"]].run(step, *(results[i] for i in step["of"])))
    return results[-1].astype(np.float32)


def decode(steps: Sequence[Step], codes: np.ndarray) -> np.ndarray:
    """Return the pictures, float32 (n, 28, 28), that unpacked steps make of codes (n, …)."""
    return run(steps, codes).reshape(-1, 28, 28)
