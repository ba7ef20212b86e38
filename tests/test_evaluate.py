from __future__ import annotations

import copy
import math
from types import SimpleNamespace

import numpy as np
import pytest

import ae_core
from ae_core import data, models
from ae_core.training import evaluate

TRAINED = ae_core.names()

every_trained = pytest.mark.parametrize("name", TRAINED)
FIGURES = {"bce": 0.09, "dead": 0, "noisy": {"gaussian": 0.05, "masking": 0.06}, "kl": [3.0, 4.0]}


def card(name: str, test: dict | None = None) -> dict:
    return {
        "name": name,
        "test": {"bce": 0.09, "mse": 0.01, "noisy": {"gaussian": 0.05}} | (test or {}),
        "multiply_adds": {"encoder": 10, "decoder": 400_000},
    }


# The cards that ship


def test_every_family_has_goals():
    """But for those that are there to be compared with each other."""
    for name, family in models.families().items():
        compared_only = ("beta_", "bottleneck_", "plain_2d", "variational_32d")
        assert bool(family.goals) != name.startswith(compared_only), name


@pytest.mark.parametrize("name", models.families())
def test_every_goal_is_reached_by_the_card(name):
    family = models.families()[name]
    met = evaluate.reached(ae_core.load(name, family.datasets[0]).card)
    assert set(met) == set(family.goals)
    assert [key for key, reached in met.items() if not reached] == []


@every_trained
def test_figures_of_a_card_agree_with_each_other(name):
    figures = ae_core.load(name).card["test"]
    percentiles = figures["mse_percentiles"]
    assert len(percentiles) == 101
    assert percentiles == sorted(percentiles)
    assert percentiles[0] < figures["mse"] < percentiles[-1]
    # Jensen: the mean of the logarithms lies above the logarithm of the mean.
    assert figures["psnr"] >= -10 * math.log10(figures["mse"])
    assert 0 < figures["ssim"] < 1
    assert set(figures["noisy"]) == {kind for kind, _ in evaluate.NOISE_TESTS}
    # No noise makes it better; where the code says nothing, none makes it worse.
    noisiest, says_nothing = min(figures["noisy"].values()), figures.get("kl", 1) < 0.01
    assert noisiest == figures["mse"] if says_nothing else noisiest > figures["mse"]
    code_size = math.prod(ae_core.load(name).code_shape)
    assert figures["active"] <= code_size
    assert figures["dead_share"] == pytest.approx(figures["dead"] / code_size, abs=1e-5)
    if ae_core.load(name).variational:
        assert figures["kl"] == pytest.approx(sum(figures["kl_by_dimension"]), abs=1e-4)
        total = figures["reconstruction"] + figures["kl"]
        assert figures["neg_elbo"] == pytest.approx(total, abs=1e-4)
        assert figures["reconstruction"] > 784 * figures["bce"]  # z drawn, not the mean


def test_denoisers_denoise_best():
    if not {"denoising", "denoising_dense", "simple"} <= set(TRAINED):
        pytest.skip("they are not all trained")
    noisy = {name: ae_core.load(name).card["test"]["noisy"] for name in TRAINED}
    for kind, _ in evaluate.NOISE_TESTS:
        order = sorted(noisy, key=lambda name: noisy[name][kind])
        assert order[:2] == ["denoising", "denoising_dense"]


@pytest.mark.needs_data
@pytest.mark.parametrize("name", [n for n in ("simple", "variational") if n in TRAINED])
def test_card_says_what_is_measured_on_the_whole_test_set(name):
    ae = ae_core.load(name)
    measured = evaluate.measure(ae)
    assert evaluate.disagreements(ae.card["test"], measured) == []


@pytest.mark.needs_data
@every_trained
def test_error_on_the_card_is_that_of_the_test_images(name):
    """A quick look at every family, written without `evaluate`."""
    ae, images = ae_core.load(name), data.load().test.images[::10]
    errors = ((ae.reconstruct(images) - images) ** 2).mean(axis=(1, 2))
    spread = errors.std() / len(errors) ** 0.5  # 1,000 of 10,000: the mean may be off by chance
    assert abs(errors.mean() - ae.card["test"]["mse"]) < 4 * spread


