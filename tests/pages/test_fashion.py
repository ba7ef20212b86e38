"""Fashion-MNIST on the plane."""

import io

import numpy as np
import pytest
from PIL import Image
from visitor import translated

import ae_core
from ae_core import data
from ae_core.figures import pixels
from pages.ui import cache, fetching
from pages.ui.inputs import clothing

LATENT = "pages/latent.py"
pytestmark = pytest.mark.usefixtures("empty_caches")


@pytest.fixture
def no_data(monkeypatch, tmp_path):
    monkeypatch.delenv("AE_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


def captions(visitor) -> list[str]:
    return [caption.value for caption in visitor.at.caption]


def test_it_brings_its_own_network_map_and_names(visit, no_data):
    digits, clothes = visit(LATENT), visit(LATENT, data="fashion_mnist")
    assert digits.plane()["network"] == "mnist variational"
    assert clothes.plane()["network"] == "fashion_mnist variational"
    assert clothes.plane()["names"][9] == "Ankle boot"
    assert clothes.plane()["middles"] != digits.plane()["middles"]
    assert [told["name"] for told in clothes.networks()] == ["fashion_mnist variational"]


def test_without_the_data_set_items_are_generated_and_say_so(visit, no_data):
    visitor = visit(LATENT, data="fashion_mnist", item="3", piece="7")
    assert any("**Generated**" in caption for caption in captions(visitor))
    ae = ae_core.load("variational", "fashion_mnist")
    made = clothing.find(3, 7, ae)
    assert not made.real
    np.testing.assert_array_equal(visitor.picture("Encoded"), pixels.to_bytes(made.image))
    others = [clothing.find(3, number, ae).image for number in range(1, 21)]
    assert len({other.tobytes() for other in others}) == 20


def test_with_the_data_set_items_are_real(visit, monkeypatch):
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.repeat(np.arange(10), 30)).astype(np.uint8)
    test = data.Split(rng.random((300, 28, 28), dtype=np.float32), labels)
    monkeypatch.setattr(data, "test_items", lambda dataset: test)
    visitor = visit(LATENT, data="fashion_mnist", item="3", piece="7")
    expected = test.images[np.flatnonzero(labels == 3)[6]]
    np.testing.assert_array_equal(visitor.picture("Encoded"), pixels.to_bytes(expected))
    assert not any("**Generated**" in caption for caption in captions(visitor))
    assert "fetch_fashion" not in [button.key for button in visitor.at.button]


@pytest.mark.parametrize("language", ["en", "pt", "es"])
def test_fetching_without_a_network_is_said_and_nothing_is_lost(
    visit, no_data, monkeypatch, language
):
    def fail(dataset):
        yield 0.5
        raise data.FetchError("network", "no network")

    monkeypatch.setattr(data, "fetch", fail)
    visitor = visit(LATENT, data="fashion_mnist", item="3", lang=language)
    before = visitor.pictures()
    visitor.press("fetch_fashion")
    sentence = fetching.PROBLEMS["network"]
    assert visitor.warnings == [translated(sentence, language, name="Fashion-MNIST")]
    assert [p["pixels"].tobytes() for p in visitor.pictures()] == [
        p["pixels"].tobytes() for p in before
    ]


def test_fetched_pictures_take_the_place_of_the_generated(visit, no_data, monkeypatch):
    visitor = visit(LATENT, data="fashion_mnist")
    here = []
    monkeypatch.setattr(data, "fetch", lambda dataset: iter([0.3, 1.0]))
    images = np.full((200, 28, 28), 0.5, np.float32)
    split = data.Split(images, np.repeat(np.arange(10), 20).astype(np.uint8))
    monkeypatch.setattr(data, "test_items", lambda dataset: here.append(1) or split)
    visitor.press("fetch_fashion")
    assert here
    assert (visitor.picture("Encoded") == 128).all()
    assert cache.fashion_items() is not None


def test_the_numbers_are_those_of_the_fashion_network(visit, no_data):
    visitor = visit(LATENT, data="fashion_mnist", item="1", piece="2")
    ae = ae_core.load("variational", "fashion_mnist")
    image = clothing.find(1, 2, ae).image
    mean, log_var = ae.posterior(image[None])
    assert visitor.metric("+ KL") == f"{ae_core.latent.kl(mean, log_var).sum():.2f} nats"


def test_rows_of_pictures_can_be_taken_away(visit, no_data):
    visitor = visit(LATENT, data="fashion_mnist")
    assert {"posterior.png", "prior.png", "manifold.png", "manifold.pdf"} <= set(visitor.files())
    for name in ("posterior.png", "prior.png"):
        width, height = Image.open(io.BytesIO(visitor.download(name))).size
        assert (width, height) == (1920, 1080)  # a slide
