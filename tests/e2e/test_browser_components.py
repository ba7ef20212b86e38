"""What the components share, files that are taken away, and the browser's Back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.textContent.trim();
}"""
READY = "() => Boolean(window.autoencoderLab?.planes.plane?.world)"


@pytest.fixture
def latent(visit):
    window = visit("/latent")
    window.page.wait_for_function(READY)
    return window.settle()


def explore(window) -> None:
    """Move the point by a key, and wait until the link has heard of it."""
    before = window.page.url
    window.page.locator("canvas.top").press("Shift+ArrowRight")
    window.wait(lambda: window.page.url != before, "the point in the link").settle()


def test_components_share_one_copy_of_each_module(latent):
    texts = latent.page.evaluate("() => Object.keys(window.autoencoderLabFiles)")
    shared = [text for text in texts if "globalThis.autoencoderLab =" in text]
    assert len(texts) > 10
    assert len(shared) == 1
    latent.follow("/walk")
    latent.page.wait_for_function("() => window.autoencoderLab.films.film")
    assert "mnist variational" in latent.page.evaluate(
        "() => Object.keys(window.autoencoderLab.worlds)"
    )


def test_a_file_comes_by_mouse_and_keys_and_the_button_keeps_the_focus(latent):
    for index, (press, begin) in enumerate((("click", b"\x89PNG"), ("Enter", b"%PDF"))):
        button = latent.page.locator(".downloads button").nth(index)
        with latent.page.expect_download() as waiting:
            button.click() if press == "click" else button.press(press)
            assert button.get_attribute("aria-busy") == "true"
        assert Path(waiting.value.path()).read_bytes().startswith(begin)
        latent.wait(lambda b=button: b.get_attribute("aria-busy") == "false", "the end of it")
        assert latent.page.evaluate(FOCUSED) == button.inner_text().strip()


def test_a_file_is_saved_once_though_the_page_is_drawn_again(latent):
    saved = []
    latent.page.on("download", lambda file: saved.append(file))
    latent.page.locator(".downloads button").first.click()
    latent.wait(lambda: saved, "the file").settle()
    explore(latent)
    assert len(saved) == 1


def test_back_leads_to_the_page_before_however_much_was_explored(latent):
    steps = latent.page.evaluate("history.length")
    latent.page.locator(".layers input[name=tapestry]").check()
    latent.wait(lambda: "layers" in latent.link(), "layers in the link").settle()
    explore(latent)
    assert latent.page.evaluate("history.length") == steps
    latent.follow("/walk")
    assert latent.page.evaluate("history.length") == steps + 1
    latent.page.go_back()
    latent.wait(lambda: urlsplit(latent.page.url).path == "/latent", "the page before")
    latent.page.wait_for_function(READY)
    latent.settle()
