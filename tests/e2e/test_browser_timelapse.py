"""A recorded training under the slider, the keys and the play button."""

from __future__ import annotations

import numpy as np
import pytest

from ae_core import autoencoder, history

pytestmark = pytest.mark.browser

NAME = "simple"
READY = "() => window.autoencoderLab?.looks.value && window.autoencoderLab.look.value"
COUNT = """() => {
  const { send } = WebSocket.prototype;
  window.messages = 0;
  WebSocket.prototype.send = function (data) {
    window.messages += 1;
    return send.call(this, data);
  };
}"""
MADE = """() => [...document.querySelectorAll('.st-key-timelapse_pictures *')]
  .flatMap((host) => [...(host.shadowRoot?.querySelectorAll('canvas') ?? [])]).slice(10)
  .map((canvas) => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data)
    .filter((_, index) => index % 4 === 0))"""


def made(window) -> np.ndarray:
    return np.array(window.page.evaluate(MADE)).reshape(-1, 28, 28)


def said(window) -> str:
    return window.page.locator(".scrub").get_attribute("aria-valuetext")


def test_pictures_follow_slider_and_play_without_the_server(visit):
    found = history.read(autoencoder.WEIGHTS / "mnist" / NAME)
    epochs = found.epochs.tolist()
    window = visit(f"/timelapse?family={NAME}&epoch={epochs[-4]}")
    page = window.page
    page.wait_for_function(READY)
    window.settle()
    np.testing.assert_array_equal(made(window), found.pictures[-4])
    page.evaluate(COUNT)
    page.locator(".scrub").press("ArrowRight")
    np.testing.assert_array_equal(made(window), found.pictures[-3])
    assert page.evaluate("messages") == 0
    window.wait(lambda: window.link()["epoch"] == str(epochs[-3]), "the epoch in the link")
    window.settle()
    np.testing.assert_array_equal(made(window), found.pictures[-3])
    assert said(window) == f"Epoch {epochs[-3]} of {epochs[-1]}"

    page.evaluate("window.messages = 0")
    page.locator(".play").click()
    window.wait(lambda: said(window).startswith(f"Epoch {epochs[-2]} "), "the next look")
    np.testing.assert_array_equal(made(window), found.pictures[-2])
    assert page.evaluate("messages") == 0
    window.wait(lambda: window.link()["epoch"] == str(epochs[-1]), "the end in the link")
    window.settle()
    np.testing.assert_array_equal(made(window), found.pictures[-1])
    assert page.locator(".play").get_attribute("aria-label") == "Play"
