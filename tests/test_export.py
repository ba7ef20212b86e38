from __future__ import annotations

import hashlib
import json
import math

import numpy as np
import pytest

import ae_core
from ae_core import browser, models
from ae_core.autoencoder import CARD, DECODER, ENCODER, KERAS, TEST_CODES, Autoencoder, WeightsError
from ae_core.runtime import Network
from ae_core.training import describe, evaluate, export

keras = pytest.importorskip("keras")
from ae_core.training.train import Trained  # noqa: E402 - it imports TensorFlow at once

TRAINED = ae_core.names()
FAMILIES = models.families()


def untrained(name: str, seed: int = 0) -> Trained:
    keras.utils.set_random_seed(seed)
    networks, rng = FAMILIES[name].build(), np.random.default_rng(seed)
    for variable in (v for network in networks for v in network.variables):
        if not variable.numpy().any():  # a bias still at zero is left out of a LiteRT file
            variable.assign(0.01 * rng.standard_normal(variable.shape))
    return Trained(*networks, best_epoch=3, validation_loss=0.123456, seconds=4.56)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A plain and a variational family, written untrained and measured on the samples."""
    from ae_core import data

    split = data.samples()
    root = tmp_path_factory.mktemp("written")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", lambda dataset="mnist": data.Dataset(split, split, split))
        networks = {name: untrained(name) for name in ("simple", "variational")}
        folders = {
            name: export.write(FAMILIES[name], networks[name], "mnist", root) for name in networks
        }
    return folders, networks


@pytest.mark.parametrize("name", FAMILIES)
def test_litert_file_says_what_keras_says(name, many_images):
    family = FAMILIES[name]
    encoder, decoder, *_ = untrained(name)
    for variable in encoder.variables + decoder.variables:  # as `write` does before it converts
        variable.assign(variable.numpy().astype(np.float16).astype(np.float32))
    code = encoder(many_images)
    if family.variational:
        code = np.stack([np.asarray(part) for part in code], axis=1)
    code = np.asarray(code)
    found = Network(export.to_tflite(encoder, family.variational))(many_images)
    np.testing.assert_allclose(found, code, atol=1e-5 * max(1, np.abs(code).max()))
    if family.variational:
        code = code[:, 0]
    if family.classes:
        code = np.concatenate([code, np.eye(family.classes)[np.arange(len(code)) % 10]], axis=1)
        code = code.astype(np.float32)
    network = Network(export.to_tflite(decoder))
    assert network.input_shape == code.shape[1:]
    assert network.output_shape == (28, 28)
    np.testing.assert_allclose(network(code), np.asarray(decoder(code)), atol=1e-5)


@pytest.mark.parametrize("name", ["simple", "variational"])
def test_what_was_written_can_be_loaded_and_says_the_same(written, name, many_images):
    folders, networks = written
    ae = Autoencoder(folders[name])
    assert folders[name].parts[-2:] == ("mnist", name)
    code = networks[name].encoder(many_images)
    expected = np.asarray(networks[name].decoder(code[0] if ae.variational else code))
    np.testing.assert_allclose(ae.reconstruct(many_images), expected, atol=1e-5)
    assert ae.variational == FAMILIES[name].variational


@pytest.mark.parametrize("name", ["simple", "variational"])
def test_card_of_what_was_written(written, name):
    folder, family = written[0][name], FAMILIES[name]
    text = (folder / CARD).read_text(encoding="utf-8")
    card = json.loads(text, parse_constant=pytest.fail)  # JSON knows no NaN
    assert (card["name"], card["dataset"], card["seed"]) == (name, "mnist", family.seed)
    assert (card["best_epoch"], card["validation_loss"]) == (3, 0.12346)
    assert "seed" not in card["settings"]
    assert card["settings"]["code_size" if name == "simple" else "latent_dim"]
    needed = {KERAS, ENCODER, DECODER} | ({TEST_CODES} if family.variational else set())
    assert needed <= set(card["sha256"])
    assert {file.name for file in folder.iterdir()} == {*card["sha256"], CARD}
    for file, said in card["sha256"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == said


def test_card_holds_what_is_measured(written, small_data):
    ae = Autoencoder(written[0]["simple"])
    measured = evaluate.measure(ae)
    assert evaluate.disagreements(ae.card["test"], measured) == []


def test_map_holds_codes_and_classes_of_the_test_images(written, small_data):
    ae = Autoencoder(written[0]["variational"])
    with np.load(ae.folder / TEST_CODES) as file:
        codes, labels = file["codes"], file["labels"]
    np.testing.assert_array_equal(labels, small_data.test.labels)
    expected = ae.encode(small_data.test.images)
    np.testing.assert_allclose(codes, expected, rtol=2e-3, atol=2e-3)
    assert not (written[0]["simple"] / TEST_CODES).exists()


def test_rewriting_changes_no_number(weights_copy, small_data, many_images):
    folder = weights_copy / "mnist" / TRAINED[0]
    before = Autoencoder(folder)
    expected = before.reconstruct(many_images)
    for name in (ENCODER, DECODER):
        (folder / name).unlink()
    export.rewrite(folder)
    after = Autoencoder(folder)
    np.testing.assert_allclose(after.reconstruct(many_images), expected, atol=1e-5)
    changed = {"test", "sha256"}  # measured on the samples here
    assert set(after.card) == set(before.card)
    assert {k: v for k, v in after.card.items() if k not in changed} == {
        k: v for k, v in before.card.items() if k not in changed
    }


@pytest.mark.parametrize("file", [KERAS, CARD])
def test_rewriting_from_a_damaged_file_is_refused_and_touches_nothing(weights_copy, file):
    folder = weights_copy / "mnist" / TRAINED[0]
    (folder / file).write_bytes(b"{}")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(WeightsError, match=file):
        export.rewrite(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_was_not_finished_has_no_card(weights_copy, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr(export, "_write_lite", fail)
    with pytest.raises(OSError, match="no space"):
        export.write(FAMILIES["simple"], untrained("simple"), "mnist", weights_copy)
    # An old card beside new files would call them foreign, or worse.
    assert not (weights_copy / "mnist" / "simple" / CARD).exists()


def test_multiply_adds_by_hand():
    layers = keras.layers
    image = keras.Input((28, 28))
    x = layers.Reshape((28, 28, 1))(image)
    x = layers.Conv2D(4, 3, padding="same")(x)  # 28 × 28 places, 3 × 3 × 1 × 4 each
    x = layers.Conv2D(6, 2, strides=2)(x)  # 14 × 14 places, 2 × 2 × 4 × 6
    x = layers.Conv2DTranspose(5, 3, strides=2, padding="same")(x)  # from 14 × 14: 3 × 3 × 6 × 5
    x = layers.LayerNormalization()(x)
    x = layers.Reshape((784, 5))(x)
    x = layers.Dense(7)(x)  # 784 places, 5 × 7
    x = layers.Dense(3)(layers.Flatten()(x))  # 784 × 7 × 3
    expected = 784 * 36 + 196 * 96 + 196 * 270 + 784 * 35 + 784 * 21
    assert export.multiply_adds(keras.Model(image, x)) == expected


@pytest.mark.parametrize("name", ["simple", "deep", "variational"])
def test_multiply_adds_of_dense_networks_are_their_weights(name):
    for network in FAMILIES[name].build():
        kernels = sum(math.prod(v.shape) for v in network.variables if v.name == "kernel")
        assert export.multiply_adds(network) == kernels


# What a browser runs


def lite(network) -> list[np.ndarray]:
    """The constants of a Keras network's LiteRT file; its biases must not be zero."""
    for variable in network.variables:
        if not variable.numpy().any():
            variable.assign(np.linspace(-0.5, 0.5, variable.shape[0]))
        variable.assign(variable.numpy().astype(np.float16).astype(np.float32))
    return Network(export.to_tflite(network)).constants()


