"""The plain autoencoder with a plane for a code: the VAE with its clouds taken away."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Family
from .variational import Variational


@dataclass(frozen=True)
class Plain2D(Variational):
    title = "Plain (2-D)"
    tagline = "Two numbers as well, but a map with holes."
    teaches = (
        "The same two networks as in the VAE, but the encoder names a point and nothing pulls the "
        "points together. It rebuilds digits just as well. But the map has whatever size and shape "
        "training left it, with gaps where no digit ever lay: nobody told the decoder what to draw "
        "there."
    )
    source = "G. Hinton, R. Salakhutdinov, Reducing the Dimensionality of Data, Science 2006"
    order = 20
    compared = False
    variational = False

    width: int = 96  # as in beta.py, which it is compared with: only the loss differs
    decoder_layers: int = 3
    epochs: int = 30
    clip_norm: float = 1.0  # the loss is a mean over pixels

    def build_encoder(self):
        """Return image -> code (n, 2): the mean alone."""
        import keras

        whole = super().build_encoder()
        return keras.Model(whole.input, whole.output[0], name="encoder")

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        return Family.loss(self, encoder, decoder, shown, clean, labels, progress)
