"""Sixteen dimensions: the sliders are told what ae_core computes, and idle ones are shown so."""

import json

import numpy as np
import pytest

import ae_core
from ae_core import browser, data, latent
from ae_core.figures import pixels
from pages.ui import cache
from pages.ui.components import sliders

PAGE = "pages/dimensions.py"
CHOICES = {"input": "sample", "digit": "3", "example": "5"}
IMAGE = data.samples().images[3 * 20 + 5 - 1]
CODE = np.linspace(-3, 3, 16).round(2)
KL = "kl_by_dimension"


def told(visitor) -> dict:
    """Return what the sliders were told."""
    (proto,) = visitor.components("sliders")
    return json.loads(proto.json)


def in_link(visitor) -> str | None:
    value = visitor.at.query_params.get("code")
    return value[0] if isinstance(value, list) else value


def press(visitor, key: str):
    visitor.at.button(key=key).click()
    return visitor.run()


def test_the_sliders_start_from_the_visitors_posterior_in_order_of_kl(visit):
    ae, visitor = ae_core.load("variational_16d"), visit(PAGE, **CHOICES)
    mean, log_var = (value[0] for value in ae.posterior(IMAGE[None]))
    shown = told(visitor)
    np.testing.assert_allclose(shown["code"], mean, atol=0.0051)
    np.testing.assert_allclose(shown["digit"]["mean"], mean, rtol=1e-5)
    np.testing.assert_allclose(shown["digit"]["deviation"], np.exp(log_var / 2), rtol=1e-5)
    assert shown["kl"] == ae.card["test"][KL]
    assert sorted(shown["order"]) == list(range(16))
    assert (np.diff(np.array(shown["kl"])[shown["order"]]) <= 0).all()
    assert in_link(visitor) is None


def test_the_link_carries_the_code(visit):
    visitor = visit(PAGE, code=sliders.to_text(CODE), **CHOICES)
    np.testing.assert_allclose(told(visitor)["code"], CODE, atol=1e-6)
    assert in_link(visitor) == sliders.to_text(CODE)


@pytest.mark.parametrize(
    "junk", ["", "0", "x", "_" * 15, "1_" * 16, "401" + "_0" * 15, "9" * 5000, "--1" + "_0" * 15]
)
def test_nonsense_in_the_link_is_the_visitors_digit(visit, junk):
    expected = told(visit(PAGE, **CHOICES))["code"]
    assert told(visit(PAGE, code=junk, **CHOICES))["code"] == expected


def test_the_buttons_set_the_code(visit):
    visitor = visit(PAGE, **CHOICES)
    mine = told(visitor)["code"]
    draws = [told(press(visitor, "code_prior"))["code"] for _ in range(2)]
    assert draws[0] != draws[1]
    assert mine not in draws
    assert told(visit(PAGE, code=in_link(visitor), **CHOICES))["code"] == draws[1]
    assert told(press(visitor, "code_zero"))["code"] == [0] * 16
    assert told(press(visitor, "code_mine"))["code"] == mine
    assert in_link(visitor) is None


def test_another_digit_takes_the_sliders_along(visit):
    visitor = visit(PAGE, code=sliders.to_text(CODE), **CHOICES)
    visitor.choose("slider", "example", 6)
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


def test_the_figures_of_both_stand_beside_each_other(visit):
    (table,) = [m.value for m in visit(PAGE).at.markdown if "−ELBO" in m.value and "|" in m.value]
    tests = [ae_core.load(name).card["test"] for name in ("variational_16d", "variational")]
    for name, digits in (("reconstruction", 1), ("kl", 1), ("neg_elbo", 1), ("mse", 4)):
        assert f"| {tests[0][name]:.{digits}f} | {tests[1][name]:.{digits}f} |" in table


def test_the_pictures_are_those_decoded_directly(visit):
    visitor = visit(PAGE, prior="3", **CHOICES)
    large, small = (ae_core.load(name) for name in ("variational_16d", "variational"))
    expected = [IMAGE, large.reconstruct(IMAGE[None])[0], small.reconstruct(IMAGE[None])[0]]
    expected += [*large.decode(latent.sample_prior(8, 16, seed=3))]
    expected += [*small.decode(latent.sample_prior(8, 2, seed=3))]
    shown = [picture["pixels"] for picture in visitor.pictures()]
    np.testing.assert_array_equal(shown, pixels.to_bytes(np.array(expected)))


def test_a_decoder_without_a_map_is_packed_for_the_browser():
    head, _, body = cache.world("variational_16d").partition(b"\n")
    assert json.loads(head)["points"] == 0
    expected = ae_core.load("variational_16d").decode(CODE[None].astype(np.float32))
    np.testing.assert_allclose(
        browser.decode(browser.unpack(body), CODE[None]), expected, atol=1e-5
    )


def test_a_code_comes_back_from_the_link_as_it_was():
    codes = np.random.default_rng(0).uniform(-4, 4, (50, 16)).round(2)
    for code in codes:
        np.testing.assert_allclose(sliders.from_text(sliders.to_text(code), 16, 4), code, atol=1e-6)
    for text, dimensions in (("1_2", 3), ("1_2_401", 3), ("1_2_x", 3), ("", 1), ("1.5", 1)):
        with pytest.raises(ValueError, match="expected"):
            sliders.from_text(text, dimensions, 4)
