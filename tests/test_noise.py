from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ae_core import metrics, noise

TRAINED = ("gaussian", "masking", "salt_and_pepper")  # of a pixel each; networks train on them
KINDS = (*TRAINED, "blur", "patch", "erased")
RANDOM = tuple(kind for kind in KINDS if kind != "blur")
REMOVING = ("masking", "patch", "erased")  # what is damaged is black
GREY = np.full((50, 28, 28), 0.5, np.float32)  # far from 0 and 1: nothing of a small noise is cut

pictures = arrays(
    np.float32,
    st.tuples(st.integers(0, 3), st.just(28), st.just(28)) | st.just((28, 28)),
    elements=st.floats(0, 1, width=32),
)


def five_sigma(share: float, n: int) -> float:
    """How far a share may be off by chance: once in two million runs it is further."""
    return 5 * (share * (1 - share) / n) ** 0.5


def test_kinds_are_the_ones_the_public_interface_promises():
    assert set(KINDS) <= set(noise.kinds())


@given(pictures, st.sampled_from(KINDS), st.floats(0, 1), st.integers(0, 2**32))
def test_result_is_a_picture_and_the_input_is_left_alone(images, kind, level, seed):
    before = images.copy()
    noisy = noise.add(images, kind, level, seed)
    assert noisy.shape == images.shape
    assert noisy.dtype == np.float32
    assert ((noisy >= 0) & (noisy <= 1)).all()
    assert noisy is not images
    np.testing.assert_array_equal(images, before)
    noisy += 1  # a view of the input would change it
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("kind", KINDS)
def test_level_zero_changes_nothing(kind, sample_images):
    np.testing.assert_array_equal(noise.add(sample_images, kind, 0.0, seed=3), sample_images)


@pytest.mark.parametrize("level", [0.02, 0.05, 0.1])
def test_gaussian_level_is_the_standard_deviation(level):
    added = noise.add(GREY, "gaussian", level, seed=2).astype(np.float64) - 0.5
    spread = 1 / (2 * added.size) ** 0.5  # relative error of a measured standard deviation
    assert added.std() == pytest.approx(level, rel=5 * spread)
    assert abs(added.mean()) < 5 * level / added.size**0.5
    within = (np.abs(added) < level).mean()  # 68.27 % of a normal distribution
    assert abs(within - 0.6827) < five_sigma(0.6827, added.size)


def test_gaussian_is_clipped_not_rescaled():
    noisy = noise.add(GREY, "gaussian", 0.5, seed=2)
    for end in (0.0, 1.0):  # one sigma away from either end: 15.87 % beyond it
        assert abs((noisy == end).mean() - 0.1587) < five_sigma(0.1587, noisy.size)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_masking_zeroes_its_share_and_leaves_the_rest(level):
    noisy = noise.add(GREY, "masking", level, seed=2)
    masked = noisy == 0
    assert abs(masked.mean() - level) < five_sigma(level, noisy.size)
    assert (noisy[~masked] == 0.5).all()


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_salt_and_pepper_are_equal_and_the_rest_is_left(level):
    noisy = noise.add(GREY, "salt_and_pepper", level, seed=2)
    salt, pepper = noisy == 1, noisy == 0
    for share in (salt.mean(), pepper.mean()):
        assert abs(share - level / 2) < five_sigma(level / 2, noisy.size)
    assert (noisy[~salt & ~pepper] == 0.5).all()


def test_whole_share_reaches_every_pixel():
    assert (noise.add(GREY, "masking", 1.0, seed=0) == 0).all()
    assert np.isin(noise.add(GREY, "salt_and_pepper", 1.0, seed=0), [0, 1]).all()


@pytest.mark.parametrize("kind", TRAINED)
def test_noise_of_a_pixel_tells_nothing_of_its_neighbour(kind):
    noisy = noise.add(GREY, kind, 0.3, seed=4).astype(np.float64) - 0.5
    for a, b in (
        (noisy[:, :, 1:], noisy[:, :, :-1]),
        (noisy[:, 1:], noisy[:, :-1]),
        (noisy[1:], noisy[:-1]),
    ):
        correlation = np.corrcoef(a.ravel(), b.ravel())[0, 1]
        assert abs(correlation) < 5 / a.size**0.5


