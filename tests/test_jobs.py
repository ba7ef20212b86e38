"""Real trainings on real workers, on 200 digits."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

import ae_core
from ae_core import data
from ae_core.autoencoder import Autoencoder
from ae_core.training import events, jobs, worker
from ae_core.training.jobs import ENDED, Jobs, RefusedError, State
from ae_core.training.settings import Settings

pytestmark = pytest.mark.needs_keras
ROOT = Path(ae_core.__file__).parent.parent
PATIENCE = 120  # seconds; a busy machine must not fail a test
SHORT = Settings(hidden=(16,), code_size=2, epochs=2)
LONG = Settings(hidden=(64,), epochs=100, batch_size=8)  # some minutes
EXPLODING = Settings(
    kind="variational", hidden=(), code_size=2, optimizer="sgd", learning_rate=100, batch_size=8
)


def until(true: Callable[[], object]) -> None:
    begin = time.monotonic()
    while not true():
        assert time.monotonic() - begin < PATIENCE
        time.sleep(0.02)


def ended(runs: Jobs, job: str) -> State:
    until(lambda: runs.state(job).status in ENDED)
    return runs.state(job)


def kinds(state: State) -> list[str]:
    return [event["event"] for event in state.events]


@pytest.fixture(scope="module")
def tiny_data(tmp_path_factory) -> Path:
    """A folder with a data set of 3,000 images to train on, 5,000 to validate and 200 to test."""
    folder = tmp_path_factory.mktemp("data")
    images = np.round(data.samples().images * 255).astype(np.uint8)
    labels = data.samples().labels
    many = {"x_train": np.tile(images, (40, 1, 1)), "y_train": np.tile(labels, 40)}
    np.savez(folder / "mnist.npz", **many, x_test=images, y_test=labels)
    return folder


@contextlib.contextmanager
def started(**environment: object) -> Iterator[Jobs]:
    """Jobs in an environment of their own; closed at the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AE_")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, str(value))
        if "AE_DATA_DIR" in environment:  # and not what Keras keeps on this machine
            patch.setenv("KERAS_HOME", str(environment["AE_DATA_DIR"]))
        runs = Jobs()
        try:
            yield runs
        finally:
            runs.close()


@pytest.fixture(scope="module")
def lasting(tiny_data) -> Iterator[Jobs]:
    with started(AE_DATA_DIR=tiny_data) as runs:
        yield runs


@pytest.fixture
def runs(lasting) -> Iterator[Jobs]:
    """The jobs that all tests share, since a worker's first training takes its time."""
    yield lasting
    for job in list(lasting._jobs):
        with contextlib.suppress(KeyError):
            lasting.stop(job)
            ended(lasting, job)
            lasting.forget(job)


def processes(runs: Jobs) -> list[psutil.Process]:
    """The cluster's process, and those below it."""
    assert runs._process
    cluster = psutil.Process(runs._process.pid)
    return [cluster, *cluster.children(recursive=True)]


def worker_process(runs: Jobs) -> psutil.Process:
    """The one that loads TensorFlow."""
    return max(processes(runs), key=lambda process: process.memory_info().rss)


def in_training(runs: Jobs, job: str) -> bool:
    state = runs.state(job)
    assert state.status not in ENDED, state.reason
    return state.progress is not None


# ---------------------------------------------------------------- from start to end

APP = """
import json, sys, time, types
page = types.ModuleType("__main__")
page.__file__ = sys.argv[1]  # under Streamlit it is the page, which no worker may import
sys.modules["__main__"] = page

def main():
    from ae_core.training.jobs import ENDED, Jobs
    from ae_core.training.settings import Settings
    runs = Jobs()
    job = runs.submit(Settings(hidden=(16,), code_size=2, epochs=2), "visitor")
    while runs.state(job).status not in ENDED:
        time.sleep(0.05)
    state = runs.state(job)
    from ae_core import data
    from ae_core.autoencoder import Autoencoder
    ae = Autoencoder(state.folder)
    rebuilt = ae.reconstruct(data.samples().images[::20])
    print(json.dumps({
        "status": state.status, "kinds": [event["event"] for event in state.events],
        "keys": sorted(state.events[0]), "reason": state.reason, "name": ae.name,
        "rebuilt": (rebuilt * 255).round().tolist(), "pictures": state.events[-2]["pictures"],
        "best": ae.card["best_epoch"], "said": state.events[-1]["best_epoch"],
        "map": ae.test_codes is not None, "speed": runs.speed,
        "heavy": sorted({"tensorflow", "keras", "streamlit"} & set(sys.modules)),
    }))
    folder = state.folder
    runs.forget(job)
    assert not folder.exists()
    runs.close()

main()
"""


