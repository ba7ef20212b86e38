"""Trainings of visitors, one after another, in a process of their own: never in the app's.

They run on `dask.distributed`: on a cluster of one worker, which starts with the first job and is
closed after idle minutes, or on one of any size that is there already. Environment variables:

    AE_TRAINING                off: no trainings here
    AE_CLUSTER                 tcp://…, the scheduler of a cluster of one's own
    AE_TRAINING_MEMORY         megabytes that the worker may take; 3,000 if it is not set
    AE_TRAINING_IDLE           minutes without a job until it is closed; 10
    AE_TRAINING_PER_VISITOR    jobs of one visitor that wait or run; 4
    AE_TRAINING_QUEUE          jobs of all visitors that wait or run; 40

and those of `settings`, which say how large a training may be.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..card import CARD, FILES
from ..checks import UNIT, checked
from . import worker
from .events import Event, packed_pictures
from .settings import Settings, bounds, exceeded, positive, seconds

ROOT = Path(__file__).parent.parent.parent
ENDED = ("finished", "stopped", "failed")
MAX_BYTES = 64_000_000  # of the files of a network; one of two million parameters has a fifth
MAX_OWN = 10  # images of a visitor
WORN = 0.6  # of its memory; a worker that has taken as much is replaced between two jobs
KEPT_PER_VISITOR = 12  # jobs that have ended
KEPT = 40  # each has a megabyte of events at most, and its files
CONNECT = 20.0  # seconds
CLOSE = 20.0
BEGIN = 120.0  # seconds until a worker says that it has a job
TICK = 0.25  # seconds between two looks at the cluster

log = logging.getLogger(__name__)


class RefusedError(RuntimeError):
    """A job was not taken.

    Attributes:
        reason: "off": there are no trainings here; "visitor": too many of this visitor's wait or
            run; "queue": of all visitors'; "parameters", "multiply_adds" or "epochs": too large.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the training was refused: {reason}")


class State(NamedTuple):
    """What is known of a job.

    Attributes:
        status: "queued", "running", "paused", "finished", "stopped" or "failed". While a network
            is measured and exported it is still "running", though the last event says otherwise.
        place: in the queue, from 1; 0 if it does not wait.
        reason: of "stopped": "asked", "time" or "nan" (see `events`). Of "failed": "died": its
            worker did; "memory": it took too much; "nan": the loss was no number; "data": the
            worker has no data set; "cluster": that was out of reach; "error": see the log; that
            of a `brought.UnfitFileError`.
        progress: the latest event of that kind, or None.
        events: all others so far, in order; only ever appended to.
        folder: of the trained network, for `Autoencoder(folder)`; None if there is none (yet), as
            after a stop in the queue.
        settings: those it was submitted with; None: it brings a network back from a file.
    """

    status: str
    place: int
    reason: str
    progress: Event | None
    events: tuple[Event, ...]
    folder: Path | None
    settings: Settings | None


@dataclass(eq=False)
class _Job:
    id: str
    owner: str
    dataset: str
    round: int  # of the queue
    settings: Settings | None = None
    own: str = ""
    file: bytes = b""  # to be made usable; there are no settings then
    status: str = "queued"
    reason: str = ""
    progress: Event | None = None
    events: list[Event] = field(default_factory=list)
    folder: Path | None = None
    future: Any = None
    begun: float = 0.0  # by the clock, when it was given to the cluster
    accepted: bool = False  # by a worker
    full: bool = False  # its worker's memory
    asked: dict[str, bool] = field(default_factory=dict)  # flags that the cluster must hear of


def enabled() -> bool:
    """Return whether there are trainings here."""
    return os.environ.get("AE_TRAINING", "").lower() != "off"


def elsewhere() -> bool:
    """Return whether they run on a cluster that is there already, which reads files of its own."""
    return bool(os.environ.get("AE_CLUSTER"))


def id_of(folder: Path) -> str:
    """Return the id of the job that left a network in `folder` (`State.folder`)."""
    return folder.parent.parent.name


