"""How far a reconstruction is from its original: one number an image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .checks import UNIT, checked

EPSILON = 1e-7  # Keras's: keeps the logarithm finite where a pixel is exactly 0 or 1
SSIM_WINDOW = 7


def _pair(images: ArrayLike, reconstructions: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(images), np.asarray(reconstructions)
    if a.shape != b.shape or a.ndim != 3 or 0 in a.shape[1:]:
        raise ValueError(f"expected two arrays of shape (n, h, w), got {a.shape} and {b.shape}")
    return (
        checked(a, "images", ("n", "h", "w"), within=UNIT, dtype=np.float64),
        checked(b, "reconstructions", ("n", "h", "w"), within=UNIT, dtype=np.float64),
    )


def bce(images: ArrayLike, reconstructions: ArrayLike) -> np.ndarray:
    """Return the binary cross-entropy in nats a pixel, float64 (n,).

    Args:
        images, reconstructions: float (n, h, w) in [0, 1]; reconstructions are kept 1e-7 away
            from 0 and 1, as Keras does.

    Raises:
        ValueError: the shapes differ or are not (n, h, w), the dtype is not a float, or a value
            is outside [0, 1] or NaN.
    """
    a, b = _pair(images, reconstructions)
    b = np.clip(b, EPSILON, 1 - EPSILON)
    return -(a * np.log(b) + (1 - a) * np.log1p(-b)).mean(axis=(1, 2))


def mse(images: ArrayLike, reconstructions: ArrayLike) -> np.ndarray:
    """Return the mean squared error a pixel, float64 (n,); arguments and errors as for `bce`."""
    a, b = _pair(images, reconstructions)
    return ((a - b) ** 2).mean(axis=(1, 2))


def psnr(images: ArrayLike, reconstructions: ArrayLike) -> np.ndarray:
    """Return the peak signal-to-noise ratio in dB, float64 (n,); infinite for equal images.

    10 log10(1 / MSE), the peak being 1; arguments and errors as for `bce`.
    """
    return decibels(mse(images, reconstructions))


def decibels(error: ArrayLike) -> np.ndarray:
    """Return the PSNR in dB of mean squared errors, float64; infinite where there is none."""
    with np.errstate(divide="ignore"):
        return -10 * np.log10(np.asarray(error, np.float64))


def _window_mean(images: np.ndarray) -> np.ndarray:
    """Mean over every whole 7×7 window: (n, h, w) -> (n, h - 6, w - 6)."""
    for axis in (1, 2):
        windows = np.lib.stride_tricks.sliding_window_view(images, SSIM_WINDOW, axis)
        images = windows.mean(axis=-1)
    return images


def ssim(images: ArrayLike, reconstructions: ArrayLike) -> np.ndarray:
    """Return the mean structural similarity, float64 (n,): 1 for equal images, 0 for unrelated.

    Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity",
    2004, with a flat 7×7 window and sample covariance (as scikit-image computes it), K1 = .01,
    K2 = .03 and a data range of 1. Arguments and errors as for `bce`.
    """
    a, b = _pair(images, reconstructions)
    c1, c2 = 0.01**2, 0.03**2
    mean_a, mean_b = _window_mean(a), _window_mean(b)
    sample = SSIM_WINDOW**2 / (SSIM_WINDOW**2 - 1)
    var_a = sample * (_window_mean(a * a) - mean_a**2)
    var_b = sample * (_window_mean(b * b) - mean_b**2)
    cov = sample * (_window_mean(a * b) - mean_a * mean_b)
    similarity = ((2 * mean_a * mean_b + c1) * (2 * cov + c2)) / (
        (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    )
    return similarity.mean(axis=(1, 2))


def percentile(error: float, quantiles: Sequence[float]) -> float:
    """Return the share, in percent, of test images whose error lies below `error`.

    Args:
        error: one error.
        quantiles: 101 ascending numbers, the 0th to 100th percentile of the test errors.
    """
    return float(np.interp(error, quantiles, np.linspace(0, 100, len(quantiles))))
