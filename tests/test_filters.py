"""Classical filters: found by their files, and what scikit-image makes of the same pictures."""

import subprocess
import sys

import numpy as np
import pytest
from skimage.filters import median as skimage_median
from skimage.restoration import denoise_nl_means

from ae_core import filters, metrics, noise

ALL = [(name, setting) for name in filters.names() for setting in filters.module(name).SETTINGS]


@pytest.fixture(scope="module")
def noisy(sample_images):
    return noise.add(sample_images[::20], "gaussian", 0.3, seed=0)


def test_filters_are_the_files_of_the_folder_in_their_order():
    assert filters.names() == ["median", "non_local_means"]
    with pytest.raises(KeyError, match="unknown filter 'wiener'; known: median, non_local_means"):
        filters.module("wiener")
    with pytest.raises(KeyError, match="wiener"):
        filters.apply("wiener", np.zeros((28, 28)), 1)


@pytest.mark.parametrize("setting", filters.module("median").SETTINGS)
def test_the_median_is_scikit_image_s(noisy, setting):
    disc = filters.module("median").disc(setting)
    assert disc.sum() == {1.0: 5, 1.5: 9, 2.0: 13, 2.5: 21}[setting]
    expected = [skimage_median(image, disc, mode="reflect") for image in noisy]
    np.testing.assert_array_equal(filters.apply("median", noisy, setting), expected)


@pytest.mark.parametrize("setting", filters.module("non_local_means").SETTINGS)
def test_fast_non_local_means_are_near_the_slow_ones(noisy, setting):
    """As the paper has them, but for the bell curve that scikit-image's slow way adds."""
    slow = [
        denoise_nl_means(image, patch_size=5, patch_distance=6, h=setting, fast_mode=False)
        for image in noisy[:2]
    ]
    found = filters.apply("non_local_means", noisy[:2], setting)
    assert metrics.mse(np.clip(slow, 0, 1), found).max() < 0.02


@pytest.mark.parametrize(("name", "setting"), ALL)
def test_a_filter_leaves_its_input_alone_and_returns_pictures(noisy, name, setting):
    before = noisy.copy()
    filtered = filters.apply(name, noisy, setting)
    np.testing.assert_array_equal(noisy, before)
    assert filtered.shape == noisy.shape
    assert filtered.dtype == np.float32
    assert filtered.min() >= 0
    assert filtered.max() <= 1
    np.testing.assert_array_equal(filters.apply(name, noisy[0], setting), filtered[0])
    assert filters.apply(name, noisy[:0], setting).shape == (0, 28, 28)
    flat = np.full((1, 28, 28), 0.5, np.float32)
    np.testing.assert_allclose(filters.apply(name, flat, setting), flat, atol=1e-6)


@pytest.mark.parametrize("name", filters.names())
def test_the_best_setting_is_no_worse_than_any_and_stronger_for_more_noise(sample_images, name):
    clean = sample_images[::20]
    chosen = {}
    for level in (0.1, 0.3):
        damaged = noise.add(clean, "gaussian", level, seed=0)
        chosen[level] = filters.best(name, clean, damaged)
        errors = {
            setting: metrics.mse(clean, filters.apply(name, damaged, setting)).mean()
            for setting in filters.module(name).SETTINGS
        }
        assert errors[chosen[level]] == min(errors.values())
        assert errors[chosen[0.3]] < metrics.mse(clean, damaged).mean() if level == 0.3 else True
    assert chosen[0.1] <= chosen[0.3]


@pytest.mark.parametrize("name", filters.names())
def test_what_is_no_picture_or_no_setting_is_refused(name):
    with pytest.raises(ValueError, match=f"setting of {name} must be one of"):
        filters.apply(name, np.zeros((28, 28)), 17)
    setting = filters.module(name).SETTINGS[0]
    for wrong in (np.zeros((27, 28)), np.full((28, 28), 1.5), np.zeros((28, 28), int)):
        with pytest.raises(ValueError, match="images must be floats of shape"):
            filters.apply(name, wrong, setting)


def test_scikit_image_is_imported_only_where_it_filters():
    code = (
        "import sys, ae_core.filters as f; f.names(); "
        "print([m for m in ('skimage', 'streamlit', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
