"""Fool it: the picture's place among the errors follows the pen, the threshold its slider."""

import re

import numpy as np
import pytest
from browser import SEVEN

from ae_core import studies

pytestmark = pytest.mark.browser
COMPUTES = "() => window.autoencoderLab?.following?.computing === true"
INSIDE = """(key) => [...document.querySelectorAll(`.st-key-${key} *`)]
  .map((element) => element.shadowRoot).filter(Boolean)"""
MARK = f"""() => ({INSIDE})('histogram').map((root) => root.querySelector('.place > svg > circle'))
  .filter(Boolean).map((mark) => mark.getAttribute('visibility') === 'hidden' ? 0
    : Number(mark.getAttribute('cx')))[0]"""
RULE = f"""() => ({INSIDE})('histogram').flatMap((root) => [...root.querySelectorAll('text.named')])
  .map((text) => text.textContent)"""
VALUES = f"""() => ({INSIDE})('numbers').flatMap((root) => [...root.querySelectorAll('.value')])
  .map((value) => value.textContent)"""
PAIRS = f"""() => ({INSIDE})('gallery').flatMap((root) => [...root.querySelectorAll('.picture')])
  .map((figure) => [figure.querySelector('canvas').toDataURL(), figure.innerText])"""


def figure(text: str) -> float:
    return float(re.search(r"\d+[.]\d+", text).group())


def test_the_mark_and_all_error_maps_follow_the_pen(visit):
    window = visit("/strangers?show=own&model=simple")
    window.wait(lambda: window.page.evaluate(COMPUTES), "the browser computes").settle()
    before, pictures = window.page.evaluate(MARK), window.page.evaluate(PAIRS)
    assert before > 0
    mouse = window.page.mouse
    mouse.move(*window.point(*SEVEN[0]))
    mouse.down()
    for place in SEVEN[1:]:
        mouse.move(*window.point(*place), steps=8)
    # The pen is not lifted yet: the server has heard of nothing.
    window.wait(lambda: window.page.evaluate(MARK) != before, "another place")
    window.wait(
        lambda: all(
            now != then for now, then in zip(window.page.evaluate(PAIRS), pictures, strict=True)
        ),
        "other pictures, errors and verdicts",
    )
    mouse.up()
    window.settle()
    window.wait(
        lambda: window.page.evaluate(VALUES)[0] in window.page.evaluate(PAIRS)[1][1],
        "the same error below the picture and beside it",
    )


def test_the_threshold_follows_its_slider_and_the_server_agrees(visit):
    window = visit("/strangers?letters=Q&model=deep")
    window.wait(lambda: window.page.evaluate(COMPUTES), "the browser computes").settle()
    found = studies.read("strangers")["mnist"]["detectors"]["deep"]
    slider = window.page.locator('.st-key-strangers_threshold input[type="range"]')
    slider.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowLeft"):
        slider.press(key)
    step = 188
    window.wait(
        lambda: window.page.evaluate(VALUES)[4] == f"{found['above']['digits'][step]:,}",
        "so many digits above the threshold",
    )
    named = f"Threshold {found['thresholds'][step]:.5f}"
    # The server's answer to an earlier step may stand there for a frame.
    window.wait(lambda: named in window.page.evaluate(RULE), "the threshold in the chart")
    window.settle()
    assert window.page.evaluate(VALUES)[4] == f"{found['above']['digits'][step]:,}"
    assert named in window.page.evaluate(RULE)


def test_another_data_set_is_computed_by_the_browser_too(visit):
    window = visit("/strangers?show=shapes&shapes=circle")
    window.wait(lambda: window.page.evaluate(COMPUTES), "the browser computes").settle()
    digits = window.page.evaluate(PAIRS)
    window.choose("strangers_trained", 1)
    window.settle()
    window.wait(lambda: window.page.evaluate(COMPUTES), "the browser computes").settle()
    clothes = window.page.evaluate(PAIRS)
    assert len(clothes) < len(digits)
    error, verdict = clothes[1][1].split("\n")
    assert (0 < figure(error) < 1, verdict) == (True, "alarm")
    window.choose("strangers_trained", 0)
    window.settle()
    window.wait(lambda: window.page.evaluate(PAIRS) == digits, "the same pictures as before")
    assert np.isfinite(window.page.evaluate(MARK))
