"""Denoising: what networks and classical filters make of the same noisy images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .. import filters, metrics, noise
from ..autoencoder import Autoencoder
from ..baselines import SEED

NOISY = "noisy"  # the row that no network and no filter has touched


def answers(
    noisy: np.ndarray, networks: Mapping[str, Autoencoder], settings: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Return the noisy images themselves, then what each filter and each network makes of them.

    Args:
        noisy: float32 (n, 28, 28) in [0, 1].
        networks: by name.
        settings: of the filters, by name.
    """
    return {
        NOISY: noisy,
        **{name: filters.apply(name, noisy, setting) for name, setting in settings.items()},
        **{name: ae.reconstruct(noisy) for name, ae in networks.items()},
    }


def row(
    ae: Autoencoder, image: np.ndarray, kind: str, levels: Sequence[float], seed: int
) -> np.ndarray:
    """Return the row of `strip` of one network, float32 (levels, 28, 28); arguments as there."""
    return ae.reconstruct(np.stack([noise.add(image, kind, level, seed) for level in levels]))


def scores(
    ae: Autoencoder, images: np.ndarray, kind: str, levels: Sequence[float]
) -> dict[str, list[float]]:
    """Return "mse" and "ssim" of what a network makes of noisy images, means at each level.

    Args:
        ae: the network.
        images: float32 (n, 28, 28) in [0, 1], clean.
        kind: of noise; its seed is that of all measurements.
        levels: of the noise.
    """
    found = [ae.reconstruct(noise.add(images, kind, level, SEED)) for level in levels]
    return {
        "mse": [float(metrics.mse(images, rebuilt).mean()) for rebuilt in found],
        "ssim": [float(metrics.ssim(images, rebuilt).mean()) for rebuilt in found],
    }


def strip(
    image: np.ndarray,
    kind: str,
    levels: Sequence[float],
    seed: int,
    networks: Mapping[str, Autoencoder],
    settings: Mapping[str, Sequence[float]],
) -> dict[str, np.ndarray]:
    """Return the same for one image (28, 28) at rising levels of one draw of noise.

    Args:
        image: the clean digit.
        kind, seed: of the noise (`noise.add`).
        levels: of the noise, one for each picture of a row.
        networks: by name.
        settings: of the filters by name, one for each level.

    Returns:
        By row, float32 (levels, 28, 28) in [0, 1].
    """
    noisy = np.stack([noise.add(image, kind, level, seed) for level in levels])
    rows = answers(noisy, networks, {})
    filtered = {
        name: np.stack([filters.apply(name, *each) for each in zip(noisy, strengths, strict=True)])
        for name, strengths in settings.items()
    }
    return {NOISY: rows.pop(NOISY), **filtered, **rows}
