"""The page that trains: what is submitted, and what is shown of it while it runs and after."""

import dataclasses

import numpy as np
import pytest
from trainings import DIGITS, RUN, SECOND
from visitor import translated

import ae_core
from ae_core import autoencoder, data, noise
from ae_core.models import compared
from ae_core.training import jobs, script
from ae_core.training.settings import PRESETS, Settings
from pages.ui import cache, exercises
from pages.ui.inputs import clothing

PAGE = "pages/training.py"


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
        ({"data": "fashion_mnist", "code": "16"}, Settings(code_size=16, dataset="fashion_mnist")),
        ({"hidden": "none", "level": "0.5", "noise": "masking"},
         Settings(hidden=(), noise="masking", noise_level=0.5)),
    ],
)  # fmt: skip
def test_what_is_chosen_is_what_is_submitted(visit, trainings, query, expected):
    visit(PAGE, **query).press("train_start")
    ((settings, _),) = trainings.submitted
    assert settings == expected


def test_a_preset_leaves_the_data_set_as_it_is(visit, trainings):
    visitor = visit(PAGE, data="fashion_mnist").press("preset_deep")
    visitor.press("train_start")
    ((settings, _),) = trainings.submitted
    assert settings == dataclasses.replace(PRESETS["deep"], dataset="fashion_mnist")


def test_the_data_set_is_the_one_of_the_other_pages(visit, trainings):
    visitor = visit("pages/latent.py", data="fashion_mnist").go(PAGE)
    assert visitor.at.selectbox(key="lab_data").value == "fashion_mnist"
    assert visitor.link["data"] == "fashion_mnist"
    visitor.press("train_start")
    ((settings, _),) = trainings.submitted
    assert settings.dataset == "fashion_mnist"


def test_it_waits_and_is_told_its_place(visit, trainings):
    visitor = visit(PAGE).press("train_start")
    assert "number 2 in the queue" in str(visitor.at.get("progress")[0].proto)


@pytest.mark.parametrize("language", ["en", "pt", "es"])
def test_a_running_training_shows_its_epochs_pictures_and_curves(visit, trainings, language):
    trainings.be("running", 2, progress={"epoch": 3, "step": 50, "steps": 100, "left": 7.2})
    visitor = visit(PAGE, lang=language, run=RUN)
    said = translated("Epoch {n} of {epochs}, {left} s left", language, n=3, epochs=5, left=8)
    bar, _compared = visitor.at.get("progress")
    assert said in str(bar.proto.text) or bar.proto.text == said
    assert bar.proto.value == 50
    pictures = [picture["pixels"] for picture in visitor.pictures()]
    assert len(pictures) == 23 + 30  # ten and one, what becomes of them, the map; and compared
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
    bar, _compared = visit(PAGE, run=RUN).at.get("progress")
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
    settings = trainings.known[RUN].settings
    assert visitor.download("autoencoder.py").decode() == script.write(settings)
    assert visitor.download("autoencoder.ipynb") == script.notebook(settings)
    (mine,) = [m.value for m in visitor.at.markdown if "What you changed" in m.value]
    assert "Variational" in mine
    assert cells(mine)[-1][-2:] == [f"{test[key]:.4f}" for key in ("bce", "mse")]


def cells(table: str) -> list[list[str]]:
    """Return the cells of the rows of a table below its head."""
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def beside_each_other(visitor) -> list[list[str]]:
    (table,) = [m.value for m in visitor.at.markdown if "Plateau" in m.value and "|" in m.value]
    return cells(table)


def test_two_trainings_are_compared_with_each_other_and_with_what_ships(visit, trainings):
    adam, sgd = Settings(epochs=4), Settings(epochs=5, optimizer="sgd")
    trainings.be("finished", 4, settings=adam, folder=autoencoder.WEIGHTS / "mnist" / "simple")
    trainings.be("running", 5, settings=sgd, run=SECOND)
    visitor = visit(PAGE, run=RUN)
    names = ["Optimiser Adam, Epochs 4", "Optimiser SGD, Epochs 5"]
    shown = visitor.chart("runs_chart")
    assert [line["label"] for line in shown["lines"]] == names
    assert [line["y"] for line in shown["lines"]] == [
        [pytest.approx(0.1 / epoch) for epoch in range(1, last + 1)] for last in (4, 5)
    ]
    deep, simple = (ae_core.load(name).card["test"] for name in ("deep", "simple"))
    assert shown["rules"][0]["at"] == deep["mse"]
    assert beside_each_other(visitor) == [
        [names[0], "4", "–", "0.3750", f"{simple['bce']:.4f}", f"{simple['mse']:.4f}"],
        [names[1], "5", "–", "0.3000", "–", "–"],
        ["Deep, as it ships", "", "", "", f"{deep['bce']:.4f}", f"{deep['mse']:.4f}"],
    ]
    ten = [picture["pixels"] for picture in visitor.pictures()][-40:]
    np.testing.assert_array_equal(ten[:10], np.round(DIGITS * 255))
    np.testing.assert_array_equal(ten[10:20], np.round(DIGITS / 4 * 255))
    ours = ae_core.load("deep").reconstruct(np.round(DIGITS * 255) / np.float32(255))
    assert np.abs(np.array(ten[30:], int) - np.round(ours * 255)).max() <= 1


def test_a_plateau_is_told(visit, trainings):
    trainings.be("finished", 9, settings=Settings(epochs=9))
    state = trainings.known[RUN]
    flat = [event | ({"validation": 0.5} if "epoch" in event else {}) for event in state.events]
    trainings.known[RUN] = state._replace(events=tuple(flat))
    assert beside_each_other(visit(PAGE, run=RUN))[0][2] == "1"


