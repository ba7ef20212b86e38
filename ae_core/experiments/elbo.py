"""The ELBO of one image: what it costs to rebuild it, and what its code costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import latent, metrics

if TYPE_CHECKING:
    from ..autoencoder import Autoencoder


class Terms(NamedTuple):
    """The two terms of the negative ELBO of one image, in nats, and its posterior.

    Attributes:
        reconstruction: the expected binary cross-entropy of the image, summed over its pixels.
        kl: KL(q(z | x) || N(0, I)), summed over the numbers of the code.
        mean: (d,), of the posterior.
        deviation: (d,), the standard deviation of each number.
    """

    reconstruction: float
    kl: float
    mean: np.ndarray
    deviation: np.ndarray

    @property
    def negative_elbo(self) -> float:
        """Reconstruction + KL."""
        return self.reconstruction + self.kl


def terms(ae: Autoencoder, image: np.ndarray, draws: int, seed: int = 0) -> Terms:
    """Return the terms of one image, the reconstruction averaged over draws of z.

    Args:
        ae: a variational family; where a class belongs to the code, it is the one that fits best.
        image: (28, 28) in [0, 1].
        draws: how many, >= 1; the standard error falls with their square root.
        seed: of the draws.

    Raises:
        TypeError: the family is not variational.
        ValueError: `image` has another shape or dtype, or values outside [0, 1].
    """
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    codes = latent.sample_posterior(mean, log_var, draws, seed)
    if ae.classes:
        label = int(ae.encode(image[None])[0, -ae.classes :].argmax())
        codes = ae.with_class(codes, np.full(draws, label))
    pictures = ae.decode(codes)
    errors = metrics.bce(np.broadcast_to(image, pictures.shape), pictures)
    return Terms(
        reconstruction=image.size * float(errors.mean()),
        kl=float(latent.kl(mean, log_var).sum()),
        mean=mean,
        deviation=np.exp(0.5 * log_var),
    )
