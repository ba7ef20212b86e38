"""From a training to the pen: one's own network, on the pages and back from its file."""

import re

import pytest
from test_browser_live import COMPUTES, changed, hold, pictures

pytestmark = [pytest.mark.browser, pytest.mark.needs_data]
SHORT = "/training?kind=variational&code=2&hidden=64&share=0.05&epochs=1"
OURS = 13  # pictures of Draw without a network of one's own
OWN = "The digit rebuilt by Your network."


def test_ones_own_network_follows_the_pen_and_comes_back_from_its_file(visit, tmp_path):
    window = visit(SHORT)
    page = window.page
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Beside ours on").wait_for(timeout=120_000)
    run = re.fullmatch("[0-9a-f]{32}", window.link()["run"])[0]
    with page.expect_download() as file:
        page.get_by_role("button", name="Network (Keras)").click()
    file.value.save_as(tmp_path / "autoencoder.keras")

    page.locator(".st-key-own_pages").get_by_role("link", name="Draw & reconstruct").click()
    window.wait(lambda: len(pictures(window)) == OURS + 1, "the gallery")
    window.wait(lambda: page.evaluate(COMPUTES), "the networks").settle()
    assert window.link() == {"own": run, "model": f"own_{run}"}
    before = pictures(window)
    hold(window)
    window.wait(lambda: OWN in changed(before, pictures(window)), "its picture")
    page.mouse.up()
    window.wait_for_ink(bool)

    window.follow("/training")
    page.get_by_role("button", name="Bring a network back").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "autoencoder.keras")
    window.wait(lambda: window.link().get("run") not in (None, run), "another job")
    page.get_by_text("Beside ours on").wait_for(timeout=120_000)
    run = window.link()["run"]
    window.wait(lambda: window.link().get("own") == run, "the network in the link")
    page.locator(".st-key-own_pages").get_by_role("link", name="The latent plane").click()
    network = f"mnist own_{run}"
    window.wait(
        lambda: page.evaluate("(name) => name in (window.autoencoderLab?.networks ?? {})", network),
        "its plane",
    )
