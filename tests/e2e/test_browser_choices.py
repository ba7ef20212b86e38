"""Choices: by keyboard and mouse, kept on the way through the pages, and carried by the link."""

import numpy as np
import pytest
from browser import PATHS, apart, translated

import ae_core
from pages.ui import text

pytestmark = pytest.mark.browser


def test_the_noise_slider_by_keyboard_changes_pictures_and_link(visit):
    window = visit("/draw")
    clean = window.source("2 · ")
    assert clean == window.source("1 · ")
    window.press("lab_level", "PageUp", 2)
    window.wait(lambda: window.link().get("level") == "0.2", "the level in the link")
    window.wait(lambda: window.source("2 · ") != clean, "noise").settle()
    assert window.source("1 · ") == clean
    noisy = window.source("2 · ")
    window.page.locator(".st-key-lab_draw button:visible").click()
    window.wait(lambda: window.link().get("draw") == "2", "the draw in the link")
    window.wait(lambda: window.source("2 · ") not in (noisy, clean), "other noise")
    window.press("lab_level", "Home", 1)
    window.wait(lambda: window.source("2 · ") == clean, "no noise").settle()
    assert window.link() == {"draw": "2"}


def prepared(visit):
    """Open the draw page, draw a seven, choose a model, a noise and its level."""
    window = visit("/draw").draw()
    window.choose("lab_model", 6).choose("lab_noise", 1)
    window.press("lab_level", "PageUp", 3)
    return window.wait(lambda: window.link().get("level") == "0.3", "the level").settle()


def test_another_language_keeps_the_drawing_and_the_choices(visit):
    window = prepared(visit)
    before, pictures = window.choices(), [window.source(f"{n} · ") for n in (1, 2, 3, 4, 5)]
    for place, language in enumerate(text.LANGUAGES):
        window.choose("lab_lang", place).wait_for(translated("Undo", language))
        assert window.choices() == {**before, "lab_lang": place}
        assert [window.source(f"{n} · ") for n in (1, 2, 3, 4, 5)] == pictures


def test_other_pages_and_back_keep_the_drawing_and_the_choices(visit):
    window = prepared(visit)
    before, pictures = window.choices(), [window.source(f"{n} · ") for n in (1, 2, 4)]
    for way in (*([path] for path in PATHS[::3]), ["/", "/latent"]):
        for path in [*way, "/draw"]:
            window.follow(path)
        window.wait_for_ink(bool)
        assert window.choices() == before, way
        assert [window.source(f"{n} · ") for n in (1, 2, 4)] == pictures, way
    window.draw([(0.3, 0.55), (0.7, 0.55)])  # and the canvas goes on from there
    assert np.count_nonzero(window.pixels("1 · ") > 0.5) > 30


def test_the_drawing_is_on_the_latent_page(visit):
    window = visit("/draw").draw()
    drawn = window.pixels("1 · ")
    for way in (["/latent"], ["/", "/latent"]):
        for path in way:
            window.follow(path)
        window.wait_for_ink(bool)
        assert np.abs(window.pixels("Encoded") - drawn).max() < 0.15


def opened_by_somebody_else(visit, window):
    other = visit(window.page.url.removeprefix(window.url), locale="de-DE")
    sources = [w.sources() for w in (window, other)]
    assert len(sources[0]) > 5
    for ours, theirs in zip(*sources, strict=True):  # drawn by a browser, or still by the server
        assert apart(ours, theirs).max() <= 2
    assert other.choices() == window.choices()
    assert other.link() == window.link()


def test_the_draw_pages_address_shows_the_same_to_somebody_else(visit):
    window = visit("/draw?input=sample")
    window.choose("lab_digit", 4).press("lab_example", "ArrowLeft", 2)
    window.choose("lab_model", 2).choose("lab_noise", 2).press("lab_level", "ArrowRight", 3)
    window.choose("lab_lang", 2)
    expected = {"lang", "input", "digit", "example", "model", "noise", "level"}
    window.wait(lambda: set(window.link()) == expected, "all choices in the link").settle()
    opened_by_somebody_else(visit, window)


def test_the_latent_pages_address_shows_the_same_to_somebody_else(visit):
    window = visit("/latent?input=sample")
    window.press("latent_z_1", "ArrowRight", 30).press("latent_z_2", "ArrowLeft", 20)
    window.press("latent_grid", "ArrowLeft", 4).press("latent_range", "ArrowRight", 1)
    window.choose("latent_spacing", 1).choose("lab_lang", 1).choose("lab_digit", 2)
    expected = {"z": "0.3_-0.2", "grid": "11", "range": "3.5", "spacing": "quantile"}
    expected |= {"lang": "pt", "digit": "2", "input": "sample"}
    window.wait(lambda: window.link() == expected, "all choices in the link").settle()
    opened_by_somebody_else(visit, window)


def test_a_card_of_the_home_page_opens_its_family(visit):
    window = visit("/")
    name = ae_core.names()[2]
    window.page.locator(f'.picture[data-name="{name}"] a').click()
    window.wait(lambda: window.link().get("model") == name, "the draw page").settle()
    assert window.choices()["lab_model"] == 2
