from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate
from scipy import stats as scipy_stats

from ae_core import latent

NORMAL = NormalDist()
sizes = st.integers(2, 40)
extents = st.floats(0.1, 5.0)


@pytest.mark.parametrize(
    ("mean", "log_var"), [(0, 0), (1.5, 0), (-2, 1), (0.3, -3), (0, -6), (3, 2)]
)
def test_kl_is_the_integral_it_stands_for(mean, log_var):
    q, p = NormalDist(mean, math.exp(0.5 * log_var)), NORMAL

    def log_density(normal, z):
        return -0.5 * ((z - normal.mean) / normal.stdev) ** 2 - math.log(normal.stdev)

    expected, _ = integrate.quad(
        lambda z: q.pdf(z) * (log_density(q, z) - log_density(p, z)),
        *(mean - 12 * q.stdev, mean + 12 * q.stdev),
        points=[mean],
        limit=200,
    )
    found = latent.kl(np.array([mean], float), np.array([log_var], float))
    assert found[0] == pytest.approx(expected, abs=1e-7)


def test_kl_is_the_mean_of_many_draws():
    mean, log_var = np.array([0.8, -1.2]), np.array([-1.0, 0.5])
    z = latent.sample_posterior(mean, log_var, 200_000, seed=0)
    ratio = scipy_stats.norm.logpdf(z, mean, np.exp(0.5 * log_var)) - scipy_stats.norm.logpdf(z)
    error = ratio.std(axis=0) / len(z) ** 0.5
    assert (np.abs(ratio.mean(axis=0) - latent.kl(mean, log_var)) < 5 * error).all()


@given(st.floats(-5, 5), st.floats(-8, 4))
def test_kl_is_never_negative_and_zero_only_for_the_prior(mean, log_var):
    kl = latent.kl(np.array([mean, 0.0]), np.array([log_var, 0.0]))
    assert kl.shape == (2,)
    assert kl[1] == 0
    assert kl[0] >= -1e-12
    if abs(mean) > 0.01 or abs(log_var) > 0.01:
        assert kl[0] > 0


@given(sizes, extents, st.sampled_from(latent.SPACINGS))
def test_axis_rises_from_end_to_end_and_is_symmetric(size, extent, spacing):
    axis = latent.axis(size, extent, spacing)
    assert axis.shape == (size,)
    assert axis.dtype == np.float32
    assert axis[0] == -np.float32(extent)
    assert axis[-1] == np.float32(extent)
    assert (np.diff(axis) > 0).all()
    np.testing.assert_allclose(axis, -axis[::-1], atol=1e-5 * max(1, extent))


@given(sizes, extents)
def test_linear_axis_has_equal_steps(size, extent):
    steps = np.diff(latent.axis(size, extent).astype(np.float64))
    np.testing.assert_allclose(steps, 2 * extent / (size - 1), rtol=1e-4)


@given(sizes, st.floats(0.1, 4.0))
def test_quantile_axis_has_equal_shares_of_the_normal(size, extent):
    axis = latent.axis(size, extent, "quantile").astype(float)
    shares = [NORMAL.cdf(b) - NORMAL.cdf(a) for a, b in pairwise(axis)]
    whole = NORMAL.cdf(extent) - NORMAL.cdf(-extent)
    np.testing.assert_allclose(shares, whole / (size - 1), atol=1e-6)


@pytest.mark.parametrize("spacing", latent.SPACINGS)
def test_axis_of_one_is_the_middle(spacing):
    assert latent.axis(1, 3.0, spacing).tolist() == [0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, 3.0), "0 and 3.0"),
        ((-1, 3.0), "-1 and 3.0"),
        ((5, 0.0), "5 and 0.0"),
        ((5, -2.0), "5 and -2.0"),
        ((5, math.nan), "5 and nan"),
        ((5, 3.0, "cubic"), "'cubic'"),
    ],
)
@pytest.mark.parametrize("function", [latent.axis, latent.grid])
def test_arguments_out_of_range_are_named(function, arguments, words):
    with pytest.raises(ValueError, match=f"expected .*got .*{words}"):
        function(*arguments)


@given(st.integers(1, 12), extents, st.sampled_from(latent.SPACINGS))
def test_grid_reads_like_a_picture(size, extent, spacing):
    grid, axis = latent.grid(size, extent, spacing), latent.axis(size, extent, spacing)
    assert grid.shape == (size * size, 2)
    assert grid.dtype == np.float32
    for row in range(size):
        for column in range(size):
            expected = (axis[column], axis[size - 1 - row])  # up is more of the second number
            assert tuple(grid[row * size + column]) == expected