@pytest.mark.needs_data
def test_map_of_the_test_set_is_that_of_its_codes():
    for name in TRAINED:
        ae = ae_core.load(name)
        if not ae.has_plane:
            continue
        with np.load(ae.folder / "test_codes.npz") as file:
            codes, labels = file["codes"], file["labels"]
        test = data.load().test
        np.testing.assert_array_equal(labels, test.labels)
        np.testing.assert_allclose(codes, ae.plane(test.images), rtol=2e-3, atol=2e-3)  # float16


# Measuring


def constant_ae(value=0.5, variational=False):
    """An autoencoder whose code is the first row of pixels and that always paints one grey."""
    ae = SimpleNamespace(
        name="grey",
        variational=variational,
        classes=0,
        has_plane=variational,
        encode=lambda images: images[:, 0, :2].copy(),
        decode=lambda codes: np.full((len(codes), 28, 28), value, np.float32),
        posterior=lambda images: (images[:, 0, :2] * 0 + 1.0, images[:, 0, :2] * 0 - 1.0),
    )
    ae.reconstruct = lambda images: ae.decode(ae.encode(images))
    ae.plane = lambda images: ae.encode(images)
    return ae


def test_figures_of_a_grey_picture(small_data):
    images = small_data.test.images
    figures = evaluate.measure(constant_ae())
    error = ((images - 0.5) ** 2).mean()
    assert figures["bce"] == pytest.approx(math.log(2), abs=1e-6)
    assert figures["mse"] == pytest.approx(error, abs=2e-6)
    # Grey whatever the noise, measured against the clean picture.
    assert figures["noisy"] == pytest.approx({k: error for k, _ in evaluate.NOISE_TESTS}, abs=2e-6)
    assert "kl" not in figures


def test_noise_reaches_the_encoder_and_not_the_original(small_data):
    """A network that copies: what is left is the noise itself."""
    copying = constant_ae()
    copying.encode = lambda images: images.copy()
    copying.decode = lambda codes: codes
    copying.reconstruct = lambda images: images
    figures = evaluate.measure(copying)
    assert figures["mse"] == 0
    assert figures["ssim"] == 1
    for kind, level in evaluate.NOISE_TESTS:
        noisy = ae_core.noise.add(small_data.test.images, kind, level, evaluate.SEED)
        expected = ((noisy - small_data.test.images) ** 2).mean()
        assert figures["noisy"][kind] == pytest.approx(expected, abs=2e-6)


def test_active_and_dead_numbers_are_counted(small_data):
    codes = np.zeros((200, 2, 4), np.float32)
    codes[:, 0, 0] = 1  # always speaks
    codes[::2, 1, 3] = -2  # speaks for every second picture
    ae = constant_ae()
    ae.encode = lambda images: codes[: len(images)]
    figures = evaluate.measure(ae)
    assert (figures["active"], figures["dead"], figures["dead_share"]) == (1.5, 6, 0.75)


def test_terms_of_the_elbo(small_data):
    figures = evaluate.measure(constant_ae(variational=True))
    kl = 0.5 * (1 + math.exp(-1) - 1 + 1)  # mean 1, log-variance -1
    assert figures["kl_by_dimension"] == pytest.approx([kl, kl], abs=1e-5)
    assert figures["kl"] == pytest.approx(2 * kl, abs=1e-5)
    assert figures["reconstruction"] == pytest.approx(784 * math.log(2), rel=1e-6)
    assert figures["neg_elbo"] == pytest.approx(784 * math.log(2) + 2 * kl, rel=1e-6)


def test_reconstruction_term_draws_from_the_posterior(small_data):
    drawn = []
    ae = constant_ae(variational=True)
    ae.decode = lambda codes: drawn.append(codes) or np.full((len(codes), 28, 28), 0.5, np.float32)
    evaluate.measure(ae)
    z = drawn[-1]
    assert z.shape == (200, 2)
    assert z.mean() == pytest.approx(1, abs=5 * math.exp(-0.5) / 20)
    assert z.std() == pytest.approx(math.exp(-0.5), rel=0.2)


def test_vote_is_right_where_classes_lie_apart_and_chance_where_they_do_not(small_data):
    labels = small_data.test.labels
    around = np.random.default_rng(0).normal(0, 0.01, (200, 2)).astype(np.float32)
    apart = np.stack([labels, labels % 3], axis=1).astype(np.float32) + around
    for codes, low, high in ((apart, 1, 1), (around, 0, 0.35)):
        ae = constant_ae(variational=True)
        ae.posterior = lambda images, codes=codes: (codes, codes * 0)
        ae.encode = lambda images, codes=codes: codes
        figures = evaluate.measure(ae)
        assert low <= figures["vote"] <= high


