"""Experiments, against computations written without them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import entropy

import ae_core
from ae_core import data, latent, metrics
from ae_core.experiments import elbo, holes, walks
from ae_core.figures import pixels

SAMPLES = data.samples()
ENDS = SAMPLES.images[[0, 80]]  # a 0 and a 4
PLACES = np.array([(-1, 0.5), (1.2, -0.4)], np.float32)


# Holes


@pytest.fixture(scope="module")
def plain():
    """The plain plane with the codes of the samples."""
    ae = ae_core.load("plain_2d")
    return ae, ae.plane(SAMPLES.images), SAMPLES.labels


@pytest.mark.parametrize("source", holes.SOURCES)
def test_a_survey_says_what_all_distances_say(plain, source):
    ae, codes, labels = plain
    found = holes.survey(ae, codes, labels, source, n=300)
    points = np.random.default_rng(0).standard_normal((300, 2), dtype=np.float32)
    if source == "fitted":
        points = codes.mean(0) + points @ np.linalg.cholesky(np.cov(codes.T)).T
        points = points.astype(np.float32)
    among = cdist(codes, codes)
    np.fill_diagonal(among, np.inf)
    unit = np.median(among.min(axis=1))
    to_codes = cdist(points, codes)
    assert found.gap == pytest.approx(np.median(to_codes.min(axis=1)) / unit, rel=1e-4)
    away = np.linalg.norm(ae.encode(ae.decode(points)) - points, axis=1)
    assert found.drift == pytest.approx(np.median(away) / unit, rel=1e-4)
    counts = np.bincount(labels[to_codes.argmin(axis=1)])
    assert found.effective_classes == pytest.approx(np.exp(entropy(counts)), rel=1e-6)


def test_codes_themselves_lie_one_apart_and_each_class_comes(plain):
    own = holes.survey(*plain, "own", n=200)
    assert own.gap == 1
    assert own.effective_classes == pytest.approx(10)  # twenty samples of each


def test_a_round_trip_that_comes_home_does_not_drift():
    at_home = SimpleNamespace(decode=lambda z: z, plane=lambda pictures: pictures)
    codes = latent.sample_prior(100, 2, seed=1)
    assert holes.survey(at_home, codes, np.zeros(100, int), "prior").drift == 0


def test_sources_move_and_stretch_one_draw(plain):
    codes = plain[1]
    prior, fitted = (holes.sample(codes, source, 2000, 4) for source in holes.SOURCES)
    assert prior.shape == fitted.shape == (2000, 2)
    np.testing.assert_allclose(prior, latent.sample_prior(2000, 2, 4))
    np.testing.assert_allclose(np.cov(fitted.T), np.cov(codes.T), rtol=0.15, atol=0.3)
    with pytest.raises(ValueError, match=r"expected a source of .*'uniform'"):
        holes.sample(codes, "uniform", 8, 0)


# The ELBO of one digit


@pytest.mark.parametrize("name", ["variational", "variational_16d", "beta_8", "conditional"])
def test_terms_of_a_digit(name):
    ae, image = ae_core.load(name), SAMPLES.images[33]
    found = elbo.terms(ae, image, 50, seed=3)
    mean, log_var = (value[0].astype(float) for value in ae.posterior(image[None]))
    np.testing.assert_allclose(found.mean, mean)
    np.testing.assert_allclose(found.deviation, np.sqrt(np.exp(log_var)), rtol=1e-6)
    kl = sum((m * m + np.exp(v) - 1 - v) / 2 for m, v in zip(mean, log_var, strict=True))
    assert found.kl == pytest.approx(kl, rel=1e-5)
    noise = np.random.default_rng(3).standard_normal((50, len(mean)), dtype=np.float32)
    z = (mean + np.sqrt(np.exp(log_var)) * noise).astype(np.float32)
    if ae.classes:
        z = ae.with_class(z, np.full(50, 1))  # the sample is a 1
    p = np.clip(ae.decode(z).astype(float), 1e-7, 1 - 1e-7)
    nats = -(image * np.log(p) + (1 - image) * np.log(1 - p)).sum(axis=(1, 2))
    assert found.reconstruction == pytest.approx(nats.mean(), rel=1e-4)
    assert found.negative_elbo == found.reconstruction + found.kl
    assert elbo.terms(ae, image, 50, seed=3).reconstruction == found.reconstruction
    assert elbo.terms(ae, image, 50, seed=4).reconstruction != found.reconstruction


def test_a_family_without_a_posterior_has_no_terms():
    with pytest.raises(TypeError, match="simple is not variational"):
        elbo.terms(ae_core.load("simple"), SAMPLES.images[0], 5)


# Films


@pytest.fixture(scope="module")
def usable():
    return {name: ae_core.load(name) for name in ("deep", "variational", "variational_16d")}


def test_a_film_is_the_line_between_the_ends_for_each_method(usable):
    methods = (walks.PIXELS, "deep", "variational", "variational_16d")
    frames, strange = walks.film(usable, methods, ENDS, PLACES, 9)
    assert frames.shape == (4, 9, 28, 28)
    assert frames.dtype == np.uint8
    middle = ENDS.mean(axis=0)
    np.testing.assert_array_equal(frames[0][[0, 8]], pixels.to_bytes(ENDS))
    np.testing.assert_array_equal(frames[0][4], pixels.to_bytes(middle))
    for row, name in enumerate(methods[1:], 1):
        ends = PLACES if name == "variational" else usable[name].encode(ENDS)
        wanted = usable[name].decode(np.stack([ends[0], ends.mean(axis=0), ends[1]]))
        np.testing.assert_allclose(frames[row][[0, 4, 8]] / 255, wanted, atol=0.003)
    judge = usable["variational_16d"]

    def lost(images):
        return metrics.mse(images, judge.reconstruct(images)) / (images**2).mean(axis=(1, 2))

    assert np.isnan(strange[3]).all()  # the judge does not judge itself
    for row in range(3):
        expected = lost(frames[row].astype(np.float32) / 255) / lost(SAMPLES.images).mean()
        np.testing.assert_allclose(strange[row], expected, rtol=0.05, atol=0.02)


def test_without_a_judge_nothing_is_judged(usable):
    others = {"deep": usable["deep"]}
    frames, strange = walks.film(others, ("deep", walks.PIXELS), ENDS, PLACES, 5)
    assert frames.any()
    assert np.isnan(strange).all()
    both = walks.film(usable, ("variational_16d",), ENDS, PLACES, 5)
    assert np.isnan(both.strangeness).all()


def test_a_path_is_walked_at_one_speed_beside_the_line_and_the_cross_fade(usable):
    path = np.array([(-2, 0), (0, 1), (2, 0.5)])
    (drawn, straight, faded), strange = walks.path_film(usable, path, 21)
    ae = usable["variational"]
    np.testing.assert_allclose(drawn / 255, ae.decode(walks.along(path, 21)), atol=0.003)
    middle = ae.decode(np.array([(0, 0.25)], np.float32))[0]
    np.testing.assert_allclose(straight[10] / 255, middle, atol=0.003)
    for frames in (straight, faded):
        np.testing.assert_allclose(frames[[0, -1]], drawn[[0, -1]], atol=1)
    assert strange.shape == (3, 21)
    assert np.isfinite(strange).all()
    assert strange[2, 10] > strange[1, 10]  # a cross-fade is odder than what the plane decodes
