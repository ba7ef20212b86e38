"""Galleries of sampled digits: what only a browser shows."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core
from ae_core import studies
from ae_core.experiments import sampling

pytestmark = pytest.mark.browser

MIXTURES = sampling.mixtures(studies.read("sampling"))
READY = """() => ["mnist deep", "mnist variational_16d"]
  .every((name) => window.autoencoderLab?.networks[name]?.decoder)"""


def shown(window, name: str) -> np.ndarray:
    box = window.page.locator(f".st-key-gallery_{name} canvas.pixels")
    read = "(all) => all.map((canvas) => [...canvas.getContext('2d')" + (
        ".getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0))"
    )
    return np.reshape(box.evaluate_all(read), (-1, 28, 28)) / 255


def expected(name: str, temperature: float) -> np.ndarray:
    codes = MIXTURES[name].draw(16, 1).codes(temperature)
    return ae_core.load(sampling.SOURCES[name]).decode(codes)


def test_pictures_and_numbers_move_with_the_slider_before_the_server_hears_of_it(visit):
    window = visit("/sampling")
    window.page.wait_for_function(READY)
    window.settle()
    before = {name: shown(window, name) for name in MIXTURES}
    number = window.page.locator(".st-key-gallery_prior .number .value").first
    said = number.inner_text()
    slider = window.page.locator(".st-key-sampling_temperature")
    track = slider.locator("[data-testid=stSliderTickBar]").bounding_box()
    thumb = slider.locator("[data-testid=stSliderThumbValue]").locator("..").bounding_box()
    window.page.mouse.move(thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2)
    window.page.mouse.down()
    window.page.mouse.move(track["x"] + 0.4 * track["width"], thumb["y"] + 6, steps=12)
    moved = lambda: all(  # noqa: E731
        (shown(window, name) != before[name]).any(axis=(1, 2)).all() for name in MIXTURES
    )
    window.wait(moved, "all pictures")
    window.wait(lambda: number.inner_text() != said, "the numbers")
    assert "temperature" not in window.link()
    window.page.mouse.up()
    window.wait(lambda: "temperature" in window.link(), "the temperature in the link").settle()
    temperature = float(window.link()["temperature"])
    assert temperature < 0.9
    for name in MIXTURES:
        np.testing.assert_allclose(shown(window, name), expected(name, temperature), atol=0.03)


def test_new_samples_are_shown_at_the_same_temperature(visit):
    window = visit("/sampling?temperature=0.5")
    before = shown(window, "vae")
    window.page.locator(".st-key-sampling_sample button").click()
    window.wait(lambda: window.link().get("sample") == "2", "the number of the draw").settle()
    codes = MIXTURES["vae"].draw(16, 2).codes(0.5)
    after = shown(window, "vae")
    np.testing.assert_allclose(after, ae_core.load("variational_16d").decode(codes), atol=0.03)
    assert (np.abs(after - before).max(axis=(1, 2)) > 0.1).all()
