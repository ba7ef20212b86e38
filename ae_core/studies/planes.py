"""The plane of PCA: where the test images lie on it, and how good it is."""

from __future__ import annotations

from typing import Any

from .. import arrays, data, linear, metrics, pca
from ..training import evaluate
from . import rounded

OF = ()  # PCA is of the images alone


def measure() -> dict[str, Any]:
    """Return the figures of PCA with two numbers, fitted to the training images.

    "mse" is a pixel's on the test images, "vote" the accuracy of ten nearest neighbours as on the
    cards of the networks, "variance" the share of the training images' variance that it keeps.
    """
    train, _, test = data.load("mnist")
    plane = linear.Plane()
    codes = plane.encode(test.images)
    variance = train.images.reshape(-1, 784).var(axis=0, ddof=1, dtype=float).sum()
    figures = {
        "mse": metrics.mse(test.images, plane.decode(codes)).mean(),
        "vote": evaluate.vote(plane.encode(train.images), train.labels, codes, test.labels),
        "variance": pca.shipped().variances[:2].sum() / variance,
    }
    return rounded(figures) | {
        "codes": arrays.pack(codes),
        "labels": arrays.pack(test.labels, "|u1"),
    }
