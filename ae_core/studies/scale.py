"""One scale for BCE and MSE: from a perfect copy over PCA and the networks to a grey picture.

All on the 10,000 MNIST test images; the networks' own figures stand on their cards.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import data, metrics, pca
from . import rounded

OF: tuple[str, ...] = ()
# As many coefficients as the codes of the families have numbers; 64 is the dense denoiser's.
COUNTS = (2, 16, 32, 64, 128)
GREY = 0.5  # of a coin toss: BCE ln 2, whatever the picture


def measure() -> dict[str, Any]:
    """Return {"floor": {"bce", "mse"}, "mean_image": …, "grey": …, "pca": {"2": …, …}}.

    `floor` is what a perfect copy costs; `mean_image` answers with the mean training image.
    PCA is cut to [0, 1], and measured as it ships (`ae_core.pca`).
    """
    images = data.load("mnist").test.images
    components = pca.shipped()

    def errors(rebuilt: np.ndarray) -> dict[str, float]:
        return {
            "bce": metrics.bce(images, rebuilt).mean(),
            "mse": metrics.mse(images, rebuilt).mean(),
        }

    return rounded(
        {
            "floor": errors(images),
            "mean_image": errors(components.reconstruct(images, 0)),
            "grey": errors(np.full_like(images, GREY)),
            "pca": {str(n): errors(components.reconstruct(images, n)) for n in COUNTS},
        }
    )
