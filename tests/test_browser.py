"""The decoder that goes to the browser, against LiteRT."""

import numpy as np
import pytest

import ae_core
from ae_core import browser
from ae_core.autoencoder import BROWSER

VARIATIONAL = [name for name in ae_core.names() if ae_core.load(name).variational]
CODES = np.random.default_rng(3).uniform(-4, 4, (300, 2)).astype(np.float32)


@pytest.mark.parametrize("name", VARIATIONAL)
def test_it_decodes_as_litert_does(name):
    ae = ae_core.load(name)
    pictures = browser.decode(browser.unpack(ae.extras[BROWSER]), CODES)
    np.testing.assert_allclose(pictures, ae.decode(CODES), atol=1e-5)


def test_unpacking_gives_back_what_was_packed():
    rng = np.random.default_rng(0)
    layers = [
        {
            "kernel": rng.standard_normal(shape).astype(np.float16).astype(np.float32),
            "bias": rng.standard_normal(shape[1]).astype(np.float16).astype(np.float32),
            "activation": activation,
            "residual": residual,
        }
        for shape, activation, residual in (
            ((2, 8), "gelu", False),
            ((8, 8), "gelu", True),
            ((8, 784), "sigmoid", False),
        )
    ]
    for before, after in zip(layers, browser.unpack(browser.pack(layers)), strict=True):
        np.testing.assert_array_equal(before["kernel"], after["kernel"])
        np.testing.assert_array_equal(before["bias"], after["bias"])
        assert (before["activation"], before["residual"]) == (
            after["activation"],
            after["residual"],
        )
