"""A dense autoencoder for clothes: 64 numbers a picture, as the classic tutorial has it."""

from __future__ import annotations

from dataclasses import dataclass

from .deep import Deep


@dataclass(frozen=True)
class FashionDense(Deep):
    title = "Dense, 64 numbers"
    tagline = "Clothes in 64 numbers."
    teaches = (
        "Clothes are not lines on black: they have areas, greys and patterns, so the code has "
        "64 numbers where digits needed 32. Outline and shade come back, and a collar; the "
        "pattern of a fabric and what is printed on it do not."
    )
    source = "TensorFlow tutorials, Intro to Autoencoders: first example"
    order = 8
    datasets = ("fashion_mnist",)
    goals = {"mse": 0.0062}
    tutorial = {"mse": 0.0090}

    code_size: int = 64  # the tutorial's
    epochs: int = 60
