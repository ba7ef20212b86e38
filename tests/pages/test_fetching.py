"""What the page that trains says while there is nothing to train on, until there is."""

import re
import time

import numpy as np
import pytest
from shop import opened
from visitor import translated

from ae_core import data
from pages.ui import cache, fetching

PAGE = "pages/training.py"
LANGUAGES = pytest.mark.parametrize("language", ["en", "pt", "es"])
DATASETS = pytest.mark.parametrize("dataset", data.DATASETS)
MISSING = (
    "{name} is not on this machine yet. Only trainings need it: the rest of the lab works without."
)


class Trainings:
    """No training has been asked for yet."""

    speed = 1.0

    def of(self, owner):
        return []


@pytest.fixture
def shop(monkeypatch, tmp_path):
    """A machine without data sets, and a server that has them."""
    monkeypatch.setattr(cache, "trainings", Trainings)
    for name in ("AE_DATA_DIR", "AE_CLUSTER", "AE_TRAINING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    labels = np.repeat(np.arange(10, dtype=np.uint8), 600)
    images = np.random.default_rng(0).integers(0, 256, (6000, 28, 28), np.uint8)
    arrays = (images, labels), (images[:100], labels[::60])
    with opened(monkeypatch, arrays) as shop:
        yield shop


def keys(visitor) -> list[str]:
    return [button.key for button in visitor.at.button]


def captions(visitor) -> list[str]:
    return [caption.value for caption in visitor.at.caption]


def bars(visitor) -> list:
    return [bar.proto for bar in visitor.at.get("progress")]


def until(true) -> None:
    begin = time.monotonic()
    while not true():
        assert time.monotonic() - begin < 30
        time.sleep(0.01)


def half_fetched(dataset: str) -> bool:
    now = data.fetching(dataset)
    return now is not None and now.received > 0.2 * now.total


def offered(visitor) -> bool:
    """Return whether the page offers to fetch, in the place of training."""
    if "fetch_data" in keys(visitor):
        assert "train_start" not in keys(visitor)
        return True
    return False


@LANGUAGES
@DATASETS
def test_what_is_missing_is_offered(visit, shop, language, dataset):
    visitor = visit(PAGE, lang=language, data=dataset)
    assert offered(visitor)
    name = fetching.NAMES[dataset]
    assert translated(MISSING, language, name=name) in captions(visitor)
    size = f"{data.megabytes(dataset):.0f}"
    assert visitor.at.button(key="fetch_data").label == translated(
        "Fetch {name} ({size} MB)", language, name=name, size=size
    )
    assert bars(visitor) == []
    assert shop.asked == []


@LANGUAGES
@DATASETS
def test_a_bar_shows_how_far_it_is_to_every_visitor_and_then_train_is_there(
    visit, shop, language, dataset
):
    shop.go.clear()
    visitor = visit(PAGE, lang=language, data=dataset).press("fetch_data")
    until(lambda: half_fetched(dataset))
    for each in (visitor.run(), visit(PAGE, lang=language, data=dataset)):  # who reloads; another
        assert not {"fetch_data", "train_start"} & set(keys(each))
        (bar,) = bars(each)
        assert 20 <= bar.value < 100
        said = translated("Fetching {name}: {received} of {total} MB", language,
                          name=fetching.NAMES[dataset], received="#", total="#")  # fmt: skip
        assert re.sub(r"\d+[.,]\d", "#", bar.text) == said
    shop.go.set()
    until(lambda: data.fetching(dataset).done)
    visitor.run()
    assert "train_start" in keys(visitor)
    assert not offered(visitor)
    assert bars(visitor) == []


def test_the_bar_moves_by_itself_and_ends_with_the_page(visit, shop, monkeypatch):
    shop.go.clear()
    visitor = visit(PAGE).press("fetch_data")
    until(lambda: half_fetched("mnist"))
    (fragment,) = {
        message.delta.fragment_id
        for message in visitor.runner.forward_msgs()
        if message.delta.new_element.HasField("progress")
    }
    now = data.Fetching(900_000, 1_000_000, False, "")
    with monkeypatch.context() as patch:
        patch.setattr(data, "fetching", lambda dataset: now)
        visitor.run(fragment_id=fragment)
    (bar,) = bars(visitor)
    assert (bar.value, bar.text) == (90, "Fetching MNIST: 0.9 of 1.0 MB")
    shop.go.set()
    until(lambda: data.fetching("mnist").done)
    visitor.run(fragment_id=fragment)
    assert "train_start" in keys(visitor)


def test_two_who_see_the_button_and_press_it_fetch_once(visit, shop):
    shop.go.clear()
    visitors = [visit(PAGE), visit(PAGE)]
    for visitor in visitors:
        visitor.press("fetch_data")
        assert len(bars(visitor)) == 1
    shop.go.set()
    until(lambda: data.fetching("mnist").done)
    assert shop.asked == ["mnist.npz"]
    for visitor in visitors:
        assert "train_start" in keys(visitor.run())


@LANGUAGES
@pytest.mark.parametrize("reason", ["network", "damaged", "disk"])
def test_what_went_wrong_is_said_and_it_can_be_tried_again(
    visit, shop, monkeypatch, language, reason
):
    def refuse(folder, contents):
        raise data.FetchError("disk", "no space")

    original = shop.files["mnist.npz"]
    with monkeypatch.context() as patch:
        if reason == "disk":
            patch.setattr(data, "_write", refuse)
        elif reason == "damaged":
            shop.files["mnist.npz"] = b"<html>Please log in</html>"
        else:
            patch.setattr(data, "URL", "http://127.0.0.1:9/")
        visitor = visit(PAGE, lang=language).press("fetch_data")
        until(lambda: data.fetching("mnist").done)
        visitor.run()
    assert visitor.warnings == [translated(fetching.PROBLEMS[reason], language, name="MNIST")]
    assert offered(visitor)
    shop.files["mnist.npz"] = original
    visitor.press("fetch_data")
    until(lambda: data.fetching("mnist").done)
    visitor.run()
    assert visitor.warnings == []
    assert "train_start" in keys(visitor)


def test_clothes_that_are_missing_do_not_hinder_who_trains_on_digits(visit, shop, monkeypatch):
    monkeypatch.setattr(data, "is_here", lambda dataset: dataset == "mnist")
    assert "train_start" in keys(visit(PAGE))
    assert offered(visit(PAGE, data="fashion_mnist"))


def test_nothing_is_offered_where_there_are_no_trainings(visit, shop, monkeypatch):
    monkeypatch.setenv("AE_TRAINING", "off")
    visitor = visit(PAGE)
    assert not offered(visitor)
    assert visitor.at.button(key="train_start").disabled


def test_the_disk_of_a_cluster_elsewhere_is_not_ours_to_judge(visit, shop, monkeypatch):
    monkeypatch.setenv("AE_CLUSTER", "tcp://localhost:8786")
    visitor = visit(PAGE)
    assert not offered(visitor)
    assert not visitor.at.button(key="train_start").disabled
