"""The best linear code of each size, on the test images: what the bottleneck's networks beat."""

from __future__ import annotations

from typing import Any

from .. import data, metrics, pca
from . import rounded

SIZES = (2, 4, 8, 16, 32, 64, 128)
OF = tuple(f"mnist/bottleneck_{size}" for size in SIZES)


def measure() -> dict[str, Any]:
    """Return the MSE of PCA with each of `SIZES` coefficients, as it ships (`ae_core.pca`).

    "clipped" is that of pictures in [0, 1], as the networks draw; "linear" that of the sums
    themselves. The networks' own figures stand in their cards.
    """
    images = data.load("mnist").test.images
    components = pca.shipped()
    clipped = [metrics.mse(images, components.reconstruct(images, n)).mean() for n in SIZES]
    flat = images.reshape(-1, 784) - components.mean
    kept = [components.components[:n] for n in SIZES]
    linear = [((flat - flat @ rows.T @ rows) ** 2).mean() for rows in kept]
    return rounded({"sizes": list(SIZES), "clipped": clipped, "linear": linear})