@pytest.mark.parametrize("kind", RANDOM)
def test_a_seed_fixes_the_draw_and_none_does_not(kind):
    first = noise.add(GREY, kind, 0.3, seed=7)
    np.testing.assert_array_equal(first, noise.add(GREY, kind, 0.3, seed=7))
    assert (first != noise.add(GREY, kind, 0.3, seed=8)).any()
    assert (noise.add(GREY, kind, 0.3) != noise.add(GREY, kind, 0.3)).any()


@pytest.mark.parametrize("kind", RANDOM)
def test_a_generator_is_drawn_from(kind):
    rng = np.random.default_rng(7)
    first, second = (noise.add(GREY, kind, 0.3, rng) for _ in range(2))
    np.testing.assert_array_equal(first, noise.add(GREY, kind, 0.3, seed=7))
    assert (first != second).any()


@pytest.mark.parametrize("kind", KINDS)
def test_an_array_gives_each_image_its_own_level(kind):
    images, levels = GREY[:3], np.array([0.0, 0.1, 0.4])
    noisy = noise.add(images, kind, levels, seed=1)
    damage = ((noisy - images) ** 2).mean(axis=(1, 2))
    assert damage[0] == 0
    assert 0 < damage[1] < damage[2]
    for level, picture in zip(levels, noisy, strict=True):
        alone = noise.add(images, kind, level, seed=1)
        assert (picture == alone).all(axis=(1, 2)).any()


# One draw is a field


levels = st.floats(0, 1, width=32)


@given(pictures, st.sampled_from(TRAINED), levels, st.integers(0, 2**32))
def test_noise_is_its_field_at_a_level(images, kind, level, seed):
    field = noise.field(kind, images.shape, seed)
    assert field.shape == images.shape
    assert field.dtype == np.float32
    level = np.float32(level)
    expected = {
        "gaussian": (images + level * field).clip(0, 1),
        "masking": np.where(field < level, 0, images),
        "salt_and_pepper": np.where(np.abs(field) < level, (np.sign(field) + 1) / 2, images),
    }[kind]
    np.testing.assert_array_equal(noise.add(images, kind, level, seed), expected)


@given(st.sampled_from(["salt_and_pepper", *REMOVING]), levels, levels, st.integers(0, 2**32))
def test_a_higher_level_damages_more_and_nothing_otherwise(kind, one, other, seed):
    low, high = (noise.add(GREY, kind, level, seed) for level in sorted((one, other)))
    damaged = low != 0.5
    np.testing.assert_array_equal(high[damaged], low[damaged])


@given(st.floats(0, 0.05), st.floats(0, 2), st.integers(0, 2**32))
def test_gaussian_grows_with_its_level_until_it_is_clipped(level, times, seed):
    added, more = (noise.add(GREY, "gaussian", high, seed) - 0.5 for high in (level, times * level))
    inside = np.abs(more) < 0.49
    assert inside.mean() > 0.99
    np.testing.assert_allclose(more[inside], times * added[inside], atol=1e-6)


def test_salt_and_pepper_stay_what_they_are_at_any_level():
    ends = noise.field("salt_and_pepper", (5000, 28, 28), seed=0)
    assert np.abs(ends).max() < 1
    assert (ends != 0).all()
    assert abs((ends > 0).mean() - 0.5) < five_sigma(0.5, ends.size)


# Kinds that no network was trained on


SCIPY = {"mode": "constant", "truncate": 28}  # black beyond the picture, however far


@pytest.mark.parametrize("level", [0.05, 0.25, 0.5, 1.0])
def test_blur_is_scipy_s(sample_images, level):
    images = sample_images[::20]
    assert noise.field("blur", images.shape, 0).shape == (10, 0)
    expected = [ndimage.gaussian_filter(x, noise.BLUR * level, **SCIPY) for x in images]
    np.testing.assert_allclose(noise.add(images, "blur", level), expected, atol=2e-6)


def test_a_blur_needs_no_chance_and_damages_more_at_a_higher_level(sample_images):
    errors = [
        metrics.mse(sample_images, noise.add(sample_images, "blur", level, seed))
        for seed, level in enumerate(np.linspace(0, 1, 11))
    ]
    assert (np.diff(errors, axis=0)[1:] > 0).all()
    one, other = (noise.add(sample_images, "blur", 0.5, seed) for seed in (0, 1))
    np.testing.assert_array_equal(one, other)


