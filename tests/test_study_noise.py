"""The study of noise: its figures are those of the cards, of scikit-image, and of a second look."""

import numpy as np
import pytest
from skimage import metrics as skimage_metrics
from skimage.filters import median

import ae_core
from ae_core import autoencoder, data, filters, noise, studies
from ae_core.baselines import NOISE_TESTS, NOISY_MSE, SEED
from ae_core.experiments import denoising
from ae_core.models import families
from ae_core.studies import noise as study

FIGURES = studies.read("noise")
KINDS = list(FIGURES["scores"])
LEVELS = FIGURES["levels"]


def test_every_kind_row_and_level_has_its_scores():
    assert noise.kinds() == KINDS
    assert len(LEVELS) >= 7
    rows = [denoising.NOISY, *filters.names(), *study.COMPARED]
    for found in FIGURES["scores"].values():
        assert sorted(found) == sorted(rows)
        for scores in found.values():
            assert len(scores["mse"]) == len(scores["ssim"]) == len(LEVELS)
    for kind in KINDS:
        for name, settings in FIGURES["settings"][kind].items():
            assert set(settings) <= set(filters.module(name).SETTINGS)
            assert len(settings) == len(LEVELS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_higher_level_damages_the_input_more(kind):
    errors = FIGURES["scores"][kind][denoising.NOISY]["mse"]
    assert errors[0] == 0
    assert (np.diff(errors) > 0).all()


@pytest.mark.parametrize(("kind", "level"), NOISE_TESTS)
def test_the_figures_are_those_of_the_cards(kind, level):
    """But for the noise, of which they have another draw."""
    at, rows = LEVELS.index(level), FIGURES["scores"][kind]
    assert rows[denoising.NOISY]["mse"][at] == pytest.approx(NOISY_MSE[kind], rel=0.01)
    for name in study.COMPARED:
        said = autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)["test"]["noisy"][kind]
        assert rows[name]["mse"][at] == pytest.approx(said, rel=0.01), name


@pytest.mark.parametrize("name", study.COMPARED)
def test_without_noise_a_network_does_what_its_card_says(name):
    said = autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)["test"]
    for rows in FIGURES["scores"].values():
        assert rows[name]["mse"][0] == pytest.approx(said["mse"], rel=1e-3)
        assert rows[name]["ssim"][0] == pytest.approx(said["ssim"], abs=1e-3)


def test_what_was_seen_is_what_training_shows():
    """Of 2,000 grey pictures as a family is shown them, none is damaged more than is said."""
    grey = np.full((2000, 28, 28), 0.5, np.float32)
    for name in study.COMPARED:
        shown = families()[name].corrupt(grey, np.random.default_rng(1))
        seen = FIGURES["seen"][name]
        assert np.array_equal(shown, grey) == (seen == {})
        if seen:
            assert seen == {kind: highest for _, kind, highest in noise.TRAINING_MIX}
            masked = np.array([(x == 0).mean() for x in shown if np.isin(x, (0, 0.5)).all()])
            assert seen["masking"] - 0.1 < masked.max() < seen["masking"] + 0.05


def test_noise_of_its_own_is_not_passed_over(monkeypatch):
    class Other:
        def corrupt(self, images, rng):
            return images * 0.5

    monkeypatch.setattr(study, "families", lambda: {"other": Other()})
    with pytest.raises(ValueError, match=r"other is trained with noise that is not"):
        study.seen("other")


@pytest.mark.needs_data
@pytest.mark.parametrize("kind", KINDS)
def test_a_second_look_with_scikit_image_finds_the_same(kind):
    """The noisy input, the median and the quickest network, at one level, by another's code."""
    clean = data.load("mnist").test.images
    at = LEVELS.index(0.3)
    noisy = noise.add(clean, kind, LEVELS[at], SEED)
    radius = FIGURES["settings"][kind]["median"][at]
    steps = np.arange(-int(radius), int(radius) + 1)
    disc = steps[:, None] ** 2 + steps**2 <= radius**2
    answers = {
        denoising.NOISY: noisy,
        "median": np.stack([median(image, disc, mode="reflect") for image in noisy]),
        "simple": ae_core.load("simple").reconstruct(noisy),
    }
    for name, images in answers.items():
        said = FIGURES["scores"][kind][name]
        assert said["mse"][at] == pytest.approx(((images - clean) ** 2).mean(), rel=1e-3)
        similar = [
            skimage_metrics.structural_similarity(a, b, data_range=1)
            for a, b in zip(clean[::40], images[::40], strict=True)
        ]
        assert said["ssim"][at] == pytest.approx(np.mean(similar), abs=0.02)


@pytest.mark.parametrize("kind", ["gaussian", "erased"])
def test_the_filters_have_the_settings_that_do_best_on_the_samples(kind):
    at = LEVELS.index(0.3)
    clean = data.samples().images[::2]
    noisy = noise.add(clean, kind, LEVELS[at], SEED)
    for name in filters.names():
        assert FIGURES["settings"][kind][name][at] == filters.best(name, clean, noisy)


def test_one_digit_at_all_levels_is_the_digit_at_each(sample_images):
    image, networks = sample_images[7], {"simple": ae_core.load("simple")}
    settings = {"median": [1.0, 2.5]}
    rows = denoising.strip(image, "masking", [0.1, 0.6], 3, networks, settings)
    assert list(rows) == [denoising.NOISY, "median", "simple"]
    for place, level in enumerate((0.1, 0.6)):
        noisy = noise.add(image, "masking", level, 3)
        np.testing.assert_array_equal(rows[denoising.NOISY][place], noisy)
        filtered = filters.apply("median", noisy, settings["median"][place])
        np.testing.assert_array_equal(rows["median"][place], filtered)
        rebuilt = networks["simple"].reconstruct(noisy[None])[0]
        np.testing.assert_allclose(rows["simple"][place], rebuilt, atol=1e-6)
