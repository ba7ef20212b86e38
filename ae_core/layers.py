"""What networks are made of: for each kind of layer its settings, its shape and its arithmetic.

A network is described by a list of steps in the order in which they can be carried out:

    {"layer": "input", "shape": [28, 28]}
    {"layer": "reshape", "shape": [784]}
    {"layer": "dense", "kernel": 0, "bias": 1, "activation": "gelu"}
    {"layer": "dense", "kernel": 2, "bias": 3, "activation": "gelu"}
    {"layer": "add", "of": [2, 3]}

"of" says whose results a step takes, as places in this list: left out, it is the step before. So
the last three are `h + gelu(dense h)`. Kernel and bias are places in the trained numbers of the
network's LiteRT file (`runtime.Network.constants`). A setting that has its default is left out.

A new kind of layer needs an entry in `LAYERS` here, one in `training/describe.py`, which reads it
off a Keras network, and one in `pages/ui/components/common/network.js`, which runs it in a browser.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import erf, expit

Step = Mapping[str, Any]
Shape = tuple[int, ...]
ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda y: y,
    "relu": lambda y: np.maximum(y, 0),
    "elu": lambda y: np.where(y > 0, y, np.expm1(np.minimum(y, 0))),
    "gelu": lambda y: 0.5 * y * (1 + erf(y / 2**0.5)),
    "tanh": np.tanh,
    "sigmoid": expit,
}
NEEDED = object()  # instead of a default, of a setting that has none


@dataclass(frozen=True)
class Layer:
    """One kind of layer. Shapes are those of one item, arrays have (n, *shape).

    Attributes:
        shape: (step, shape of each result that it takes) -> shape of its own; raises ValueError
            if there is none. The step's "kernel" is the kernel's shape here.
        run: (step, each result that it takes) -> its own. The step's "kernel" and "bias" are
            arrays here, and it has the "shape" of its result.
        settings: what a step can say beside "layer" and "of", with the defaults.
        takes: how many results it takes.
        arrange: the axes of a LiteRT kernel in the order in which `run` wants them.
    """

    shape: Callable[..., Shape]
    run: Callable[..., np.ndarray]
    settings: Mapping[str, Any]
    takes: int = 1
    arrange: Shape = ()


def expect(right: bool, what: str, got: Any) -> None:
    """Raise ValueError if it is not right: "expected {what}, got {got}"."""
    if not right:
        raise ValueError(f"expected {what}, got {got}")


def margin(size: Shape, stride: int, large: Shape, small: Shape) -> Shape:
    """Return how far the windows of a convolution stick out above and to the left: (rows, columns).

    Args:
        size: of a window, (rows, columns).
        stride: how far a window lies from the next one.
        large: (rows, columns, …) of the picture that the windows slide over.
        small: (rows, columns, …) of the picture that has a place for each window.
    """
    over = ((small[i] - 1) * stride + size[i] - large[i] for i in (0, 1))
    return tuple(max(0, each) // 2 for each in over)


# ---------------------------------------------------------------- with trained numbers

TRAINED = {"kernel": NEEDED, "bias": None, "activation": "linear"}
SLIDING = TRAINED | {"stride": 1, "padding": "valid"}


def _dense_shape(step: Step, x: Shape) -> Shape:
    inputs, outputs = step["kernel"]
    expect(x[-1:] == (inputs,), f"a shape that ends in {inputs}", x)
    return (*x[:-1], outputs)


def _dense(step: Step, x: np.ndarray) -> np.ndarray:
    return ACTIVATIONS[step["activation"]](x @ step["kernel"] + step["bias"])


def _conv_shape(step: Step, x: Shape) -> Shape:
    *size, channels, filters = step["kernel"]
    expect(len(x) == 3 and x[2] == channels, f"a picture of {channels} channels", x)
    if step["padding"] == "same":
        return (*(math.ceil(x[i] / step["stride"]) for i in (0, 1)), filters)
    expect(x[0] >= size[0] and x[1] >= size[1], f"at least {size} pixels", x)
    return (*((x[i] - size[i]) // step["stride"] + 1 for i in (0, 1)), filters)


def _conv(step: Step, x: np.ndarray) -> np.ndarray:
    kernel, stride, (rows, columns, _) = step["kernel"], step["stride"], step["shape"]
    height, width = kernel.shape[:2]
    top, left = margin((height, width), stride, x.shape[1:], step["shape"])
    below = max(0, (rows - 1) * stride + height - top - x.shape[1])
    right = max(0, (columns - 1) * stride + width - left - x.shape[2])
    x = np.pad(x, ((0, 0), (top, below), (left, right), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))
    windows = windows[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)  # … × rows × columns × in
    return ACTIVATIONS[step["activation"]](np.tensordot(windows, kernel, 3) + step["bias"])


def _spread_shape(step: Step, x: Shape) -> Shape:
    channels, *size, filters = step["kernel"]
    expect(len(x) == 3 and x[2] == channels, f"a picture of {channels} channels", x)
    more = [0, 0] if step["padding"] == "same" else [max(0, s - step["stride"]) for s in size]
    return (*(x[i] * step["stride"] + more[i] for i in (0, 1)), filters)


def _spread(step: Step, x: np.ndarray) -> np.ndarray:
    """Each place of the small picture adds a window to the large one."""
    kernel, stride, (rows, columns, filters) = step["kernel"], step["stride"], step["shape"]
    (n, small_rows, small_columns, _), (height, width) = x.shape, kernel.shape[1:3]
    top, left = margin((height, width), stride, step["shape"], x.shape[1:])
    windows = np.tensordot(x, kernel, 1)
    tall = max(rows + top, (small_rows - 1) * stride + height)
    wide = max(columns + left, (small_columns - 1) * stride + width)
    large = np.zeros((n, tall, wide, filters), np.float32)
    for i in range(height):
        for j in range(width):
            down, across = i + stride * small_rows, j + stride * small_columns
            large[:, i:down:stride, j:across:stride] += windows[:, :, :, i, j]
    y = large[:, top : top + rows, left : left + columns]
    return ACTIVATIONS[step["activation"]](y + step["bias"])


# ---------------------------------------------------------------- without


def _same(step: Step, *shapes: Shape) -> Shape:
    expect(len(set(shapes)) == 1, "equal shapes", shapes)
    return shapes[0]


def _reshaped(step: Step, x: Shape) -> Shape:
    shape = tuple(step["shape"])
    expect(math.prod(shape) == math.prod(x), f"{math.prod(x)} numbers", shape)
    return shape


def _permuted(step: Step, x: Shape) -> Shape:
    axes = step["axes"]
    expect(sorted(axes) == [*range(1, len(x) + 1)], f"the axes 1 to {len(x)}", axes)
    return tuple(x[axis - 1] for axis in axes)


def _cropped(step: Step, x: Shape) -> Shape:
    top, bottom, left, right = step["crop"]
    shape = (x[0] - top - bottom, x[1] - left - right, x[2]) if len(x) == 3 else ()
    expect(len(x) == 3 and min(shape) > 0, "a picture larger than what is cut off", x)
    return shape


def _crop(step: Step, x: np.ndarray) -> np.ndarray:
    (top, _, left, _), (rows, columns, _) = step["crop"], step["shape"]
    return x[:, top : top + rows, left : left + columns]


def _pooled(step: Step, x: Shape) -> Shape:
    size = step["pool"]
    fits = len(x) == 3 and x[0] % size == x[1] % size == 0
    expect(fits, f"a picture of sides that {size} divides", x)
    return (x[0] // size, x[1] // size, x[2])


def _pool(step: Step, x: np.ndarray) -> np.ndarray:
    """The mean of each square of pixels."""
    (rows, columns, channels), size = step["shape"], step["pool"]
    return x.reshape(-1, rows, size, columns, size, channels).mean(axis=(2, 4))


def _normalise(step: Step, x: np.ndarray) -> np.ndarray:
    x = x - x.mean(axis=-1, keepdims=True)
    return x / np.sqrt(x.var(axis=-1, keepdims=True) + step["epsilon"])


def _list(step: Step, x: Shape) -> Shape:
    expect(len(x) == 1 and step["kept"] <= x[0], f"a list of at least {step['kept']} numbers", x)
    return x


def _strongest(step: Step, x: np.ndarray) -> np.ndarray:
    """All but the largest are zero; equal ones are kept or dropped together."""
    weakest = np.sort(x, axis=1)[:, -step["kept"], None]
    return x * (x >= weakest)


LAYERS = {
    "input": Layer(lambda step: tuple(step["shape"]), lambda step, x: x, {"shape": NEEDED}, 0),
    "dense": Layer(_dense_shape, _dense, TRAINED, arrange=(1, 0)),
    "conv": Layer(_conv_shape, _conv, SLIDING, arrange=(1, 2, 3, 0)),
    "conv_transpose": Layer(_spread_shape, _spread, SLIDING, arrange=(3, 1, 2, 0)),
    "activation": Layer(_same, lambda step, x: ACTIVATIONS[step["activation"]](x),
                        {"activation": NEEDED}),
    "add": Layer(_same, lambda step, x, y: x + y, {}, 2),
    "normalise": Layer(_same, _normalise, {"epsilon": NEEDED}),
    "reshape": Layer(_reshaped, lambda step, x: x.reshape(-1, *step["shape"]), {"shape": NEEDED}),
    "permute": Layer(_permuted, lambda step, x: x.transpose(0, *step["axes"]), {"axes": NEEDED}),
    "pool": Layer(_pooled, _pool, {"pool": NEEDED}),
    "crop": Layer(_cropped, _crop, {"crop": NEEDED}),
    "clip": Layer(_same, lambda step, x: x.clip(step["low"], step["high"]),
                  {"low": NEEDED, "high": NEEDED}),
    "strongest": Layer(_list, _strongest, {"kept": NEEDED}),
    "stack": Layer(lambda step, x, y: (2, *_same(step, x, y)),
                   lambda step, x, y: np.stack([x, y], axis=1), {}, 2),
}  # fmt: skip