def test_an_app_gets_a_network_and_never_loads_tensorflow(tiny_data, tmp_path):
    page = tmp_path / "page.py"
    page.write_text(f"open({str(tmp_path / 'imported')!r}, 'w')")
    done = subprocess.run(
        [sys.executable, "-c", APP, str(page)],
        cwd=ROOT,
        env=os.environ | {"AE_DATA_DIR": str(tiny_data)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["heavy"] == []
    assert not (tmp_path / "imported").exists()
    assert (said["status"], said["reason"], said["name"]) == ("finished", "", "custom")
    assert said["kinds"] == ["started", "epoch", "epoch", "finished"]
    assert said["keys"] == ["dataset", "digits", "epochs", "event", "labels", "map", "name",
                            "parameters", "pictures", "shown", "steps"]  # fmt: skip
    assert said["map"]
    assert said["best"] == said["said"] == 2
    assert said["speed"] > 0
    # The files are those of the network that was seen to learn, but for their eight bits.
    seen = events.pictures(said["pictures"]).astype(float)
    assert np.abs(np.array(said["rebuilt"]) - seen).mean() < 2


def test_nothing_is_left_when_the_app_is_killed(tmp_path):
    app = subprocess.Popen(
        [sys.executable, "-c", """
import time
from ae_core.training.jobs import Jobs
from ae_core.training.settings import Settings
runs = Jobs()
job = runs.submit(Settings(), "visitor")
while runs.state(job).status == "queued":
    time.sleep(0.05)
print("running", flush=True)
time.sleep(1000)
"""],
        cwd=ROOT, env=os.environ | {"AE_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert app.stdout
    assert app.stdout.readline() == "running\n"
    below = psutil.Process(app.pid).children(recursive=True)
    assert len(below) >= 2
    app.kill()
    app.communicate()
    _, alive = psutil.wait_procs(below, timeout=PATIENCE)
    assert alive == []


def test_the_worker_steps_back_and_listens_to_this_machine_only(runs):
    job = runs.submit(LONG, "a")
    until(lambda: in_training(runs, job))
    for process in processes(runs):
        if os.name == "posix":
            assert process.nice() == 10
        listening = [c for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
        assert {connection.laddr.ip for connection in listening} <= {"127.0.0.1"}


# ---------------------------------------------------------------- what is asked


def test_pause_resume_and_stop(runs):
    job = runs.submit(LONG, "a")
    until(lambda: in_training(runs, job))
    runs.pause(job)
    until(lambda: runs.state(job).status == "paused")
    before = runs.state(job)
    time.sleep(0.6)
    assert runs.state(job).progress == before.progress
    assert runs.state(job).events == before.events
    runs.resume(job)
    until(lambda: runs.state(job).status == "running")
    until(lambda: runs.state(job).progress != before.progress)
    runs.stop(job)
    state = ended(runs, job)
    assert (state.status, state.reason) == ("stopped", "asked")
    assert [k for k in kinds(state) if k != "epoch"] == ["started", "paused", "resumed", "stopped"]
    assert kinds(state)[-2] == "epoch"
    ae = Autoencoder(state.folder)  # of what was learned until then
    assert ae.card["best_epoch"] == state.events[-1]["best_epoch"]
    assert Settings.read(ae.card["settings"]) == LONG


def test_two_visitors_take_turns(runs):
    first = runs.submit(LONG, "a")
    until(lambda: in_training(runs, first))
    others = [runs.submit(SHORT, owner) for owner in ("a", "a", "b", "c", "b")]
    second, third, of_b, of_c, last = others
    assert [runs.state(job).place for job in (of_b, of_c, second, last, third)] == [1, 2, 3, 4, 5]
    assert all(runs.state(job).status == "queued" for job in others)
    assert runs.of("a") == [first, second, third]
    runs.stop(of_c)  # while it waits: at once
    assert runs.state(of_c)[:3] == ("stopped", 0, "asked")
    runs.stop(third)
    runs.stop(last)
    assert [runs.state(job).place for job in (of_b, second)] == [1, 2]
    runs.stop(first)
    order = []
    for job in (of_b, second):
        until(lambda job=job: runs.state(job).status != "queued")
        order.append(runs.state(second).status)
        assert ended(runs, job).status == "finished"
    assert order[0] == "queued"  # when b's began


def test_many_sessions_share_the_jobs(runs):
    first = runs.submit(LONG, "a")
    found: list[State] = []

    def session(owner: str) -> None:
        job = runs.submit(SHORT, owner)
        for _ in range(200):
            runs.state(job)
        runs.stop(job)
        found.append(runs.state(job))

    threads = [threading.Thread(target=session, args=(f"v{n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert all(state.status == "stopped" for state in found)
    assert runs.state(first).status not in ENDED


def test_a_visitor_sees_what_becomes_of_a_drawing(runs):
    drawn = data.samples().images[5:8]
    state = ended(runs, runs.submit(SHORT, "a", drawn))
    seen = events.pictures(state.events[-2]["own"])
    rebuilt = Autoencoder(state.folder).reconstruct(drawn) * 255
    assert seen.shape == (3, 28, 28)
    assert np.abs(seen - rebuilt).mean() < 2  # the files have eight bits
    with pytest.raises(ValueError, match="own must be floats of shape"):
        runs.submit(SHORT, "a", drawn[0])
    with pytest.raises(ValueError, match="values from"):
        runs.submit(SHORT, "a", drawn * 2)


def test_a_time_limit_stops_and_keeps(runs, monkeypatch):
    monkeypatch.setattr(runs, "_seconds", 0.01)
    state = ended(runs, runs.submit(LONG, "a"))
    assert (state.status, state.reason) == ("stopped", "time")
    assert Autoencoder(state.folder).card["best_epoch"] == 1


# ---------------------------------------------------------------- what goes wrong


def test_a_loss_that_is_no_number(runs):
    state = ended(runs, runs.submit(EXPLODING, "a"))
    assert (state.status, state.reason, state.folder) == ("failed", "nan", None)
    assert kinds(state) == ["started", "failed"]
    assert ended(runs, runs.submit(SHORT, "a")).status == "finished"


def test_kill_9_of_the_worker_fails_one_job_and_the_next_runs(runs):
    job, following = runs.submit(LONG, "a"), runs.submit(SHORT, "a")
    until(lambda: in_training(runs, job))
    worker_process(runs).kill()
    state = ended(runs, job)
    assert (state.status, state.reason) == ("failed", "died")
    assert ended(runs, following).status == "finished"


def test_too_little_memory(tiny_data):
    with started(AE_DATA_DIR=tiny_data, AE_TRAINING_MEMORY=600) as runs:
        state = ended(runs, runs.submit(SHORT, "a"))
        assert (state.status, state.reason) == ("failed", "memory")


def test_no_data_set_and_an_idle_cluster_that_is_closed(tmp_path):
    with started(AE_DATA_DIR=tmp_path, AE_TRAINING_IDLE=0.01) as runs:
        for _ in range(2):  # the second one on another cluster
            state = ended(runs, runs.submit(SHORT, "a"))
            assert (state.status, state.reason) == ("failed", "data")
            below = processes(runs)
            until(lambda: runs._thread is None)
            _, alive = psutil.wait_procs(below, timeout=PATIENCE)
            assert alive == []


def test_a_worker_that_has_grown_large_is_replaced_between_two_jobs(tmp_path, monkeypatch):
    with started(AE_DATA_DIR=tmp_path) as runs:
        ended(runs, runs.submit(SHORT, "a"))
        before = [process.pid for process in processes(runs)]
        ended(runs, runs.submit(SHORT, "a"))
        assert [process.pid for process in processes(runs)] == before
        monkeypatch.setattr(jobs, "WORN", 0.001)
        assert ended(runs, runs.submit(SHORT, "a")).reason == "data"
        assert not {process.pid for process in processes(runs)} & set(before)


def test_a_cluster_that_does_not_start(tmp_path, monkeypatch):
    with started(AE_DATA_DIR=tmp_path) as runs:
        monkeypatch.setattr(jobs.sys, "executable", "true")
        state = ended(runs, runs.submit(SHORT, "a"))
        assert (state.status, state.reason) == ("failed", "cluster")


def test_kill_9_of_the_cluster_fails_its_job_and_the_next_runs(tmp_path):
    with started(AE_DATA_DIR=tmp_path) as runs:
        job = runs.submit(SHORT, "a")
        until(lambda: runs.state(job).status == "running" or runs.state(job).status in ENDED)
        processes(runs)[0].kill()
        following = runs.submit(SHORT, "b")
        assert ended(runs, job).reason in ("cluster", "data")  # it may have been that quick
        assert ended(runs, following).reason == "data"


def test_jobs_that_ended_are_forgotten_when_there_are_many(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "KEPT_PER_VISITOR", 2)
    with started(AE_DATA_DIR=tmp_path) as runs:
        of_b = runs.submit(SHORT, "b")
        of_a = []
        for _ in range(4):
            of_a.append(runs.submit(SHORT, "a"))
            until(lambda: of_a[-1] not in runs.of("a") or runs.state(of_a[-1]).status in ENDED)
        assert runs.of("a") == of_a[2:]
        assert runs.of("b") == [of_b]
        with pytest.raises(KeyError):
            runs.state(of_a[0])


# ---------------------------------------------------------------- what is refused


def refusal(runs: Jobs, settings: Settings = SHORT) -> str:
    with pytest.raises(RefusedError) as refused:
        runs.submit(settings, "a")
    return refused.value.reason


def test_what_is_refused(tmp_path, monkeypatch):
    with started(AE_DATA_DIR=tmp_path, AE_TRAINING_PER_VISITOR=2, AE_TRAINING_QUEUE=3) as runs:
        monkeypatch.setattr(runs, "_advance", lambda: True)  # nothing ever begins
        assert refusal(runs, Settings(epochs=101)) == "epochs"
        assert refusal(runs, Settings(hidden=(1024, 1024))) == "parameters"
        assert [runs.submit(SHORT, "a") for _ in range(2)] == runs.of("a")
        assert refusal(runs) == "visitor"
        runs.submit(SHORT, "b")
        runs.stop(runs.of("a")[0])
        runs.submit(SHORT, "a")
        runs.stop(runs.of("a")[-1])
        runs.submit(SHORT, "c")
        assert refusal(runs) == "queue"
        monkeypatch.setenv("AE_TRAINING", "off")
        assert not jobs.enabled()
        assert refusal(runs) == "off"


def test_a_variable_that_is_no_number_is_said():
    with pytest.raises(ValueError, match="AE_TRAINING_IDLE"), started(AE_TRAINING_IDLE="soon"):
        pass


# ---------------------------------------------------------------- a cluster of one's own


@contextlib.contextmanager
def of_dask(*arguments: str, **environment: object) -> Iterator[subprocess.Popen]:
    """A scheduler or a worker, as a user starts them."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=ROOT,
        env=os.environ | {name: str(value) for name, value in environment.items()},
        stderr=subprocess.DEVNULL,
    )
    below: list[psutil.Process] = []
    try:
        yield process
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            below = psutil.Process(process.pid).children(recursive=True)
        for each in [process, *below]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()


@contextlib.contextmanager
def a_scheduler(folder: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    file = folder / "scheduler.json"
    arguments = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file"]
    with of_dask("scheduler", *arguments, str(file)) as process:
        until(lambda: file.exists() and file.read_text().strip().endswith("}"))
        yield process, json.loads(file.read_text())["address"]


def test_a_cluster_of_two_workers_trains_two_at_once(tiny_data, tmp_path):
    one = ["--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard"]
    with (
        a_scheduler(tmp_path) as (scheduler, address),
        of_dask("worker", address, *one, AE_DATA_DIR=tiny_data, PYTHONPATH=ROOT),
        of_dask("worker", address, *one, AE_DATA_DIR=tiny_data, PYTHONPATH=ROOT),
        started(AE_CLUSTER=address) as runs,
    ):
        first = runs.submit(LONG, "a")
        until(lambda: runs._client and len(runs._client.nthreads()) == 2)
        second, third = (runs.submit(LONG, owner) for owner in ("a", "b"))
        until(lambda: in_training(runs, first) and in_training(runs, third))
        assert (runs.state(second).status, runs.state(second).place) == ("queued", 1)
        runs.stop(first)
        assert ended(runs, first).folder
        until(lambda: runs.state(second).status == "running")
        scheduler.kill()
        assert ended(runs, second).reason == ended(runs, third).reason == "cluster"


def test_a_cluster_without_workers_and_one_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "BEGIN", 1)
    monkeypatch.setattr(jobs, "CONNECT", 1)
    with a_scheduler(tmp_path) as (_, address):
        for where in (address, "tcp://127.0.0.1:1"):
            with started(AE_CLUSTER=where) as runs:
                state = ended(runs, runs.submit(SHORT, "a"))
                assert (state.status, state.reason) == ("failed", "cluster")


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_a_worker_fetches_nothing(monkeypatch, tmp_path, dataset):
    monkeypatch.delenv("AE_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    def download():
        raise AssertionError("Keras was asked")

    keras = SimpleNamespace(datasets=SimpleNamespace())
    keras.datasets.mnist = keras.datasets.fashion_mnist = SimpleNamespace(load_data=download)
    monkeypatch.setitem(sys.modules, "keras", keras)
    with pytest.raises(worker._UnfitError, match="data") as caught:
        worker._trained(Settings(dataset=dataset), events.ignore, events.go_on, 1.0, "")
    assert caught.value.__cause__ is None  # nothing was tried


def test_a_job_that_comes_to_a_second_worker_is_not_trained_again(monkeypatch):
    """A cluster that allows for failures gives it to another when a worker dies."""
    import distributed

    class Flag:
        def is_set(self):
            return True

    monkeypatch.setattr(distributed, "get_worker", lambda: None)
    monkeypatch.setattr(worker, "flag", lambda *_: Flag())
    assert worker.run("job", {}, 1, "") == {"failed": "died"}


# ---------------------------------------------------------------- from a file


def test_a_network_comes_back_from_its_file(runs):
    """What a training left is taken up again, and rebuilds the same."""
    first = ended(runs, runs.submit(SHORT, "visitor"))
    contents = (first.folder / "model.keras").read_bytes()
    state = ended(runs, runs.bring(contents, "mnist", "another"))
    assert (state.status, state.settings, state.events) == ("finished", None, ())
    ours, back = Autoencoder(first.folder), Autoencoder(state.folder)
    images = data.samples().images[::20]
    np.testing.assert_allclose(back.reconstruct(images), ours.reconstruct(images), atol=1e-6)
    assert back.card["test"] == ours.card["test"]
    assert jobs.id_of(state.folder) != jobs.id_of(first.folder)


@pytest.mark.parametrize("contents", [b"no file of Keras", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_none_fails_with_its_reason_and_the_next_runs(runs, contents):
    job = runs.bring(contents, "mnist", "visitor")
    following = runs.submit(SHORT, "visitor")
    state = ended(runs, job)
    assert (state.status, state.reason, state.folder) == ("failed", "file_keras", None)
    assert ended(runs, following).status == "finished"


def test_a_file_is_measured_only_where_there_are_images(tmp_path):
    with started(AE_DATA_DIR=tmp_path) as runs:
        assert ended(runs, runs.bring(b"any", "mnist", "visitor")).reason == "data"