@every_trained
def test_measuring_twice_gives_the_same(name, small_data):
    ae = ae_core.load(name)
    first, second = (evaluate.measure(ae) for _ in range(2))
    assert evaluate.disagreements(first, second) == []


# Comparing


def test_flat_names_what_is_nested():
    assert dict(evaluate.flat(FIGURES)) == {
        "bce": 0.09,
        "dead": 0,
        "noisy.gaussian": 0.05,
        "noisy.masking": 0.06,
        "kl.0": 3.0,
        "kl.1": 4.0,
    }


def test_a_card_agrees_with_itself_and_with_the_last_digits_of_another_processor():
    assert evaluate.disagreements(FIGURES, copy.deepcopy(FIGURES)) == []
    other = copy.deepcopy(FIGURES)
    other["bce"] *= 1 + 1e-4
    other["kl"][1] *= 1 - 1e-4
    assert evaluate.disagreements(FIGURES, other) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda f: f.update(bce=0.091), "bce"),
        (lambda f: f.update(bce=math.nan), "bce"),
        (lambda f: f.update(dead=1), "dead"),
        (lambda f: f["noisy"].update(masking=0.0605), "noisy.masking"),
        (lambda f: f["kl"].append(0.0), "kl.2"),
        (lambda f: f.pop("bce"), "bce"),
        (lambda f: f.update(extra=0.0), "extra"),
    ],
)
def test_disagreements_names_the_figure_whichever_side_is_wrong(change, name):
    other = copy.deepcopy(FIGURES)
    change(other)
    assert evaluate.disagreements(FIGURES, other) == [name]
    assert evaluate.disagreements(other, FIGURES) == [name]


def test_goals_and_the_tutorials_figures_are_figures_of_the_card():
    for name, family in models.families().items():
        test = ae_core.load(name, family.datasets[0]).card["test"]
        figures = dict(evaluate.flat(test)) | {"multiply_adds.decoder": 0}
        assert {*family.goals, *family.tutorial} <= set(figures), name


def test_only_the_first_of_a_line_is_compared_with_the_tutorial():
    """Families that inherit from another one do not inherit its figures."""
    inherited = {"variational_16d", "conditional", "beta_1"}
    assert not any(models.families()[name].tutorial for name in inherited)
    assert models.families()["variational"].tutorial


def test_goals_are_upper_bounds_but_for_the_vote():
    assert evaluate.reached(card("simple", {"bce": 0.0915})) == {"bce": True}
    assert evaluate.reached(card("simple", {"bce": 0.0916})) == {"bce": False}
    met = evaluate.reached(card("variational", {"neg_elbo": 137.1, "vote": 0.83}))
    assert met == {"neg_elbo": False, "vote": True, "multiply_adds.decoder": True}
    assert not evaluate.reached(card("variational", {"neg_elbo": 1, "vote": 0.81}))["vote"]


def test_table_shows_measured_goal_and_tutorial_side_by_side():
    lines = evaluate.table([card("simple"), card("deep")]).splitlines()
    cells = {tuple(line.split()[:2]): line.split()[2:] for line in lines}
    assert cells["family", "figure"] == ["measured", "goal", "tutorial"]
    assert cells["simple", "bce"] == ["0.09", "0.0915", "0.0928"]
    assert cells["simple", "mse"] == ["0.01", "–", "0.01"]
    assert cells["simple", "noisy.gaussian"] == ["0.05", "–", "0.076"]
    assert cells["simple", "noisy.masking"] == ["–", "–", "0.064"]
    assert cells["deep", "bce"] == ["0.09", "0.072", "0.0819", "missed"]
    assert len({len(line.removesuffix("  missed")) for line in lines}) == 1  # aligned


def test_goals_are_for_mnist_alone():
    fashion = card("simple", {"bce": 0.3}) | {"dataset": "fashion_mnist"}
    assert evaluate.reached(fashion) == {}
    assert "0.0915" not in evaluate.table([fashion])


def test_table_takes_a_family_without_goals():
    assert "stranger" in evaluate.table([card("stranger")])
