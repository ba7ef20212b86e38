"""What a worker does for `jobs`: it trains a network, tells of it, and returns the files.

TensorFlow is loaded when the first training begins, and stays. Nothing that is returned or raised
needs it: the app would load it to read it.
"""

from __future__ import annotations

import gc
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..card import CARD
from ..models.base import Family
from . import events
from .settings import Settings

if TYPE_CHECKING:
    from .train import Trained

TOPIC = "autoencoder-lab-training"
FULL = 0.9  # of the memory that a worker may take; Dask would end it without a word, at 0.95
_LOOK = 0.1  # seconds between two looks at the memory

log = logging.getLogger(__name__)
_turn = threading.Lock()  # a worker of many threads trains one network at a time all the same


class _UnfitError(Exception):
    """A training came to nothing; the message is its reason."""


def flag(job: str, name: str, client=None):
    """Return a flag of a job that app and worker share: "pause", "stop" or "begun"."""
    from distributed import Event

    return Event(f"{TOPIC}-{job}-{name}", client=client)


def run(job: str, strings: Mapping[str, str], seconds: float, own: str) -> dict[str, Any]:
    """Train a network on a worker and return what came of it.

    Args:
        job: its id.
        strings: its settings, as `Settings.write` has them.
        seconds: how long the training may take.
        own: the visitor's images, as `events.packed_pictures` has them; "" for none.

    Returns:
        {"failed": reason}, or {"files": {name: bytes}, "stopped": as in `train.Trained`}.
    """

    def work(report: events.Report, control: events.Control) -> dict[str, Any]:
        return _trained(Settings.read(strings), report, control, seconds, own)

    return _accounted_for(job, work)


def bring(job: str, contents: bytes, dataset: str) -> dict[str, Any]:
    """Make a visitor's Keras file usable, on a worker, and return what came of it, as of `run`.

    Args:
        job: its id.
        contents: of the file.
        dataset: that it is measured on.
    """

    def work(report: events.Report, control: events.Control) -> dict[str, Any]:
        return _brought(contents, dataset)

    return _accounted_for(job, work)


def _accounted_for(
    job: str, work: Callable[[events.Report, events.Control], dict[str, Any]]
) -> dict[str, Any]:
    """Do the work of a job in its turn; return its result, or {"failed": reason}."""
    from distributed import get_worker

    worker = get_worker()

    def report(event: events.Event) -> None:
        worker.log_event(TOPIC, event | {"job": job})

    with _turn:
        begun = flag(job, "begun")
        if begun.is_set():  # a cluster of other settings gives it to a second worker
            return {"failed": "died"}
        begun.set()
        report({"event": "accepted"})
        try:
            with _memory_watched(worker.memory_manager.memory_limit, report):
                return work(report, _control(worker, job))
        except _UnfitError as error:
            return {"failed": str(error)}
        except Exception as error:
            log.exception("training %s came to nothing", job)
            short = isinstance(error, MemoryError) or type(error).__name__ == _NO_MEMORY
            return {"failed": "memory" if short else "error"}


_NO_MEMORY = "ResourceExhaustedError"  # TensorFlow's


def _control(worker, job: str) -> events.Control:
    key = worker.get_current_task()
    pause, stop = flag(job, "pause"), flag(job, "stop")

    def control() -> str:
        task = worker.state.tasks.get(key)
        given_up = task is None or task.state == "cancelled"  # the app is gone
        if given_up or stop.is_set():
            return events.STOP
        return events.PAUSE if pause.is_set() else events.GO

    return control


def _trained(
    settings: Settings,
    report: events.Report,
    control: events.Control,
    seconds: float,
    own: str,
) -> dict[str, Any]:
    _load(settings.dataset)
    from .custom import Custom
    from .train import keras, train  # which sees to it that TensorFlow says little

    family = Custom.of(settings)
    try:
        images = events.pictures(own).astype("float32") / 255
        trained = train(family, settings.dataset, report, control, seconds, images)
        return {"files": _files(family, trained, settings.dataset), "stopped": trained.stopped}
    except FloatingPointError as error:
        raise _UnfitError("nan") from error
    finally:
        keras.backend.clear_session()
        gc.collect()


def _load(dataset: str) -> None:
    from .. import data

    if not data.is_here(dataset):  # Keras would fetch it, and nobody would see that
        raise _UnfitError("data")
    try:
        data.load(dataset)
    except Exception as error:
        raise _UnfitError("data") from error


def _brought(contents: bytes, dataset: str) -> dict[str, Any]:
    _load(dataset)
    from .brought import UnfitFileError, opened
    from .train import Trained, keras

    try:
        family, encoder, decoder = opened(contents)
        return {"files": _files(family, Trained(encoder, decoder), dataset), "stopped": ""}
    except UnfitFileError as error:
        raise _UnfitError(error.reason) from error
    finally:
        keras.backend.clear_session()
        gc.collect()


def _files(family: Family, trained: Trained, dataset: str) -> dict[str, bytes]:
    """Return the files of a trained network by name, the card last: without it there is none."""
    from . import export

    with tempfile.TemporaryDirectory() as root:
        folder = export.write(family, trained, dataset, Path(root))
        names = sorted((file.name for file in folder.iterdir()), key=lambda name: name == CARD)
        return {name: (folder / name).read_bytes() for name in names}


def train_family(name: str, dataset: str) -> dict[str, bytes]:
    """Train a family that ships, on a worker, and return its files by name, the card last.

    Events are told as those of `run`, with the family's name for a job.
    """
    from distributed import get_worker

    from .. import history
    from ..models import families
    from .train import train

    worker, family = get_worker(), families()[name]

    def report(event: events.Event) -> None:
        worker.log_event(TOPIC, event | {"job": name})

    with _turn:
        trained, told = history.recorded(train, family, dataset, report)
        files = _files(family, trained, dataset)
        return ({history.HISTORY: told.packed()} if told else {}) | files  # the card last


@contextmanager
def _memory_watched(limit: int | None, report: events.Report) -> Iterator[None]:
    """End this process when its memory is nearly full, after saying so."""
    import psutil

    done, process = threading.Event(), psutil.Process()

    def watch() -> None:
        while not done.wait(_LOOK):
            if process.memory_info().rss > FULL * (limit or float("inf")):
                report({"event": "memory"})
                time.sleep(2 * _LOOK)  # until it is said
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()
