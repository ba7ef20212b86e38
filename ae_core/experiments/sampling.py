"""Making digits from codes: where to sample them, and how good the digits are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from .. import arrays, latent
from . import walks

if TYPE_CHECKING:
    from ..autoencoder import Autoencoder
    from ..data import Split

PLAIN, VAE = "deep", "variational_16d"
SOURCES = {"prior": PLAIN, "normal": PLAIN, "mixture": PLAIN, "vae": VAE}  # whose codes they are
TEMPERATURES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)  # at which they are measured
NEIGHBOURS = 10
AT_ONCE = 250  # pictures whose distances to all real digits are in memory


class Draw(NamedTuple):
    """Codes sampled from a mixture, at any temperature: start + temperature · spread.

    Attributes:
        start: float32 (n, d), the mean of the component that each comes from.
        spread: float32 (n, d), how far it is from there at temperature 1.
    """

    start: np.ndarray
    spread: np.ndarray

    def codes(self, temperature: float) -> np.ndarray:
        """Return the codes at a temperature >= 0, float32 (n, d)."""
        return self.start + np.float32(temperature) * self.spread


@dataclass(frozen=True)
class Mixture:
    """A mixture of normal distributions; one normal is a mixture of one.

    Attributes:
        weights: (k,), how often each component is sampled; they add up to 1.
        means: (k, d).
        roots: (k, d, d), the Cholesky factor of each covariance, a lower triangle.
    """

    weights: np.ndarray
    means: np.ndarray
    roots: np.ndarray

    @classmethod
    def standard(cls, dimensions: int) -> Self:
        """Return N(0, I)."""
        return cls(np.ones(1), np.zeros((1, dimensions)), np.eye(dimensions)[None])

    @classmethod
    def normal(cls, codes: np.ndarray) -> Self:
        """Return the normal fitted to codes (n, d)."""
        root = np.linalg.cholesky(np.cov(codes, rowvar=False))
        return cls(np.ones(1), codes.mean(axis=0)[None], root[None])

    @classmethod
    def read(cls, packed: Mapping[str, Any]) -> Self:
        """Return the mixture that `packed` has put into a study."""
        weights, means, triangles = (
            arrays.unpack(packed[name]) for name in ("weights", "means", "triangles")
        )
        k, d = means.shape
        roots = np.zeros((k, d, d), np.float32)
        roots[(slice(None), *np.tril_indices(d))] = triangles
        return cls(weights / weights.sum(), means, roots)

    def packed(self) -> dict[str, Any]:
        """Return the mixture as JSON has it; numbers are float16, weights float32."""
        rows, columns = np.tril_indices(self.means.shape[1])
        return {
            "weights": arrays.pack(self.weights, "<f4"),
            "means": arrays.pack(self.means),
            "triangles": arrays.pack(self.roots[:, rows, columns]),
        }

    def draw(self, n: int, seed: int) -> Draw:
        """Return `n` codes; mixtures of the same dimensions move and stretch the same draw."""
        noise = latent.sample_prior(n, self.means.shape[1], seed)
        chosen = np.random.default_rng([seed, 1]).choice(len(self.weights), n, p=self.weights)
        spread = np.einsum("nij,nj->ni", self.roots[chosen], noise)
        return Draw(self.means[chosen].astype(np.float32), spread.astype(np.float32))

    def log_likelihood(self, codes: np.ndarray) -> float:
        """Return the mean log-likelihood of codes (n, d), in nats."""
        parts = []
        for weight, mean, root in zip(self.weights, self.means, self.roots, strict=True):
            white = np.linalg.solve(root.astype(np.float64), (codes - mean).T)
            volume = np.log(np.diag(root)).sum() + 0.5 * len(mean) * np.log(2 * np.pi)
            parts.append(np.log(weight) - volume - 0.5 * np.square(white).sum(axis=0))
        return float(np.logaddexp.reduce(parts, axis=0).mean())


def mixtures(figures: Mapping[str, Any]) -> dict[str, Mixture]:
    """Return what codes are sampled from, by the names of `SOURCES`.

    Args:
        figures: of the study `sampling`.
    """
    fitted = {name: Mixture.read(figures[name]) for name in ("normal", "mixture")}
    plain, vae = fitted["normal"].means.shape[1], figures["dimensions"]["vae"]
    return {"prior": Mixture.standard(plain), **fitted, "vae": Mixture.standard(vae)}


# ---------------------------------------------------------------- how good the digits are


class Measures(NamedTuple):
    """How pictures compare with real digits.

    Attributes:
        distance: from a picture to its ten nearest real digits, the mean, in pixel values (the root
            of the sum of squares); averaged over the pictures.
        effective_classes: of the classes that the ten vote for, from 1 to 10.
        strangeness: which share of a picture the judge cannot rebuild, averaged.
    """

    distance: float
    effective_classes: float
    strangeness: float


def _distances(images: np.ndarray, real: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the squares of the distances from some of the images to all real ones."""
    squares = np.square(real).sum(axis=1)
    for start in range(0, len(images), AT_ONCE):
        some = images[start : start + AT_ONCE]
        yield np.square(some).sum(axis=1)[:, None] + squares - 2 * some @ real.T


def nearest(images: np.ndarray, real: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the distances to the `k` nearest real images, and which these are, (n, k) each.

    Args:
        images: float32 (n, 28, 28).
        real: float32 (m, 28, 28), m >= k.
        k: how many; in no order.
    """
    distances, places = [], []
    for squares in _distances(images.reshape(-1, 784), real.reshape(-1, 784)):
        chosen = np.argpartition(squares, k - 1, axis=1)[:, :k]
        places.append(chosen)
        distances.append(np.sqrt(np.take_along_axis(squares, chosen, axis=1).clip(0)))
    return np.concatenate(distances), np.concatenate(places)


def measure(images: np.ndarray, real: Split, judge: Autoencoder) -> Measures:
    """Return how images (n, 28, 28) in [0, 1] compare with real digits.

    Args:
        images: such as decoded codes.
        real: the digits that they are compared with.
        judge: as of `walks.strangeness`.
    """
    distances, places = nearest(images, real.images, NEIGHBOURS)
    votes = (real.labels[places][:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)
    return Measures(
        float(distances.mean()),
        latent.effective_classes(votes),
        float(walks.strangeness(images, judge).mean()),
    )
