"""The bottleneck dial: one digit through codes of 2 to 128 numbers."""

import csv
import io

import numpy as np
import pytest

import ae_core
from ae_core import data, metrics, pca, studies
from ae_core.figures import pixels
from ae_core.studies.bottleneck import SIZES

PAGE = "pages/bottleneck.py"
DIGIT = data.samples().images[2 * data.SAMPLES_PER_CLASS]  # the first 2
QUERY = {"input": "sample", "digit": "2", "example": "1"}
FIGURES = studies.read("bottleneck")


def network(size: int):
    return ae_core.load(f"bottleneck_{size}")


def rebuilt(size: int) -> np.ndarray:
    return network(size).reconstruct(DIGIT[None])[0]


def test_each_picture_is_the_digit_rebuilt_from_so_many_numbers(visit):
    visitor = visit(PAGE, size="16", **QUERY)
    pictures = {picture.get("name"): picture for picture in visitor.pictures()}
    for size in SIZES:
        picture = pictures[str(size)]
        np.testing.assert_array_equal(picture["pixels"], pixels.to_bytes(rebuilt(size)))
        error = metrics.mse(DIGIT[None], rebuilt(size)[None])[0]
        assert picture["caption"] == f"MSE {error:.4f}"
        assert bool(picture.get("chosen")) == (size == 16)


def test_below_each_is_what_pca_makes_of_as_many_numbers(visit):
    pictures = {p.get("live"): p for p in visit(PAGE, **QUERY).pictures()}
    for size in SIZES:
        picture = pictures[f"rebuilt pca_{size}"]
        exact = pca.shipped().reconstruct(DIGIT[None], size)[0]  # not in float16
        assert np.abs(picture["pixels"] - 255 * exact).max() <= 2
        error = metrics.mse(DIGIT[None], exact[None])[0]
        assert float(picture["caption"].removeprefix("PCA ")) == pytest.approx(error, abs=2e-4)


@pytest.mark.parametrize("size", [2, 128])
def test_dial_numbers_and_chart_are_of_this_size(visit, size):
    visitor = visit(PAGE, size=str(size), **QUERY)
    error, linear = network(size).card["test"]["mse"], FIGURES["clipped"][SIZES.index(size)]
    assert visitor.numbers()["Test MSE"] == f"{error:.4f}"
    assert visitor.numbers()["PCA's"] == f"{linear:.4f}"
    chart = visitor.chart("curve")
    mine, by_pca = chart["lines"]
    assert mine["y"] == [network(each).card["test"]["mse"] for each in SIZES]
    assert by_pca["y"] == FIGURES["clipped"]
    marks = {mark["live"]: mark for mark in chart["marks"]}
    for each in SIZES:
        mark = marks[f"mse bottleneck_{each}"]
        assert mark["x"] == each
        assert mark["y"] == pytest.approx(metrics.mse(DIGIT[None], rebuilt(each)[None])[0])
        assert (mark["label"] == "Your digit") == (each == size)


def test_a_click_on_a_picture_turns_the_dial(visit):
    visitor = visit(PAGE, **QUERY)
    visitor.send("rebuilt", "picked", "64", trigger=True)
    assert visitor.link["size"] == "64"


def test_the_table_holds_the_same_figures(visit):
    visitor = visit(PAGE, **QUERY)
    table = visitor.download("bottleneck.csv").decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [int(row["numbers"]) for row in rows] == list(SIZES)
    assert [float(row["pca_test_mse"]) for row in rows] == pytest.approx(FIGURES["clipped"])
    assert visitor.download("bottleneck.pdf").startswith(b"%PDF")


def test_each_network_beats_pca_at_its_size():
    """And the text: up to 16 numbers a quarter of PCA's will do, then the lead shrinks."""
    errors = [network(size).card["test"]["mse"] for size in SIZES]
    assert errors == sorted(errors, reverse=True)
    for error, linear in zip(errors, FIGURES["clipped"], strict=True):
        assert error < linear
    enough = [
        size
        for size, error, linear in zip(SIZES, errors, FIGURES["clipped"][2:], strict=False)
        if error < linear
    ]
    assert enough == [2, 4, 8, 16]


def test_32_numbers_reach_the_figure_of_the_deep_family():
    assert network(32).card["test"]["bce"] <= 0.0720


@pytest.mark.needs_data
def test_the_study_is_pca_of_the_data():
    from ae_core.studies import bottleneck

    assert bottleneck.measure() == FIGURES
