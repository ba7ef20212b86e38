"""The bottleneck dial: one deep autoencoder with codes from 2 numbers to 128."""

from __future__ import annotations

from dataclasses import dataclass

from .deep import Deep


@dataclass(frozen=True)
class Bottleneck(Deep):
    title = "Bottleneck"
    tagline = "One dial: how many numbers the code has."
    teaches = (
        "The same layers every time, and only the width of the narrowest place changes: from 2 "
        "numbers to 128. With two, a digit is hardly more than its class; with each doubling "
        "more of the handwriting comes through."
    )
    source = "G. Hinton, R. Salakhutdinov, Reducing the Dimensionality of Data, Science 2006"
    order = 24
    goals = {}  # each must beat PCA with as many coefficients, which a test says
    tutorial = {}
    compared = False

    width: int = 192  # seven of them ship: each a quarter smaller than the deep one
    residual_layers: int = 3  # one more makes good for the width
    epochs: int = 50
    batch_size: int = 256
    learning_rate: float = 4e-3

    @classmethod
    def members(cls):
        return tuple(cls(code_size=2**power) for power in range(1, 8))

    @property
    def name(self) -> str:
        """`bottleneck_32` for a code of 32 numbers."""
        return f"bottleneck_{self.code_size}"

    @property
    def member(self):
        return f"{self.code_size}-D"
