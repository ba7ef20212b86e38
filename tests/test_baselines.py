"""The figures that need no network are those of the test images."""

import pytest

from ae_core import baselines, data, metrics, noise


@pytest.mark.needs_data
def test_they_are_what_is_measured():
    measured = baselines.measure()
    said = {
        "floor": baselines.BCE_FLOOR, "mean_image": baselines.BCE_MEAN_IMAGE, **baselines.NOISY_MSE
    }  # fmt: skip
    assert said == pytest.approx(measured, abs=1e-5)


@pytest.mark.needs_data
def test_they_are_what_is_measured_on_both_data_sets():
    for dataset, floor in baselines.BCE_FLOORS.items():
        images = data.load(dataset).test.images
        assert metrics.bce(images, images).mean() == pytest.approx(floor, abs=1e-5)
    for (dataset, level), error in baselines.GAUSSIAN_MSE.items():
        images = data.load(dataset).test.images
        noisy = noise.add(images, "gaussian", level, baselines.SEED)
        assert metrics.mse(images, noisy).mean() == pytest.approx(error, abs=1e-5)