@given(levels, st.integers(0, 2**32))
def test_a_patch_is_a_square_of_its_share_within_the_picture(level, seed):
    for image in noise.add(GREY[:4], "patch", level, seed):
        rows, columns = (np.flatnonzero((image == 0).any(axis=axis)) for axis in (1, 0))
        side = 28 * float(level)
        for found in (rows, columns):
            assert abs(len(found) - side) <= 1
            assert not len(found) or np.ptp(found) == len(found) - 1
        assert (image == 0).sum() == len(rows) * len(columns)


def test_a_patch_may_lie_anywhere():
    gone = noise.add(np.full((5000, 28, 28), 0.5, np.float32), "patch", 0.2, seed=0) == 0
    assert gone.any(axis=0).all()
    middle = gone[:, 8:20, 8:20].mean(axis=0)  # far from the edges each pixel as often
    expected = 0.2**2 * (28 / 22.4) ** 2
    np.testing.assert_allclose(middle, expected, atol=0.02)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_erased_takes_its_share_of_every_picture(level):
    gone = (noise.add(GREY, "erased", level, seed=2) == 0).mean(axis=(1, 2))
    np.testing.assert_allclose(gone, level, atol=1 / 784)


def test_erased_goes_in_stretches_and_not_in_dust(sample_images):
    gone = noise.add(GREY, "erased", 0.3, seed=2) == 0
    dust = noise.add(GREY, "masking", 0.3, seed=2) == 0

    def beside(lost):  # the share of lost pixels whose right neighbour is lost, too
        return (lost[:, :, 1:] & lost[:, :, :-1]).sum() / lost[:, :, :-1].sum()

    assert beside(dust) < 0.35
    assert beside(gone) > 0.75
    often = noise.add(np.full((5000, 28, 28), 0.5, np.float32), "erased", 0.3, seed=0) == 0
    np.testing.assert_allclose(often.mean(axis=0), 0.3, atol=5 * (0.3 * 0.7 / 5000) ** 0.5)


@pytest.mark.parametrize("shape", [(), (28,), (27, 28), (2, 28, 28, 1)])
def test_field_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"shape must be \(28, 28\) or \(n, 28, 28\), got"):
        noise.field("masking", shape, 0)
    with pytest.raises(KeyError, match="speckle"):
        noise.field("speckle", (28, 28), 0)


# What is refused


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", [-0.01, np.nan, np.inf, -np.inf, [0.1, -0.1]])
def test_impossible_level_is_refused_with_the_level_in_the_message(kind, level):
    with pytest.raises(ValueError, match=rf"level of {kind} noise must be in \[0, .*got"):
        noise.add(GREY[:2], kind, level)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "gaussian"])
def test_share_above_one_is_refused_but_a_wide_gaussian_is_not(kind):
    with pytest.raises(ValueError, match=r"\[0, 1\.0\], got 1\.5"):
        noise.add(GREY, kind, 1.5)
    assert noise.add(GREY, "gaussian", 1.5, seed=0).shape == GREY.shape


def test_unknown_kind_names_the_known_ones():
    with pytest.raises(KeyError, match="speckle") as caught:
        noise.add(GREY, "speckle", 0.1)
    assert all(kind in str(caught.value) for kind in noise.kinds())


@pytest.mark.parametrize("kind", [["gaussian"], None, 3, ("masking",), {}, np.array(["gaussian"])])
def test_kind_that_is_no_text_is_an_unknown_one(kind):
    with pytest.raises(KeyError, match="unknown noise kind"):
        noise.add(GREY, kind, 0.1)


def with_pixel(value):
    images = GREY[:2].copy()
    images[1, 3, 4] = value
    return images


