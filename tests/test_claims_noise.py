"""What the noise page says of the networks is true of those that ship.

Each test quotes the sentence it guards, and works its figures out from the study or the cards.
"""

import numpy as np
import pytest

import ae_core
from ae_core import autoencoder, data, metrics, noise, studies
from ae_core.baselines import NOISY_MSE
from ae_core.experiments.denoising import NOISY
from pages.ui import text

FIGURES = studies.read("noise")
LEVELS = FIGURES["levels"]
SCORES = FIGURES["scores"]
TRAINED = [name for name, seen in FIGURES["seen"].items() if seen]
CLEAN = [name for name, seen in FIGURES["seen"].items() if not seen]
PROSE = {
    language: (text.LOCALE / language / "noise.md").read_text(encoding="utf-8")
    for language in text.LANGUAGES
}


def says(sentence: str, *figures: str) -> None:
    """Check that the text says so, and that every language has the figures."""
    assert sentence in PROSE["en"]
    for language, prose in PROSE.items():
        for figure in figures:
            written = figure if language == "en" else figure.translate(str.maketrans(",.", ".,"))
            assert written in prose, (language, figure)


def mse(kind: str, row: str, level: float) -> float:
    return SCORES[kind][row]["mse"][LEVELS.index(level)]


def taken_away(kind: str, row: str, level: float) -> float:
    """Return the share of the noisy input's error that a row takes away."""
    return 1 - mse(kind, row, level) / mse(kind, NOISY, level)


def test_without_noise_every_row_is_further_than_the_input():
    says("Without noise that is so of every row")
    for rows in SCORES.values():
        assert min(found["mse"][0] for row, found in rows.items() if row != NOISY) > 0


def test_of_how_many_digits_the_means_are():
    says("means of 10,000 test digits", "10,000")
    assert FIGURES["images"] == 10_000


def test_the_simple_network_makes_masking_worse():
    says("Under masking of half the pixels the simple network makes things worse", "0.0645",
         "0.0570")  # fmt: skip
    assert f"{mse('masking', 'simple', 0.5):.4f}" == "0.0645"
    assert f"{mse('masking', NOISY, 0.5):.4f}" == "0.0570"
    card = autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / "simple")
    assert f"{card['test']['noisy']['masking']:.4f}" == "0.0645"
    assert NOISY_MSE["masking"] == pytest.approx(0.0570, abs=5.1e-5)


def test_the_median_beats_all_that_were_trained_on_clean_digits_under_gaussian_noise():
    says("the median filter comes nearer than any network that was trained on clean digits, at "
         "every level")  # fmt: skip
    for level in LEVELS[1:]:
        best = min(mse("gaussian", name, level) for name in CLEAN)
        assert mse("gaussian", "median", level) < best


def test_the_denoisers_help_with_what_they_were_trained_on_and_beyond():
    says("The two denoising networks help at every level of the three kinds")
    assert TRAINED == ["denoising_dense", "denoising"]
    for name in TRAINED:
        assert len(FIGURES["seen"][name]) == 3
        for kind, highest in FIGURES["seen"][name].items():
            assert max(LEVELS) > highest
            for level in LEVELS[1:]:
                assert taken_away(kind, name, level) > 0


def test_the_best_denoiser_is_the_worst_under_blur():
    says("Under blur, the convolutional denoiser, elsewhere the best, is the worst of all rows",
         "0.1215", "0.0372", "0.2", "0.5")  # fmt: skip
    rows = SCORES["blur"]
    assert max(rows, key=lambda row: mse("blur", row, 0.5)) == "denoising"
    assert f"{mse('blur', 'denoising', 0.5):.4f}" == "0.1215"
    assert f"{mse('blur', NOISY, 0.5):.4f}" == "0.0372"
    for kind in ("gaussian", "masking", "salt_and_pepper"):
        assert min(SCORES[kind], key=lambda row: mse(kind, row, 0.5)) == "denoising"
    says("The dense one, trained on the same noise, helps from 0.2 on.")
    helps = [level for level in LEVELS[1:] if taken_away("blur", "denoising_dense", level) > 0]
    assert helps == LEVELS[2:]


def test_blurred_digits_come_back_sharp_and_thick():
    says("It draws sharp digits with strokes far too thick, with more than twice the ink")
    clean = data.samples().images
    blurred = noise.add(clean, "blur", 0.5)
    rebuilt = ae_core.load("denoising").reconstruct(blurred)
    assert rebuilt.mean() > 2 * clean.mean()

    def steepest(images):  # the greatest step from a pixel to the next
        return np.abs(np.diff(images, axis=2)).max(axis=(1, 2)).mean()

    assert steepest(rebuilt) > 2 * steepest(blurred)


def test_what_is_gone_as_a_piece_is_hard_to_guess():
    says("Erased strokes at 0.5 cost as much ink as masking at 0.5.", "86 %", "18 %", "23 %")
    assert mse("erased", NOISY, 0.5) == pytest.approx(mse("masking", NOISY, 0.5), rel=0.02)
    assert f"{100 * taken_away('masking', 'denoising', 0.5):.0f}" == "86"
    assert f"{100 * taken_away('erased', 'denoising', 0.5):.0f}" == "18"
    best = max(taken_away("patch", row, 0.5) for row in SCORES["patch"])
    assert 0.22 < best < 0.23


def test_the_deep_network_answers_black_with_white():
    says("The deep network, which never saw a black picture, answers with one that is nearly",
         "0.7675")  # fmt: skip
    assert f"{mse('patch', 'deep', 0.9):.4f}" == "0.7675"
    left = noise.add(data.samples().images, "patch", 0.9, seed=0)
    assert left.mean() < 0.1 * data.samples().images.mean()
    assert ae_core.load("deep").reconstruct(left).mean() > 0.9


def test_the_two_scores_disagree_over_the_variational_network():
    says("Under Gaussian noise at 0.5 the variational network helps by PSNR, and by SSIM it makes")
    rows, at = SCORES["gaussian"], LEVELS.index(0.5)
    assert rows["variational"]["mse"][at] < rows[NOISY]["mse"][at]
    assert rows["variational"]["ssim"][at] < rows[NOISY]["ssim"][at]
    says("it draws much the same digit, whichever it is shown")
    clean = data.samples().images[::20]  # one of each class
    rebuilt = ae_core.load("variational").reconstruct(noise.add(clean, "gaussian", 0.5, seed=0))

    def apart(images):
        return np.mean([metrics.mse(np.broadcast_to(x, images.shape), images) for x in images])

    assert apart(rebuilt) < apart(clean) / 3


def test_the_filters_settings_are_chosen_on_the_shipped_examples():
    says("the setting that does best on 100 of the shipped examples", "100")
    assert len(data.samples().images[::2]) == 100
