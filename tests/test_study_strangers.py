"""The study of strangers: its tables agree with each other, with the cards, and when redone."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

import ae_core
from ae_core import autoencoder, data, metrics, strangers, studies
from ae_core.models import compared
from ae_core.studies import strangers as study

STEPS = strangers.STEPS
DETECTORS = [
    (dataset, name)
    for dataset in strangers.HOME
    for name in (*compared(dataset), strangers.MEAN_INK)
]


def shipped(dataset: str, name: str) -> tuple[dict, dict]:
    """Return the shipped figures of a detector, and how many pictures of each kind there are."""
    figures = studies.read("strangers")[dataset]
    return figures["detectors"][name], figures["counts"]


def test_all_kinds_are_counted():
    for dataset, figures in studies.read("strangers").items():
        counts = dict(figures["counts"])
        assert next(iter(counts)) == strangers.HOME[dataset]
        assert [counts.pop(kind) for kind in ("digits", "clothes")] == [10_000, 10_000]
        assert counts == {
            kind: len(names) * strangers.EACH[kind] for kind, names in strangers.NAMES.items()
        }


@pytest.mark.parametrize(("dataset", "name"), DETECTORS)
def test_a_threshold_lets_the_share_through_that_is_said(dataset, name):
    found, counts = shipped(dataset, name)
    home = strangers.HOME[dataset]
    passed = counts[home] - np.array(found["above"][home])
    if name == strangers.MEAN_INK:  # two pictures may have the same ink
        assert (passed >= np.arange(STEPS + 1) * counts[home] / STEPS).all()
    else:
        np.testing.assert_array_equal(passed, np.arange(STEPS + 1) * counts[home] / STEPS)
    assert (np.diff(found["thresholds"]) >= 0).all()
    for kind, numbers in found["above"].items():
        assert (np.diff(numbers) <= 0).all()
        assert numbers[0] <= counts[kind]
        if kind in found["caught"]:
            share = np.mean(list(found["caught"][kind].values()))
            assert share == pytest.approx(numbers[study.USUAL] / counts[kind], abs=1e-5)


@pytest.mark.parametrize(("dataset", "name"), DETECTORS)
def test_the_area_below_the_curve_is_the_auroc(dataset, name):
    found, counts = shipped(dataset, name)
    home = strangers.HOME[dataset]
    false = np.array(found["above"][home][::-1]) / counts[home]
    for kind, auroc in found["auroc"].items():
        if counts[kind] >= 100:
            true = np.array(found["above"][kind][::-1]) / counts[kind]
            assert np.trapezoid(true, false) == pytest.approx(auroc, abs=0.01)


@pytest.mark.parametrize(("dataset", "name"), DETECTORS)
def test_errors_are_those_of_the_card(dataset, name):
    if name == strangers.MEAN_INK:
        return
    found, counts = shipped(dataset, name)
    card = autoencoder.read_card(autoencoder.WEIGHTS / dataset / name)
    percentiles = card["test"]["mse_percentiles"]
    np.testing.assert_allclose(found["thresholds"][2::2], percentiles[1:], rtol=0.1, atol=2e-6)
    assert found["median"][strangers.HOME[dataset]] == pytest.approx(percentiles[50], abs=2e-6)
    assert {kind: sum(bars) for kind, bars in found["histogram"].items()} == counts
    # The bin of the median holds it.
    for kind, bars in found["histogram"].items():
        place = int(np.searchsorted(np.cumsum(bars), counts[kind] / 2))
        low, high = strangers.edges()[[place, place + 1]]
        if counts[kind] >= 100:
            assert low * 0.98 <= found["median"][kind] <= high * 1.02


@pytest.mark.needs_data
@pytest.mark.parametrize(
    ("dataset", "name"),
    [("mnist", "simple"), ("mnist", "variational"), ("fashion_mnist", "variational")],
)
def test_figures_are_scikit_learns(dataset, name):
    found, counts = shipped(dataset, name)
    ae = ae_core.load(name, dataset)
    (other,) = (each for each in strangers.HOME if each != dataset)
    images = {
        strangers.HOME[dataset]: data.load(dataset).test.images,
        strangers.HOME[other]: data.load(other).test.images,
        "shapes": strangers.pictures("shapes"),
        "noise": strangers.pictures("noise"),
    }
    errors = {kind: metrics.mse(each, ae.reconstruct(each)) for kind, each in images.items()}
    home, *others = errors
    for kind in others:
        labels = np.repeat([0, 1], [len(errors[home]), len(errors[kind])])
        scores = np.concatenate([errors[home], errors[kind]])
        assert found["auroc"][kind] == pytest.approx(roc_auc_score(labels, scores), abs=2e-4)
        false, true, _ = roc_curve(labels, scores, drop_intermediate=False)
        for step in (100, 180, 190, 198):
            caught = true[np.searchsorted(false, 1 - step / STEPS, side="right") - 1]
            assert found["above"][kind][step] / counts[kind] == pytest.approx(caught, abs=2e-3)


@pytest.mark.needs_data
@pytest.mark.parametrize("dataset", strangers.HOME)
def test_the_mean_ink_is_a_detector_like_the_others(dataset):
    found, _ = shipped(dataset, strangers.MEAN_INK)
    (other,) = (each for each in strangers.HOME if each != dataset)
    ink = [data.load(each).test.images.mean(axis=(1, 2)) for each in (dataset, other)]
    labels = np.repeat([0, 1], 10_000)
    expected = roc_auc_score(labels, np.concatenate(ink))
    assert found["auroc"][strangers.HOME[other]] == pytest.approx(expected, abs=1e-4)
