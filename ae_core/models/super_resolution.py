"""Super-resolution: the encoder only shrinks the picture, the decoder learns to enlarge it."""

from __future__ import annotations

from dataclasses import dataclass

from . import blocks
from .base import Family, squared_error


@dataclass(frozen=True)
class SuperResolution(Family):
    title = "Super-resolution"
    tagline = "The code is a small picture; the decoder makes it large again."
    teaches = (
        "The encoder learns nothing: it averages squares of pixels, and the small picture is the "
        "code. What was between the pixels is lost, and no formula brings it back. The decoder "
        "has seen thousands of digits, and so it knows where a stroke is likely to run."
    )
    source = "C. Dong et al., Image Super-Resolution Using Deep Convolutional Networks, 2014"
    order = 25
    compared = False

    factor: int = 2  # of the sides: 28 becomes 14 (2) or 7 (4)
    fine: int = 24  # features at 14×14
    coarse: int = 64  # and at 7×7
    blocks_fine: int = 4
    mixers: int = 4  # at 7×7 only the whole digit says how a stroke runs on
    epochs: int = 10
    learning_rate: float = 3e-3

    @classmethod
    def members(cls):
        return (cls(factor=2, epochs=20), cls(factor=4, epochs=10))

    @property
    def side(self) -> int:
        """Of the small picture, in pixels."""
        return 28 // self.factor

    @property
    def name(self) -> str:
        """`super_resolution_14` for small pictures of 14 × 14."""
        return f"super_resolution_{self.side}"

    @property
    def member(self):
        return f"{self.side} × {self.side}"

    @property
    def goals(self):  # type: ignore[override]  # of each member its own
        return {"mse": {2: 0.0021, 4: 0.0077}[self.factor]}

    def build(self):
        import keras
        from keras import layers

        side = self.side
        image = keras.Input((28, 28))
        x = layers.AveragePooling2D(self.factor)(layers.Reshape((28, 28, 1))(image))
        small = layers.Reshape((side, side), name="code")(x)
        encoder = keras.Model(image, small, name="encoder")

        code = keras.Input((side, side))
        if side == 7:
            x = layers.Dense(self.coarse)(layers.Reshape((49, 1))(code))
            for _ in range(self.mixers):
                x = blocks.everywhere(x)
            x = blocks.local(layers.Reshape((7, 7, self.coarse))(x))
            x = layers.Conv2DTranspose(self.fine, 3, strides=2, padding="same", activation="gelu")(
                x
            )
        else:
            x = layers.Reshape((14, 14, 1))(code)
            x = layers.Conv2D(self.fine, 5, padding="same", activation="gelu")(x)
        for _ in range(self.blocks_fine if side == 14 else 1):
            x = blocks.local(x)
        x = layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid")(x)
        decoder = keras.Model(code, layers.Reshape((28, 28))(x), name="decoder")
        return encoder, decoder

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        """The squared error, which PSNR counts."""
        return squared_error(clean, decoder(encoder(shown)))
