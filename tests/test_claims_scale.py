"""What the page "How good is good?" says is true of the cards and of the study."""

import numpy as np
import pytest

from ae_core import autoencoder, data, metrics, pca, studies
from pages.ui import text

FIGURES = studies.read("scale")
FLOOR, MEAN = FIGURES["floor"]["bce"], FIGURES["mean_image"]["bce"]


def says(*sentences: str) -> None:
    prose = (text.LOCALE / text.DEFAULT / "scale.md").read_text(encoding="utf-8")
    for sentence in sentences:
        assert sentence in prose


def card(name: str) -> dict:
    return autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)["test"]


def way(bce: float) -> float:
    """How far a loss has come from the mean image to a perfect copy."""
    return (MEAN - bce) / (MEAN - FLOOR)


def test_the_ends_of_the_scale():
    says("0.0581 on the test digits", "ln 2 = 0.6931", "0.2625")
    figures = FLOOR, FIGURES["grey"]["bce"], MEAN
    assert [f"{figure:.4f}" for figure in figures] == ["0.0581", "0.6931", "0.2625"]
    for language in text.LANGUAGES:
        prose = (text.LOCALE / language / "scale.md").read_text(encoding="utf-8")
        for figure in figures:
            assert f"{figure:.4f}".replace(".", "." if language == "en" else ",") in prose


def test_a_loss_of_nine_hundredths():
    says("a loss of 0.09 has come most of the way", "it is nearly all that was left")
    assert way(0.09) > 0.8
    assert (0.09 - 0.06) / (0.09 - FLOOR) > 0.9


def test_a_small_difference_in_bce_is_a_large_one_in_distance():
    says("seven tenths of the simple one's", "less than a sixth")
    best, simple = card("convolutional")["bce"], card("simple")["bce"]
    assert best / simple == pytest.approx(0.7, abs=0.02)
    assert (best - FLOOR) / (simple - FLOOR) < 1 / 6


def test_what_pca_says():
    says("The simple network beats it all the same", "is as good as PCA with 128")
    for metric in ("bce", "mse"):
        assert card("simple")[metric] < FIGURES["pca"]["32"][metric]
    assert card("deep")["mse"] == pytest.approx(FIGURES["pca"]["128"]["mse"], rel=0.05)
    says("less than a sixth of the way", "a VAE with two comes almost half of it")
    assert 0.1 < way(FIGURES["pca"]["2"]["bce"]) < 1 / 6
    assert 0.45 < way(card("variational")["bce"]) < 0.5


def test_which_is_better_depends_on_the_measure():
    says("By MSE, PCA with 64 numbers beats the simple network; by BCE, the simple one is ahead")
    assert FIGURES["pca"]["64"]["mse"] < card("simple")["mse"]
    assert FIGURES["pca"]["64"]["bce"] > card("simple")["bce"]


def test_black_where_there_is_a_little_ink_costs_pca_most():
    says("where PCA answers with black and there is a little ink, each such pixel costs a lot")
    images = data.samples().images
    rebuilt = pca.shipped().reconstruct(images, 64).clip(metrics.EPSILON, 1 - metrics.EPSILON)

    def cost(of: np.ndarray) -> np.ndarray:
        return -(images * np.log(of) + (1 - images) * np.log1p(-of))

    beyond = cost(rebuilt) - cost(images.clip(metrics.EPSILON, 1 - metrics.EPSILON))
    black = (rebuilt < 1e-6) & (images > 0)
    assert beyond[black].mean() > 20 * beyond[~black].mean()


def test_a_digit_with_more_grey_has_a_higher_bce_however_well_it_comes_back():
    says("A digit with many grey pixels has a higher BCE however well it comes back")
    images = data.samples().images
    floors = metrics.bce(images, images)
    grey = ((images > 0.2) & (images < 0.8)).mean(axis=(1, 2))
    assert np.corrcoef(floors, grey)[0, 1] > 0.8
