"""The page that trains: what is submitted, and what is shown of it while it runs and after."""

import numpy as np
import pytest
from visitor import translated

import ae_core
from ae_core import autoencoder, data
from ae_core.training import events, jobs
from ae_core.training.settings import PRESETS, Settings
from pages.ui import cache

PAGE = "pages/training.py"
RUN = "0f" * 16
DIGITS = data.samples().images[::20]


class Trainings:
    """One training in the place of all, as a test wants it to be."""

    speed = 1.0

    def __init__(self) -> None:
        self.submitted, self.asked, self.known = [], [], {}

    def submit(self, settings, owner, own):
        self.submitted.append((settings, own))
        self.known[RUN] = jobs.State("queued", 2, "", None, (), None, settings)
        return RUN

    def state(self, run):
        return self.known[run]

    def of(self, owner):
        return list(self.known)

    def pause(self, run):
        self.asked.append("pause")

    def resume(self, run):
        self.asked.append("resume")

    def stop(self, run):
        self.asked.append("stop")

    def be(self, status, epochs=0, reason="", progress=None, settings=None, folder=None):
        """Let the training have come so far."""
        settings = settings or Settings(epochs=5, kind="variational", code_size=2)
        labels = np.arange(10, dtype=np.uint8)
        points = np.random.default_rng(0).normal(size=(10, 2))
        told = [{
            "event": "started", "shown": events.packed_pictures(DIGITS),
            "labels": events.packed(labels),
        }]  # fmt: skip
        told += [
            {
                "event": "epoch", "epoch": epoch, "training": 1 / epoch, "validation": 1.5 / epoch,
                "pictures": events.packed_pictures(DIGITS / epoch),
                "own": events.packed_pictures(DIGITS[:1] / 2),
                "map": events.packed_points(points),
            }
            for epoch in range(1, epochs + 1)
        ]  # fmt: skip
        self.known[RUN] = jobs.State(status, 0, reason, progress, tuple(told), folder, settings)


@pytest.fixture
def trainings(monkeypatch) -> Trainings:
    made = Trainings()
    monkeypatch.setattr(cache, "trainings", lambda: made)
    return made


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_submitted_as_the_tutorial_has_it(visit, trainings, name):
    visitor = visit(PAGE).press(f"preset_{name}")
    visitor.press("train_start")
    ((settings, own),) = trainings.submitted
    assert settings == PRESETS[name]
    assert own.shape == (1, 28, 28)
    assert visitor.link["run"] == RUN


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"opt": "sgd", "momentum": "0.9", "nesterov": "1", "lr": "0.1"},
         Settings(optimizer="sgd", momentum=0.9, nesterov=True, learning_rate=0.1)),
        ({"opt": "sgd", "nesterov": "1"}, Settings(optimizer="sgd")),
        ({"nesterov": "1", "momentum": "0.9", "beta": "4.0"}, Settings()),
        ({"kind": "convolutional", "hidden": "16-8", "code": "128"},
         Settings(kind="convolutional", hidden=(16, 8), code_size=128)),
        ({"kind": "convolutional", "hidden": "32", "code": "2"},
         Settings(kind="convolutional", hidden=(32,), code_size=49)),
        ({"sparsity": "16", "code": "8"}, Settings(code_size=8)),
        ({"hidden": "none", "level": "0.5", "noise": "masking"},
         Settings(hidden=(), noise="masking", noise_level=0.5)),
    ],
)  # fmt: skip
def test_what_is_chosen_is_what_is_submitted(visit, trainings, query, expected):
    visit(PAGE, **query).press("train_start")
    ((settings, _),) = trainings.submitted
    assert settings == expected


def test_it_waits_and_is_told_its_place(visit, trainings):
    visitor = visit(PAGE).press("train_start")
    assert "number 2 in the queue" in str(visitor.at.get("progress")[0].proto)


@pytest.mark.parametrize("language", ["en", "pt", "es"])
def test_a_running_training_shows_its_epochs_pictures_and_curves(visit, trainings, language):
    trainings.be("running", 2, progress={"epoch": 3, "step": 50, "steps": 100, "left": 7.2})
    visitor = visit(PAGE, lang=language, run=RUN)
    said = translated("Epoch {n} of {epochs}, {left} s left", language, n=3, epochs=5, left=8)
    (bar,) = visitor.at.get("progress")
    assert said in str(bar.proto.text) or bar.proto.text == said
    assert bar.proto.value == 50
    pictures = [picture["pixels"] for picture in visitor.pictures()]
    assert len(pictures) == 23  # ten and one, what becomes of them, and the map
    np.testing.assert_array_equal(pictures[11:21], np.round(DIGITS / 2 * 255))
    lines = visitor.chart("train_chart")["lines"]
    assert [line["y"] for line in lines] == [[1, 0.5], [1.5, 0.75]]
    visitor.press("train_pause")
    assert trainings.asked == ["pause"]
    visitor.press("train_stop")
    assert trainings.asked == ["pause", "stop"]


def test_it_is_measured_before_it_is_shown(visit, trainings):
    trainings.be("running", 5)
    state = trainings.known[RUN]
    trainings.known[RUN] = state._replace(events=(*state.events, {"event": "finished"}))
    (bar,) = visit(PAGE, run=RUN).at.get("progress")
    assert "10,000 test digits" in bar.proto.text


def test_a_paused_one_goes_on(visit, trainings):
    trainings.be("paused", 1)
    visit(PAGE, run=RUN).press("train_resume")
    assert trainings.asked == ["resume"]


@pytest.mark.parametrize("reason", ["died", "memory", "nan", "data", "cluster", "error"])
def test_what_came_to_nothing_says_why(visit, trainings, reason):
    trainings.be("failed", 0, reason)
    visitor = visit(PAGE, run=RUN)
    (error,) = visitor.at.error
    assert len(error.value) > len("It came to nothing. ") + 20


def test_a_finished_one_is_measured_beside_those_that_ship_and_can_be_taken_away(visit, trainings):
    folder = autoencoder.WEIGHTS / "mnist" / "deep"
    trainings.be("finished", 5, folder=folder)
    visitor = visit(PAGE, run=RUN)
    test = ae_core.load("deep").card["test"]
    (table,) = [m.value for m in visitor.at.markdown if "Your network" in m.value]
    assert f"{test['bce']:.4f} | {test['mse']:.4f}" in table
    assert visitor.download("autoencoder.keras") == (folder / "model.keras").read_bytes()
    (mine,) = [m.value for m in visitor.at.markdown if "What you changed" in m.value]
    assert "Variational" in mine


@pytest.mark.parametrize("reason", ["off", "visitor", "queue", "parameters", "epochs"])
def test_what_is_refused_says_why_and_changes_nothing(visit, trainings, monkeypatch, reason):
    def refuse(*_arguments):
        raise jobs.RefusedError(reason)

    monkeypatch.setattr(trainings, "submit", refuse)
    visitor = visit(PAGE).press("train_start")
    assert len(visitor.warnings) == 1
    assert "run" not in visitor.link


def test_a_host_without_trainings_says_so(visit, trainings, monkeypatch):
    monkeypatch.setenv("AE_TRAINING", "off")
    visitor = visit(PAGE)
    assert visitor.at.button(key="train_start").disabled
    assert any("no trainings on this host" in caption.value for caption in visitor.at.caption)


def test_a_training_of_another_start_of_the_app_is_not_here(visit, trainings):
    visitor = visit(PAGE, run=RUN)
    assert len(visitor.at.info) == 1
    assert visitor.link["run"] == RUN
