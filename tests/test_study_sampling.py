"""The study of sampled digits: against scikit-learn, and anew at temperature 1."""

import numpy as np
import pytest

import ae_core
from ae_core import arrays, data, studies
from ae_core.experiments import sampling, walks
from ae_core.studies import sampling as study

FIGURES = studies.read("sampling")
MIXTURES = sampling.mixtures(FIGURES)


def test_the_fit_is_scikit_learns_and_better_than_one_normal():
    mixture = pytest.importorskip("sklearn.mixture").GaussianMixture
    rng = np.random.default_rng(0)
    codes = np.concatenate([rng.standard_normal((300, 3)) + 6 * rng.standard_normal(3)
                            for _ in range(4)])  # fmt: skip
    found = study.fit(codes, 4)
    theirs = mixture(4, tol=1e-2, reg_covar=1e-3, random_state=study.SEED).fit(codes)
    assert found.log_likelihood(codes) == pytest.approx(theirs.score(codes), abs=1e-6)
    assert found.log_likelihood(codes) > sampling.Mixture.normal(codes).log_likelihood(codes) + 0.5


def test_each_source_is_of_the_codes_of_its_network():
    assert MIXTURES.keys() == sampling.SOURCES.keys() == FIGURES["sources"].keys()
    for name, mixture in MIXTURES.items():
        assert mixture.means.shape[1:] == ae_core.load(sampling.SOURCES[name]).code_shape
        assert mixture.weights.sum() == pytest.approx(1)
        assert (np.diagonal(mixture.roots, axis1=1, axis2=2) > 0).all()
    assert len(MIXTURES["mixture"].weights) == FIGURES["components"]


def test_the_mixture_is_the_one_under_which_unseen_codes_are_likeliest():
    likelihoods = FIGURES["likelihoods"]
    assert max(likelihoods, key=likelihoods.get) == str(FIGURES["components"])
    assert set(likelihoods) == {"normal", *map(str, study.COMPONENTS)}


def test_it_is_small_enough_to_ship():
    assert studies.path("sampling").stat().st_size < 300_000
    assert arrays.unpack(FIGURES["mixture"]["triangles"]).shape[1] == 32 * 33 // 2


def test_the_judge_does_not_judge_itself():
    for name, found in FIGURES["sources"].items():
        assert ("strangeness" in found) == (sampling.SOURCES[name] != walks.JUDGE)
        assert all(len(each) == len(FIGURES["temperatures"]) for each in found.values())


@pytest.mark.needs_data
def test_the_likelihoods_are_those_of_the_validation_images_codes():
    codes = ae_core.load(sampling.PLAIN).encode(data.load("mnist").validation.images)
    for name, said in (("normal", "normal"), ("mixture", str(FIGURES["components"]))):
        found = MIXTURES[name].log_likelihood(codes)  # of what was rounded to float16
        assert found == pytest.approx(FIGURES["likelihoods"][said], abs=0.02)


@pytest.mark.needs_data
@pytest.mark.parametrize("name", sampling.SOURCES)
def test_the_measures_are_those_of_its_samples(name):
    train, judge = data.load("mnist").train, ae_core.load(walks.JUDGE)
    place = FIGURES["temperatures"].index(1.0)
    draw = MIXTURES[name].draw(FIGURES["samples"], study.SEED)
    images = ae_core.load(sampling.SOURCES[name]).decode(draw.codes(1))
    found = sampling.measure(images, train, judge)
    said = {key: values[place] for key, values in FIGURES["sources"][name].items()}
    unit = FIGURES["real"]["pixels"]
    assert found.distance / unit == pytest.approx(said["distance"], rel=1e-3)
    assert found.effective_classes == pytest.approx(said["effective_classes"], rel=0.01)
    if "strangeness" in said:
        ordinary = walks.ordinary_strangeness(judge)
        assert found.strangeness / ordinary == pytest.approx(said["strangeness"], rel=0.01)
