"""What the texts of the families say about the networks is true of those that ship.

A test here quotes the claim; if it fails after a training, mend the text or train again.
"""

from __future__ import annotations

import numpy as np
import pytest

import ae_core
from ae_core import data, latent, noise
from ae_core.baselines import NOISY_MSE
from ae_core.experiments import holes
from ae_core.models import compared, families

FAMILIES = families()
TEST = {name: ae_core.load(name).card["test"] for name in ae_core.names()}
DENOISERS = {"denoising", "denoising_dense"}
KINDS = list(NOISY_MSE)


def says(name: str, words: str) -> bool:
    """Whether the text of a family still makes the claim that is tested."""
    return words in f"{FAMILIES[name].tagline} {FAMILIES[name].teaches}"


def betas(low: float = 0, high: float = 64) -> dict[float, dict]:
    return {
        family.beta: TEST[name]
        for name, family in FAMILIES.items()
        if name.startswith("beta_") and low <= family.beta <= high
    }


def test_networks_trained_on_clean_digits_remove_little_noise():
    assert says("convolutional", "Like all networks trained on clean digits, it removes little")
    for name in set(compared()) - DENOISERS:  # two thirds or more of the error stays
        assert TEST[name]["noisy"]["gaussian"] > 0.66 * NOISY_MSE["gaussian"], name
    for name in DENOISERS:
        for kind in KINDS:
            assert TEST[name]["noisy"][kind] < 0.25 * NOISY_MSE[kind], (name, kind)


def test_the_convolutional_denoiser_is_the_best_and_spares_clean_digits():
    assert says("denoising", "Of all networks here it removes noise best")
    for kind in KINDS:
        assert min(TEST, key=lambda name: TEST[name]["noisy"][kind]) == "denoising"
    assert says("denoising", "leaves a clean digit almost as it is")
    assert TEST["denoising"]["mse"] < 0.002  # half of the other denoiser's
    assert says("denoising", "as many numbers as the picture has pixels")
    assert np.prod(ae_core.load("denoising").code_shape) == 28 * 28


def test_one_in_twenty_is_left_clean_in_training():
    assert says("denoising_dense", "one in twenty was left clean")
    images = np.tile(data.samples().images, (20, 1, 1))
    shown = noise.training_mix(images, np.random.default_rng(0))
    same = (shown == images).all(axis=(1, 2)).mean()
    assert same == pytest.approx(1 / 20, abs=0.02)


def test_the_simple_one_is_worse_than_its_own_input_under_masking():
    assert says("simple", "comes back further from the clean one than it went in")
    assert TEST["simple"]["noisy"]["masking"] > 1.05 * NOISY_MSE["masking"]


def test_the_deep_one_makes_a_third_of_the_simple_ones_error():
    assert says("simple", "a third of the error")
    assert says("deep", "a third of the error")
    assert TEST["deep"]["mse"] == pytest.approx(TEST["simple"]["mse"] / 3, rel=0.15)
    assert ae_core.load("deep").code_shape == ae_core.load("simple").code_shape == (32,)


def test_no_more_than_sixteen_numbers_are_non_zero():
    assert says("sparse", "only the 16 largest may be non-zero")
    codes = ae_core.load("sparse").encode(data.samples().images)
    assert (codes != 0).sum(axis=1).max() == 16


def test_a_plain_plane_is_as_blurred_as_a_vaes():
    assert says("variational", "those of a plain autoencoder with two numbers are as blurred")
    assert says("plain_2d", "It rebuilds digits just as well")
    assert TEST["plain_2d"]["mse"] == pytest.approx(TEST["beta_1"]["mse"], rel=0.02)
    assert TEST["plain_2d"]["mse"] == pytest.approx(TEST["variational"]["mse"], rel=0.05)


def test_the_vaes_plane_has_no_large_gaps_within_three_sigma_and_the_plain_one_has():
    assert says("variational", "within about 3 σ there are no large gaps")
    codes, _ = ae_core.load("variational").test_codes
    points = latent.grid(101, 3.0)
    inside = points[np.linalg.norm(points, axis=1) <= 3]
    assert latent.nearest(inside, codes)[0].max() < 0.5  # half a standard deviation
    assert says("plain_2d", "gaps where no digit lies")
    vae, plain = (
        holes.survey(ae_core.load(name), *ae_core.load(name).test_codes, "fitted")
        for name in ("variational", "plain_2d")
    )
    assert plain.gap > 3 * vae.gap
    assert plain.drift > 3 * vae.drift


def test_pictures_are_equally_sharp_up_to_beta_2_and_blur_beyond():
    assert says("beta_1", "Up to β = 2 the pictures are as sharp as at 0, then they blur")
    errors = [test["mse"] for test in betas(0, 2).values()]
    assert max(errors) < 1.03 * min(errors)
    later = [test["mse"] for _, test in sorted(betas(2, 64).items())]
    assert later == sorted(later)
    assert later[-1] > 1.05 * later[0]


def test_the_larger_beta_the_less_the_code_says():
    assert says("beta_1", "The larger β is, the less the code may say")
    kl = [test["kl"] for _, test in sorted(betas().items())]
    assert kl == sorted(kl, reverse=True)


@pytest.mark.needs_data
def test_how_many_other_digits_lie_in_a_cloud():
    assert says("beta_1", "a few other test digits at β = 1, and dozens at β = 8")
    images, inside = data.load().test.images, {}
    for name in ("beta_0", "beta_1", "beta_8"):
        mean, log_var = ae_core.load(name).posterior(images)
        steps = (mean - mean[:500, None]) / np.exp(0.5 * log_var[:500, None])
        inside[name] = np.median((np.square(steps).sum(axis=2) < 1).sum(axis=1) - 1)
    assert inside["beta_0"] == 0
    assert 2 <= inside["beta_1"] <= 5
    assert 36 <= inside["beta_8"] <= 100


def test_each_of_sixteen_numbers_is_used_and_paid_for():
    assert says("variational_16d", "here each costs between 0.5 and 2.5 nats")
    costs = TEST["variational_16d"]["kl_by_dimension"]
    assert min(costs) >= 0.5
    assert max(costs) <= 2.5
    assert says("variational_16d", "much sharper")
    assert TEST["variational_16d"]["mse"] < 0.3 * TEST["variational"]["mse"]


def test_the_plane_of_the_conditional_one_hardly_says_which_digit_it_is():
    assert says("conditional", "the plane need not say which digit it is")
    assert TEST["conditional"]["vote"] < 0.25  # a guess is right for one in ten
    assert TEST["conditional"]["class_accuracy"] > 0.9  # trying all ten
