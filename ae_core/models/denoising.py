"""The convolutional denoising autoencoder, with a view of the whole digit."""

from __future__ import annotations

from dataclasses import dataclass

from .. import noise
from . import blocks
from .base import Family


@dataclass(frozen=True)
class Denoising(Family):
    title = "Denoising, conv."
    tagline = "Cleans up locally, and sees the whole digit too."
    teaches = (
        "Convolutions clean up locally: a lone white pixel is no stroke. But where half of a "
        "stroke is gone, only the rest of the digit tells how it went on, so layers in the "
        "middle let every place of the picture hear from every other. Its code has as many "
        "numbers as the picture has pixels: the noise, not the code, keeps it from copying. Of "
        "all networks here it removes noise best, and it leaves a clean digit almost as it is."
    )
    source = "P. Vincent et al., 2008; I. Tolstikhin et al., MLP-Mixer, 2021, arXiv:2105.01601"
    order = 6
    goals = {
        "noisy.gaussian": 0.0100,
        "noisy.masking": 0.0090,
        "noisy.salt_and_pepper": 0.0100,
        "mse": 0.0030,
    }
    tutorial = {"noisy.gaussian": 0.0108, "noisy.masking": 0.055, "noisy.salt_and_pepper": 0.0122}

    channels: int = 16  # the code is 7 × 7 × 16 = 784 numbers: noise, not the code, is the hurdle
    widths: tuple[int, int] = (24, 64)  # features at 14×14 and 7×7
    mixers: int = 3  # on either side of the code; purely local layers stop at .0106
    epochs: int = 18  # 75 s each on two cores; 3 already reach .0108, .0113 and .0111
    learning_rate: float = 2e-3

    def build(self):
        import keras
        from keras import layers

        fine, coarse = self.widths
        image = keras.Input((28, 28))
        x = layers.Conv2D(fine, 4, strides=2, padding="same")(layers.Reshape((28, 28, 1))(image))
        x = blocks.local(x)
        x = layers.Conv2D(coarse, 3, strides=2, padding="same", activation="gelu")(x)
        x = layers.Reshape((49, coarse))(blocks.local(x))
        for _ in range(self.mixers):
            x = blocks.everywhere(x)
        x = layers.Dense(self.channels)(x)
        encoder = keras.Model(
            image, layers.Reshape((7, 7, self.channels), name="code")(x), name="encoder"
        )

        code = keras.Input((7, 7, self.channels))
        x = layers.Dense(coarse)(layers.Reshape((49, self.channels))(code))
        for _ in range(self.mixers):
            x = blocks.everywhere(x)
        x = blocks.local(layers.Reshape((7, 7, coarse))(x))
        x = layers.Conv2DTranspose(fine, 3, strides=2, padding="same", activation="gelu")(x)
        x = blocks.local(x)
        x = layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid")(x)
        decoder = keras.Model(code, layers.Reshape((28, 28))(x), name="decoder")
        return encoder, decoder

    def corrupt(self, images, rng):
        return noise.training_mix(images, rng)