WRONG = {
    "bytes": ((GREY * 255).astype(np.uint8), r"dtype uint8; divide 8-bit pixels by 255"),
    "integers": (GREY.astype(int), r"dtype int64"),
    "booleans": (GREY > 0, r"dtype bool"),
    "words": ("picture", r"dtype <U7"),
    "flat": (GREY.reshape(50, 784), r"shape \(50, 784\)"),
    "channel": (GREY[..., None], r"shape \(50, 28, 28, 1\)"),
    "other size": (GREY[:, :27], r"shape \(50, 27, 28\)"),
    "one pixel": (np.float32(0.5), r"shape \(\)"),
    "NaN": (with_pixel(np.nan), "got NaN or infinity"),
    "infinity": (with_pixel(np.inf), "got NaN or infinity"),
    "above": (with_pixel(1.01), r"in \[0, 1\], got values from 0\.5 to 1\.01"),
    "below": (with_pixel(-0.5), r"in \[0, 1\], got values from -0\.5 to 0\.5"),
    "0 to 255": (GREY * 255, r"in \[0, 1\], got values from 12[78] to 12[78]"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_images_are_refused_saying_what_was_expected_and_what_came(kind, wrong):
    images, came = WRONG[wrong]
    expected = r"images must be floats of shape \(28, 28\) or \(n, 28, 28\)"
    with pytest.raises(ValueError, match=expected) as caught:
        noise.add(images, kind, 0.1)
    caught.match(came)
    with pytest.raises(ValueError, match=r"images must be floats of shape \(n, 28, 28\)"):
        noise.training_mix(images, np.random.default_rng(0))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("images", "level"),
    [(GREY[:3], [0.1, 0.2]), (GREY[:3], [[0.1] * 3]), (GREY[0], [0.1]), (GREY[:1], [0.1] * 3)],
)
def test_levels_that_are_not_one_an_image_are_refused(kind, images, level):
    with pytest.raises(ValueError, match=r"one for each of n images, got levels of shape"):
        noise.add(images, kind, level)


@pytest.mark.parametrize("kind", KINDS)
def test_other_floats_are_taken_as_float32(kind):
    noisy = noise.add(GREY, kind, 0.3, seed=1)
    for dtype in (np.float64, np.float16):
        again = noise.add(GREY.astype(dtype), kind, 0.3, seed=1)
        assert again.dtype == np.float32
        np.testing.assert_array_equal(again, noisy)


def test_training_mix_keeps_its_share_clean():
    images = np.full((4000, 28, 28), 0.5, np.float32)
    noisy = noise.training_mix(images, np.random.default_rng(0))
    clean = 1 - sum(share for share, _, _ in noise.TRAINING_MIX)
    assert clean > 0
    untouched = (noisy == images).all(axis=(1, 2)).mean()
    # Levels are drawn from 0 upwards, so a few of the damaged have no pixel to show for it.
    assert abs(untouched - clean) < five_sigma(clean, len(images)) + 0.002
    assert (images == 0.5).all()


@pytest.mark.parametrize("kind", TRAINED)
def test_training_mix_damages_by_every_level_up_to_the_highest(monkeypatch, kind):
    monkeypatch.setattr(noise, "TRAINING_MIX", ((1.0, kind, 0.6),))
    images = np.full((400, 28, 28), 0.5, np.float32)
    noisy = noise.training_mix(images, np.random.default_rng(0)).astype(np.float64)
    if kind == "gaussian":  # the median of |noise| is .6745 sigma, and is not touched by clipping
        levels = np.median(np.abs(noisy - 0.5), axis=(1, 2)) / 0.6745
    else:
        levels = (noisy != 0.5).mean(axis=(1, 2))
    quantiles = np.quantile(levels, [0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(quantiles, [0, 0.15, 0.3, 0.45, 0.6], atol=0.09)


def test_training_mix_holds_the_three_kinds_it_always_had():
    assert tuple(kind for _, kind, _ in noise.TRAINING_MIX) == TRAINED
    images = np.full((2000, 28, 28), 0.5, np.float32)
    noisy = noise.training_mix(images, np.random.default_rng(1))
    between = ((noisy > 0) & (noisy < 1) & (noisy != 0.5)).any(axis=(1, 2))
    salted = (noisy == 1).any(axis=(1, 2)) & ~between
    masked = (noisy == 0).any(axis=(1, 2)) & ~between & ~salted
    for seen, kind in ((between, "gaussian"), (masked, "masking"), (salted, "salt_and_pepper")):
        share = sum(share for share, name, _ in noise.TRAINING_MIX if name == kind)
        assert abs(seen.mean() - share) < five_sigma(share, len(images)) + 0.005, kind


def test_training_mix_is_fresh_each_time_and_fixed_by_its_generator(sample_images):
    rng = np.random.default_rng(3)
    first, second = (noise.training_mix(sample_images, rng) for _ in range(2))
    assert (first != second).any()
    again = noise.training_mix(sample_images, np.random.default_rng(3))
    np.testing.assert_array_equal(first, again)
