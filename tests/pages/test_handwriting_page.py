"""Handwriting: the point, the guess and the ten digits are those of the conditional VAE."""

import io

import numpy as np
import pytest
from PIL import Image

import ae_core
from ae_core import data, metrics
from ae_core.figures import pixels
from pages.ui import shared

PAGE = "pages/handwriting.py"
SAMPLES = data.samples().images


def choices(label: int, number: int) -> dict[str, str]:
    return {"input": "sample", "digit": str(label), "example": str(number)}


def computed(label: int, number: int):
    """Return the digit, its style, the ten digits in that style, and their errors in nats."""
    ae, image = ae_core.load("conditional"), SAMPLES[label * 20 + number - 1]
    mean = ae.posterior(image[None])[0]
    ten = ae.decode(ae.with_class(np.repeat(mean, 10, axis=0), np.arange(10)))
    errors = 784 * metrics.bce(np.repeat(image[None], 10, axis=0), ten)
    return image, mean[0], ten, errors


@pytest.mark.parametrize("label", range(10))
def test_the_plane_shows_the_visitors_style_and_the_class_that_fits(visit, label):
    plane = visit(PAGE, **choices(label, 3)).plane()
    image, mean, _, errors = computed(label, 3)
    np.testing.assert_allclose(plane["point"], mean, atol=0.0051)
    np.testing.assert_allclose(plane["digit"]["mean"], mean, rtol=1e-5)
    guess = ae_core.load("conditional").encode(image[None])[0, 2:]
    np.testing.assert_array_equal(plane["tail"], guess)
    assert np.argmax(guess) == errors.argmin()
    assert len(plane["words"]["ten"]) == 10


def test_all_ten_are_tried_in_the_visitors_handwriting(visit):
    visitor = visit(PAGE, **choices(4, 2))
    image, _, ten, errors = computed(4, 2)
    mine, *tried = visitor.pictures()
    np.testing.assert_array_equal(mine["pixels"], pixels.to_bytes(image))
    np.testing.assert_array_equal([t["pixels"] for t in tried], pixels.to_bytes(ten))
    assert [t["caption"] for t in tried] == [f"{error:,.1f}" for error in errors]
    assert [t["name"] for t in tried if "★" in t["title"]] == [str(errors.argmin())]
    assert [t["name"] for t in tried if t.get("chosen")] == [str(errors.argmin())]


def test_the_link_carries_point_class_and_layers(visit):
    link = {"style": "-1.25_0.5", "class": "8", "layers": "map mine"}
    visitor = visit(PAGE, **link, **choices(1, 1))
    plane = visitor.plane()
    assert plane["point"] == [-1.25, 0.5]
    assert plane["tail"] == [float(label == 8) for label in range(10)]
    assert plane["layers"] == ["map", "mine"]
    assert [p["name"] for p in visitor.pictures() if p.get("chosen")] == ["8"]
    assert visitor.link == link | choices(1, 1)


@pytest.mark.parametrize(
    "style", ["", "x", "1", "1_2_3", "nan_0", "inf_0", "5_0", "1,5_2", "٣_0", " 3_0"]
)
@pytest.mark.parametrize(("label", "layers"), [("10", "map nothing"), ("-1", "x" * 3000)])
def test_nonsense_in_the_link_is_the_visitors_digit(visit, style, label, layers):
    expected = visit(PAGE, **choices(6, 1)).plane()
    link = {"style": style, "class": label, "layers": layers}
    assert visit(PAGE, **link, **choices(6, 1)).plane() == expected


def test_another_digit_takes_point_and_class_along(visit):
    visitor = visit(PAGE, **{"style": "1.00_1.00", "class": "8"}, **choices(2, 1))
    assert visitor.plane()["point"] == [1, 1]
    visitor.choose("slider", shared.EXAMPLE, 7)
    _, mean, _, errors = computed(2, 7)
    np.testing.assert_allclose(visitor.plane()["point"], mean, atol=0.0051)
    assert np.argmax(visitor.plane()["tail"]) == errors.argmin()
    assert visitor.link == choices(2, 7)


def test_the_button_leads_back_to_the_visitors_handwriting(visit):
    visitor = visit(PAGE, style="1.00_1.00", **choices(2, 1))
    visitor.press("own")
    np.testing.assert_allclose(visitor.plane()["point"], computed(2, 1)[1], atol=0.0051)
    assert "style" not in visitor.link


@pytest.mark.parametrize(
    ("key", "event", "told"), [("tries", "picked", "8"), ("plane", "label", 8)]
)
def test_a_click_on_one_of_the_ten_changes_the_whole_page(visit, key, event, told):
    visitor = visit(PAGE, **choices(2, 1)).send(key, event, told, trigger=True)
    assert visitor.link["class"] == "8"
    assert np.argmax(visitor.plane()["tail"]) == 8
    assert [p["name"] for p in visitor.pictures() if p.get("chosen")] == ["8"]


def test_the_downloads_follow_the_point(visit):
    visitor = visit(PAGE, **choices(2, 1))
    own = visitor.download("handwriting.png")
    width, height = Image.open(io.BytesIO(own)).size
    assert (width, height) == (1920, 1080)  # a slide
    assert visitor.send("plane", "point", [2.5, -1]).download("handwriting.png") != own
    assert visitor.download("handwriting.pdf").startswith(b"%PDF")


def test_the_measured_numbers_are_those_of_the_cards(visit):
    numbers = visit(PAGE).numbers()
    test = ae_core.load("conditional").card["test"]
    assert numbers["Class read off the plane"] == f"{100 * test['vote']:.0f} %"
    assert numbers["Class that fits best"] == f"{100 * test['class_accuracy']:.1f} %"
    assert numbers["= −ELBO"] == f"{test['neg_elbo']:.1f} nats"
