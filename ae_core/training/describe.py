"""Describing a Keras network for those who run it without Keras: its steps, read off its graph.

A description is a list of steps, first one first, which `ae_core.browser` can carry out:

    {"layer": "dense", "kernel": 2, "bias": 0, "activation": "gelu",
     "normalised": True, "residual": True}

is `x + gelu(dense(normalised x))`. Kernel and bias are places in `runtime.Network.constants()`;
a bias of None is all zeros. A new kind of layer needs a function in `STEPS` here and one in
`browser.LAYERS`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import browser

Step = dict[str, Any]


class NotDescribedError(ValueError):
    """A network does something that has no description; the message says what."""


def steps(network, constants: list[np.ndarray]) -> list[Step]:
    """Return the steps of a Keras network.

    Args:
        network: one input, one output; functional or sequential.
        constants: the trained numbers of its LiteRT file, from `runtime.Network.constants`.

    Raises:
        NotDescribedError: it has several outputs, a layer that is not known, or a kernel that is
            not among `constants`.
    """
    if len(network.outputs) != 1:
        raise NotDescribedError(f"not for the browser: {len(network.outputs)} outputs")
    found: list[Step] = []
    tensor = network.outputs[0]
    while (operation := _made_by(tensor)[0]) is not _made_by(network.inputs[0])[0]:
        kind = type(operation).__name__
        if kind not in STEPS:
            raise NotDescribedError(f"not for the browser: {kind}")
        step, tensor = STEPS[kind](tensor, constants)
        if step:
            found.insert(0, step)
    return found


def _made_by(tensor) -> tuple[Any, list[Any]]:
    """Return the operation that makes a symbolic tensor, and its inputs."""
    operation, node, _ = tensor._keras_history
    return operation, operation._inbound_nodes[node].input_tensors


def _reshape(tensor, constants) -> tuple[None, Any]:
    """No step: a picture and a list of its pixels are the same numbers in the same order."""
    return None, _made_by(tensor)[1][0]


def _dense(tensor, constants) -> tuple[Step, Any]:
    layer, (before,) = _made_by(tensor)
    activation = layer.activation.__name__
    if activation not in browser.ACTIVATIONS or len(before.shape) != 2:
        raise NotDescribedError(f"not for the browser: Dense, {activation}, on {before.shape}")
    normalised = type(_made_by(before)[0]).__name__ == "LayerNormalization"
    if normalised:
        norm, (before,) = _made_by(before)
        if norm.scale or norm.center or norm.epsilon != browser.NORM_EPSILON:
            raise NotDescribedError(f"not for the browser: {norm.name} is not a plain one")
    bias = None if layer.bias is None else layer.bias.numpy()
    step = {
        "layer": "dense",
        "kernel": _place(layer.kernel.numpy().T, constants, f"the kernel of {layer.name}"),
        "bias": None
        if bias is None or not bias.any()  # LiteRT leaves such a bias out
        else _place(bias, constants, f"the bias of {layer.name}"),
        "activation": activation,
        "normalised": normalised,
        "residual": False,
    }
    return step, before


def _add(tensor, constants) -> tuple[Step, Any]:
    """A residual layer: the sum of x and of what a dense layer makes of x."""
    _, parts = _made_by(tensor)
    for whole, part in (parts, parts[::-1]):
        if type(_made_by(part)[0]).__name__ == "Dense":
            step, before = _dense(part, constants)
            if before is whole:
                return step | {"residual": True}, whole
    raise NotDescribedError("not for the browser: Add, of other than x and dense(x)")


def _place(values: np.ndarray, constants: list[np.ndarray], what: str) -> int:
    """Return which of `constants` holds `values`, as float16."""
    for index, constant in enumerate(constants):
        if np.array_equal(constant, values.astype(np.float16)):
            return index
    raise NotDescribedError(f"not for the browser: {what} is not in the LiteRT file")


STEPS = {"Dense": _dense, "Add": _add, "Flatten": _reshape, "Reshape": _reshape}
