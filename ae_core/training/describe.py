"""Describing a Keras network for those who run it without Keras: its steps, read off its graph.

What a description looks like stands in `ae_core.layers`, and a new kind of layer needs a function
in `STEPS` here. It is called with the symbolic tensor that an operation of its kind makes, and the
trained numbers of the LiteRT file; it returns the tensors that its first step takes, and the steps.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..layers import ACTIVATIONS, LAYERS

Step = dict[str, Any]


IDENTITIES = {"ActivityRegularization"}  # in use: it only adds to the loss of a training


class NotDescribedError(ValueError):
    """A network does something that has no description; the message says what."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not for the browser: {what}")


def steps(network, constants: list[np.ndarray]) -> list[Step]:
    """Return the steps of a Keras network.

    Args:
        network: one input, functional or sequential; two outputs are stacked, as in LiteRT files.
        constants: the trained numbers of its LiteRT file, from `runtime.Network.constants`.

    Raises:
        NotDescribedError: it has other inputs or outputs, a layer that is not known, or a kernel
            that is not among `constants`.
    """
    if len(network.inputs) != 1 or len(network.outputs) > 2:
        raise NotDescribedError(f"{len(network.inputs)} inputs, {len(network.outputs)} outputs")
    start = network.inputs[0]
    found = [{"layer": "input", "shape": list(start.shape[1:])}]
    places = {id(start): 0}

    def place(tensor) -> int:
        """Return where in `found` a tensor is made, after adding what it takes to make it."""
        if id(tensor) not in places:
            operation, inputs = _made_by(tensor)
            kind = type(operation).__name__
            if kind in IDENTITIES:
                places[id(tensor)] = place(inputs[0])
                return places[id(tensor)]
            if kind not in STEPS:
                raise NotDescribedError(kind)
            taken, *made = STEPS[kind](tensor, constants)
            _append(found, made[0], [place(each) for each in taken])
            for step in made[1:]:
                _append(found, step, [len(found) - 1])
            places[id(tensor)] = len(found) - 1
        return places[id(tensor)]

    last = [place(tensor) for tensor in network.outputs]
    if len(last) == 2:
        _append(found, {"layer": "stack"}, last)
    return found


def _append(found: list[Step], step: Step, of: list[int]) -> None:
    """Add a step without what goes without saying."""
    defaults = {"of": [len(found) - 1]} | dict(LAYERS[step["layer"]].settings)
    step = {key: step[key] for key in step if step[key] != defaults.get(key)}
    found.append(step if of == defaults["of"] else step | {"of": of})


def _made_by(tensor) -> tuple[Any, list[Any]]:
    """Return the operation that makes a symbolic tensor, and its inputs."""
    operation, node, _ = tensor._keras_history
    return operation, operation._inbound_nodes[node].input_tensors


# ---------------------------------------------------------------- with trained numbers


def _dense(tensor, constants):
    layer, taken = _made_by(tensor)
    trained = _trained(layer, layer.kernel.numpy().T, constants)
    return taken, {"layer": "dense"} | trained


def _conv(tensor, constants):
    layer, taken = _made_by(tensor)
    if layer.groups != 1:
        raise NotDescribedError(f"{layer.name}, of {layer.groups} groups")
    sliding = _sliding(layer)
    trained = _trained(layer, layer.kernel.numpy().transpose(3, 0, 1, 2), constants)
    return taken, {"layer": "conv"} | trained | sliding


def _conv_transpose(tensor, constants):
    layer, taken = _made_by(tensor)
    if layer.output_padding is not None:
        raise NotDescribedError(f"{layer.name}, with output padding")
    sliding = _sliding(layer)
    trained = _trained(layer, layer.kernel.numpy().transpose(2, 0, 1, 3), constants)
    return taken, {"layer": "conv_transpose"} | trained | sliding


def _sliding(layer) -> Step:
    if len(set(layer.strides)) > 1 or set(layer.dilation_rate) != {1}:
        raise NotDescribedError(f"{layer.name}, strides {layer.strides}, {layer.dilation_rate}")
    if layer.data_format != "channels_last" or layer.padding not in ("same", "valid"):
        raise NotDescribedError(f"{layer.name}, {layer.data_format}, {layer.padding}")
    return {"stride": layer.strides[0], "padding": layer.padding}


def _trained(layer, kernel: np.ndarray, constants: list[np.ndarray]) -> Step:
    bias = None if layer.bias is None else layer.bias.numpy()
    return {
        "kernel": _place(kernel, constants, f"the kernel of {layer.name}"),
        "bias": None
        if bias is None or not bias.any()  # LiteRT leaves such a bias out
        else _place(bias, constants, f"the bias of {layer.name}"),
        "activation": _name(layer.activation),
    }


def _place(values: np.ndarray, constants: list[np.ndarray], what: str) -> int:
    """Return which of `constants` holds `values`, as float16."""
    for index, constant in enumerate(constants):
        if np.array_equal(constant, values.astype(np.float16)):
            return index
    raise NotDescribedError(f"{what} is not in the LiteRT file")


def _name(activation) -> str:
    import keras

    name = activation.__name__
    if name not in ACTIVATIONS or activation is not getattr(keras.activations, name):
        raise NotDescribedError(f"the activation {name}")
    return name


