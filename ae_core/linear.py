"""PCA as the autoencoder that it is: one linear layer to the code, one back, clipped to [0, 1].

It is solved, not trained, and has no folder in `weights/`: its components ship (`pca.shipped`), and
the study `planes` keeps the figures and the map of two numbers. Described in the steps of `layers`,
it runs in a browser and stands on the pages as any family does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import arrays, browser, pca
from .autoencoder import WEIGHTS, Autoencoder
from .layers import Step
from .runtime import Network

PCA = "pca"  # the name of that with two numbers, where families have theirs
ENCODER: tuple[Step, ...] = (
    {"layer": "input", "shape": [28, 28]},
    {"layer": "reshape", "shape": [784]},
    {"layer": "dense", "kernel": 0, "bias": 1},
)
BACK: tuple[Step, ...] = (
    {"layer": "dense", "kernel": 0, "bias": 1},
    {"layer": "clip", "low": 0, "high": 1},
    {"layer": "reshape", "shape": [28, 28]},
)


class NumPyNetwork(Network):
    """A network of described steps that NumPy runs, instead of LiteRT."""

    def __init__(self, steps: Sequence[Step], constants: Sequence[np.ndarray]) -> None:
        """Take the steps and their trained numbers, float16, as `browser.from_description` does.

        Raises:
            ValueError: they do not fit each other.
        """
        self._constants = list(constants)
        self.input_shape, self.output_shape = browser.shapes(steps, constants)
        self._steps = browser.unpack(browser.from_description(steps, constants))

    def constants(self) -> list[np.ndarray]:
        """Return the trained numbers, float16."""
        return [array.copy() for array in self._constants]

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        """Map float32 (n, *input_shape) to float32 (n, *output_shape), n >= 0."""
        return browser.run(self._steps, batch).reshape(-1, *self.output_shape)


class Projection(Autoencoder):
    """PCA with some numbers, as it was fitted to MNIST. Safe to call from many threads at once.

    Its card has "name", "dataset", "layers", "multiply_adds" and "test", without figures.
    """

    def __init__(self, size: int, name: str = "") -> None:
        """Take the components that ship, in float16 as the weights of the families are.

        Args:
            size: of the code, 1 to `pca.SHIPPED`.
            name: else "pca_<size>".
        """
        shipped = pca.shipped()
        mean, half = shipped.mean, shipped.components[:size].astype(np.float16)
        offset = -(half.astype(np.float64) @ mean)
        self.folder = WEIGHTS
        self.name = name or f"{PCA}_{size}"
        self.variational, self.classes, self.code_shape = False, 0, (size,)
        decoder: tuple[Step, ...] = ({"layer": "input", "shape": [size]}, *BACK)
        self.encoder = NumPyNetwork(ENCODER, [half, offset.astype(np.float16)])
        back = [np.ascontiguousarray(half.T), mean.astype(np.float16)]
        self.decoder = NumPyNetwork(decoder, back)
        self.card: dict[str, Any] = {
            "name": self.name,
            "dataset": "mnist",
            "variational": False,
            "layers": {"encoder": list(ENCODER), "decoder": list(decoder)},
            "multiply_adds": dict.fromkeys(("encoder", "decoder"), 784 * size),
            "test": {},
        }
        self.extras, self.test_codes = {}, None


class Plane(Projection):
    """PCA with two numbers. Its card has what was measured, "mse" and "vote"."""

    def __init__(self, figures: Mapping[str, Any] | None = None) -> None:
        """Take the figures of the study `planes`; without them it has no map and no figures.

        Raises:
            ValueError, KeyError: `figures` are not those of that study.
        """
        super().__init__(2, PCA)
        if figures is not None:
            self.card["test"] = {name: figures[name] for name in ("mse", "vote")}
            self.test_codes = arrays.unpack(figures["codes"]), arrays.unpack(figures["labels"])
