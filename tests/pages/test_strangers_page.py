"""Fool it: each network's answer to each stranger, and the threshold on its errors."""

import csv
import io
import json
import re

import numpy as np
import pytest
from visitor import COMPARED

import ae_core
from ae_core import data, metrics, strangers, studies
from ae_core.figures import pixels
from pages.ui import cache

PAGE = "pages/strangers.py"
FIGURES = studies.read("strangers")
MIRROR = ae_core.names("fashion_mnist")
SLIDER, DATASET = "strangers_threshold", "strangers_trained"


def errors_of(image: np.ndarray, names=COMPARED, dataset="mnist") -> dict[str, float]:
    return {
        name: float(
            metrics.mse(image[None], ae_core.load(name, dataset).reconstruct(image[None]))[0]
        )
        for name in names
    }


def said(visitor) -> dict[str, tuple[str, str]]:
    """Return the MSE and the verdict below each family's error map."""
    rows = [row["pictures"] for row in visitor.rows() if len(row["pictures"]) >= 2 * len(MIRROR)]
    pairs = rows[0][: len(rows[0]) // 2 * 2]
    return {
        rebuilt["name"]: (error["title"], error["caption"])
        for rebuilt, error in zip(pairs[::2], pairs[1::2], strict=True)
    }


def alarm_of(visitor) -> dict:
    """Return what the browser is told of the threshold."""
    return json.loads(visitor.component("alarm").bytes)


@pytest.mark.parametrize(
    ("query", "image"),
    [
        ({"letters": "Q"}, lambda: strangers.picture("letters", "Q")),
        ({"show": "signs", "signs": "infinity", "version": "4"},
         lambda: strangers.picture("signs", "∞", 3)),
        ({"show": "smileys"}, lambda: strangers.picture("smileys", "☺")),
        ({"show": "shapes", "shapes": "spiral"}, lambda: strangers.picture("shapes", "spiral")),
        ({"show": "noise", "noise": "clouds"}, lambda: strangers.picture("noise", "clouds")),
        ({"show": "blank", "blank": "white"}, lambda: np.ones((28, 28), np.float32)),
        ({"show": "own", "input": "sample", "digit": "2", "example": "1"},
         lambda: data.samples().images[2 * data.SAMPLES_PER_CLASS]),
    ],
)  # fmt: skip
def test_each_network_rebuilds_the_picture_that_was_chosen(visit, query, image):
    visitor = visit(PAGE, model="deep", **query)
    image = image()
    seen, *pairs = visitor.pictures()
    np.testing.assert_array_equal(seen["pixels"], pixels.to_bytes(image))
    found = errors_of(image)
    detectors = FIGURES["mnist"]["detectors"]
    for place, name in enumerate(COMPARED):
        rebuilt = ae_core.load(name).reconstruct(image[None])[0]
        shown, error = pairs[2 * place : 2 * place + 2]
        np.testing.assert_array_equal(shown["pixels"], pixels.to_bytes(rebuilt))
        np.testing.assert_array_equal(error["pixels"], pixels.error_map(image, rebuilt))
        alarm = found[name] > detectors[name]["thresholds"][190]
        assert said(visitor)[name] == (f"{found[name]:.5f}", "alarm" if alarm else "no alarm")
    mark = visitor.chart("histogram")["marks"][0]
    assert mark["x"] == pytest.approx(found["deep"], rel=1e-6)
    numbers = visitor.numbers()
    percentiles = ae_core.load("deep").card["test"]["mse_percentiles"]
    assert numbers["MSE"] == f"{found['deep']:.5f}"
    better = metrics.percentile(found["deep"], percentiles)
    assert numbers["Test pictures rebuilt better"] == f"{better:.0f} %"
    raised = sum(found[name] > detectors[name]["thresholds"][190] for name in COMPARED)
    assert numbers["All networks"] == f"{raised} of 7"


@pytest.mark.parametrize("share", [50.0, 90.5, 99.0, 100.0])
def test_the_threshold_lets_so_many_digits_through(visit, share):
    visitor = visit(PAGE, model="simple")
    visitor.choose("slider", SLIDER, share)
    assert visitor.link.get("threshold") == f"{share:g}"
    found, counts = FIGURES["mnist"]["detectors"]["simple"], FIGURES["mnist"]["counts"]
    step = round(2 * share)
    (rule,) = visitor.chart("histogram")["rules"]
    assert rule["at"] == found["thresholds"][step]
    numbers = visitor.numbers()
    assert numbers["False alarms"] == f"{round((100 - share) * 100):,}"
    for label in ("Letters", "Signs", "Smileys", "Shapes", "Noise", "Clothes"):
        caught = found["above"][label.lower()][step] / counts[label.lower()]
        assert numbers[label] == f"{100 * caught:.0f} %"


def test_the_histogram_is_that_of_digits_and_of_the_kind_that_is_shown(visit):
    visitor = visit(PAGE, model="convolutional", show="smileys")
    home, strange = visitor.chart("histogram")["bars"]
    assert (home["label"], strange["label"]) == ("Digits", "Smileys")
    histogram = FIGURES["mnist"]["detectors"]["convolutional"]["histogram"]
    for bars, kind in ((home, "digits"), (strange, "smileys")):
        assert len(bars["edges"]) == len(bars["heights"]) + 1
        assert sum(bars["heights"]) == pytest.approx(100)
        place = int(np.argmax(bars["heights"]))
        wanted = int(np.argmax(histogram[kind]))
        assert bars["edges"][place] == pytest.approx(strangers.edges()[wanted])
    visitor = visit(PAGE, show="blank")  # of which there are only three
    assert visitor.chart("histogram")["bars"][1]["label"] == "Letters"


def test_another_version_is_another_picture_of_the_same(visit):
    visitor = visit(PAGE, letters="K")
    visitor.press("strangers_version")
    assert visitor.link["version"] == "2"
    wanted = pixels.to_bytes(strangers.picture("letters", "K", 1))
    np.testing.assert_array_equal(visitor.pictures()[0]["pixels"], wanted)


def test_show_me_shows_a_plain_stroke(visit):
    visitor = visit(PAGE).press("first_step")
    assert visitor.link["show"] == "shapes"
    wanted = pixels.to_bytes(strangers.picture("shapes", "stroke"))
    np.testing.assert_array_equal(visitor.pictures()[0]["pixels"], wanted)


def test_a_click_on_a_network_and_on_a_stranger_that_passes(visit):
    visitor = visit(PAGE)
    visitor.send("gallery", "picked", "denoising", trigger=True)
    assert visitor.link["model"] == "denoising"
    assert any("Denoising, conv." in each.value for each in visitor.at.markdown)
    caught = FIGURES["mnist"]["detectors"]["denoising"]["caught"]
    passing = visitor.pictures()[-10:]
    shares = [picture["caption"] for picture in passing]
    kinds = ("letters", 4), ("signs", 3), ("shapes", 2), ("blank", 1)
    least = [share for kind, most in kinds for share in sorted(caught[kind].values())[:most]]
    assert shares == [f"{100 * share:.0f} %" for share in least]
    visitor.send("passing", "picked", passing[3]["name"], trigger=True)
    np.testing.assert_array_equal(visitor.pictures()[0]["pixels"], passing[3]["pixels"])


def test_the_mirror_shows_digits_to_networks_that_know_clothes(visit):
    visitor = visit(PAGE, show="own", input="sample", digit="3", example="2")
    visitor.choose("segmented_control", DATASET, "fashion_mnist")
    image = data.samples().images[3 * data.SAMPLES_PER_CLASS + 1]
    found = errors_of(image, MIRROR, "fashion_mnist")
    detectors = FIGURES["fashion_mnist"]["detectors"]
    assert list(said(visitor)) == MIRROR
    for name, error in found.items():
        alarm = error > detectors[name]["thresholds"][190]
        assert said(visitor)[name] == (f"{error:.5f}", "alarm" if alarm else "no alarm")
    assert [bars["label"] for bars in visitor.chart("histogram")["bars"]] == ["Clothes", "Digits"]
    assert {told["name"] for told in visitor.networks()} == {
        f"fashion_mnist {name}" for name in MIRROR
    }


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_curves_table_and_file_give_the_same_figures(visit, dataset):
    visitor = visit(PAGE, trained=dataset, against="other")
    figures = FIGURES[dataset]
    (home,) = [strangers.HOME[dataset]]
    (other,) = [kind for kind in strangers.HOME.values() if kind != home]
    lines = visitor.chart("roc")["lines"]
    names = [*(COMPARED if dataset == "mnist" else MIRROR), strangers.MEAN_INK]
    assert [line["label"] for line in lines][-1] == "Mean ink alone"
    for name, line in zip(names, lines, strict=True):
        assert (np.diff(line["x"]) >= 0).all()
        area = np.trapezoid(line["y"], line["x"])
        assert area == pytest.approx(figures["detectors"][name]["auroc"][other], abs=0.01)
    (table,) = [each.value for each in visitor.at.markdown if "AUROC" in each.value
                and each.value.startswith("|")]  # fmt: skip
    assert len(table.splitlines()) == 2 + len(names)
    rows = list(csv.DictReader(io.StringIO(visitor.download("auroc.csv").decode())))
    for row in rows:
        auroc = figures["detectors"][row["detector"]]["auroc"][row["strangers"]]
        assert float(row["auroc"]) == pytest.approx(auroc)
        assert row["trained_on"] == dataset
        if row["strangers"] == other:
            assert re.search(rf"{auroc:.3f}", table)
    assert visitor.download("roc.pdf").startswith(b"%PDF")
    assert visitor.download("roc.png").startswith(b"\x89PNG")


def test_the_alarm_that_the_browser_is_told_is_the_servers(visit):
    visitor = visit(PAGE, model="sparse", threshold="80")
    told = alarm_of(visitor)
    assert told["selected"] == "sparse"
    assert told["share"] == 80
    assert told["slider"] == SLIDER
    found = FIGURES["mnist"]["detectors"]
    for name in COMPARED:
        assert told["thresholds"][name] == found[name]["thresholds"]
    assert told["above"] == {
        kind: numbers for kind, numbers in found["sparse"]["above"].items() if kind != "blank"
    }
    image = strangers.picture("letters", "A")
    assert told["errors"] == pytest.approx(errors_of(image), rel=1e-5)


def test_a_browser_that_computes_is_sent_no_pictures(visit):
    visitor = visit(PAGE)
    visitor.send("reconstructions", "computing", True).run()
    told = alarm_of(visitor)
    assert told["computing"]
    assert told["errors"] == {}
    assert visitor.chart("histogram")["marks"][0]["x"] is None
    assert {mse for mse, _ in said(visitor).values()} == {"…"}
    visitor.send("reconstructions", "computing", False).run()
    assert "…" not in {mse for mse, _ in said(visitor).values()}


def test_clothes_are_real_or_said_to_be_generated(visit):
    visitor = visit(PAGE, show="clothes")
    captions = " ".join(each.value for each in visitor.at.caption)
    real = data.test_items("fashion_mnist") is not None
    assert ("From the test set of Fashion-MNIST" in captions) == real
    assert ("**Generated** by our own VAE" in captions) != real


def test_without_the_study_the_page_says_how_to_measure_it(visit, monkeypatch, tmp_path):
    cache.forget(cache.figures)
    monkeypatch.setattr(studies, "path", lambda name: tmp_path / f"{name}.json")
    visitor = visit(PAGE)
    (warning,) = visitor.warnings
    assert "python -m ae_core study strangers" in warning
    cache.forget(cache.figures)