# ---------------------------------------------------------------- without


def _activation(tensor, constants):
    layer, taken = _made_by(tensor)
    return taken, {"layer": "activation", "activation": _name(layer.activation)}


def _add(tensor, constants):
    taken = _made_by(tensor)[1]
    if len(taken) != 2 or taken[0].shape != taken[1].shape:
        raise NotDescribedError(f"Add, of {[each.shape for each in taken]}")
    return taken, {"layer": "add"}


def _normalise(tensor, constants):
    layer, taken = _made_by(tensor)
    last = len(tensor.shape) - 1
    plain = not (layer.scale or layer.center or getattr(layer, "rms_scaling", False))
    if not plain or list(np.atleast_1d(layer.axis)) not in ([-1], [last]):
        raise NotDescribedError(f"{layer.name} is not a plain one")
    return taken, {"layer": "normalise", "epsilon": layer.epsilon}


def _reshape(tensor, constants):
    return _made_by(tensor)[1], {"layer": "reshape", "shape": list(tensor.shape[1:])}


def _permute(tensor, constants):
    layer, taken = _made_by(tensor)
    return taken, {"layer": "permute", "axes": list(layer.dims)}


def _crop(tensor, constants):
    layer, taken = _made_by(tensor)
    if layer.data_format != "channels_last":
        raise NotDescribedError(f"{layer.name}, {layer.data_format}")
    return taken, {"layer": "crop", "crop": [size for pair in layer.cropping for size in pair]}


def _pool(tensor, constants):
    layer, taken = _made_by(tensor)
    size, *others = {*layer.pool_size, *layer.strides}
    divides = not others and all(side % size == 0 for side in taken[0].shape[1:3])
    if not divides or layer.data_format != "channels_last":
        raise NotDescribedError(f"{layer.name}, {layer.pool_size}, {layer.strides}")
    return taken, {"layer": "pool", "pool": size}


def _clip(tensor, constants):
    operation, taken = _made_by(tensor)
    if not isinstance(operation.x_min, float | int) or not isinstance(operation.x_max, float | int):
        raise NotDescribedError("Clip, by other than numbers")
    return taken, {"layer": "clip", "low": operation.x_min, "high": operation.x_max}


def _space_to_depth(tensor, constants):
    """Blocks of pixels become channels: two reshapes with a permutation between them."""
    operation, taken = _made_by(tensor)
    if operation.data_format != "channels_last":
        raise NotDescribedError(f"SpaceToDepth, {operation.data_format}")
    (rows, columns, _), channels, size = tensor.shape[1:], taken[0].shape[3], operation.block_size
    return (
        taken,
        {"layer": "reshape", "shape": [rows, size, columns, size, channels]},
        {"layer": "permute", "axes": [1, 3, 2, 4, 5]},
        {"layer": "reshape", "shape": list(tensor.shape[1:])},
    )


def _strongest(tensor, constants):
    """The rule of `models.sparse.strongest`: scores · (scores ≥ the weakest that is kept)."""
    for scores, kept in (pair := _made_by(tensor)[1], pair[::-1]):
        asked = _only(_only([kept], "Cast"), "GreaterEqual")
        if len(asked) == 2 and asked[0] is scores:
            return [scores], {"layer": "strongest", "kept": _rank(scores, asked[1])}
    raise NotDescribedError("Multiply, of other than numbers and which of them are kept")


def _only(tensors: list[Any], kind: str) -> list[Any]:
    """Return what goes into the operation that makes the only tensor, if it is of that kind."""
    if len(tensors) != 1 or not hasattr(tensors[0], "_keras_history"):
        return []
    operation, taken = _made_by(tensors[0])
    return taken if type(operation).__name__ == kind else []


def _rank(scores, chosen) -> int:
    """Return which of the sorted `scores` (n, d) is `chosen` (n, 1): 1 for the largest.

    Sorting and picking a place give the same place for any scores, so some are tried.
    """
    import keras

    tensor, size = chosen, math.prod(scores.shape[1:])
    while type(_made_by(tensor)[0]).__name__ in ("GetItem", "Take"):
        tensor = _made_by(tensor)[1][0]
    sorted_ones = _only([tensor], "TopK")
    if not sorted_ones or sorted_ones[0] is not scores or tensor._keras_history.tensor_index:
        raise NotDescribedError("Multiply, of numbers and those above something")
    if len(scores.shape) != 2 or tuple(chosen.shape[1:]) != (1,):
        raise NotDescribedError(f"Multiply, of {scores.shape} and those above {chosen.shape}")
    falling = np.arange(size, 0, -1).astype(np.float32)[None]
    return size + 1 - int(keras.Function(scores, chosen)(falling)[0, 0])


STEPS = {
    "Activation": _activation,
    "Add": _add,
    "AveragePooling2D": _pool,
    "Clip": _clip,
    "Conv2D": _conv,
    "Conv2DTranspose": _conv_transpose,
    "Cropping2D": _crop,
    "Dense": _dense,
    "Flatten": _reshape,
    "LayerNormalization": _normalise,
    "Multiply": _strongest,
    "Permute": _permute,
    "Reshape": _reshape,
    "SpaceToDepth": _space_to_depth,
}
