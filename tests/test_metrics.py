from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ae_core import metrics

METRICS = (metrics.bce, metrics.mse, metrics.psnr, metrics.ssim)


@pytest.fixture(scope="module")
def pairs(sample_images):
    """Digits beside other digits, noisy ones, blurred ones, unrelated noise and themselves."""
    rng = np.random.default_rng(0)
    a = sample_images[:50]
    b = np.concatenate(
        [
            sample_images[50:60],
            np.clip(a[10:20] + rng.normal(0, 0.3, (10, 28, 28)), 0, 1),
            (a[20:30] + np.roll(a[20:30], 1, 1) + np.roll(a[20:30], 1, 2)) / 3,
            rng.random((10, 28, 28)),
            a[40:50],
        ]
    ).astype(np.float32)
    return a, b


def test_bce_is_keras_binary_crossentropy(pairs):
    keras = pytest.importorskip("keras")
    a, b = (array.astype(np.float64) for array in pairs)  # in float32 its log(1 - p) is coarse
    expected = np.asarray(keras.losses.binary_crossentropy(a, b)).mean(axis=1)
    np.testing.assert_allclose(metrics.bce(a, b), expected, rtol=1e-7)


def test_psnr_is_scikit_image_s(pairs):
    skimage = pytest.importorskip("skimage.metrics")
    a, b = (array[:40] for array in pairs)  # the last ten are equal
    expected = [
        skimage.peak_signal_noise_ratio(x, y, data_range=1) for x, y in zip(a, b, strict=True)
    ]
    np.testing.assert_allclose(metrics.psnr(a, b), expected, rtol=1e-5)


def test_ssim_is_scikit_image_s(pairs):
    skimage = pytest.importorskip("skimage.metrics")
    a, b = (array.astype(np.float64) for array in pairs)
    expected = [
        skimage.structural_similarity(x, y, data_range=1) for x, y in zip(a, b, strict=True)
    ]
    np.testing.assert_allclose(metrics.ssim(a, b), expected, atol=1e-9)


@given(arrays(np.float64, (2, 2, 9, 11), elements=st.floats(0, 1)))
def test_ssim_is_scikit_image_s_for_any_picture(both):
    skimage = pytest.importorskip("skimage.metrics")
    a, b = both
    expected = [
        skimage.structural_similarity(x, y, data_range=1) for x, y in zip(a, b, strict=True)
    ]
    np.testing.assert_allclose(metrics.ssim(a, b), expected, atol=1e-7)


def test_mse_by_hand():
    a = np.zeros((2, 28, 28), np.float32)
    b = a.copy()
    b[0, :14] = 1  # half of the pixels off by 1
    b[1, :7] = 0.5  # a quarter off by .5
    np.testing.assert_allclose(metrics.mse(a, b), [0.5, 0.0625])
    np.testing.assert_allclose(metrics.psnr(a, b), [10 * math.log10(2), 10 * math.log10(16)])


def test_bce_by_hand():
    half = np.full((1, 28, 28), 0.5)
    assert metrics.bce(half, half)[0] == pytest.approx(math.log(2))
    ink = np.ones((1, 28, 28))
    assert metrics.bce(ink, 0.25 * ink)[0] == pytest.approx(math.log(4))
    assert metrics.bce(0 * ink, 0.25 * ink)[0] == pytest.approx(-math.log(0.75))


def test_bce_of_the_opposite_is_finite_and_as_keras_clips_it():
    black, white = np.zeros((1, 28, 28)), np.ones((1, 28, 28))
    np.testing.assert_allclose(metrics.bce(white, black), -math.log(1e-7), rtol=1e-6)
    np.testing.assert_allclose(metrics.bce(black, white), -math.log(1e-7), rtol=1e-6)