@given(st.integers(0, 13), st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
def test_mosaic_puts_each_picture_in_its_place(n, columns, height, width):
    pictures = np.random.default_rng(n).random((n, height, width)).astype(np.float32) + 1
    whole = latent.mosaic(pictures, columns)
    rows = math.ceil(n / columns)
    assert whole.shape == (rows * height, columns * width)
    assert whole.dtype == pictures.dtype
    for place in range(rows * columns):
        top, left = place // columns * height, place % columns * width
        found = whole[top : top + height, left : left + width]
        expected = pictures[place] if place < n else np.zeros((height, width))
        np.testing.assert_array_equal(found, expected)


def test_posterior_draws_have_its_mean_and_spread():
    mean, log_var = np.array([1.0, -0.5], np.float32), np.array([-2.0, 1.0], np.float32)
    z = latent.sample_posterior(mean, log_var, 20_000, seed=1)
    assert z.shape == (20_000, 2)
    assert z.dtype == np.float32
    for axis in range(2):  # Kolmogorov-Smirnov: the whole distribution, not two moments of it
        spread = math.exp(0.5 * log_var[axis])
        assert scipy_stats.kstest(z[:, axis], "norm", (mean[axis], spread)).pvalue > 1e-4
    assert abs(np.corrcoef(z.T)[0, 1]) < 5 / len(z) ** 0.5


def test_prior_draws_are_standard_normal():
    z = latent.sample_prior(20_000, 3, seed=1)
    assert z.shape == (20_000, 3)
    assert z.dtype == np.float32
    assert scipy_stats.kstest(z.ravel(), "norm").pvalue > 1e-4
    assert (np.abs(np.corrcoef(z.T)[np.triu_indices(3, 1)]) < 5 / len(z) ** 0.5).all()


@pytest.mark.parametrize(
    "draw",
    [
        lambda seed: latent.sample_prior(4, 2, seed),
        lambda seed: latent.sample_posterior(np.zeros(2), np.zeros(2), 4, seed),
    ],
)
def test_a_seed_fixes_the_draw_and_none_does_not(draw):
    np.testing.assert_array_equal(draw(5), draw(5))
    assert (draw(5) != draw(6)).any()
    assert (draw(None) != draw(None)).any()


planes = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).standard_normal((60, 2)) @ [[3, 1], [0, 0.5]] + [5, -2]
)


@given(planes)
def test_draws_like_codes_have_their_mean_and_covariance(codes):
    drawn = latent.sample_like(codes, 20_000, seed=0)
    assert drawn.dtype == np.float32
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.15)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(codes.T), rtol=0.1, atol=0.15)


@given(planes, st.floats(0.1, 1))
def test_extent_holds_the_share(codes, share):
    reach = latent.extent(codes, share)
    inside = (np.abs(codes) <= reach * (1 + 1e-9)).all(axis=1).mean()
    assert share - 1 / len(codes) <= inside <= share + 1 / len(codes)


@given(planes, planes)
def test_nearest_is_the_shortest_of_all_distances(points, codes):
    distances = np.linalg.norm(points[:, None] - codes[None], axis=2)
    found, which = latent.nearest(points, codes)
    np.testing.assert_allclose(found, distances.min(axis=1))
    np.testing.assert_array_equal(which, distances.argmin(axis=1))


@given(planes, st.floats(0.1, 10))
def test_spacing_leaves_a_code_itself_out_and_grows_with_the_map(codes, scale):
    distances = np.linalg.norm(codes[:, None] - codes[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    spacing = latent.spacing(codes)
    assert spacing == pytest.approx(np.median(distances.min(axis=1)))
    assert latent.spacing(scale * codes) == pytest.approx(scale * spacing)


def test_effective_classes_counts_classes_by_their_share():
    assert latent.effective_classes(np.arange(10)) == pytest.approx(10)
    assert latent.effective_classes(np.full(7, 3)) == pytest.approx(1)
    assert latent.effective_classes(np.array([1, 1, 5, 5])) == pytest.approx(2)
    assert 1 < latent.effective_classes(np.array([1, 1, 1, 5])) < 2


@given(st.integers(0, 5), st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=9))
def test_a_traverse_changes_one_number_and_no_other(index, values):
    code = np.arange(6, dtype=np.float32)
    codes = latent.traverse(code, index, values)
    np.testing.assert_array_equal(codes[:, index], np.array(values, np.float32))
    np.testing.assert_array_equal(np.delete(codes, index, 1) - np.delete(code, index), 0)
    np.testing.assert_array_equal(code, np.arange(6))
