"""The conditional variational autoencoder: the class is given, the plane is left for style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .variational import Variational


@dataclass(frozen=True)
class Conditional(Variational):
    title = "Conditional (2-D)"
    tagline = "Which digit is given; the plane holds the handwriting."
    teaches = (
        "The decoder is told which digit to draw, ten numbers of which one is 1, beside the two of "
        "the plane. So the plane need not say which digit it is, and is left free for how it is "
        "written: slant, width, thickness. One point of the plane is one handwriting, and all ten "
        "digits can be drawn in it. Given a digit without its name, it tries all ten names and "
        "keeps the one that rebuilds it best."
    )
    source = "K. Sohn, H. Lee, X. Yan, Learning Structured Output Representation, NeurIPS 2015"
    order = 23
    datasets = ("mnist",)
    compared = False
    classes = 10
    goals = {"neg_elbo": 129.0}
    tutorial = {}

    decoder_layers: int = 3
    epochs: int = 40
    weight_decay: float = 2e-2  # worth 0.3 nats of validation
    sigma: float = 0.2  # of the noise that the encoder sees in training: it overfits less, which
    noisy: float = 0.7  # is worth 1.3 nats; the share of images that get it

    def corrupt(self, images, rng):
        levels = self.sigma * (rng.random((len(images), 1, 1)) < self.noisy)
        grain = rng.standard_normal(images.shape, dtype=np.float32)
        return images + levels.astype(np.float32) * grain

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        """The negative ELBO of an image given its class, in nats."""
        from keras import ops

        def named(z):
            return decoder(ops.concatenate([z, ops.one_hot(labels, self.classes)], axis=1))

        reconstruction, kl = self.elbo_terms(encoder, named, shown, clean)
        return reconstruction + kl

    def join(self, encoder, decoder, image):
        """Decode the posterior mean with each class in turn, and keep the best picture."""
        from keras import ops

        mean, _ = encoder(image)
        pictures = []
        for label in range(self.classes):
            name = 0 * mean[:, :1] + ops.one_hot([label], self.classes)  # one row for each image
            pictures.append(decoder(ops.concatenate([mean, name], axis=1)))
        pictures = ops.stack(pictures, axis=1)  # (n, classes, 28, 28)
        safe, clean = ops.clip(pictures, 1e-7, 1 - 1e-7), image[:, None]
        fit = clean * ops.log(safe) + (1 - clean) * ops.log(1 - safe)
        best = ops.argmax(ops.sum(fit, axis=(2, 3)), axis=1)
        chosen = ops.one_hot(best, self.classes)[:, :, None, None]
        return ops.sum(chosen * pictures, axis=1)
