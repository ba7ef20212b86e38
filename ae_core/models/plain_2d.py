"""The plain autoencoder with a plane for a code: the VAE with its clouds taken away."""

from __future__ import annotations

from dataclasses import dataclass

from . import dense
from .base import Family


@dataclass(frozen=True)
class Plain2D(Family):
    title = "Plain (2-D)"
    tagline = "Two numbers as well, but a map with holes."
    teaches = (
        "The same networks as a VAE's, but the encoder names a point, not a cloud, and nothing "
        "pulls the points together. It rebuilds digits just as well. But the map has whatever "
        "size and shape training left it, with gaps where no digit lies: nothing told the "
        "decoder what to draw there."
    )
    source = "G. Hinton, R. Salakhutdinov, Reducing the Dimensionality of Data, Science 2006"
    order = 20
    compared = False

    latent_dim: int = 2
    width: int = 96  # the networks are those of beta.py, which it is compared with
    decoder_layers: int = 3
    epochs: int = 30
    learning_rate: float = 4e-3

    def build(self):
        import keras
        from keras import layers

        image = keras.Input((28, 28))
        code = layers.Dense(self.latent_dim, name="mean")(dense.features(image, self.width))
        encoder = keras.Model(image, code, name="encoder")
        return encoder, dense.decoder(self.latent_dim, self.width, self.decoder_layers)
