"""How good is good: the ruler's steps are the cards' and the study's, its dots the digit's."""

import csv
import io
import json
import math

import numpy as np
import pytest
from PIL import Image
from visitor import digit_of, ink_of

import ae_core
from ae_core import data, linear, metrics, pca, strokes, studies
from ae_core.figures import pixels
from ae_core.models import compared, families
from pages.ui.components import reconstructions

SCALE = "pages/scale.py"
SEVEN = data.samples().images[7 * 20 + 19]
NETWORKS = [*compared(), "variational_16d"]
PCAS = ["pca_2", "pca_16", "pca_32", "pca_64", "pca_128"]


def steps_of(visitor) -> dict[str, dict]:
    return {step["name"]: step for step in visitor.ruler()["steps"] if step["name"]}


def made(name: str, image: np.ndarray) -> np.ndarray:
    """What a step makes of a digit."""
    if name.startswith("pca_"):
        size = int(name.removeprefix("pca_"))
        rebuilt = linear.Projection(size).reconstruct(image[None])[0]
        exact = pca.shipped().reconstruct(image[None], size)[0]
        np.testing.assert_allclose(rebuilt, exact, atol=5e-3)  # float16
        return rebuilt
    if name in NETWORKS:
        return ae_core.load(name).reconstruct(image[None])[0]
    mean = pca.shipped().mean.reshape(28, 28)
    return {"copy": image, "mean": mean, "grey": np.full((28, 28), 0.5)}[name]


@pytest.mark.parametrize("metric", ["bce", "mse"])
def test_each_step_is_at_its_distance_and_shows_what_it_makes_of_the_digit(visit, metric):
    steps, study = steps_of(visit(SCALE, measure=metric)), studies.read("scale")
    assert set(steps) == {"copy", "mean", "grey", *NETWORKS, *PCAS}
    floor = study["floor"][metric]
    for name, step in steps.items():
        if name in NETWORKS:
            test = ae_core.load(name).card["test"]
        elif name in PCAS:
            test = study["pca"][name[4:]]
        else:
            test = study[{"copy": "floor", "mean": "mean_image", "grey": "grey"}[name]]
        assert step["at"] == pytest.approx(test[metric] - floor, abs=1e-9)
        assert step["value"] == f"{test[metric]:.4f}"
        expected = made(name, SEVEN).astype(np.float32)
        np.testing.assert_allclose(step["pixels"], pixels.to_bytes(expected), atol=1)
        measure = getattr(metrics, metric)
        own = measure(SEVEN[None], expected[None])[0] - measure(SEVEN[None], SEVEN[None])[0]
        assert step["own"] == pytest.approx(own, abs=2e-5)


@pytest.mark.parametrize("metric", ["bce", "mse"])
def test_the_tutorials_are_on_it_with_their_own_numbers(visit, metric):
    told = {
        step["label"]: step
        for step in visit(SCALE, measure=metric).ruler()["steps"]
        if not step["name"]
    }
    expected = {
        f"{family.title}: tutorial": family.tutorial[metric]
        for name, family in families().items()
        if name in NETWORKS and metric in family.tutorial
    }
    assert {label: float(step["value"]) for label, step in told.items()} == expected
    assert all(step["own"] is None and "pixels" not in step for step in told.values())


def test_all_that_is_measured_lies_on_the_ruler(visit):
    for metric in ("bce", "mse"):
        told = visit(SCALE, measure=metric).ruler()
        assert all(step["at"] == 0 or told["low"] < step["at"] < told["high"]
                   for step in told["steps"])  # fmt: skip
        assert all(told["low"] < at < told["high"] for at, _label in told["ticks"])