def test_clothes_and_digits_are_not_compared(visit, trainings):
    trainings.be("finished", 2, settings=Settings(epochs=2))
    clothes = Settings(epochs=2, dataset="fashion_mnist")
    trainings.be("finished", 2, settings=clothes, run=SECOND)
    visitor = visit(PAGE, run=RUN)
    assert len(visitor.chart("runs_chart")["lines"]) == 1
    assert beside_each_other(visitor)[-1][0] == "Dense, 64 numbers, as it ships"


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_an_exercise_trains_two_that_differ_in_one_thing(visit, trainings, name):
    visitor = visit(PAGE).press(f"exercise_{name}")
    pair = [settings for settings, _own in trainings.submitted]
    assert pair == list(exercises.EXERCISES[name].pair)
    one, other = (settings.write(whole=True) for settings in pair)
    assert len([key for key in one if one[key] != other[key]]) == 1
    assert (visitor.link["run"], visitor.link["second"]) == (RUN, SECOND)
    assert visitor.link["exercise"] == name
    bars = [bar.proto.text for bar in visitor.at.get("progress")]
    assert len(bars) == 3  # the one that is looked at, and both beside each other
    visitor.press("train_start")  # another one: the exercise is over
    assert "exercise" not in visitor.link


@pytest.mark.parametrize("language", ["en", "pt", "es"])
@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_what_was_seen_is_told_after_both_and_never_before(visit, trainings, name, language):
    first, second = exercises.EXERCISES[name].pair
    query = {"run": RUN, "second": SECOND, "exercise": name, "lang": language}
    weights = autoencoder.WEIGHTS / "mnist"
    trainings.be("finished", 10, settings=first, folder=weights / "denoising")
    trainings.be("running", 3, settings=second, run=SECOND)
    before = [each.value for each in visit(PAGE, **query).at.markdown]
    trainings.be("finished", 10, settings=second, folder=weights / "simple", run=SECOND)
    visitor = visit(PAGE, **query)
    (seen,) = [each.value for each in visitor.at.markdown if each.value not in before
               and "|" not in each.value]  # fmt: skip
    digits = data.samples().images
    for ae in (ae_core.load("denoising"), ae_core.load("simple")):
        test = ae.card["test"]
        much = ae.reconstruct(noise.add(digits, "gaussian", 0.7, seed=1))
        expected = {
            "optimizer": ["1.500", "0.150"],
            "loss": [f"{test['mse']:.4f}", f"{test['bce']:.4f}"],
            "noise": [f"{((much - digits) ** 2).mean():.4f}"],
        }[name]
        for figure in expected:
            assert (figure if language == "en" else figure.replace(".", ",")) in seen
    if name == "noise":
        lines = visitor.chart("exercise_chart")["lines"]
        assert [len(line["y"]) for line in lines] == [11, 11]


def test_questions_name_what_is_trained():
    asked = {name: exercise.question for name, exercise in exercises.EXERCISES.items()}
    for settings in exercises.EXERCISES["noise"].pair:
        assert f"{settings.noise_level}" in asked["noise"]
    for settings in exercises.EXERCISES["optimizer"].pair:
        assert f"{settings.learning_rate:.3f}" in asked["optimizer"]


def test_an_exercise_that_was_refused_says_why(visit, trainings, monkeypatch):
    submit = trainings.submit

    def refuse(*arguments):
        if trainings.submitted:
            raise jobs.RefusedError("visitor")
        return submit(*arguments)

    monkeypatch.setattr(trainings, "submit", refuse)
    visitor = visit(PAGE).press("exercise_loss")
    assert len(visitor.warnings) == 1
    assert (visitor.link["run"], visitor.link.get("second")) == (RUN, None)


def test_one_on_clothes_is_measured_beside_those_on_clothes(visit, trainings):
    settings = Settings(epochs=5, dataset="fashion_mnist")
    folder = autoencoder.WEIGHTS / "fashion_mnist" / "fashion_dense"
    trainings.be("finished", 5, settings=settings, folder=folder)
    visitor = visit(PAGE, run=RUN)
    (table,) = [m.value for m in visitor.at.markdown if "Your network" in m.value]
    cards = {name: cache.card(name, "fashion_mnist") for name in compared("fashion_mnist")}
    assert len(table.splitlines()) == 2 + 1 + len(cards)
    assert all(f"{card['test']['bce']:.4f}" in table for card in cards.values())
    (mine,) = [m.value for m in visitor.at.markdown if "What you changed" in m.value]
    assert "Data set Clothes: Fashion-MNIST" in mine


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


def test_the_picture_above_is_the_one_that_was_given(visit, trainings):
    """Whatever the visitor has drawn or chosen since."""
    trainings.be("running", 2)
    pictures = {each["alt"]: each for each in visit(PAGE, run=RUN, digit="3").pictures()}
    above, below = pictures["Your picture."], pictures["Your picture rebuilt."]
    np.testing.assert_array_equal(above["pixels"], np.round(DIGITS[7] * 255))
    np.testing.assert_array_equal(below["pixels"], np.round(DIGITS[0] / 2 * 255))


def test_clothes_are_watched_with_a_piece_of_clothing(visit, trainings):
    visit(PAGE, data="fashion_mnist", item="1", piece="4").press("train_start")
    ((_settings, own),) = trainings.submitted
    draws = ae_core.load("variational", "fashion_mnist")
    np.testing.assert_array_equal(own[0], clothing.find(1, 4, draws).image)