class Jobs:
    """All trainings of all visitors. Safe to call from many threads; no call waits for a cluster.

    A thread of its own, which is there while there are jobs, speaks with the cluster.
    """

    def __init__(self) -> None:
        """Read the environment; ValueError if a variable is no number above 0."""
        self._per_visitor = positive("AE_TRAINING_PER_VISITOR", 4)
        self._queue = positive("AE_TRAINING_QUEUE", 40)
        self._idle = 60 * positive("AE_TRAINING_IDLE", 10)
        self._memory = int(1e6 * positive("AE_TRAINING_MEMORY", 3000))
        self._seconds = 60 * bounds().minutes
        self.speed = 1.0  # of this machine, for `settings.seconds`; measured by finished jobs
        self._jobs: dict[str, _Job] = {}  # in the order in which they came
        self._round = 0  # of the queue, that is being served
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._results = tempfile.TemporaryDirectory(prefix="autoencoder-lab-")
        self._client: Any = None
        self._process: subprocess.Popen | None = None

    # ------------------------------------------------------------ for pages

    def submit(self, settings: Settings, owner: str, own: np.ndarray | None = None) -> str:
        """Put a training into the queue and return its id.

        Args:
            settings: of the network.
            owner: who asks; visitors take turns.
            own: float (n, 28, 28) in [0, 1], images of theirs, to be told of in each epoch; the
                first ten are.

        Raises:
            ValueError: `own` is something else.
            RefusedError: see there.
        """
        if not enabled():
            raise RefusedError("off")
        if large := exceeded(settings):
            raise RefusedError(large[0])
        if own is not None:
            own = checked(own, "own", ("n", 28, 28), within=UNIT)[:MAX_OWN]
        packed = "" if own is None else packed_pictures(own)
        return self._take(owner, settings.dataset, settings=settings, own=packed)

    def bring(self, contents: bytes, dataset: str, owner: str) -> str:
        """Put a Keras file into the queue, to be made usable, and return the job's id.

        Args:
            contents: of the file.
            dataset: that its network is for, and is measured on.
            owner: who asks.

        Raises:
            RefusedError: see there.
        """
        return self._take(owner, dataset, file=contents)

    def _take(self, owner: str, dataset: str, **work: Any) -> str:
        """Put a job into the queue and return its id; `work` are fields of `_Job`."""
        if not enabled():
            raise RefusedError("off")
        with self._changed:
            alive = [job for job in self._jobs.values() if job.status not in ENDED]
            of_owner = sum(job.owner == owner for job in alive)
            if of_owner >= self._per_visitor:
                raise RefusedError("visitor")
            if len(alive) >= self._queue:
                raise RefusedError("queue")
            job = _Job(uuid.uuid4().hex, owner, dataset, self._next_round(owner), **work)
            self._jobs[job.id] = job
            if self._thread is None:
                self._closing = False
                self._thread = threading.Thread(target=self._serve, name="trainings", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job.id

    def state(self, job: str) -> State:
        """Return what is known of a job; KeyError if there is none of that id (any more)."""
        with self._changed:
            one = self._jobs[job]
            waiting = self._waiting()
            return State(
                one.status,
                waiting.index(one) + 1 if one in waiting else 0,
                one.reason,
                one.progress,
                tuple(one.events),
                one.folder,
                one.settings,
            )

    def of(self, owner: str) -> list[str]:
        """Return the ids of a visitor's jobs, the oldest first."""
        with self._changed:
            return [job.id for job in self._jobs.values() if job.owner == owner]

    def pause(self, job: str) -> None:
        """Let a job wait where it is; KeyError as for `state`."""
        self._ask(job, "pause", True)

    def resume(self, job: str) -> None:
        """Let a paused job go on; KeyError as for `state`."""
        self._ask(job, "pause", False)

    def stop(self, job: str) -> None:
        """End a job; what it has learned is kept. KeyError as for `state`."""
        with self._changed:
            if self._jobs[job].status == "queued":
                self._end(self._jobs[job], "stopped", "asked")
            else:
                self._ask(job, "stop", True)

    def forget(self, job: str) -> None:
        """Drop a job that has ended, and its files; KeyError as for `state`."""
        with self._changed:
            if self._jobs[job].status in ENDED:
                self._drop(self._jobs[job])

    def close(self) -> None:
        """Give up all jobs and close the cluster."""
        with self._changed:
            self._closing = True
            thread = self._thread
            self._changed.notify_all()
        if thread:
            thread.join()

    # ------------------------------------------------------------ the queue; with the lock

    def _waiting(self) -> list[_Job]:
        """Return the jobs that wait, the next one first."""
        waiting = [job for job in self._jobs.values() if job.status == "queued"]
        return sorted(waiting, key=lambda job: job.round)

    def _next_round(self, owner: str) -> int:
        """Return the round of a visitor's new job: no round has two of one visitor.

        So all first ones come before all second ones, and whoever comes late begins with the round
        that is being served (start-time fair queueing).
        """
        own = [job.round + 1 for job in self._jobs.values()
               if job.owner == owner and job.status not in ENDED]  # fmt: skip
        return max([self._round, *own])

    def _active(self) -> list[_Job]:
        return [job for job in self._jobs.values() if job.status in ("running", "paused")]

    def _ask(self, job: str, flag: str, value: bool) -> None:
        with self._changed:
            self._jobs[job].asked[flag] = value
            self._changed.notify_all()

    def _end(self, job: _Job, status: str, reason: str = "") -> None:
        job.status, job.reason, job.future, job.asked = status, reason, None, {}
        ended = [each for each in self._jobs.values() if each.status in ENDED]
        of_owner = [each for each in ended if each.owner == job.owner]
        for old in {
            each.id: each for each in ended[:-KEPT] + of_owner[:-KEPT_PER_VISITOR]
        }.values():
            self._drop(old)

    def _drop(self, job: _Job) -> None:
        del self._jobs[job.id]
        if job.folder:
            shutil.rmtree(job.folder.parent.parent, ignore_errors=True)

    # ------------------------------------------------------------ the cluster; in the thread

    def _serve(self) -> None:
        """Serve the queue until nobody has wanted anything for a while."""
        latest = time.monotonic()
        while True:
            try:
                if self._advance():
                    latest = time.monotonic()
            except Exception:
                log.exception("the cluster is out of reach")
                self._give_up()
            with self._changed:
                wanted = self._active() or self._waiting()
                idle = not wanted and time.monotonic() - latest > self._idle
                if not (idle or self._closing):
                    self._changed.wait(TICK)
                    continue
                for job in wanted:
                    self._end(job, "failed", "cluster")
                self._thread = None
                client, process = self._taken()
            _close(client, process)  # which takes its time, so without the lock
            return

    def _advance(self) -> bool:
        """Do what is to be done now; return whether there are jobs."""
        with self._changed:
            active, waiting = self._active(), self._waiting()
        if not (active or waiting):
            return False
        if not active and self._worn():
            _close(*self._taken())
        if self._client is None:
            self._connect()
        if self._client.status != "running" or (self._process and self._process.poll() is not None):
            raise ConnectionError(f"the cluster is {self._client.status}")
        for job in active:
            self._look_after(job)
        free = max(1, len(self._client.nthreads())) - len(active)
        for job in waiting[: max(0, free)]:
            self._begin(job)
        return True

    def _connect(self) -> None:
        from distributed import Client

        address = os.environ.get("AE_CLUSTER") or self._start()
        self._client = Client(address, timeout=CONNECT, set_as_default=False)
        self._client.subscribe_topic(worker.TOPIC, self._hear)

    def _start(self) -> str:
        """Start a cluster of one worker on this machine and return its address."""
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ae_core.training.cluster", str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the app, which closes it
        )
        assert self._process.stdout
        if address := self._process.stdout.readline().strip():
            return address
        raise ConnectionError("the cluster did not start")

    def _worn(self) -> bool:
        """Return whether our own worker has grown large: TensorFlow keeps some of each training."""
        import psutil

        try:
            below = psutil.Process(self._process.pid).children(True) if self._process else []
            return any(each.memory_info().rss > WORN * self._memory for each in below)
        except psutil.NoSuchProcess:  # which others will notice
            return False

    def _taken(self) -> tuple[Any, subprocess.Popen | None]:
        """Return the client and the process of the cluster, to be closed: they are ours no more."""
        client, process = self._client, self._process
        self._client = self._process = None
        return client, process

    def _give_up(self) -> None:
        """The cluster is out of reach: no job that it had, or was to have, can go on."""
        lost = self._client is not None
        with self._changed:
            for job in self._active() if lost else [*self._active(), *self._waiting()]:
                self._end(job, "failed", "cluster")
        _close(*self._taken())

    def _begin(self, job: _Job) -> None:
        with self._changed:
            if job.status != "queued":  # it has just been stopped
                return
            job.status, job.begun = "running", time.monotonic()
            self._round = max(self._round, job.round)
        work: tuple[Any, ...]
        if job.settings:
            work = worker.run, job.id, job.settings.write(whole=True), self._seconds, job.own
        else:
            work, job.file = (worker.bring, job.id, job.file, job.dataset), b""
        job.future = self._client.submit(
            *work,
            key=f"{worker.TOPIC}-{job.id}",
            pure=False,
        )
        job.future.add_done_callback(lambda _: self._wake())

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _look_after(self, job: _Job) -> None:
        """Tell the cluster what is asked of a job, and see whether it has ended."""
        with self._changed:
            asked, job.asked = job.asked, {}
        for name, value in asked.items():
            flag = worker.flag(job.id, name, self._client)
            flag.set() if value else flag.clear()
        if job.future.status == "pending":
            if not job.accepted and time.monotonic() - job.begun > BEGIN:
                job.future.cancel()
                with self._changed:
                    self._end(job, "failed", "cluster")
            return
        status, reason, folder = self._outcome(job)
        with self._changed:
            job.folder = folder
            self._end(job, status, reason)

    def _outcome(self, job: _Job) -> tuple[str, str, Path | None]:
        """Return how a job ended, why, and the folder of its network."""
        from distributed import KilledWorker

        if job.future.status == "error":
            error = job.future.exception()
            log.error("training %s: %s", job.id, error)
            died = "died" if isinstance(error, KilledWorker) else "error"
            return "failed", "memory" if job.full else died, None
        if job.future.status != "finished":  # cancelled, or lost
            return "failed", "cluster", None
        result = job.future.result()
        if "failed" in result:
            return "failed", result["failed"], None
        try:
            folder = self._keep(job, result["files"])
        except (OSError, ValueError):
            log.exception("training %s", job.id)
            return "failed", "error", None
        return "stopped" if result["stopped"] else "finished", result["stopped"], folder

    def _keep(self, job: _Job, files: dict[str, bytes]) -> Path:
        """Write the files of a network and return their folder; ValueError if they are others."""
        if not files.keys() <= {CARD, *FILES} or sum(map(len, files.values())) > MAX_BYTES:
            raise ValueError(f"no network has these files: {list(files)}")
        folder = Path(self._results.name) / job.id / job.dataset / "custom"
        folder.mkdir(parents=True)
        for name, contents in files.items():
            (folder / name).write_bytes(contents)
        return folder

    def _hear(self, event: tuple[float, Event]) -> None:
        """Take down an event; called by the client's thread."""
        told = {key: value for key, value in event[1].items() if key != "worker"}  # Dask adds it
        with self._changed:
            job = self._jobs.get(told.pop("job"))
            if job is None or job.status in ENDED:
                return
            job.accepted = True
            kind = told["event"]
            if kind == "memory":
                job.full = True
            elif kind == "progress":
                job.progress = told
            elif kind != "accepted":
                job.events.append(told)
            if kind in ("paused", "resumed"):
                job.status = "paused" if kind == "paused" else "running"
            if kind == "finished" and job.settings:
                self.speed = seconds(job.settings) / max(told["seconds"], 1e-3)


def _close(client: Any, process: subprocess.Popen | None) -> None:
    """Close a client and the process of its cluster, those that are there."""
    try:
        if client:
            client.close(timeout=2)
    except Exception:  # it is lost, not closed
        log.debug("closing the client", exc_info=True)
    if process:
        try:
            process.communicate(timeout=CLOSE)  # it ends with its standard input
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
