"""What the 10,000 test images cost without any network: the ends of every scale.

`measure` works them out anew; a test compares.
"""

from __future__ import annotations

import numpy as np

from . import data, metrics, noise

NOISE_TESTS = (("gaussian", 0.5), ("masking", 0.5), ("salt_and_pepper", 0.3))  # kind, level
SEED = 0  # of the noise: the same damage for every family and every run
BCE_FLOOR = 0.05808  # nats per pixel of a perfect copy: grey pixels cost something
BCE_MEAN_IMAGE = 0.26249  # of answering with the mean training image, whatever was asked
# Of the noisy images themselves, by kind.
NOISY_MSE = {"gaussian": 0.11556, "masking": 0.05695, "salt_and_pepper": 0.14448}
BCE_FLOORS = {"mnist": BCE_FLOOR, "fashion_mnist": 0.24217}
# Of images with Gaussian noise, by data set and level.
GAUSSIAN_MSE = {
    ("mnist", 0.5): NOISY_MSE["gaussian"],
    ("fashion_mnist", 0.2): 0.0255,
    ("fashion_mnist", 0.5): 0.11772,
}


def measure() -> dict[str, float]:
    """Return the same figures, measured: "floor", "mean_image", and one for each kind of noise."""
    splits = data.load("mnist")
    images = splits.test.images
    mean = np.broadcast_to(splits.train.images.mean(axis=0), images.shape)
    return {
        "floor": float(metrics.bce(images, images).mean()),
        "mean_image": float(metrics.bce(images, mean).mean()),
        **{
            kind: float(metrics.mse(images, noise.add(images, kind, level, SEED)).mean())
            for kind, level in NOISE_TESTS
        },
    }
