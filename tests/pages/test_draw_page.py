"""The draw page: what it shows is what ae_core computes."""

import csv
import io
from itertools import product

import numpy as np
import pytest
from PIL import Image
from visitor import COMPARED, digit_of

import ae_core
from ae_core import data, metrics, noise
from ae_core.figures import pixels
from pages.ui import cache, shared
from pages.ui.inputs import digit

DRAW = "pages/draw.py"
CHOICES = {"input": "sample", "digit": "3", "example": "5"}
CLEAN = data.samples().images[3 * 20 + 5 - 1]


def close(shown: np.ndarray, image: np.ndarray) -> bool:
    """Compare the pixels of a picture on the page with an image in [0, 1]."""
    return np.abs(shown / 255 - image).max() < 0.5 / 255 + 1e-6


@pytest.mark.parametrize("model", COMPARED)
@pytest.mark.parametrize("kind", noise.kinds())
def test_every_choice_runs_and_shows_its_own_pictures(visit, model, kind):
    visitor = visit(DRAW, model=model, noise=kind, level="0.4", draw="2", **CHOICES)
    ae, noisy = ae_core.load(model), noise.add(CLEAN, kind, 0.4, seed=2)
    assert close(visitor.step(1), CLEAN)
    assert close(visitor.step(2), noisy)
    assert close(visitor.step(4), ae.reconstruct(noisy[None])[0])
    error = pixels.error_map(CLEAN, ae.reconstruct(noisy[None])[0])
    np.testing.assert_array_equal(visitor.step(5), error)
    code = ae.encode(noisy[None])[0]
    drawn = pixels.code_picture(code, cache.code_scale(model), 140)
    np.testing.assert_array_equal(visitor.step(3), drawn)


@pytest.mark.parametrize("model", COMPARED)
@pytest.mark.parametrize("level", ["0.0", "0.35", "1.0"])
def test_the_numbers_are_those_computed_directly(visit, model, level):
    visitor = visit(DRAW, model=model, noise="masking", level=level, **CHOICES)
    ae, noisy = ae_core.load(model), noise.add(CLEAN, "masking", float(level), seed=1)
    pair = CLEAN[None], ae.reconstruct(noisy[None])
    mse = metrics.mse(*pair)[0]
    worse = metrics.percentile(mse, ae.card["test"]["mse_percentiles"])
    assert visitor.metric("MSE") == f"{mse:.4f}"
    assert visitor.metric("BCE") == f"{metrics.bce(*pair)[0]:.3f}"
    assert visitor.metric("PSNR") == f"{metrics.psnr(*pair)[0]:.1f} dB"
    assert visitor.metric("SSIM") == f"{metrics.ssim(*pair)[0]:.3f}"
    assert visitor.metric("Code") == f"{np.prod(ae.code_shape)} / 784"
    assert f"{worse:.0f} %" in visitor.numbers().values()


def test_the_gallery_ranks_every_family_by_its_error(visit):
    visitor = visit(DRAW, noise="gaussian", level="0.5", **CHOICES)
    noisy = noise.add(CLEAN, "gaussian", 0.5, seed=1)[None]
    errors = [
        metrics.mse(CLEAN[None], ae_core.load(name).reconstruct(noisy))[0] for name in COMPARED
    ]
    ranks = np.argsort(np.argsort(errors)) + 1
    expected = [
        f"MSE {error:.4f}\nrank {rank}{' ★' if rank == 1 else ''}"
        for error, rank in zip(errors, ranks, strict=True)
    ]
    assert [p["caption"] for p in visitor.pictures() if "name" in p] == expected


@pytest.mark.parametrize("model", COMPARED)
def test_the_picture_of_the_chosen_family_is_marked(visit, model):
    visitor = visit(DRAW, model=model, **CHOICES)
    assert [p["name"] for p in visitor.pictures() if p.get("chosen")] == [model]


@pytest.mark.parametrize("kind", noise.kinds())
def test_no_noise_leaves_the_input_as_it_is(visit, kind):
    visitor = visit(DRAW, noise=kind, **CHOICES)
    assert (visitor.step(1) == visitor.step(2)).all()
    visitor.choose("slider", shared.LEVEL, 0.2)  # a blur of less than a pixel is not seen in bytes
    assert not (visitor.step(1) == visitor.step(2)).all()


def test_a_new_draw_changes_the_noise_but_not_the_input(visit):
    visitor = visit(DRAW, level="0.5", **CHOICES)
    clean, noisy = visitor.step(1), visitor.step(2)
    assert (visitor.run().step(2) == noisy).all()  # a rerun alone draws nothing
    visitor.press(shared.NOISE_DRAW)
    assert visitor.link["draw"] == "2"
    assert (visitor.step(1) == clean).all()
    assert not (visitor.step(2) == noisy).all()


def test_every_sample_can_be_chosen(visit):
    for label, number in product(range(10), (1, 20)):
        assert np.array_equal(
            digit.example(label, number).image, data.samples().images[label * 20 + number - 1]
        )
        assert data.samples().labels[label * 20 + number - 1] == label
    visitor = visit(DRAW, input="sample")
    for label in (0, 9):
        visitor.choose("segmented_control", shared.DIGIT, str(label))
        assert close(visitor.step(1), digit.example(label, shared.EXAMPLE.default).image)


def test_a_drawing_is_measured_as_ae_core_measures_it(visit):
    visitor = visit(DRAW, model="simple").draw("seven")
    clean = digit_of("seven")[None]
    error = metrics.mse(clean, ae_core.load("simple").reconstruct(clean))[0]
    assert visitor.metric("MSE") == f"{error:.4f}"
    assert close(visitor.step(1), clean[0])


def test_what_counts_as_a_large_code_is_a_number_of_the_family():
    for name in ae_core.names():
        codes = ae_core.load(name).encode(data.samples().images)
        assert 0 < cache.code_scale(name) <= np.abs(codes).max()


def test_a_click_on_a_picture_chooses_the_family_for_the_whole_page(visit):
    visitor = visit(DRAW, **CHOICES).send("board", "picked", "deep", trigger=True)
    assert visitor.link["model"] == "deep"
    assert visitor.at.segmented_control(key=shared.MODEL.key).value == "deep"
    assert visitor.code().strip() == cache.source("deep").strip()
    assert close(visitor.step(4), ae_core.load("deep").reconstruct(CLEAN[None])[0])


def test_the_downloads_hold_what_the_page_shows(visit):
    visitor = visit(DRAW, noise="masking", level="0.4", **CHOICES)
    rows = list(csv.DictReader(io.StringIO(visitor.download("autoencoders.csv").decode())))
    assert [row["family"] for row in rows] == ["noisy_input", *COMPARED]
    shown = [p["caption"].split("\n")[0] for p in visitor.pictures() if "caption" in p]
    assert shown == [f"MSE {float(row['mse']):.4f}" for row in rows]
    assert {(row["noise"], row["level"]) for row in rows} == {("masking", "0.4")}
    width, height = Image.open(io.BytesIO(visitor.download("autoencoders.png"))).size
    assert width > height
    assert visitor.download("autoencoders.pdf").startswith(b"%PDF")
