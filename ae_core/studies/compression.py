"""Compression: how many bytes a digit takes, and how well it comes back.

Codes and PCA are measured on all 10,000 MNIST test images; files on the first 100 of each class
among them, since a WebP file takes a millisecond, and there are a dozen settings.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import autoencoder, compression, data, metrics, pca
from ..autoencoder import DECODER, Autoencoder
from . import rounded

FAMILIES = ("deep", "simple", "sparse", "convolutional", "variational_16d")
OF = tuple(f"mnist/{name}" for name in FAMILIES)
COUNTS = (2, 4, 8, 16, 32, 64, 128)  # of PCA's coefficients
FILES_PER_CLASS = 100
KEPT = {"sparse": 16}  # numbers that are not 0, if they are few


def quantiser(ae: Autoencoder, images: np.ndarray) -> compression.Quantiser:
    """Return the quantiser of a family, with the ranges of the training images' codes."""
    return compression.fit(ae.encode(images).reshape(len(images), -1), KEPT.get(ae.name))


def measure() -> dict[str, Any]:
    """Return {"families": …, "pca": …, "files": …}.

    Of each family: the "ranges" (low, high) of its numbers, how many of them are "kept" (0: all),
    the bytes of its "decoder", "float32" (the MSE with nothing quantised), and "points": {"bits",
    "bytes", "mse"}. PCA's points have a "count", too, its "decoder" is the mean and 128 components
    in float32. Of each kind of file: "points": {"quality", "bytes", "header", "mse"}, means.
    """
    splits = data.load("mnist")
    images = splits.test.images
    found: dict[str, Any] = {"families": {}, "files": {}}
    for name in FAMILIES:
        ae = Autoencoder(autoencoder.WEIGHTS / "mnist" / name)
        codes = ae.encode(images)
        fitted = quantiser(ae, splits.train.images)
        flat = codes.reshape(len(codes), -1)
        points = []
        for bits in compression.BITS:
            back = ae.decode(fitted.quantised(flat, bits).reshape(codes.shape))
            error = metrics.mse(images, back).mean()
            points.append({"bits": bits, "bytes": fitted.size(bits), "mse": error})
        found["families"][name] = {
            "ranges": [fitted.low, fitted.high],
            "decoder": (ae.folder / DECODER).stat().st_size,
            "kept": KEPT.get(name, 0),  # 0: all
            "float32": metrics.mse(images, ae.decode(codes)).mean(),
            "points": points,
        }
    found["pca"] = _pca(splits.train.images, images)
    chosen = np.sort(
        np.concatenate(
            [np.flatnonzero(splits.test.labels == k)[:FILES_PER_CLASS] for k in range(10)]
        )
    )
    for kind in compression.FILES:
        found["files"][kind] = {"points": _file_points(kind, images[chosen])}
    return rounded(_plain(found))


def _pca(train: np.ndarray, images: np.ndarray) -> dict[str, Any]:
    most = max(COUNTS)
    fitted = compression.fit(pca.shipped().encode(train, most))
    codes = pca.shipped().encode(images, most)
    points = []
    for count in COUNTS:
        part = compression.Quantiser(fitted.low[:count], fitted.high[:count])
        for bits in compression.BITS:
            back = pca.shipped().decode(part.quantised(codes[:, :count], bits))
            error = metrics.mse(images, back).mean()
            points.append({"count": count, "bits": bits, "bytes": part.size(bits), "mse": error})
    return {
        "ranges": [fitted.low, fitted.high],
        "decoder": 4 * 784 * (1 + most),
        "points": points,
    }


def _file_points(kind: str, images: np.ndarray) -> list[dict[str, Any]]:
    settings: dict[int, list[tuple[int, int, float]]] = {}
    for image in images:
        for quality, packed in compression.files(kind, image):
            error = float(metrics.mse(image[None], packed.image[None])[0])
            settings.setdefault(quality, []).append((packed.size, packed.header, error))
    points = []
    for quality, each in settings.items():
        size, header, error = np.mean(each, axis=0)
        points.append({"quality": quality, "bytes": size, "header": header, "mse": error})
    return points


def _plain(value: Any) -> Any:
    """Return nested figures with lists in the place of arrays in lists."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
