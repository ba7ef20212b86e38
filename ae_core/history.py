"""How a family learned: its losses, and a dozen looks at it on the way; beside its weights.

The look at epoch 0 is at the networks as they began. What they are shown are ten pictures that
none of them has learned from and that may be given away: of MNIST the first shipped sample of each
class; of Fashion-MNIST, whose pictures do not ship, what the lab's own VAE draws where a class is
densest.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from . import autoencoder, data, latent
from .autoencoder import Autoencoder, WeightsError, read_bytes
from .models.base import Family
from .training import events

T = TypeVar("T")
HISTORY = "history.npz"
LOOKS = 12  # at most
MAX_BYTES = 300_000  # of a file; one has 30,000 to 110,000
MAX_UNPACKED = 2_000_000
LOSSES = ("training", "validation", "mse")
LARGEST = 1e6  # loss; that of a VAE begins at 550
EXTENT = 2.0  # of the VAE's plane on which clothes are looked for


@dataclass(frozen=True)
class History:
    """The training of a family, from its first epoch to its last.

    Attributes:
        training, validation: float32 (epochs,), the losses of each.
        mse: float32 (epochs,), squared error a pixel of the validation images.
        epochs: uint16 (looks,), after how many epochs each look was taken, from 0 on.
        shown: uint8 (10, 28, 28), what the encoder is shown.
        pictures: uint8 (looks, 10, 28, 28), what the networks make of it.
        map: float16 (looks, n, 2), where n validation images lie; None without a plane.
        labels: uint8 (n,), their classes; None without a plane.
    """

    training: np.ndarray
    validation: np.ndarray
    mse: np.ndarray
    epochs: np.ndarray
    shown: np.ndarray
    pictures: np.ndarray
    map: np.ndarray | None = None
    labels: np.ndarray | None = None

    @property
    def best(self) -> int:
        """The epoch, from 1, whose weights ship: that of the lowest validation loss."""
        return int(np.argmin(self.validation)) + 1

    def packed(self) -> bytes:
        """Return the contents of the file `HISTORY`."""
        file = io.BytesIO()
        kept = {name: values for name, values in vars(self).items() if values is not None}
        np.savez_compressed(file, **kept)
        return file.getvalue()

    def write(self, folder: Path) -> None:
        """Write the file into the folder of a family."""
        (folder / HISTORY).write_bytes(self.packed())


@dataclass(frozen=True)
class Ending:
    """What the losses do towards the end of a training.

    Attributes:
        kind: "turned": the validation loss rises while that of training falls; "apart": it falls
            less than half as much; "together": neither.
        since: an epoch, from 1: of the lowest validation loss, if it turned; else after two thirds.
        training, validation: by how much the losses have changed from there to the last epoch;
            below 0 if they fell.
    """

    kind: str
    since: int
    training: float
    validation: float


def ending(history: History) -> Ending:
    """Return what the losses do towards the end; a rise counts if it is more than a jitter."""
    training, validation = (each.astype(float) for each in (history.training, history.validation))
    last, best = len(validation), history.best

    def changes(since: int) -> tuple[float, ...]:
        return tuple(float(each[-1] - each[since - 1]) for each in (training, validation))

    late = changes(since := max(1, round(2 * last / 3)))
    learned, rise = changes(best)
    jumps = np.abs(np.diff(validation[last // 2 :]))
    lasts = rise > (np.median(jumps) if len(jumps) else 0) or late[1] > 0
    if rise > 0 and learned < 0 and lasts:
        return Ending("turned", best, learned, rise)
    return Ending("apart" if late[0] < 2 * min(0.0, late[1]) else "together", since, *late)


def looks(epochs: int) -> list[int]:
    """Return after which epochs to look: 0, the last one, and ever fewer between them."""
    between = np.geomspace(1, epochs, LOOKS - 1).round().astype(int)
    return sorted({0, *between.tolist()})


def pictures(dataset: str = "mnist") -> np.ndarray:
    """Return the ten pictures, one of each class, float32 (10, 28, 28) in [0, 1].

    Raises:
        WeightsError: for clothes, if the VAE of clothes cannot be used.
    """
    if dataset == "mnist":
        return data.samples().images[:: data.SAMPLES_PER_CLASS]
    ae = Autoencoder(autoencoder.WEIGHTS / dataset / "variational", finished=True)
    assert ae.test_codes
    return ae.decode(latent.densest(*ae.test_codes, EXTENT))


class Recorder:
    """Makes the history of a training out of its events; to be given to `train` as `report`.

    Attributes:
        own: what `train` has to be given as `own`.
    """

    def __init__(
        self, family: Family, dataset: str = "mnist", report: events.Report = events.ignore
    ) -> None:
        """Choose what to show a family; errors as for `pictures`. `report` is told all, too."""
        self._report = report
        self.own = family.corrupt(pictures(dataset), np.random.default_rng(family.seed))
        self._epochs: list[events.Event] = []
        self._looks: list[tuple[int, events.Event]] = []
        self._at = set(looks(family.epochs))

    def __call__(self, event: events.Event) -> None:
        """Note one event."""
        self._report(event)
        if event["event"] == "started":
            self._labels = events.classes(event["labels"]) if "labels" in event else None
            self._looks.append((0, event))
        elif event["event"] == "epoch":
            self._epochs.append(event)
            if event["epoch"] in self._at:
                self._looks.append((event["epoch"], event))

    def history(self) -> History:
        """Return what was noted of a training that has ended."""
        losses = {
            name: np.array([event[name] for event in self._epochs], np.float32) for name in LOSSES
        }
        seen = [event for _, event in self._looks]
        maps = None
        if self._labels is not None:
            maps = np.stack([events.points(event["map"]) for event in seen]).astype(np.float16)
        return History(
            **losses,
            epochs=np.array([epoch for epoch, _ in self._looks], np.uint16),
            shown=events.pictures(events.packed_pictures(self.own)),
            pictures=np.stack([events.pictures(event["own"]) for event in seen]),
            map=maps,
            labels=self._labels,
        )


def recorded(
    train: Callable[..., T], family: Family, dataset: str, report: events.Report
) -> tuple[T, History | None]:
    """Train a family and return what `train` returns, and the history of it.

    There is none of the first network of clothes, without which there is nothing to show it.

    Args:
        train: `training.train.train`, which takes TensorFlow along.
        family, dataset, report: as there.
    """
    try:
        recorder = Recorder(family, dataset, report)
    except WeightsError:
        return train(family, dataset, report), None
    return train(family, dataset, recorder, own=recorder.own), recorder.history()


def read(folder: Path) -> History:
    """Return the history of the family of a folder.

    Raises:
        WeightsError: its file is missing, cannot be read, or is no history.
    """
    contents = read_bytes(folder, HISTORY, "history")
    try:
        return _parsed(contents)
    except Exception:  # NumPy may raise anything
        raise WeightsError(folder, HISTORY, "foreign", "history") from None


def _parsed(contents: bytes) -> History:
    if len(contents) > MAX_BYTES:
        raise ValueError(f"a history must have at most {MAX_BYTES} bytes")
    with zipfile.ZipFile(io.BytesIO(contents)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise ValueError(f"unpacked, a history must have at most {MAX_UNPACKED} bytes")
    with np.load(io.BytesIO(contents)) as file:
        found: dict[str, Any] = {name: file[name] for name in file.files}
    history = History(**found)
    last, count = len(history.training), len(history.epochs)
    points = 0 if history.labels is None else len(history.labels)
    expected = {
        **{name: (np.float32, (last,)) for name in LOSSES},
        "epochs": (np.uint16, (count,)),
        "shown": (np.uint8, (10, 28, 28)),
        "pictures": (np.uint8, (count, 10, 28, 28)),
        "map": (np.float16, (count, points, 2)),
        "labels": (np.uint8, (points,)),
    }
    for name, values in found.items():
        dtype, shape = expected[name]
        if values.dtype != dtype or values.shape != shape:
            raise ValueError(f"{name} must be {dtype} {shape}, got {values.dtype} {values.shape}")
        values.setflags(write=False)  # it belongs to everybody who looks at it
    for name in LOSSES:
        if not (np.abs(found[name]) < LARGEST).all():  # nor NaN
            raise ValueError(f"{name} must be finite")
    if (history.map is None) != (history.labels is None):
        raise ValueError("a map must have labels, and labels a map")
    if history.map is not None and not np.isfinite(history.map).all():
        raise ValueError("a map must be finite")
    if history.labels is not None and history.labels.max() > 9:
        raise ValueError("labels must be in 0..9")
    rising = (np.diff(history.epochs.astype(int)) > 0).all()
    if count < 2 or not rising or history.epochs[0] != 0 or history.epochs[-1] != last:
        raise ValueError("the looks must be from epoch 0 to the last one")
    return history
