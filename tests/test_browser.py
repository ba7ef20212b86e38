"""The decoder that goes to the browser, against LiteRT."""

import numpy as np
import pytest

import ae_core
from ae_core import browser
from ae_core.models import families

# Those that pages decode in the browser.
DECODED = [n for n in ae_core.names() if "decoder_layers" in vars(families()[n])]


@pytest.mark.parametrize("name", DECODED)
def test_it_decodes_as_litert_does(name):
    ae = ae_core.load(name)
    rng = np.random.default_rng(3)
    codes = rng.uniform(-4, 4, (300, *ae.code_shape)).astype(np.float32)
    layers = browser.unpack(browser.from_constants(ae.decoder.constants()))
    np.testing.assert_allclose(browser.decode(layers, codes), ae.decode(codes), atol=1e-5)


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


def test_there_is_something_to_decode():
    assert {"variational", "plain_2d", "variational_16d", "conditional"} <= set(DECODED)
