"""The dense denoising autoencoder: shown a damaged digit, asked for the clean one."""

from __future__ import annotations

from dataclasses import dataclass

from .. import noise
from .base import Family


@dataclass(frozen=True)
class DenoisingDense(Family):
    title = "Denoising, dense"
    tagline = "Shown a damaged digit, asked for the clean one."
    teaches = (
        "In training it was shown a digit damaged afresh each time, by Gaussian noise, masking "
        "or salt and pepper (one in twenty was left clean), and was asked for the clean one. To "
        "do that it must know what digits look like, and so it fills in what is missing. Turn "
        "the noise up until it guesses wrong: it then draws a clean digit, but another one."
    )
    source = "P. Vincent et al., Extracting and Composing Robust Features, ICML 2008"
    order = 5
    goals = {"noisy.gaussian": 0.0125, "noisy.masking": 0.0130}

    code_size: int = 64  # room for the digit, none for the noise
    width: int = 512  # a wide layer that looks at all pixels at once: it must average noise away
    epochs: int = 60
    learning_rate: float = 2e-3

    def build(self):
        import keras
        from keras import layers

        encoder = keras.Sequential(
            [
                keras.Input((28, 28)),
                layers.Flatten(),
                layers.Dense(self.width, activation="gelu"),
                layers.Dense(self.code_size, name="code"),
            ],
            name="encoder",
        )
        decoder = keras.Sequential(
            [
                keras.Input((self.code_size,)),
                layers.Dense(self.width, activation="gelu"),
                layers.Dense(784, activation="sigmoid"),
                layers.Reshape((28, 28)),
            ],
            name="decoder",
        )
        return encoder, decoder

    def corrupt(self, images, rng):
        return noise.training_mix(images, rng)
