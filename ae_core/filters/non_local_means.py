"""Non-local means: each pixel becomes a mean of those whose surroundings look like its own.

A. Buades, B. Coll, J.-M. Morel, A Non-Local Algorithm for Image Denoising, CVPR 2005; scikit-image
computes it, in the faster way of J. Darbon et al. (2008).
"""

from __future__ import annotations

import numpy as np

TITLE = "Non-local means"
ORDER = 2
UNIT = "h"
SETTINGS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5)  # how unlike surroundings may be that still count
PATCH = 5  # pixels, the side of what is compared: a little wider than a stroke
DISTANCE = 6  # pixels, how far it looks: with 4 or 11 it comes no nearer to the clean digits


def apply(images: np.ndarray, setting: float) -> np.ndarray:
    """Return the images filtered one by one."""
    from skimage.restoration import denoise_nl_means  # heavy, and few need it

    filtered = [
        denoise_nl_means(image, patch_size=PATCH, patch_distance=DISTANCE, h=setting)
        for image in images
    ]
    return np.stack(filtered) if filtered else images
