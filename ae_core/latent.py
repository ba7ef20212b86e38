"""The latent space: where to look in it, and what the loss says about a point of it."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from scipy import ndimage, spatial

SPACINGS = ("linear", "quantile")


def kl(mean: np.ndarray, log_var: np.ndarray) -> np.ndarray:
    """Return KL(N(mean, exp(log_var)) || N(0, 1)) in nats for each dimension, shaped like `mean`.

    Closed form: (mean² + exp(log_var) - 1 - log_var) / 2; Kingma and Welling 2013, appendix B.
    """
    return 0.5 * (np.square(mean) + np.exp(log_var) - 1.0 - log_var)


def axis(size: int, extent: float, spacing: str = "linear") -> np.ndarray:
    """Return `size` ascending coordinates for one axis of a grid, float32 (size,).

    Args:
        size: >= 1.
        extent: the outermost coordinate, in (0, 8]; the axis runs from -extent to extent.
        spacing: "linear" for equal steps, "quantile" for equal shares of the standard normal
            between -extent and extent, so that no part of the prior is shown more than another.

    Raises:
        ValueError: an argument is outside its range.
    """
    if size < 1 or not 0 < extent <= 8:  # beyond 8 the normal's shares are 0 and 1
        raise ValueError(f"expected size >= 1 and extent in (0, 8], got {size} and {extent}")
    if spacing not in SPACINGS:
        raise ValueError(f"expected spacing in {SPACINGS}, got {spacing!r}")
    if size == 1:
        return np.zeros(1, np.float32)
    if spacing == "linear":
        return np.linspace(-extent, extent, size, dtype=np.float32)
    normal = NormalDist()
    shares = np.linspace(normal.cdf(-extent), normal.cdf(extent), size)
    values = np.array([normal.inv_cdf(share) for share in shares], np.float32)
    values[[0, -1]] = -extent, extent  # far out, the rounding of cdf and inverse shows
    return values


def grid(size: int, extent: float, spacing: str = "linear") -> np.ndarray:
    """Return the codes of a size × size grid over the plane, float32 (size * size, 2).

    Row by row as a picture is read: the first row has the highest second coordinate.
    Arguments and errors as for `axis`.
    """
    values = axis(size, extent, spacing)
    z1, z2 = np.meshgrid(values, values[::-1])
    return np.stack([z1.ravel(), z2.ravel()], axis=1)


def mosaic(pictures: np.ndarray, columns: int) -> np.ndarray:
    """Return pictures (n, h, w) laid out in rows of `columns` as one picture.

    The last row is filled up with zeros; the result is (rows * h, columns * w).
    """
    n, height, width = pictures.shape
    rows = -(-n // columns)
    full = np.zeros((rows * columns, height, width), pictures.dtype)
    full[:n] = pictures
    full = full.reshape(rows, columns, height, width).swapaxes(1, 2)
    return full.reshape(rows * height, columns * width)


def densest(codes: np.ndarray, labels: np.ndarray, extent: float) -> np.ndarray:
    """Return where most codes of each class lie, float32 (10, 2); a class may have two heaps.

    Args:
        codes: (n, 2).
        labels: (n,) classes 0 to 9.
        extent: codes beyond it are left out.
    """
    edges = np.linspace(-extent, extent, 25)
    middles = (edges[1:] + edges[:-1]) / 2
    result = np.zeros((10, 2), np.float32)
    for label in range(10):
        x, y = codes[labels == label].T
        counts, _, _ = np.histogram2d(x, y, bins=[edges, edges])
        fullest = ndimage.gaussian_filter(counts, 1).argmax()
        result[label] = middles[list(np.unravel_index(fullest, counts.shape))]
    return result


def borders(codes: np.ndarray, labels: np.ndarray, near: int = 50) -> np.ndarray:
    """Return places where two classes meet: half-way between their middles, float32 (n, 2).

    Of the `near` nearest codes at least a third are of either class.

    Args:
        codes: (m, 2).
        labels: (m,) classes 0 to 9.
        near: how many codes around a place tell whose it is.
    """
    middles = densest(codes, labels, 3.0)
    pairs = np.array([(a, b) for a in range(10) for b in range(a)])
    places = middles[pairs].mean(axis=1)
    around = labels[spatial.KDTree(codes).query(places, near)[1]]
    shares = [(around == pairs[:, [side]]).mean(axis=1) for side in (0, 1)]
    return places[np.minimum(*shares) >= 1 / 3]


def sample_posterior(
    mean: np.ndarray, log_var: np.ndarray, n: int, seed: int | None = None
) -> np.ndarray:
    """Return `n` draws from N(mean, exp(log_var)), float32 (n, d), for one posterior (d,), (d,)."""
    draw = np.random.default_rng(seed).standard_normal((n, len(mean)), dtype=np.float32)
    return mean + np.exp(0.5 * log_var) * draw


def sample_prior(n: int, dimensions: int, seed: int | None = None) -> np.ndarray:
    """Return `n` draws from the prior N(0, 1), float32 (n, dimensions)."""
    return np.random.default_rng(seed).standard_normal((n, dimensions), dtype=np.float32)


def sample_like(codes: np.ndarray, n: int, seed: int | None = None) -> np.ndarray:
    """Return `n` draws from the normal fitted to `codes` (m, d), float32 (n, d).

    They are those of `sample_prior` with the same seed, moved and stretched.
    """
    spread = np.linalg.cholesky(np.cov(codes, rowvar=False))
    draws = sample_prior(n, codes.shape[1], seed) @ spread.T + codes.mean(axis=0)
    return draws.astype(np.float32)


def extent(codes: np.ndarray, share: float) -> float:
    """Return half the side of the square around 0 that holds `share` of the codes (n, 2)."""
    return float(np.quantile(np.abs(codes).max(axis=1), share))


def nearest(points: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each point (n, d) is from its nearest code (m, d), and which code that is."""
    return spatial.KDTree(codes).query(points)


def spacing(codes: np.ndarray) -> float:
    """Return the median distance from a code (n, d) to the next one: the map's own yardstick."""
    return float(np.median(spatial.KDTree(codes).query(codes, 2)[0][:, 1]))


def effective_classes(labels: np.ndarray) -> float:
    """Return how many classes stand in `labels` (n,), weighted: exp of their entropy.

    10 if ten classes come equally often, 1 if only one comes.
    """
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(np.exp(-(shares * np.log(shares)).sum()))


def traverse(code: np.ndarray, index: int, values: np.ndarray) -> np.ndarray:
    """Return copies of a code (d,) with its number `index` set to each of `values`, (n, d)."""
    codes = np.repeat(np.asarray(code, np.float32)[None], len(values), axis=0)
    codes[:, index] = values
    return codes
