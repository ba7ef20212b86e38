"""The figures of units: against what is worked out by hand, by SciPy, and from the layers."""

import json

import numpy as np
import pytest
from scipy import stats

import ae_core
from ae_core import data, studies
from ae_core.experiments import units
from ae_core.studies import units as study

SIZES = {"simple": 32, "sparse": 128, "convolutional": 128}
FAMILIES = pytest.mark.parametrize("family", SIZES)


def codes_like(rng) -> tuple[np.ndarray, np.ndarray]:
    labels = rng.integers(0, 10, 400)
    return np.maximum(0, rng.normal(labels[:, None] * [0, 0.1, 1], 1)), labels


def test_the_share_of_a_class_is_that_of_a_one_way_anova():
    codes, labels = codes_like(np.random.default_rng(0))
    shares = units.class_share(codes, labels)
    for values, share in zip(codes.T, shares, strict=True):
        groups = [values[labels == label] for label in range(10)]
        f = stats.f_oneway(*groups).statistic
        within, between = len(values) - 10, 9
        assert share == pytest.approx(f * between / (f * between + within))  # η² of an F
    assert shares[0] < shares[1] < shares[2] < 1


def test_scales_of_numbers_without_and_with_a_sign():
    codes = np.array([[0, 1], [2, 3], [4, 0]], float)
    scales = units.scales(codes)
    assert scales.off.tolist() == [0, 0]
    assert scales.usual.tolist() == [3, 2]
    signed = units.scales(codes - 2)
    assert signed.off.tolist() == signed.mean.tolist()
    assert signed.usual == pytest.approx(codes.std(axis=0))
    with pytest.raises(ValueError, match="unit 2 never changes"):
        units.scales(np.array([[0, 1], [1, 1]]))


def test_spread_counts_pixels_that_change_alike():
    drawn = np.zeros((2, 28, 28))
    drawn[0, :3, :4] = -0.5
    drawn[1] = 1
    assert units.spread(drawn) == pytest.approx([12, 784])


def test_selectivity_of_none_one_and_two_classes():
    means = np.array([[1, 1, 1], [0, 2, 0], [0, 0, 0], [3, 1, 1]], float)
    assert units.selectivity(means).tolist() == [0, 1, 0, 0.5]


@pytest.mark.parametrize("family", ["simple", "sparse"])
def test_the_effect_follows_from_the_decoders_matrix(family):
    ae = ae_core.load(family)
    codes = ae.encode(data.samples().images[::10])
    kernel, bias = (
        next(a for a in ae.decoder.constants() if a.shape in shapes)
        for shapes in ([(784, codes.shape[1]), (codes.shape[1], 784)], [(784,)])
    )
    matrix = kernel.T if kernel.shape[0] == 784 else kernel

    def pictures(numbers):
        return 1 / (1 + np.exp(-(numbers.astype(np.float64) @ matrix + bias)))

    effect = units.effect(ae, codes, np.zeros(codes.shape[1]))
    for unit in (0, 5, 17):
        without = codes.copy()
        without[:, unit] = 0
        change = np.sqrt(np.square(pictures(without) - pictures(codes)).mean())
        assert effect[unit] == pytest.approx(change, rel=1e-3, abs=1e-6)


@FAMILIES
def test_the_shipped_figures_fit_each_other(family):
    figures = {name: np.array(values) for name, values in studies.read("units")[family].items()}
    assert {len(values) for values in figures.values()} == {SIZES[family]}
    counts = figures["counts"].sum(axis=1)
    assert counts == pytest.approx(10_000 * figures["on"], rel=1e-3, abs=0.5)
    assert (figures["usual"] > 0).all() and (figures["effect"] > 0).all()
    shares = np.bincount(data_labels(), minlength=10) / 10_000
    if family != "convolutional":
        mean_where_on = figures["mean"] / figures["on"]
        assert figures["usual"] == pytest.approx(mean_where_on, rel=2e-3)
    assert figures["class_mean"] @ shares == pytest.approx(figures["mean"], rel=5e-3, abs=2e-3)


def data_labels() -> np.ndarray:
    """Return as many labels as MNIST's test set has of each class (Y. LeCun's page)."""
    return np.repeat(np.arange(10), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])


@FAMILIES
def test_spread_is_that_of_the_patterns(family):
    figures = studies.read("units")[family]
    drawn = units.patterns(ae_core.load(family), units.Scales.of(figures))
    assert np.array(figures["spread"]) == pytest.approx(units.spread(drawn), rel=5e-3)


@pytest.mark.needs_data
def test_measured_again_it_is_what_ships():
    measured = study.of_family("simple", data.load().test)
    for name, values in studies.read("units")["simple"].items():
        near = pytest.approx(np.array(values), rel=2e-3, abs=2 if name == "counts" else 1e-4)
        assert np.array(measured[name]) == near, name


def test_the_file_is_small():
    assert len(json.dumps(studies.read("units"))) < 300_000
