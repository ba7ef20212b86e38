"""Many dimensions: the sliders are told what ae_core computes, and idle ones are shown so."""

import io
import json

import numpy as np
import pytest
from PIL import Image

import ae_core
from ae_core import data, latent
from ae_core.figures import pixels
from pages.ui import cache, shared

PAGE = "pages/dimensions.py"
CHOICES = {"input": "sample", "digit": "3", "example": "5"}
IMAGE = data.samples().images[3 * 20 + 5 - 1]
VAES = ("variational_32d", "variational_16d", "variational")
CODE = np.linspace(-3, 3, 16).round(2)
KL = "kl_by_dimension"
IN_LINK = "_".join(f"{value:g}" for value in CODE)


def told(visitor) -> dict:
    """Return what the sliders were told."""
    (proto,) = visitor.components("sliders")
    return json.loads(proto.json)


@pytest.mark.parametrize(("numbers", "code"), [(16, "code"), (32, "code_32")])
def test_the_sliders_start_from_the_visitors_posterior_in_order_of_kl(visit, numbers, code):
    ae = ae_core.load(f"variational_{numbers}d")
    visitor = visit(PAGE, numbers=str(numbers), **CHOICES)
    mean, log_var = (value[0] for value in ae.posterior(IMAGE[None]))
    shown = told(visitor)
    np.testing.assert_allclose(shown["code"], mean, atol=0.0051)
    np.testing.assert_allclose(shown["digit"]["mean"], mean, rtol=1e-5)
    np.testing.assert_allclose(shown["digit"]["deviation"], np.exp(log_var / 2), rtol=1e-5)
    assert shown["kl"] == ae.card["test"][KL]
    assert sorted(shown["order"]) == list(range(numbers))
    assert (np.diff(np.array(shown["kl"])[shown["order"]]) <= 0).all()
    assert code not in visitor.link
    visitor.send("sliders", "code", [0.5] * numbers)
    assert visitor.link[code] == "_".join(["0.5"] * numbers)
    assert told(visitor)["network"] == f"mnist {ae.name}"


def test_each_network_keeps_its_own_code(visit):
    visitor = visit(PAGE, code=IN_LINK, **CHOICES)
    visitor.choose("segmented_control", "dimensions_numbers", "32")
    visitor.press("code_zero")
    assert visitor.link["code_32"] == "_".join(["0"] * 32)
    visitor.choose("segmented_control", "dimensions_numbers", "16")
    np.testing.assert_allclose(told(visitor)["code"], CODE, atol=1e-6)
    assert {told["name"] for told in visitor.networks()} == {
        "mnist variational_16d", "mnist variational_32d"
    }  # fmt: skip


def test_the_link_carries_the_code(visit):
    visitor = visit(PAGE, code=IN_LINK, **CHOICES)
    np.testing.assert_allclose(told(visitor)["code"], CODE, atol=1e-6)
    assert visitor.link["code"] == IN_LINK


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "0",
        "x",
        "_" * 15,
        "1_" * 16,
        "4.01" + "_0" * 15,
        "9" * 5000,
        "--1" + "_0" * 15,
        "inf" + "_0" * 15,
        "1e400" + "_0" * 15,
        "٣" + "_0" * 15,
        " 3" + "_0" * 15,
    ],
)
def test_nonsense_in_the_link_is_the_visitors_digit(visit, junk):
    expected = told(visit(PAGE, **CHOICES))["code"]
    assert told(visit(PAGE, code=junk, **CHOICES))["code"] == expected


def test_the_buttons_set_the_code(visit):
    visitor = visit(PAGE, **CHOICES)
    mine = told(visitor)["code"]
    draws = [told(visitor.press("code_prior"))["code"] for _ in range(2)]
    assert draws[0] != draws[1]
    assert mine not in draws
    assert told(visit(PAGE, code=visitor.link["code"], **CHOICES))["code"] == draws[1]
    assert told(visitor.press("code_zero"))["code"] == [0] * 16
    assert told(visitor.press("code_yours"))["code"] == mine
    assert "code" not in visitor.link


def test_another_digit_takes_the_sliders_along(visit):
    visitor = visit(PAGE, code=IN_LINK, **CHOICES)
    visitor.choose("slider", shared.EXAMPLE, 6)
    mean = ae_core.load("variational_16d").encode(data.samples().images[3 * 20 + 5][None])[0]
    np.testing.assert_allclose(told(visitor)["code"], mean, atol=0.0051)


@pytest.mark.parametrize("idle", [(), (3,), (0, 3, 15), tuple(range(16))])
def test_idle_numbers_are_shown_to_be_idle(visit, monkeypatch, idle):
    test = cache.card("variational_16d")["test"]
    kl = [0.003 if index in idle else value for index, value in enumerate(test[KL])]
    monkeypatch.setitem(test, KL, kl)
    visitor = visit(PAGE)
    assert [index for index, flag in enumerate(told(visitor)["idle"]) if flag] == list(idle)
    assert set(told(visitor)["order"][16 - len(idle) :]) == set(idle)
    words = "None of the 16 numbers is idle" if not idle else f"{len(idle)} of 16 numbers are idle"
    assert any(words in markdown.value for markdown in visitor.at.markdown)


def test_the_figures_of_all_stand_beside_each_other(visit):
    (table,) = [m.value for m in visit(PAGE).at.markdown if "SSIM" in m.value and "|" in m.value]
    tests = [ae_core.load(name).card["test"] for name in VAES]
    for name, digits in (("reconstruction", 1), ("kl", 1), ("neg_elbo", 1), ("mse", 4)):
        assert " | ".join(f"{test[name]:.{digits}f}" for test in tests) in table


def test_the_pictures_are_those_decoded_directly(visit):
    visitor = visit(PAGE, sample="3", **CHOICES)
    aes = [ae_core.load(name) for name in VAES]
    expected = [IMAGE, *(ae.reconstruct(IMAGE[None])[0] for ae in aes)]
    for ae in aes:
        expected += [*ae.decode(latent.sample_prior(8, ae.code_shape[0], seed=3))]
    shown = [picture["pixels"] for picture in visitor.pictures()]
    np.testing.assert_array_equal(shown, pixels.to_bytes(np.array(expected)))


def test_where_the_sliders_come_to_rest_is_in_the_link(visit):
    visitor = visit(PAGE, **CHOICES).send("sliders", "code", CODE.tolist())
    assert visitor.link["code"] == IN_LINK
    np.testing.assert_allclose(told(visitor)["code"], CODE)
    again = visit(PAGE, **visitor.link)
    assert told(again)["code"] == told(visitor)["code"]


def test_the_strips_are_those_of_the_code_shown(visit):
    visitor = visit(PAGE, code=IN_LINK)
    picture = np.asarray(Image.open(io.BytesIO(visitor.download("dimensions.png"))).convert("L"))
    assert picture.shape[1] >= 1280  # fit for a slide
    assert 1.3 < picture.shape[1] / picture.shape[0] < 3
    other = visit(PAGE, code="_".join("0" * 16)).download("dimensions.png")
    assert other != visitor.download("dimensions.png")
    assert visitor.download("prior.pdf").startswith(b"%PDF")
