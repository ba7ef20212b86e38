"""The history of a training: its file, and what ships."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import ae_core
from ae_core import autoencoder, data, history, metrics
from ae_core.autoencoder import WeightsError
from ae_core.models import families

RECORDED = [
    (name, dataset)
    for dataset in data.DATASETS
    for name in ae_core.names(dataset)
    if (autoencoder.WEIGHTS / dataset / name / history.HISTORY).exists()
]
recorded = pytest.mark.parametrize(("name", "dataset"), RECORDED)


def shipped(name: str, dataset: str = "mnist") -> history.History:
    return history.read(autoencoder.WEIGHTS / dataset / name)


# What ships


def test_every_family_that_ships_has_a_history():
    assert [(name, each) for each in data.DATASETS for name in ae_core.names(each)] == RECORDED
    assert len(RECORDED) == 32


@recorded
def test_a_history_is_that_of_the_weights_that_ship(name, dataset):
    """It was trained again: with the same seed it reaches the same loss."""
    found, ae = shipped(name, dataset), ae_core.load(name, dataset)
    said = ae.card
    assert found.validation.min() == pytest.approx(said["validation_loss"], rel=1e-2)
    assert len(found.validation) == said["epochs"]
    assert found.epochs.tolist() == history.looks(said["epochs"])
    last = found.pictures[-1].astype(np.float32) / 255
    now = ae.reconstruct(found.shown.astype(np.float32) / 255)
    assert (
        metrics.mse(last, now).mean()
        < 0.15 * metrics.mse(found.pictures[0].astype(np.float32) / 255, now).mean()
    )


@recorded
def test_a_history_shows_nothing_that_must_not_be_given_away(name, dataset):
    family = families()[name]
    given = family.corrupt(history.pictures(dataset), np.random.default_rng(family.seed))
    given = np.clip(given, 0, 1)  # one is shown images with a little noise, beyond black and white
    assert np.abs(shipped(name, dataset).shown - given * 255).max() <= 0.51


@recorded
def test_a_history_is_small_and_has_a_map_where_there_is_a_plane(name, dataset):
    folder = autoencoder.WEIGHTS / dataset / name
    assert (folder / history.HISTORY).stat().st_size < history.MAX_BYTES
    found = history.read(folder)
    assert (found.map is not None) == ae_core.load(name, dataset).has_plane
    assert (found.pictures[1:] != found.pictures[:-1]).any(axis=(1, 2, 3)).all()  # all looks differ


# What the losses do


def ended(training, validation) -> history.Ending:
    losses = [np.array(each, np.float32) for each in (training, validation)]
    return history.ending(small(training=losses[0], validation=losses[1]))


FALLING = np.linspace(1, 0.4, 12)


@pytest.mark.parametrize(
    ("validation", "kind", "since"),
    [
        (FALLING + 0.1, "together", 8),
        ([*FALLING[:8], *FALLING[7] - [0.01, 0.02, 0.03, 0.04]], "apart", 8),
        ([*FALLING[:6], *FALLING[5] + [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]], "turned", 6),
        ([*FALLING[:6], *FALLING[5] + [0.2, 0.01, 0.2, 0.01, 0.2, 0.02]], "turned", 6),
        ([*FALLING[:6], *FALLING[5] - [-0.2, 0, 0.1, 0.3, 0.1, 0.29]], "together", 8),  # a jitter
    ],
)
def test_over_fitting_is_a_validation_loss_that_rises_for_good(validation, kind, since):
    found = ended(FALLING, validation)
    assert (found.kind, found.since) == (kind, since)
    assert found.training == pytest.approx(FALLING[-1] - FALLING[since - 1], abs=1e-6)
    assert found.validation == pytest.approx(validation[-1] - validation[since - 1], abs=1e-6)


@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_the_shortest_trainings_end_too(epochs):
    assert ended(FALLING[:epochs], FALLING[:epochs]).kind in ("together", "apart")


# Its file


@pytest.mark.parametrize("epochs", [1, 2, 3, 8, 18, 60, 1000])
def test_looks_go_from_the_beginning_to_the_end(epochs):
    found = history.looks(epochs)
    assert found[0] == 0
    assert found[-1] == epochs
    assert found == sorted(set(found))
    assert min(4, epochs + 1) <= len(found) <= history.LOOKS
    assert (np.diff(np.diff(found)) >= -1).all()  # ever fewer; rounding apart
    assert 1 in found


def small(**changes) -> history.History:
    rng = np.random.default_rng(0)
    whole = history.History(
        *rng.random((3, 5), np.float32),
        epochs=np.array([0, 1, 5], np.uint16),
        shown=rng.integers(0, 256, (10, 28, 28), np.uint8),
        pictures=rng.integers(0, 256, (3, 10, 28, 28), np.uint8),
        map=rng.random((3, 20, 2), np.float32).astype(np.float16),
        labels=rng.integers(0, 10, 20, np.uint8),
    )
    return dataclasses.replace(whole, **changes)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mnist" / "simple"
    made.mkdir(parents=True)
    return made


@pytest.mark.parametrize("plane", [True, False])
def test_what_is_written_is_read(folder, plane):
    written = small() if plane else small(map=None, labels=None)
    written.write(folder)
    found = history.read(folder)
    for name, values in vars(written).items():
        np.testing.assert_array_equal(getattr(found, name), values)
    assert found.best == np.argmin(written.validation) + 1


NAN = np.array([0.1, 0.1, np.nan, 0.1, 0.1], np.float32)


@pytest.mark.parametrize(
    "changes",
    [
        {"training": NAN},
        {"validation": NAN},
        {"mse": np.full(4, 0.1, np.float32)},
        {"mse": np.full(5, 0.1)},  # float64
        {"epochs": np.array([0, 1, 4], np.uint16)},
        {"epochs": np.array([0, 5, 5], np.uint16)},
        {"epochs": np.array([1, 2, 5], np.uint16)},
        {"shown": np.zeros((10, 28), np.uint8)},
        {"pictures": np.zeros((2, 10, 28, 28), np.uint8)},
        {"map": None},
        {"labels": None},
        {"labels": np.full(20, 10, np.uint8)},
        {"map": np.full((3, 20, 2), np.inf, np.float16)},
        {"map": np.array([[[object()]]])},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_file_that_is_no_history_is_refused(folder, changes):
    small(**changes).write(folder)
    with pytest.raises(WeightsError, match="ae_core history simple") as error:
        history.read(folder)
    assert error.value.problem == "foreign"


@pytest.mark.parametrize("contents", [b"", b"PK", b"\x00" * 400_000])
def test_a_damaged_file_is_refused(folder, contents):
    (folder / history.HISTORY).write_bytes(contents)
    with pytest.raises(WeightsError):
        history.read(folder)


def test_a_missing_file_says_how_to_make_it(folder):
    with pytest.raises(WeightsError) as error:
        history.read(folder)
    assert error.value.problem == "missing"
    assert error.value.command == "python -m ae_core history simple"


# Recording one


def test_a_training_is_recorded_and_the_weights_stay(weights_copy, small_data, monkeypatch):
    pytest.importorskip("keras")
    from ae_core import __main__ as command_line

    short = dataclasses.replace(families()["plain_2d"], epochs=3)
    monkeypatch.setattr(command_line, "families", lambda: {"plain_2d": short})
    folder = weights_copy / "mnist" / "plain_2d"
    (folder / history.HISTORY).unlink(missing_ok=True)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    monkeypatch.setattr("sys.argv", ["ae_core", "history", "plain_2d"])
    assert command_line.main() == 0
    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert after.keys() - before.keys() == {history.HISTORY}
    assert before.items() <= after.items()
    found = history.read(folder)
    assert found.epochs.tolist() == [0, 1, 2, 3]
    assert found.map.shape[1:] == (len(found.labels), 2)
    assert found.validation[-1] < found.validation[0]
    error = np.abs(found.pictures.astype(int) - found.shown).mean(axis=(1, 2, 3))
    assert error[-1] < error[0]


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_a_history_of_nothing_is_refused(monkeypatch, capsys, arguments):
    from ae_core import __main__ as command_line

    monkeypatch.setattr("sys.argv", ["ae_core", "history", *arguments])
    assert command_line.main() == 2
    assert "simple" in capsys.readouterr().out
