"""The networks that go to the browser, against LiteRT and Keras."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core
from ae_core import browser, data

NETWORKS = [
    (name, dataset, part)
    for dataset in ("mnist", "fashion_mnist")
    for name in ae_core.names(dataset)
    for part in ae_core.load(name, dataset).card.get("layers", {})
]


@pytest.mark.parametrize(("name", "dataset", "part"), NETWORKS)
def test_it_computes_as_litert_does(name, dataset, part):
    ae = ae_core.load(name, dataset)
    rng, images = np.random.default_rng(3), data.samples().images
    network, batch = ae.encoder, images
    if part == "decoder":
        far = rng.uniform(-4, 4, (300, *ae.code_shape)).astype(np.float32)
        network, batch = ae.decoder, np.concatenate([ae.encode(images), far])
    steps = ae.card["layers"][part]
    layers = browser.unpack(browser.from_description(steps, network.constants()))
    said = network(batch).reshape(len(batch), -1)
    atol = 1e-5 * max(1, np.abs(said).max())
    np.testing.assert_allclose(browser.run(layers, batch), said, atol=atol)
    if part == "decoder":
        np.testing.assert_allclose(browser.decode(layers, batch), ae.decode(batch), atol=1e-5)


def test_every_decoder_of_dense_layers_is_described_and_no_other():
    described = {
        name for name, dataset, part in NETWORKS if (dataset, part) == ("mnist", "decoder")
    }
    assert set(ae_core.names()) - described == {"convolutional", "denoising"}
    assert ("variational", "fashion_mnist", "decoder") in NETWORKS
    assert ("deep", "mnist", "encoder") in NETWORKS


@pytest.mark.parametrize("activation", browser.ACTIVATIONS)
def test_activations_are_those_of_keras(activation):
    keras = pytest.importorskip("keras")
    y = np.linspace(-9, 9, 501, dtype=np.float32)
    expected = np.asarray(getattr(keras.activations, activation)(y))
    if activation == "gelu":
        expected = np.asarray(keras.activations.gelu(y, approximate=False))
    np.testing.assert_allclose(browser.ACTIVATIONS[activation](y), expected, atol=1e-6)


def test_unpacking_gives_back_what_was_packed():
    rng = np.random.default_rng(0)
    layers = [
        {
            "kernel": rng.standard_normal(shape).astype(np.float16).astype(np.float32),
            "bias": rng.standard_normal(shape[1]).astype(np.float16).astype(np.float32),
            "activation": activation,
            "normalised": normalised,
            "residual": residual,
        }
        for shape, activation, normalised, residual in (
            ((2, 8), "gelu", False, False),
            ((8, 8), "gelu", True, True),
            ((8, 8), "elu", False, True),
            ((8, 784), "sigmoid", True, False),
        )
    ]
    for before, after in zip(layers, browser.unpack(browser.pack(layers)), strict=True):
        for part in ("kernel", "bias"):
            np.testing.assert_array_equal(before[part], after[part])
        for part in ("activation", "normalised", "residual"):
            assert before[part] == after[part]
        assert after["layer"] == "dense"


def test_a_step_that_no_browser_runs_is_refused():
    with pytest.raises(ValueError, match=r"expected a layer of \['dense'\], got 'conv2d'"):
        browser.from_description([{"layer": "conv2d"}], [])