def test_the_chosen_step_is_looked_at_closely(visit):
    visitor = visit(SCALE, step="pca_16")
    rebuilt = made("pca_16", SEVEN)
    _digit, picture, error = visitor.pictures()
    np.testing.assert_array_equal(picture["pixels"], pixels.to_bytes(rebuilt))
    np.testing.assert_array_equal(error["pixels"], pixels.error_map(SEVEN, rebuilt))
    study = studies.read("scale")
    test, floor, mean = (each["bce"] for each in
                         (study["pca"]["16"], study["floor"], study["mean_image"]))  # fmt: skip
    numbers = visitor.numbers()
    assert numbers["BCE, test digits"] == f"{test:.4f}"
    assert numbers["Above a perfect copy"] == f"{test - floor:.4f}"
    assert numbers["Way from mean image to copy"] == f"{100 * (mean - test) / (mean - floor):.1f} %"
    own = metrics.bce(SEVEN[None], rebuilt[None])[0]
    assert numbers["BCE, your digit"] == f"{own:.4f}"
    distance = own - metrics.bce(SEVEN[None], SEVEN[None])[0]
    assert numbers["Above its perfect copy"] == f"{distance:.4f}"


def test_a_coin_toss_is_worse_than_the_mean_image_and_says_so(visit):
    visitor = visit(SCALE, step="grey")
    assert visitor.metric("BCE, test digits") == f"{math.log(2):.4f}"
    assert visitor.metric("Way from mean image to copy").startswith("−")


def test_a_click_chooses_a_step_and_the_link_carries_it(visit):
    visitor = visit(SCALE).send("ruler", "picked", "deep", trigger=True)
    assert visitor.link == {"step": "deep"}
    assert [step["name"] for step in visitor.ruler()["steps"] if step["chosen"]] == ["deep"]
    assert visit(SCALE, **visitor.link).images() == visitor.images()


@pytest.mark.parametrize("junk", ["", "conditional", "tutorial", None, 3, ["deep"]])
def test_nonsense_from_the_ruler_does_nothing(visit, junk):
    visitor = visit(SCALE)
    before = visitor.images()
    assert visitor.send("ruler", "picked", junk, trigger=True).images() == before


def test_a_drawing_is_measured_from_its_own_perfect_copy(visit):
    digit = digit_of("seven")
    visitor = visit(SCALE, ink=strokes.pack(ink_of("seven")))
    rebuilt = made("simple", digit)
    own = metrics.bce(digit[None], rebuilt[None])[0] - metrics.bce(digit[None], digit[None])[0]
    assert steps_of(visitor)["simple"]["own"] == pytest.approx(own, abs=2e-5)
    assert steps_of(visitor)["copy"]["own"] == 0


def test_the_browser_is_asked_to_measure_bce_and_knows_all_networks_of_the_ruler(visit):
    visitor = visit(SCALE)
    told = json.loads(visitor.component(reconstructions.KEY).bytes.partition(b"\n")[0])
    assert told["likelihood"] is True
    assert list(told["families"]) == [*NETWORKS, *PCAS]
    live = {step["live"] for step in visitor.ruler()["steps"]} - {""}
    assert live == {"input", *(f"rebuilt {name}" for name in (*NETWORKS, *PCAS))}
    assert {network["name"] for network in visitor.networks()} == {
        f"mnist {name}" for name in (*NETWORKS, *PCAS)
    }


def test_the_downloads_hold_what_the_page_shows(visit):
    visitor = visit(SCALE)
    assert visitor.download("scale.pdf").startswith(b"%PDF")
    assert Image.open(io.BytesIO(visitor.download("scale.png"))).size == (1920, 1080)
    rows = list(csv.DictReader(io.StringIO(visitor.download("scale.csv").decode())))
    by_name = {row["step"]: row for row in rows if not row["step"].startswith("tutorial ")}
    assert "tutorial simple" in {row["step"] for row in rows}
    for name, step in steps_of(visitor).items():
        assert f"{float(by_name[name]['bce']):.4f}" == step["value"]
        rebuilt = made(name, SEVEN).astype(np.float32)
        own = metrics.mse(SEVEN[None], rebuilt[None])[0]
        assert float(by_name[name]["mse_own_digit"]) == pytest.approx(own, abs=1e-6)