@given(arrays(np.float64, (2, 3, 8, 8), elements=st.floats(0, 1)))
def test_nothing_beats_the_original(both):
    a, b = both
    clipped = np.clip(a, 1e-7, 1 - 1e-7)
    assert (metrics.bce(a, b) >= metrics.bce(a, clipped) - 1e-12).all()
    assert (metrics.mse(a, b) >= 0).all()
    assert (metrics.mse(a, a) == 0).all()
    assert (metrics.psnr(a, a) == np.inf).all()
    np.testing.assert_allclose(metrics.ssim(a, a), 1)
    assert (np.abs(metrics.ssim(a, b)) <= 1 + 1e-9).all()
    np.testing.assert_allclose(metrics.ssim(a, b), metrics.ssim(b, a))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n", [0, 1, 5])
def test_one_float64_an_image(metric, n):
    rng = np.random.default_rng(0)
    a, b = rng.random((2, n, 28, 28), dtype=np.float32)
    together = metric(a, b)
    assert together.shape == (n,)
    assert together.dtype == np.float64
    alone = [metric(a[i : i + 1], b[i : i + 1])[0] for i in range(n)]
    np.testing.assert_allclose(together, alone)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((2, 28, 28), (3, 28, 28)),
        ((2, 28, 28), (1, 28, 28)),  # would broadcast without a word
        ((28, 28), (28, 28)),
        ((2, 784), (2, 784)),
        ((2, 0, 28), (2, 0, 28)),
        ((2, 28, 28, 1), (2, 28, 28, 1)),
    ],
)
def test_wrong_shapes_are_named(metric, a, b):
    with pytest.raises(ValueError, match=r"expected two arrays of shape \(n, h, w\)") as caught:
        metric(np.zeros(a), np.zeros(b))
    assert str(a) in str(caught.value)
    assert str(b) in str(caught.value)


HALF = np.full((2, 9, 9), 0.5)


def with_pixel(value):
    images = HALF.copy()
    images[1, 3, 4] = value
    return images


WRONG = {
    "bytes": ((HALF * 255).astype(np.uint8), r"dtype uint8; divide 8-bit pixels by 255"),
    "integers": (HALF.astype(int), r"dtype int64"),
    "booleans": (HALF > 0, r"dtype bool"),
    "words": (HALF.astype(str), r"dtype <U32"),
    "NaN": (with_pixel(np.nan), "got NaN or infinity"),
    "infinity": (with_pixel(-np.inf), "got NaN or infinity"),
    "above": (with_pixel(1.01), r"in \[0, 1\], got values from 0\.5 to 1\.01"),
    "below": (with_pixel(-0.5), r"in \[0, 1\], got values from -0\.5 to 0\.5"),
    "0 to 255": (HALF * 255, r"in \[0, 1\], got values from 12[78] to 12[78]"),
}


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_pictures_are_refused_saying_what_was_expected_and_what_came(metric, wrong):
    images, came = WRONG[wrong]
    for pair, what in (((images, HALF), "images"), ((HALF, images), "reconstructions")):
        expected = rf"{what} must be floats of shape \(n, h, w\)"
        with pytest.raises(ValueError, match=expected) as caught:
            metric(*pair)
        caught.match(came)


def test_percentile_is_the_share_of_smaller_errors():
    errors = np.random.default_rng(0).gamma(2.0, 0.01, 10_000)
    quantiles = np.percentile(errors, np.arange(101)).tolist()
    for error in np.quantile(errors, np.linspace(0, 1, 57)):
        share = 100 * (errors < error).mean()
        dense = 1 < share < 99  # within the outermost percents the numbers are far apart
        assert abs(metrics.percentile(error, quantiles) - share) < (0.1 if dense else 1)


def test_percentile_beyond_the_test_set_is_0_or_100():
    quantiles = np.linspace(0.01, 0.02, 101).tolist()
    assert metrics.percentile(0.001, quantiles) == 0
    assert metrics.percentile(0.5, quantiles) == 100


def test_decibels_of_an_error_are_the_psnr():
    images = np.zeros((2, 8, 8))
    found = metrics.decibels(metrics.mse(images, images + np.array([0.1, 0.0])[:, None, None]))
    np.testing.assert_allclose(found, [20.0, np.inf])
