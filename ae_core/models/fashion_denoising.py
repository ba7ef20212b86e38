"""A convolutional denoiser for clothes, with strides in place of pooling."""

from __future__ import annotations

from dataclasses import dataclass

from .. import noise
from .denoising import Denoising


@dataclass(frozen=True)
class FashionDenoising(Denoising):
    title = "Denoising, strided"
    tagline = "Takes a little Gaussian noise off clothes."
    teaches = (
        "It was shown clothes under one kind of noise at one level, Gaussian with σ = 0.2, and "
        "asked for the clean ones. Each convolution with stride 2 halves the picture, and the "
        "decoder doubles it again. At that level it removes almost four fifths of the "
        "squared error; what it never saw, such as blacked out pixels, it mends far less."
    )
    source = "TensorFlow tutorials, Intro to Autoencoders: second example"
    order = 9
    datasets = ("fashion_mnist",)
    own_noise = ("gaussian", 0.2)  # the tutorial's
    goals = {"noisy.own": 0.0065}
    tutorial = {"noisy.own": 0.0084}

    mixers: int = 0  # little noise can be removed by looking around: no need to see it all
    epochs: int = 8

    def corrupt(self, images, rng):
        return noise.add(images, *self.own_noise, rng)
