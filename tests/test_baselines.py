"""The figures that need no network are those of the test images."""

import pytest

from ae_core import baselines


@pytest.mark.needs_data
def test_they_are_what_is_measured():
    measured = baselines.measure()
    said = {
        "floor": baselines.BCE_FLOOR, "mean_image": baselines.BCE_MEAN_IMAGE, **baselines.NOISY_MSE
    }  # fmt: skip
    assert said == pytest.approx(measured, abs=1e-5)
