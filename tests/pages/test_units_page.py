"""Units: the browser is told what was measured, and the pictures are those that excite most."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image
from visitor import VIEWS

import ae_core
from ae_core import data, studies
from ae_core.figures import pixels
from pages.ui import cache, first_step

PAGE = "pages/units.py"
CHOICES = {"input": "sample", "digit": "3", "example": "5"}
PLACE = 3 * 20 + 5 - 1
FAMILIES = ("simple", "sparse", "convolutional")
EACH = pytest.mark.parametrize("family", FAMILIES)


def told(visitor) -> dict:
    """Return what the dictionary and the bench were told."""
    (proto,) = visitor.components("units")
    return json.loads(proto.json)


def figures(family: str) -> dict[str, np.ndarray]:
    return {name: np.array(values) for name, values in studies.read("units")[family].items()}


def code(family: str) -> np.ndarray:
    return ae_core.load(family).encode(data.samples().images[PLACE][None]).reshape(-1)


@EACH
def test_it_starts_with_the_units_of_greatest_effect(visit, family):
    visitor = visit(PAGE, family=family, **CHOICES)
    shown, measured = told(visitor), figures(family)
    assert shown["network"] == f"mnist {family}"
    assert (np.diff(measured["effect"][shown["order"]]) <= 0).all()
    assert shown["unit"] == shown["order"][0] + 1
    assert shown["settings"] == []
    for name in ("mean", "off", "usual"):
        np.testing.assert_allclose(shown["scales"][name], measured[name], atol=1e-4)
    assert (shown["low"] < 0) == (family == "convolutional")


@EACH
@pytest.mark.parametrize("sort", ["use", "class", "place", "yours"])
def test_the_dictionary_can_be_sorted(visit, family, sort):
    visitor = visit(PAGE, family=family, sort=sort, **CHOICES)
    order, measured = told(visitor)["order"], figures(family)
    assert sorted(order) == list(range(len(measured["on"])))
    level = np.abs(code(family) - measured["off"]) / measured["usual"]
    means = measured["class_mean"]
    others = (means.sum(axis=1) - means.max(axis=1)) / 9
    signed = family == "convolutional"
    with np.errstate(all="ignore"):
        prefers = (means.max(axis=1) - others) / (means.max(axis=1) + others)
    by = {
        "use": measured["on"],
        "class": measured["class_share"] if signed else prefers,
        "yours": level,
    }
    if sort == "place":
        channels = np.array(order) % 8 if signed else np.array(order)
        assert (np.diff(channels) >= 0).all()
    elif sort == "use" and signed:  # all are always on: it is not offered
        assert visitor.link.get("sort") is None
    else:
        assert (np.diff(by[sort][order]) <= 1e-6).all()


@EACH
def test_what_is_sent_is_in_the_link_and_is_shown(visit, family):
    visitor = visit(PAGE, family=family, **CHOICES)
    visitor.send("units", "chosen", {"unit": 17, "settings": [[17, 0], [4, 99]]})
    assert visitor.link[f"{family}_unit"] == "17"
    assert visitor.link[f"{family}_set"] == "4:3_17:0"
    assert told(visitor)["unit"] == 17
    assert told(visitor)["settings"] == [[4, 3], [17, 0]]
    assert told(visit(PAGE, **visitor.link)) == told(visitor)


def test_each_family_keeps_its_own_changes(visit):
    visitor = visit(PAGE, family="simple", simple_set="3:0", sparse_set="100:2", **CHOICES)
    assert told(visitor)["settings"] == [[3, 0]]
    visitor.follow(**CHOICES | {"family": "sparse", "sparse_set": "100:2"})
    assert told(visitor)["settings"] == [[100, 2]]


@EACH
def test_the_histogram_is_that_of_the_unit_with_the_visitors_value_in_it(visit, family):
    visitor = visit(PAGE, **{"family": family, f"{family}_unit": "9"} | CHOICES)
    shown, measured = visitor.chart("histogram"), figures(family)
    (bars,) = shown["bars"]
    assert bars["heights"] == measured["counts"][8].tolist()
    assert bars["edges"][-1] == pytest.approx(measured["high"][8])
    (rule,) = shown["rules"]
    assert rule["at"] == pytest.approx(code(family)[8], abs=1e-4)
    (bars,) = visitor.chart("classes")["bars"]
    expected = measured["class_mean"][8] - measured["off"][8]
    np.testing.assert_allclose(bars["heights"], expected, atol=1e-6)
    axis = visitor.chart("classes")["y"]
    assert axis["low"] <= min(0, expected.min()) and axis["high"] > expected.max()


@EACH
def test_the_pictures_are_those_for_which_it_is_largest(visit, family):
    visitor = visit(PAGE, **{"family": family, f"{family}_unit": "9"} | CHOICES)
    codes = cache.sample_codes(family).reshape(200, -1)[:, 8]
    everyone = [*codes, code(family)[8]]  # the visitor's is a sample, too, but comes after it
    order = np.argsort(-np.array(everyone), kind="stable")
    images = [*data.samples().images, data.samples().images[PLACE]]
    row = visitor.pictures()[: len(order[:9])]
    expected = [pixels.to_bytes(images[i]) for i in order[:9]]
    np.testing.assert_array_equal([picture["pixels"] for picture in row], expected)
    assert any(picture.get("title") == "Yours" for picture in visitor.pictures())


def test_the_visitors_own_is_ranked_or_said_to_be_off(visit):
    values = code("sparse")
    off, on = int(np.flatnonzero(values == 0)[0]), int(values.argmax())
    for unit in (off, on):
        visitor = visit(PAGE, sparse_unit=str(unit + 1), **CHOICES)
        (yours,) = [p for p in visitor.pictures() if p.get("title") == "Yours"]
        rank = 1 + int((cache.sample_codes("sparse")[:, unit] >= values[unit]).sum())
        expected = f"{values[unit]:.2f}: place {rank}" if values[unit] else "off"
        assert yours["caption"] == expected


def test_the_first_step_switches_off_what_the_digit_uses_most(visit):
    visitor = visit(PAGE, **CHOICES).press(first_step.KEY)
    measured = figures("sparse")
    most = int(np.argmax(code("sparse") / measured["usual"])) + 1
    assert told(visitor)["unit"] == most
    assert told(visitor)["settings"] == [[most, 0]]


@EACH
def test_the_table_is_the_study(visit, family):
    contents = visit(PAGE, family=family).download(f"units_{family}.csv").decode()
    rows, measured = list(csv.DictReader(io.StringIO(contents))), figures(family)
    assert [int(row["unit"]) for row in rows] == list(range(1, len(measured["on"]) + 1))
    for name in ("on", "usual", "effect", "spread"):
        np.testing.assert_allclose([float(row[name]) for row in rows], measured[name], rtol=1e-5)
    sevens = [float(row["mean_of_class_7"]) for row in rows]
    np.testing.assert_allclose(sevens, measured["class_mean"][:, 7], rtol=1e-5)
    if family == "convolutional":
        codes = np.arange(128).reshape(4, 4, 8)
        for row in rows[::13]:
            place = (int(row["row"]) - 1, int(row["column"]) - 1, int(row["channel"]) - 1)
            assert codes[place] == int(row["unit"]) - 1


def test_the_dictionary_as_a_picture_follows_its_order(visit):
    visitor = visit(PAGE, family="simple")
    file = visitor.download("units_simple.png")
    colours = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"), int)
    blue = (colours[..., 2] - colours[..., 0] > 60).mean()
    orange = (colours[..., 0] - colours[..., 2] > 60).mean()
    assert blue > 0.005 and orange > 0.005
    assert visit(PAGE, family="simple", sort="place").download("units_simple.png") != file


def test_a_study_that_cannot_be_read_is_named(visit, monkeypatch):
    def broken(_name: str):
        raise studies.StudyError("units", "foreign")

    monkeypatch.setattr(cache, "figures", broken)
    cache.forget(cache.unit_patterns)
    visitor = visit(PAGE, **VIEWS[PAGE][0])
    assert any("python -m ae_core study units" in warning for warning in visitor.warnings)
    assert visitor.components("units") == []
