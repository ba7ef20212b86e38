"""The networks that go to the browser, against LiteRT and Keras."""

from __future__ import annotations

import numpy as np
import pytest

import ae_core
from ae_core import browser, data, layers

FAMILIES = [
    (name, dataset) for dataset in ("mnist", "fashion_mnist") for name in ae_core.names(dataset)
]


@pytest.mark.parametrize(("name", "dataset"), FAMILIES)
@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_it_computes_as_litert_does(name, dataset, part):
    ae = ae_core.load(name, dataset)
    rng, images = np.random.default_rng(3), data.samples().images
    network, batch = ae.encoder, images
    if part == "decoder":
        far = rng.uniform(-4, 4, (300, *ae.code_shape)).astype(np.float32)
        network, batch = ae.decoder, np.concatenate([ae.encode(images), far])
    steps = browser.unpack(browser.from_description(ae.card["layers"][part], network.constants()))
    said = network(batch)
    atol = 2e-5 * max(1, np.abs(said).max())  # far from any code sums are larger: 1.2e-5 at most
    np.testing.assert_allclose(browser.run(steps, batch), said, rtol=0, atol=atol)
    if part == "decoder":
        np.testing.assert_allclose(browser.decode(steps, batch), ae.decode(batch), atol=2e-5)
    assert browser.run(steps, batch[:0]).shape == said[:0].shape


@pytest.mark.parametrize("activation", layers.ACTIVATIONS)
def test_activations_are_those_of_keras(activation):
    keras = pytest.importorskip("keras")
    y = np.linspace(-9, 9, 501, dtype=np.float32)
    expected = np.asarray(getattr(keras.activations, activation)(y))
    np.testing.assert_allclose(layers.ACTIVATIONS[activation](y), expected, atol=1e-6)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kind", ["Conv2D", "Conv2DTranspose"])
def test_convolutions_are_those_of_keras(kind, padding, size, stride):
    keras = pytest.importorskip("keras")
    layer = getattr(keras.layers, kind)(3, size, strides=stride, padding=padding)
    images = np.random.default_rng(1).standard_normal((2, 7, 6, 4), np.float32)
    expected = np.asarray(layer(images))
    kernel, kind = layer.kernel.numpy(), "conv" if kind == "Conv2D" else "conv_transpose"
    stored = kernel.transpose((3, 0, 1, 2) if kind == "conv" else (2, 0, 1, 3))
    steps = [
        {"layer": "input", "shape": [7, 6, 4]},
        {"layer": kind, "kernel": 0, "stride": stride, "padding": padding},
    ]
    stored = stored.astype(np.float16)
    assert browser.shapes(steps, [stored]) == ((7, 6, 4), expected.shape[1:])
    run = browser.run(browser.unpack(browser.from_description(steps, [stored])), images)
    np.testing.assert_allclose(run, expected, atol=5e-3)  # float16


def test_equal_numbers_are_kept_or_dropped_together():
    steps = [{"layer": "input", "shape": [5]}, {"layer": "strongest", "kept": 2}]
    network = browser.unpack(browser.from_description(steps, []))
    batch = np.array([[1, 3, 2, 2, 0], [0, 0, 0, 0, 0], [5, 4, 3, 2, 1]], np.float32)
    assert browser.run(network, batch).tolist() == [[0, 3, 2, 2, 0], [0] * 5, [5, 4, 0, 0, 0]]


INPUT = {"layer": "input", "shape": [4]}
PICTURE = {"layer": "input", "shape": [5, 4, 2]}
KERNELS = [np.ones(shape, np.float16) for shape in ((3, 4), (3,), (6, 3, 3, 2), (6, 9, 1, 2))]
DENSE = {"layer": "dense", "kernel": 0}
CONV = {"layer": "conv", "kernel": 2}


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([INPUT, {"layer": "conv3d"}], "a layer of .*'input', 'dense'.*, got 'conv3d'"),
        ([DENSE], "the input first"),
        ([INPUT, INPUT], "the input first"),
        ([INPUT, DENSE | {"of": [1]}], "1 of 1 results"),
        ([INPUT, DENSE | {"of": [0, 0]}], "1 of 1 results"),
        ([INPUT, DENSE | {"of": [-1]}], "1 of 1 results"),
        ([INPUT | {"of": [0]}], "0 of 0 results"),
        ([INPUT, {"layer": "add"}], "2 of 1 results"),
        ([INPUT, DENSE | {"kernel": 9}], "one of 4 arrays"),
        ([INPUT, DENSE | {"kernel": 1}], "a kernel of 2 axes"),
        ([INPUT, DENSE | {"bias": 9}], "one of 4 arrays"),
        ([INPUT, DENSE | {"bias": 0}], "a bias of"),
        ([INPUT, DENSE, DENSE], "a shape that ends in 4"),
        ([INPUT, DENSE, {"layer": "add", "of": [0, 1]}], "equal shapes"),
        ([INPUT, DENSE, {"layer": "stack", "of": [0, 1]}], "equal shapes"),
        ([INPUT, CONV], "a picture of 2 channels"),
        ([PICTURE | {"shape": [5, 4, 3]}, CONV], "a picture of 2 channels"),
        ([PICTURE, CONV | {"kernel": 3}], "at least .* pixels"),
        ([PICTURE, CONV | {"layer": "conv_transpose", "kernel": 0}], "a kernel of 4 axes"),
        ([INPUT, {"layer": "reshape", "shape": [5]}], "4 numbers"),
        ([PICTURE, {"layer": "permute", "axes": [1, 1, 2]}], "the axes 1 to 3"),
        ([PICTURE, {"layer": "permute", "axes": [1, 2]}], "the axes 1 to 3"),
        ([PICTURE, {"layer": "crop", "crop": [2, 3, 0, 0]}], "a picture larger than"),
        ([INPUT, {"layer": "crop", "crop": [0, 0, 0, 0]}], "a picture larger than"),
        ([INPUT, {"layer": "strongest", "kept": 5}], "a list of at least 5 numbers"),
        ([PICTURE, {"layer": "strongest", "kept": 1}], "a list of at least 1 numbers"),
        ([INPUT | {"shape": [10**5, 10**3]}], "at most 10000000 numbers"),
        ([PICTURE, *[CONV | {"layer": "conv_transpose", "kernel": 4, "stride": 16}] * 9],
         "at most 10000000 numbers"),
    ],
)  # fmt: skip
def test_steps_that_do_not_fit_are_refused(steps, why):
    constants = [*KERNELS, np.ones((2, 16, 16, 2), np.float16)]
    constants = constants if steps[-1].get("kernel") == 4 else KERNELS
    for use in (browser.shapes, browser.from_description):
        with pytest.raises(ValueError, match=f"expected {why}"):
            use(steps, constants)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("place", [0, 1])
def test_trained_numbers_must_be_finite(place, wrong):
    constants = [each.copy() for each in KERNELS]
    steps = [INPUT, DENSE | {"bias": 1}]
    browser.shapes(steps, constants)
    constants[place].flat[-1] = wrong
    with pytest.raises(ValueError, match="finite"):
        browser.shapes(steps, constants)
