"""Principal component analysis: the best that a linear code of so many numbers can do.

K. Pearson, On Lines and Planes of Closest Fit to Systems of Points in Space, 1901.

The components that ship (`pca.npz`) are those of the 55,000 training images of MNIST, so that pages
can compare a digit without the data set; `python -m ae_core pca` makes them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from . import data
from .checks import UNIT, checked

FILE = Path(__file__).with_name("pca.npz")
SHIPPED = 128  # components: as many as the longest code that is compared has numbers


@dataclass(frozen=True)
class PCA:
    """A linear autoencoder: the code of an image is where it lies along the components.

    Attributes:
        mean: float64 (784,), of the images it was fitted to.
        components: float64 (784, 784), orthonormal rows; the one of most variance first. Of those
            that ship, (128, 784).
        variances: float64, as many: of the images along each component.
    """

    mean: np.ndarray
    components: np.ndarray
    variances: np.ndarray

    def encode(self, images: ArrayLike, size: int) -> np.ndarray:
        """Return the codes of images (n, 28, 28): float64 (n, size)."""
        return (_flat(images) - self.mean) @ self.components[:size].T

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Return the pictures of codes (n, size): float32 (n, 28, 28), clipped to [0, 1]."""
        pixels = self.mean + codes @ self.components[: codes.shape[1]]
        return pixels.clip(0, 1).astype(np.float32).reshape(-1, 28, 28)

    def reconstruct(self, images: ArrayLike, size: int) -> np.ndarray:
        """Return `decode(encode(images, size))`, float32 (n, 28, 28) in [0, 1]."""
        return self.decode(self.encode(images, size))


def fit(images: ArrayLike) -> PCA:
    """Return the components of images, float (n, 28, 28) in [0, 1], n >= 2.

    Raises:
        ValueError: `images` has another shape or dtype, or values outside [0, 1].
    """
    flat = _flat(images)
    mean = flat.mean(axis=0)
    # The eigenvectors of the covariance are the right singular vectors of the centred images.
    variances, vectors = np.linalg.eigh(np.cov(flat, rowvar=False))
    return PCA(mean, vectors.T[::-1], variances[::-1].clip(0))


def write() -> None:
    """Fit the components that ship, and write them in float16: of the difference, nothing is seen.

    Of each component, the largest number is positive.
    """
    fitted = fit(data.load("mnist").train.images)
    components = fitted.components[:SHIPPED]
    largest = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1)
    np.savez_compressed(
        FILE,
        mean=fitted.mean.astype(np.float16),
        components=(components * np.sign(largest)).astype(np.float16),
        variances=fitted.variances[:SHIPPED],
    )


@cache
def shipped() -> PCA:
    """Return the 128 components that ship."""
    with np.load(FILE) as file:
        parts = [file[name].astype(float) for name in ("mean", "components", "variances")]
    for part in parts:
        part.setflags(write=False)  # they belong to everybody who asks
    return PCA(*parts)


def _flat(images: ArrayLike) -> np.ndarray:
    return checked(images, "images", ("n", 28, 28), within=UNIT).reshape(-1, 784).astype(np.float64)
