"""Sampling codes and judging what they decode to, against SciPy and scikit-learn."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import KDTree
from scipy.stats import multivariate_normal

import ae_core
from ae_core import data, latent
from ae_core.experiments import sampling, walks
from ae_core.experiments.sampling import Mixture

IMAGES = data.samples()


def some_mixture(k: int = 3, d: int = 4, seed: int = 0) -> Mixture:
    rng = np.random.default_rng(seed)
    roots = np.tril(rng.standard_normal((k, d, d)))
    roots[:, range(d), range(d)] = 0.5 + np.abs(roots[:, range(d), range(d)])
    weights = rng.random(k) + 0.1
    return Mixture(weights / weights.sum(), 5 * rng.standard_normal((k, d)), roots)


@pytest.mark.parametrize("seed", range(3))
def test_the_likelihood_is_scipys(seed):
    mixture = some_mixture(seed=seed)
    codes = np.random.default_rng(1).standard_normal((50, 4)) * 4
    density = sum(
        weight * multivariate_normal(mean, root @ root.T).pdf(codes)
        for weight, mean, root in zip(mixture.weights, mixture.means, mixture.roots, strict=True)
    )
    assert mixture.log_likelihood(codes) == pytest.approx(np.log(density).mean())


def test_what_is_drawn_is_distributed_as_the_mixture_says():
    mixture = some_mixture()
    codes = mixture.draw(40_000, seed=1).codes(1)
    mean = mixture.weights @ mixture.means
    within = np.einsum("k,kij,klj->il", mixture.weights, mixture.roots, mixture.roots)
    between = np.cov(mixture.means.T, aweights=mixture.weights, ddof=0)
    np.testing.assert_allclose(codes.mean(axis=0), mean, atol=0.15)
    np.testing.assert_allclose(np.cov(codes.T), within + between, rtol=0.05, atol=0.5)


@given(st.integers(0, 2**32), st.floats(0, 2))
@settings(max_examples=30)
def test_temperature_stretches_from_the_middle_of_the_component(seed, temperature):
    mixture = some_mixture()
    draw = mixture.draw(5, seed)
    starts = {tuple(mean) for mean in mixture.means.astype(np.float32).tolist()}
    assert {tuple(start) for start in draw.start.tolist()} <= starts
    np.testing.assert_array_equal(draw.codes(0), draw.start)
    expected = draw.start + temperature * (draw.codes(1) - draw.start)
    np.testing.assert_allclose(draw.codes(temperature), expected, atol=1e-4)
    np.testing.assert_array_equal(mixture.draw(5, seed).codes(1), draw.codes(1))


def test_a_normal_is_drawn_as_in_the_latent_space():
    codes = np.random.default_rng(0).standard_normal((500, 4)) * (1, 2, 3, 4) + 1
    drawn = Mixture.normal(codes).draw(20, seed=5).codes(1)
    np.testing.assert_allclose(drawn, latent.sample_like(codes, 20, seed=5), rtol=1e-5, atol=1e-5)
    standard = Mixture.standard(4).draw(20, seed=5).codes(1)
    np.testing.assert_allclose(standard, latent.sample_prior(20, 4, seed=5), atol=1e-6)


def test_a_packed_mixture_comes_back():
    mixture = some_mixture()
    back = Mixture.read(json.loads(json.dumps(mixture.packed())))
    for name in ("weights", "means", "roots"):
        ours, theirs = getattr(back, name), getattr(mixture, name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)
    assert back.weights.sum() == pytest.approx(1)


def test_the_nearest_are_those_of_a_tree():
    images = np.random.default_rng(0).random((300, 28, 28), dtype=np.float32)
    distances, places = sampling.nearest(images, IMAGES.images, 10)
    tree = KDTree(IMAGES.images.reshape(-1, 784).astype(float))
    expected, at = tree.query(images.reshape(-1, 784).astype(float), 10)
    np.testing.assert_allclose(np.sort(distances, axis=1), expected, rtol=1e-4)
    np.testing.assert_array_equal(np.sort(places, axis=1), np.sort(at, axis=1))


def test_the_measures_of_real_digits_and_of_one_digit_many_times():
    judge = ae_core.load(walks.JUDGE)
    real = sampling.measure(IMAGES.images, IMAGES, judge)
    ordinary = walks.ordinary_strangeness(judge)
    assert real.strangeness == pytest.approx(ordinary)
    assert real.effective_classes > 9
    same = sampling.measure(np.repeat(IMAGES.images[:1], 50, axis=0), IMAGES, judge)
    assert same.effective_classes == pytest.approx(1)
    noise = np.random.default_rng(0).random((50, 28, 28), dtype=np.float32)
    strange = sampling.measure(noise, IMAGES, judge)
    assert strange.distance > 1.5 * real.distance
    assert strange.strangeness > 3 * real.strangeness
