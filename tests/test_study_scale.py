"""The study `scale`: its figures are those of the test images, worked out in other ways."""

import math

import numpy as np
import pytest
from scipy.special import xlogy

from ae_core import baselines, data, pca, studies
from ae_core.training import evaluate

FIGURES = studies.read("scale")


def test_grey_is_a_coin_toss():
    assert FIGURES["grey"]["bce"] == pytest.approx(math.log(2), abs=1e-6)


def test_it_agrees_with_the_ends_of_every_scale():
    assert FIGURES["floor"] == {"bce": pytest.approx(baselines.BCE_FLOOR, abs=1e-5), "mse": 0}
    assert FIGURES["mean_image"]["bce"] == pytest.approx(baselines.BCE_MEAN_IMAGE, abs=1e-5)


def test_more_coefficients_are_nearer():
    for metric in ("bce", "mse"):
        errors = [FIGURES["pca"][count][metric] for count in sorted(FIGURES["pca"], key=int)]
        assert errors == sorted(errors, reverse=True)
        assert FIGURES["mean_image"][metric] > errors[0]


@pytest.mark.needs_data
def test_it_is_measured_on_the_test_images():
    measured = studies.module("scale").measure()
    assert evaluate.disagreements(FIGURES, measured) == []


@pytest.mark.needs_data
def test_scipy_and_a_plain_projection_find_the_same():
    images = data.load().test.images.reshape(-1, 784).astype(np.float64)
    entropy = -(xlogy(images, images) + xlogy(1 - images, 1 - images)).mean()
    assert FIGURES["floor"]["bce"] == pytest.approx(entropy, abs=2e-6)
    basis, mean = pca.shipped().components[:32], pca.shipped().mean
    cut = np.clip(mean + (images - mean) @ basis.T @ basis, 0, 1)
    assert FIGURES["pca"]["32"]["mse"] == pytest.approx(np.square(cut - images).mean(), rel=1e-4)
    kept = np.clip(cut, 1e-7, 1 - 1e-7)
    bce = -(xlogy(images, kept) + xlogy(1 - images, 1 - kept)).mean()
    assert FIGURES["pca"]["32"]["bce"] == pytest.approx(bce, rel=1e-4)
