"""Draw & reconstruct with clothes: the networks of Fashion-MNIST on a piece of clothing."""

import json

import numpy as np
import pytest

import ae_core
from ae_core import baselines, data, metrics, noise
from ae_core.figures import pixels
from ae_core.models import compared, families
from pages.ui import cache

DRAW = "pages/draw.py"
NAMES = compared("fashion_mnist")
CLOTHES = {"data": "fashion_mnist", "item": "3", "piece": "7"}


@pytest.fixture
def generated(monkeypatch, tmp_path):
    """The data set is not on this machine: a piece that our own VAE draws."""
    from visitor import clothing

    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    cache.forget(cache.fashion_items)
    yield clothing.find(3, 7, ae_core.load("variational", "fashion_mnist")).image
    cache.forget(cache.fashion_items)


def test_there_are_the_networks_of_the_tutorials():
    assert {"fashion_dense", "fashion_denoising", "variational"} == set(NAMES)


@pytest.mark.parametrize("model", NAMES)
def test_pictures_and_figures_are_those_of_the_fashion_networks(visit, generated, model):
    visitor = visit(DRAW, wardrobe=model, noise="gaussian", level="0.2", draw="3", **CLOTHES)
    ae, noisy = ae_core.load(model, "fashion_mnist"), noise.add(generated, "gaussian", 0.2, seed=3)
    rebuilt = ae.reconstruct(noisy[None])[0]
    np.testing.assert_array_equal(visitor.step(1), pixels.to_bytes(generated))
    np.testing.assert_array_equal(visitor.step(2), pixels.to_bytes(noisy))
    np.testing.assert_array_equal(visitor.step(4), pixels.to_bytes(rebuilt))
    assert visitor.metric("MSE") == f"{metrics.mse(generated[None], rebuilt[None])[0]:.4f}"
    assert [p["name"] for p in visitor.pictures() if p.get("name")] == list(NAMES)
    assert {told["name"] for told in visitor.networks()} == {f"fashion_mnist {n}" for n in NAMES}
    head = json.loads(visitor.components("reconstructions")[0].bytes.partition(b"\n")[0])
    assert head["families"][model]["network"] == f"fashion_mnist {model}"
    hand = np.frombuffer(visitor.component("hand").bytes.partition(b"\n")[2], "<f4")
    np.testing.assert_array_equal(hand.reshape(28, 28), generated)


def test_its_text_quotes_the_card_and_the_noisy_pictures(visit, generated):
    visitor = visit(DRAW, wardrobe="fashion_denoising", **CLOTHES)
    said = " ".join(part.value for part in visitor.at.markdown)
    card = ae_core.load("fashion_denoising", "fashion_mnist").card
    assert f"{card['test']['noisy']['own']:.4f}" in said
    assert f"{baselines.GAUSSIAN_MSE['fashion_mnist', 0.2]:.4f}" in said


def test_the_first_step_turns_to_the_denoiser_and_its_own_noise(visit, generated):
    visitor = visit(DRAW, **CLOTHES)
    visitor.press("first_step")
    assert visitor.link["wardrobe"] == "fashion_denoising"
    assert visitor.link["level"] == "0.2"


def test_digits_come_back_with_their_networks(visit, generated):
    visitor = visit(DRAW, wardrobe="fashion_dense", **CLOTHES)
    visitor.choose("segmented_control", "lab_data", "mnist")
    assert [p["name"] for p in visitor.pictures() if p.get("name")] == list(compared())
    assert "data" not in visitor.link


def test_what_the_families_say_of_themselves_is_so():
    """That a fifth of the squared error is left."""
    said = families()["fashion_denoising"].teaches
    assert "removes almost four fifths of the squared error" in said
    noisy = ae_core.load("fashion_denoising", "fashion_mnist").card["test"]["noisy"]
    untouched = baselines.GAUSSIAN_MSE["fashion_mnist", 0.2]
    assert 0.2 < noisy["own"] / untouched < 0.225


@pytest.mark.needs_data
def test_it_mends_far_less_of_what_it_never_saw():
    assert "blacked out pixels, it mends far less" in families()["fashion_denoising"].teaches
    images = data.load("fashion_mnist").test.images[:2000]
    masked = noise.add(images, "masking", 0.5, baselines.SEED)
    rebuilt = ae_core.load("fashion_denoising", "fashion_mnist").reconstruct(masked)
    left = metrics.mse(images, rebuilt).mean() / metrics.mse(images, masked).mean()
    assert left > 0.75
