"""The convolutional autoencoder: small filters that slide over the picture."""

from __future__ import annotations

from dataclasses import dataclass

from . import blocks
from .base import Family


@dataclass(frozen=True)
class Convolutional(Family):
    title = "Convolutional"
    tagline = "Filters slide over the picture; the code is eight small maps."
    teaches = (
        "Small filters slide over the picture, so a stroke is recognised wherever it lies. The "
        "code is not a list but eight little maps of 4×4 that still know left from right and up "
        "from down. It rebuilds almost anything made of strokes, even what is no digit. Like "
        "all networks trained on clean digits, it removes little noise."
    )
    source = "F. Chollet, Building Autoencoders in Keras, 2016; J. Masci et al., 2011"
    order = 4
    goals = {"bce": 0.0670}
    tutorial = {"bce": 0.0912, "mse": 0.0099}

    channels: int = 8  # the code is 4 × 4 × 8 = 128 numbers, as in the tutorial
    widths: tuple[int, int, int] = (24, 48, 64)  # features at 14×14, 7×7 and 4×4
    epochs: int = 20  # 3 epochs already give .0713, 20 give .065
    learning_rate: float = 3e-3

    def build(self):
        import keras
        from keras import layers

        fine, middle, coarse = self.widths
        image = keras.Input((28, 28))
        x = layers.Reshape((28, 28, 1))(image)
        x = layers.Conv2D(fine, 2, strides=2)(x)  # 14×14: cheap from the first layer on
        x = blocks.local(x)
        x = layers.Conv2D(middle, 3, strides=2, padding="same", activation="gelu")(x)  # 7×7
        x = blocks.local(x)
        x = layers.Conv2D(coarse, 3, strides=2, padding="same", activation="gelu")(x)  # 4×4
        x = blocks.local(x)
        code = layers.Conv2D(self.channels, 1, name="code")(x)
        encoder = keras.Model(image, code, name="encoder")

        code = keras.Input((4, 4, self.channels))
        x = layers.Conv2D(coarse, 1, activation="gelu")(code)
        x = blocks.local(x)
        x = layers.Conv2DTranspose(middle, 3, strides=2, padding="same", activation="gelu")(x)
        x = layers.Cropping2D(((0, 1), (0, 1)))(x)  # 8×8 back to 7×7
        x = blocks.local(x)
        x = layers.Conv2DTranspose(fine, 3, strides=2, padding="same", activation="gelu")(x)
        x = blocks.local(x)
        x = layers.Conv2DTranspose(1, 2, strides=2, activation="sigmoid")(x)
        decoder = keras.Model(code, layers.Reshape((28, 28))(x), name="decoder")
        return encoder, decoder
