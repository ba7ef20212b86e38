"""What the components share, files that are taken away, and the browser's Back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import Window

from pages.ui.components import networks, source

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.textContent.trim();
}"""
READY = "() => Boolean(window.autoencoderLab?.planes.plane?.network)"


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
    files = latent.page.evaluate("() => window.autoencoderLabFiles")
    assert len(set(files.values())) == len(files) == len(source.modules())
    latent.page.evaluate("() => { window.before = window.autoencoderLab; }")
    latent.follow("/walk")
    latent.page.wait_for_function("() => window.autoencoderLab.films.film")
    assert latent.page.evaluate("() => window.before === window.autoencoderLab")
    assert "mnist variational" in latent.page.evaluate(
        "() => Object.keys(window.autoencoderLab.networks)"
    )


def test_modules_come_once_and_not_with_the_components(latent):
    frames = []
    latent.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(data))
    )
    latent.page.reload()
    latent.page.wait_for_function(READY)
    latent.settle()
    assert sum(source.packed() in frame for frame in frames) == 1
    frames.clear()
    explore(latent)
    latent.follow("/walk")
    assert frames
    assert not any(source.packed() in frame for frame in frames)


def test_a_worker_runs_modules(latent):
    keys = latent.page.evaluate(
        """() => new Promise((resolve, reject) => {
          const network = autoencoderLabAddress("common/network.js"); // it imports another
          const text = `import * as network from "${network}"; postMessage(Object.keys(network));`;
          const blob = new Blob([text], { type: "text/javascript" });
          const worker = new Worker(URL.createObjectURL(blob), { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = reject;
        })"""
    )
    assert "decode" in keys


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


def is_network(address: str) -> bool:
    return "/media/" in address and address.endswith(".gz")


def test_networks_come_once_as_they_were_packed(latent):
    (address,) = filter(is_network, latent.requests)
    answer = latent.page.request.get(address)
    assert answer.headers["content-type"] == networks.GZIP
    assert "content-encoding" not in answer.headers
    assert answer.body() == networks.packed("variational")
    latent.requests.clear()
    latent.follow("/walk")
    latent.page.wait_for_function(READY)
    latent.page.reload()  # a second visit: 127.0.0.1 is as good as HTTPS
    latent.page.wait_for_function(READY)
    assert not any(map(is_network, latent.requests))


def test_a_page_without_its_networks_still_works(visit, chromium, server):
    class Cut(Window):
        def before_load(self) -> None:
            self.said = []
            self.page.on("console", lambda message: self.said.append(message.text))
            self.page.route("**/media/*.gz", lambda route: route.abort())

    window = Cut(chromium, server, "/latent")
    window.wait(lambda: any("did not come" in said for said in window.said), "the report")
    assert sum(map(is_network, window.requests)) == 3
    assert window.pixels("Encoded").max() == 1
    explore(window)
    assert window.crashes == []
    assert sum("did not come" in said for said in window.said) == 1
    window.context.close()
