"""The page of recorded trainings: every look of every history, from the link to what is shown."""

import json
import shutil

import numpy as np
import pytest
from visitor import translated

from ae_core import data, history
from ae_core.models import families
from pages.ui import histories, text
from pages.ui.components import timelapse

PAGE = "pages/timelapse.py"
RECORDED = [(dataset, name) for dataset in data.DATASETS for name in histories.recorded(dataset)]
LINKS = {"mnist": "family", "fashion_mnist": "wardrobe"}
DIGITS = [name for dataset, name in RECORDED if dataset == "mnist"]
FIRST = "variational" if "variational" in DIGITS else DIGITS[0]


def recorded(name: str, dataset: str = "mnist") -> history.History:
    return histories.of(dataset).usable[name]


def looks(visitor) -> tuple[dict, bytes]:
    """Return what the browser was told of all looks, and their bytes."""
    head, _, body = visitor.component("player_looks").bytes.partition(b"\n")
    return json.loads(head), body


def rule(visitor) -> dict:
    return visitor.chart("curves")["rules"][0]


@pytest.mark.parametrize(("dataset", "name"), RECORDED)
def test_every_training_is_shown_as_it_was_recorded(visit, dataset, name):
    visitor = visit(PAGE, data=dataset, **{LINKS[dataset]: name})
    found = recorded(name, dataset)
    assert visitor.at.selectbox[0].value == name
    head, body = looks(visitor)
    assert head["epochs"] == found.epochs.tolist()
    assert body.startswith(found.pictures.tobytes())
    pictures = [picture["pixels"] for picture in visitor.pictures()]
    np.testing.assert_array_equal(pictures[10:], found.pictures[0])
    if name.startswith("super_resolution"):
        side = int(name.rpartition("_")[2])
        squares = found.shown.reshape(10, side, 28 // side, side, 28 // side).mean((2, 4))
        np.testing.assert_allclose(pictures[:10], squares, atol=1)
    else:
        np.testing.assert_array_equal(pictures[:10], found.shown)
    lines = visitor.chart("curves")["lines"]
    for line, values in zip(lines, (found.training, found.validation), strict=True):
        np.testing.assert_allclose(line["y"], values)
    (mark,) = visitor.chart("curves")["marks"]
    assert (mark["x"], mark["y"]) == (found.best, pytest.approx(found.validation.min()))
    assert bool(visitor.components("map")) == (found.map is not None)
    assert bool(visitor.components("legend")) == (found.map is not None)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_deep_link_opens_an_epoch_in_every_language(visit, language):
    found = recorded(FIRST)
    at = len(found.epochs) // 2
    epoch = int(found.epochs[at])
    visitor = visit(PAGE, lang=language, epoch=str(epoch))
    assert visitor.link["epoch"] == str(epoch)
    pictures = [picture["pixels"] for picture in visitor.pictures()[10:]]
    np.testing.assert_array_equal(pictures, found.pictures[at])
    assert rule(visitor)["at"] == epoch
    assert rule(visitor)["label"] == translated("Epoch {n}", language, n=epoch)
    said = translated("Epoch {n} of {last}", language, n=epoch, last=len(found.training))
    assert looks(visitor)[0]["said"][at] == said
    mse = f"{found.mse[epoch - 1]:.4f}"
    assert visitor.metric("MSE") == (mse if language == "en" else mse.replace(".", ","))


def test_where_the_slider_rests_is_in_the_link(visit):
    visitor = visit(PAGE)
    visitor.send("player", "epoch", 3)
    assert visitor.link == {"epoch": "3"}
    at = recorded(FIRST).epochs.tolist().index(3)
    pictures = [picture["pixels"] for picture in visitor.pictures()[10:]]
    np.testing.assert_array_equal(pictures, recorded(FIRST).pictures[at])
    before = looks(visitor)
    visitor.send("player", "epoch", 0)
    assert visitor.link == {}
    assert looks(visitor) == before  # they need not travel again


@pytest.mark.parametrize("epoch", ["6", "999"])
def test_an_epoch_between_two_looks_is_the_nearest_one(visit, epoch):
    visitor = visit(PAGE, epoch=epoch)
    epochs = recorded(FIRST).epochs.astype(int)
    shown = int(visitor.link["epoch"])
    assert shown in epochs
    assert abs(shown - int(epoch)) == np.abs(epochs - int(epoch)).min()


def test_an_untrained_network_has_no_losses(visit):
    numbers = visit(PAGE).numbers()
    assert list(numbers.values()) == ["–"] * 3


@pytest.mark.parametrize(("language", "half"), [("en", "β = 0.5"), ("es", "β = 0,5")])
def test_networks_to_choose_from_can_be_told_apart(visit, language, half):
    options = visit(PAGE, lang=language).at.selectbox(key=f"lapse_{LINKS['mnist']}").options
    assert len(options) == len({*options}) == len(DIGITS)
    assert [option for option in options if option.endswith(half)]


def test_another_family_keeps_the_epoch_if_it_can(visit):
    visitor = visit(PAGE, epoch="1").choose("selectbox", f"lapse_{LINKS['mnist']}", "simple")
    assert visitor.link["epoch"] == "1"
    pictures = [picture["pixels"] for picture in visitor.pictures()[10:]]
    np.testing.assert_array_equal(pictures, recorded("simple").pictures[1])


ENDINGS = {
    "turned": "**Over-fitting:** the validation loss is lowest at epoch {best}.",
    "apart": "**The curves part:** from epoch {since} to {last} the training loss falls by",
    "together": "**Both curves still fall:** from epoch {since} to {last} the training",
}


@pytest.mark.parametrize("name", DIGITS)
def test_what_the_losses_do_is_said_with_their_figures(visit, name):
    found = recorded(name)
    end = history.ending(found)
    said = " ".join(visit(PAGE, family=name).at.markdown.values).replace(
        "[loss](#word-loss)", "loss"
    )
    last = len(found.training)
    assert ENDINGS[end.kind].format(best=found.best, since=end.since, last=last) in said
    places = 4 if found.validation.min() < 10 else 2
    for change in (end.training, end.validation):
        assert f"by {abs(change):.{places}f}" in said


def overfitted(folder) -> None:
    """Let a training end in over-fitting."""
    found = history.read(folder)
    validation = np.array(found.validation)
    middle = len(validation) // 2
    validation[middle:] = validation[middle - 1] * np.linspace(1.01, 1.1, len(validation) - middle)
    history.History(**vars(found) | {"validation": validation}).write(folder)


@pytest.mark.usefixtures("empty_caches")
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_over_fitting_is_named(visit, weights_copy, language):
    overfitted(weights_copy / "mnist" / "simple")
    said = " ".join(visit(PAGE, family="simple", lang=language).at.markdown.values)
    word = {"en": "**Over-fitting:**", "pt": "**Sobreajuste:**", "es": "**Sobreajuste:**"}[language]
    assert word in said


@pytest.mark.usefixtures("empty_caches")
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_damaged_history_is_named_and_the_others_go_on(visit, weights_copy, language):
    simple = weights_copy / "mnist" / "simple"
    deep = weights_copy / "mnist" / "deep"
    shutil.copy(simple / history.HISTORY, deep)
    (simple / history.HISTORY).write_bytes(b"damaged")
    visitor = visit(PAGE, lang=language, family="simple")
    (warning,) = visitor.warnings
    file = translated(
        "The file `{file}` is not the one that was trained.",
        language,
        file="weights/mnist/simple/history.npz",
    )
    assert file in warning
    assert "`python -m ae_core history simple`" in warning
    titles = [translated(families()[name].title, language) for name in histories.of().usable]
    options = visitor.at.selectbox[0].options
    assert [option.partition(" · ")[0] for option in options] == titles
    assert visitor.images()


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_without_any_history_it_is_said_how_to_make_one(visit, monkeypatch, dataset):
    monkeypatch.setattr(histories, "of", lambda _dataset: histories.Histories({}, {}))
    visitor = visit(PAGE, data=dataset)
    (info,) = [each.value for each in visitor.at.info]
    data_set = "" if dataset == "mnist" else f" --dataset {dataset}"
    assert "`python -m ae_core history " in info
    assert f"{data_set}`" in info
    assert visitor.pictures() == []


# What travels


def made(plane: bool) -> history.History:
    rng = np.random.default_rng(0)
    return history.History(
        *rng.random((3, 5), np.float32),
        epochs=np.array([0, 1, 5], np.uint16),
        shown=rng.integers(0, 256, (10, 28, 28), np.uint8),
        pictures=rng.integers(0, 256, (3, 10, 28, 28), np.uint8),
        map=rng.normal(0, 40, (3, 20, 2)).astype(np.float16) if plane else None,
        labels=rng.integers(0, 10, 20, np.uint8) if plane else None,
    )


@pytest.mark.parametrize("plane", [True, False])
def test_looks_are_packed_as_they_are(plane):
    found = made(plane)
    texts = ["a", "b", "c"]
    packed = timelapse.pack(timelapse.Looks(found, texts, texts, {"mse": texts}))
    line, _, body = packed.partition(b"\n")
    head = json.loads(line)
    assert head["epochs"] == [0, 1, 5]
    assert head["figures"] == {"mse": texts}
    assert body[: found.pictures.size] == found.pictures.tobytes()
    rest = body[found.pictures.size :]
    assert head["points"] == (20 if plane else 0)
    if not plane:
        assert rest == b""
        return
    places = np.frombuffer(rest[:-20], "<i2").reshape(3, 20, 2) / timelapse.STEPS
    reach = timelapse.reach(found)
    seen = np.abs(found.map) < timelapse.FARTHEST * reach
    np.testing.assert_allclose((places * reach)[seen], found.map[seen].astype(float), atol=0.01)
    assert (np.abs(places) <= timelapse.FARTHEST + 1e-3).all()
    assert rest[-20:] == found.labels.tobytes()


def test_a_map_of_a_single_point_has_a_reach():
    found = made(plane=True)
    flat = history.History(**vars(found) | {"map": np.zeros_like(found.map)})
    assert timelapse.reach(flat) == 1.0


def test_another_text_is_another_message():
    def key(*texts: str) -> str:
        packed = timelapse.pack(timelapse.Looks(made(True), texts, texts, {}))
        return json.loads(packed.partition(b"\n")[0])["key"]

    assert key("a", "b", "c") == key("a", "b", "c") != key("a", "b", "d")
