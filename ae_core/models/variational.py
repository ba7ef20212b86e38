"""The variational autoencoder with a plane for a code: two numbers, and a map of all digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from . import dense
from .base import Family, binary_crossentropy


@dataclass(frozen=True)
class Variational(Family):
    title = "Variational (2-D)"
    tagline = "Two numbers, and a map of all digits."
    teaches = (
        "The encoder does not name a point but a small cloud, the posterior: a mean and a "
        "standard deviation for each of two numbers. The decoder must cope with any point of "
        "the cloud, and the KL term pulls all clouds towards one standard normal, the prior. So "
        "within about 3 σ there are no large gaps: between classes digits blend, and you can "
        "walk from one to another. The pictures are blurred because two numbers are all it "
        "keeps; those of a plain autoencoder with two numbers are as blurred."
    )
    source = "D. Kingma, M. Welling, Auto-Encoding Variational Bayes, 2013, arXiv:1312.6114"
    order = 10
    goals = {"neg_elbo": 137.0, "vote": 0.82, "multiply_adds.decoder": 500_000}
    tutorial = {"neg_elbo": 151.3, "vote": 0.72}
    variational = True
    datasets: ClassVar[tuple[str, ...]] = ("mnist", "fashion_mnist")

    latent_dim: int = 2  # a plane can be looked at
    width: int = 256  # the decoder stays under half a million multiply-adds: fast in a browser
    decoder_layers: int = 4  # all sharpness must come from unfolding two numbers
    log_var_range: tuple[float, float] = (-10.0, 4.0)  # an unclamped one once exploded to NaN
    epochs: int = 45  # it overfits: the weights of the best validation epoch are kept
    learning_rate: float = 4e-3
    clip_norm: float = 200.0  # the loss is a sum over 784 pixels, so its gradient is as large

    def build(self):
        inputs = self.latent_dim + self.classes
        return self.build_encoder(), dense.decoder(inputs, self.width, self.decoder_layers)

    def build_encoder(self):
        """Return image -> (mean, log_var) of the posterior, each (n, latent_dim)."""
        import keras
        from keras import layers, ops

        image = keras.Input((28, 28))
        x = dense.features(image, self.width)
        mean = layers.Dense(self.latent_dim, name="mean")(x)
        log_var = layers.Dense(self.latent_dim, name="log_var")(x)
        log_var = ops.clip(log_var, *self.log_var_range)
        return keras.Model(image, [mean, log_var], name="encoder")

    def elbo_terms(self, encoder, decoder, shown, clean):
        """Return (reconstruction, KL), nats an image, with one draw of z from the posterior."""
        from keras import ops, random

        mean, log_var = encoder(shown)
        z = mean + ops.exp(0.5 * log_var) * random.normal(ops.shape(mean))
        reconstruction = 784 * binary_crossentropy(clean, decoder(z))
        kl = 0.5 * ops.sum(ops.square(mean) + ops.exp(log_var) - 1.0 - log_var, axis=1)
        return reconstruction, ops.mean(kl)

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        """The negative ELBO in nats an image."""
        reconstruction, kl = self.elbo_terms(encoder, decoder, shown, clean)
        return reconstruction + kl