@pytest.mark.parametrize(("normalised", "residual"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_network_is_described_by_its_graph_and_not_by_its_shapes(normalised, residual):
    layers, code = keras.layers, keras.Input((8,))
    keras.utils.set_random_seed(1)
    x = layers.Dense(8, activation="relu")(code)  # as wide as its input, and not a residual one
    y = layers.LayerNormalization(epsilon=2**-10, center=False, scale=False)(x) if normalised else x
    y = layers.Dense(8, activation="elu")(y)
    x = layers.Add()([x, y]) if residual else y
    x = layers.Dense(784, activation="sigmoid")(x)
    network = keras.Model(code, layers.Reshape((28, 28))(x))
    constants = lite(network)
    steps = describe.steps(network, constants)
    assert [(s["activation"], s["normalised"], s["residual"]) for s in steps] == [
        ("relu", False, False), ("elu", bool(normalised), bool(residual)),
        ("sigmoid", False, False),
    ]  # fmt: skip
    dense = [layer for layer in network.layers if isinstance(layer, layers.Dense)]
    for step, layer in zip(steps, dense, strict=True):
        np.testing.assert_array_equal(constants[step["kernel"]].T, layer.kernel.numpy())
        np.testing.assert_array_equal(constants[step["bias"]], layer.bias.numpy())
    codes = np.random.default_rng(0).standard_normal((20, 8), dtype=np.float32)
    packed = browser.unpack(browser.from_description(steps, constants))
    expected = np.asarray(network(codes))
    np.testing.assert_allclose(browser.decode(packed, codes), expected, atol=1e-5)


def test_a_bias_of_zeros_has_no_place():
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6, use_bias=False)])
    kernel = network.layers[0].kernel.numpy().astype(np.float16)
    (step,) = describe.steps(network, [kernel.T])
    assert step["bias"] is None
    (layer,) = browser.unpack(browser.from_description([step], [kernel.T]))
    np.testing.assert_array_equal(layer["bias"], np.zeros(6))


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (lambda x: keras.layers.Conv1D(2, 3)(keras.layers.Reshape((4, 2))(x)), "Conv1D"),
        (lambda x: keras.layers.Dense(2)(keras.layers.Reshape((4, 2))(x)), "Dense, linear, on"),
        (lambda x: keras.layers.Dense(2, activation="tanh")(x), "Dense, tanh"),
        (lambda x: keras.layers.Dense(2)(keras.layers.LayerNormalization()(x)), "a plain one"),
        (lambda x: keras.layers.Add()([x, x]), "Add"),
        (lambda x: keras.layers.Dense(2)(x), "the kernel of .* is not in the LiteRT file"),
        (lambda x: [x, x], "2 outputs"),
    ],
)
def test_what_is_not_known_is_not_described(last, why):
    inputs = keras.Input((8,))
    with pytest.raises(describe.NotDescribedError, match=f"not for the browser: .*{why}"):
        describe.steps(keras.Model(inputs, last(inputs)), [])


def test_a_wrong_description_is_found_at_export(written, many_images):
    ae = Autoencoder(written[0]["variational"])
    export.check_for_browser(ae, many_images)
    ae.card["layers"]["decoder"][1]["normalised"] = False
    with pytest.raises(ValueError, match="the decoder of variational in the browser is off by"):
        export.check_for_browser(ae, many_images)
    simple = Autoencoder(written[0]["simple"])
    assert set(simple.card["layers"]) == {"encoder", "decoder"}
    simple.card["layers"]["encoder"][0]["activation"] = "linear"
    with pytest.raises(ValueError, match="the encoder of simple"):
        export.check_for_browser(simple, many_images)


def test_rewriting_leaves_what_is_the_same_byte_by_byte(written, monkeypatch):
    from ae_core import data

    split = data.samples()
    monkeypatch.setattr(data, "load", lambda dataset="mnist": data.Dataset(split, split, split))
    for folder in written[0].values():
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        export.rewrite(folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
