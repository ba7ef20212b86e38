"""Denoising: what networks and classical filters make of the same noisy images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .. import filters, noise
from ..autoencoder import Autoencoder

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
