"""Every family in Chromium, encoder and decoder, computes what LiteRT does."""

from __future__ import annotations

from base64 import b64encode

import numpy as np
import pytest

import ae_core
from ae_core import browser, data
from pages.ui.components import source

pytestmark = pytest.mark.browser
LAB = "http://lab.test"  # nobody is there: what is asked of it comes from the folder
NETWORKS = [
    (name, dataset, part)
    for dataset in ("mnist", "fashion_mnist")
    for name in ae_core.names(dataset)
    for part in ("encoder", "decoder")
]
TOLERANCE = 1e-5  # of what LiteRT says, or of the largest number it says if that is over 1
RUN = """async ([packed, batch, items]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { run, unpack } = await import("/common/network.js");
  const network = unpack(bytes(packed));
  const numbers = new Float32Array(bytes(batch).buffer);
  const size = numbers.length / items;
  return Array.from({ length: items }, (_, i) =>
    Array.from(run(network, numbers.subarray(i * size, (i + 1) * size))));
}"""


@pytest.fixture(scope="module")
def page(chromium):
    def answer(route):
        name = route.request.url.removeprefix(f"{LAB}/")
        if not name:
            route.fulfill(body="", content_type="text/html")
        else:
            route.fulfill(path=source.HERE / name, content_type="text/javascript")

    page = chromium.new_page()
    page.route(f"{LAB}/**", answer)
    page.goto(f"{LAB}/")
    yield page
    page.close()


def encoded(contents: bytes) -> str:
    return b64encode(contents).decode()


@pytest.mark.parametrize(("name", "dataset", "part"), NETWORKS)
def test_it_computes_as_litert_does(page, name, dataset, part):
    ae = ae_core.load(name, dataset)
    images = data.samples().images[::5]
    network, batch = (ae.encoder, images) if part == "encoder" else (ae.decoder, ae.encode(images))
    packed = browser.from_description(ae.card["layers"][part], network.constants())
    given = [encoded(packed), encoded(batch.astype("<f4").tobytes()), len(batch)]
    said = network(batch).reshape(len(batch), -1)
    atol = TOLERANCE * max(1, np.abs(said).max())
    np.testing.assert_allclose(page.evaluate(RUN, given), said, rtol=0, atol=atol)


def test_it_is_the_quick_one(page):
    assert page.evaluate("async () => (await import('/common/matrix.js')).vectors") is True
