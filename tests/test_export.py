from __future__ import annotations

import functools
import hashlib
import json
import math

import numpy as np
import pytest

import ae_core
from ae_core import browser, models
from ae_core.autoencoder import CARD, DECODER, ENCODER, KERAS, TEST_CODES, Autoencoder, WeightsError
from ae_core.layers import LAYERS
from ae_core.models.sparse import strongest
from ae_core.runtime import Network
from ae_core.training import describe, evaluate, export
from tests.families import ends

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


@functools.cache
def converted(name: str) -> tuple:
    """Return encoder and decoder of a family, untrained, and their LiteRT files."""
    encoder, decoder, *_ = untrained(name)
    for variable in encoder.variables + decoder.variables:  # as `write` does before it converts
        variable.assign(variable.numpy().astype(np.float16).astype(np.float32))
    files = export.to_tflite(encoder, FAMILIES[name].variational), export.to_tflite(decoder)
    return encoder, decoder, *files


@pytest.mark.parametrize("name", ends())
def test_litert_file_says_what_keras_says(name, many_images):
    family = FAMILIES[name]
    encoder, decoder, encoder_file, decoder_file = converted(name)
    code = encoder(many_images)
    if family.variational:
        code = np.stack([np.asarray(part) for part in code], axis=1)
    code = np.asarray(code)
    found = Network(encoder_file)(many_images)
    np.testing.assert_allclose(found, code, atol=1e-5 * max(1, np.abs(code).max()))
    if family.variational:
        code = code[:, 0]
    if family.classes:
        code = np.concatenate([code, np.eye(family.classes)[np.arange(len(code)) % 10]], axis=1)
        code = code.astype(np.float32)
    network = Network(decoder_file)
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


def described(network, batch) -> list[dict]:
    """The steps of a Keras network, after comparing what they compute with what it does."""
    constants = lite(network)
    steps = describe.steps(network, constants)
    assert json.loads(json.dumps(steps)) == steps
    for step in steps:
        defaults = LAYERS[step["layer"]].settings
        assert all(step[key] != defaults.get(key) for key in step)  # nothing that can be left out
    expected = network(batch)
    if len(network.outputs) == 2:
        expected = np.stack(expected, axis=1)
    packed = browser.unpack(browser.from_description(steps, constants))
    np.testing.assert_allclose(browser.run(packed, batch), np.asarray(expected), atol=2e-5)
    return steps


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((20, *shape), np.float32)


@pytest.mark.parametrize(("normalised", "residual"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_network_is_described_by_its_graph_and_not_by_its_shapes(normalised, residual):
    layers, code = keras.layers, keras.Input((8,))
    keras.utils.set_random_seed(1)
    x = layers.Dense(8, activation="relu")(code)  # as wide as its input, and not a residual one
    y = layers.LayerNormalization(epsilon=2**-10, center=False, scale=False)(x) if normalised else x
    y = layers.Dense(8, activation="elu")(y)
    x = layers.Add()([x, y]) if residual else y
    x = layers.Dense(784, activation="sigmoid")(x)
    steps = described(keras.Model(code, layers.Reshape((28, 28))(x)), random(8))
    kinds = ["input", "dense", *["normalise"] * normalised, "dense", *["add"] * residual]
    assert [step["layer"] for step in steps] == [*kinds, "dense", "reshape"]
    if residual:
        (add,) = (step for step in steps if step["layer"] == "add")
        assert add["of"] == [1, 2 + normalised]
    activations = [step.get("activation") for step in steps if step["layer"] == "dense"]
    assert activations == ["relu", "elu", "sigmoid"]


def test_every_layer_that_is_known_is_described():
    layers, ops, image = keras.layers, keras.ops, keras.Input((8, 8))
    keras.utils.set_random_seed(2)
    x = ops.nn.space_to_depth(layers.Reshape((8, 8, 1))(image), 2)  # 4 × 4 × 4
    x = layers.Conv2D(5, 3, padding="same", activation="gelu")(x)
    x = layers.Add()([x, layers.Conv2D(5, 1)(x)])
    x = layers.Conv2DTranspose(5, 2, strides=2)(layers.AveragePooling2D(2)(x))
    x = layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="elu")(x)
    x = layers.Conv2D(4, 2, strides=3)(layers.Cropping2D(((1, 0), (0, 2)))(x))  # 2 × 2 × 4
    x = layers.LayerNormalization(epsilon=2**-8, center=False, scale=False)(x)
    x = layers.Dense(6)(layers.Permute((3, 1, 2))(x))  # 4 × 2 × 6
    x = layers.Activation("relu")(layers.Flatten()(x))
    x = strongest(x, 7)
    low = ops.clip(layers.Dense(3, name="low")(x), -0.5, 0.25)
    network = keras.Model(image, [layers.Dense(3, name="high")(x), low])
    steps = described(network, random(8, 8))
    known = {step["layer"] for step in steps}
    assert known == set(LAYERS)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (4, 2), (1, 2), (3, 3), (2, 1)])
@pytest.mark.parametrize("kind", ["Conv2D", "Conv2DTranspose"])
def test_convolutions_are_described(kind, size, stride, padding):
    layer = getattr(keras.layers, kind)(3, size, strides=stride, padding=padding)
    image = keras.Input((7, 6, 2))
    (_, step) = described(keras.Model(image, layer(image)), random(7, 6, 2))
    assert (step.get("stride", 1), step.get("padding", "valid")) == (stride, padding)


@pytest.mark.parametrize("kept", [1, 5, 12])
@pytest.mark.parametrize("way", ["all sorted", "some sorted", "other way round"])
def test_the_sparse_rule_is_recognised_however_it_is_written(kept, way):
    ops, scores = keras.ops, keras.Input((12,))
    if way == "all sorted":
        y = strongest(scores, kept)
    else:
        weakest = ops.top_k(scores, kept)[0][:, -1:]
        mask = ops.cast(scores >= weakest, "float32")
        y = scores * mask if way == "some sorted" else mask * scores
    network = keras.Model(scores, y)
    batch = np.round(random(12))
    assert describe.steps(network, [])[1:] == [{"layer": "strongest", "kept": kept}]
    packed = browser.unpack(browser.from_description(describe.steps(network, []), []))
    np.testing.assert_array_equal(browser.run(packed, batch), np.asarray(network(batch)))


def test_what_only_adds_to_a_loss_is_no_step():
    image = keras.Input((4,))
    code = keras.layers.ActivityRegularization(l1=0.1)(keras.layers.Reshape((2, 2))(image))
    steps = described(keras.Model(image, keras.layers.Flatten()(code)), random(4))
    assert [step["layer"] for step in steps] == ["input", "reshape", "reshape"]


def test_a_bias_of_zeros_has_no_place():
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6, use_bias=False)])
    kernel = network.layers[0].kernel.numpy().astype(np.float16)
    steps = describe.steps(network, [kernel.T])
    assert steps[1:] == [{"layer": "dense", "kernel": 0}]
    _, layer = browser.unpack(browser.from_description(steps, [kernel.T]))
    np.testing.assert_array_equal(layer["bias"], np.zeros(6))


def relu(x):
    return keras.ops.abs(x)


LAYER = keras.layers
SQUARE = LAYER.Reshape((2, 2, 2))


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (lambda x: LAYER.Conv1D(2, 3)(LAYER.Reshape((4, 2))(x)), "Conv1D"),
        (lambda x: LAYER.Activation("softplus")(x), "the activation softplus"),
        (lambda x: LAYER.Activation(relu)(x), "the activation relu"),  # which is another
        (lambda x: LAYER.LayerNormalization()(x), "a plain one"),
        (lambda x: LAYER.LayerNormalization(axis=1, center=False, scale=False)(SQUARE(x)),
         "a plain one"),
        (lambda x: LAYER.LayerNormalization(rms_scaling=True, center=False)(x), "a plain one"),
        (lambda x: LAYER.Add()([x, x, x]), "Add"),
        (lambda x: x * x, "Multiply"),
        (lambda x: x * keras.ops.cast(x >= 0.5, "float32"), "Multiply"),
        (lambda x: x * keras.ops.cast(x >= 2 * keras.ops.top_k(x, 1)[0], "float32"), "Multiply"),
        (lambda x: LAYER.Conv2D(2, 1, groups=2)(SQUARE(x)), "2 groups"),
        (lambda x: LAYER.Conv2D(2, 1, strides=(1, 2))(SQUARE(x)), "strides"),
        (lambda x: LAYER.Conv2D(2, 2, dilation_rate=2, padding="same")(SQUARE(x)), "strides"),
        (lambda x: LAYER.Conv2DTranspose(2, 3, 2, output_padding=1)(SQUARE(x)), "output padding"),
        (lambda x: LAYER.Dense(2)(x), "the kernel of .* is not in the LiteRT file"),
        (lambda x: [x, x, x], "1 inputs, 3 outputs"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_described(last, why):
    inputs = keras.Input((8,))
    network = keras.Model(inputs, last(inputs))
    constants = [] if "LiteRT" in why else [
        variable.numpy().astype(np.float16) for variable in network.variables
    ]  # fmt: skip
    with pytest.raises(describe.NotDescribedError, match=f"not for the browser: .*{why}"):
        describe.steps(network, constants)


def test_what_cannot_run_in_a_browser_is_said_at_export(tmp_path, capsys):
    folder = tmp_path / "odd"
    folder.mkdir()
    image = keras.Input((28, 28))
    odd = keras.Model(image, LAYER.Activation("softplus")(LAYER.Flatten()(image)))
    code = keras.Input((784,))
    plain = keras.Model(code, LAYER.Reshape((28, 28))(LAYER.Activation("relu")(code)))
    export._write_lite(folder, odd, plain, variational=False)
    assert set(export._layers(folder, odd, plain)["layers"]) == {"decoder"}
    said = "odd: the encoder is not for the browser: the activation softplus"
    assert said in capsys.readouterr().err


def test_a_wrong_description_is_found_at_export(written, many_images):
    ae = Autoencoder(written[0]["variational"])
    export.check_for_browser(ae, many_images)
    ae.card["layers"]["decoder"][2]["epsilon"] = 0.5
    with pytest.raises(ValueError, match="the decoder of variational in the browser is off by"):
        export.check_for_browser(ae, many_images)
    simple = Autoencoder(written[0]["simple"])
    assert set(simple.card["layers"]) == {"encoder", "decoder"}
    simple.card["layers"]["encoder"][2]["activation"] = "linear"
    with pytest.raises(ValueError, match="the encoder of simple"):
        export.check_for_browser(simple, many_images)


@pytest.mark.parametrize("name", ends())
def test_every_family_is_described(name):
    """Whatever its weights: a family that is trained anew runs in a browser, too."""
    *networks, encoder_file, decoder_file = converted(name)
    for network, file in zip(networks, (encoder_file, decoder_file), strict=True):
        lite = Network(file)
        steps = describe.steps(network, lite.constants())
        assert browser.shapes(steps, lite.constants()) == (lite.input_shape, lite.output_shape)


def test_a_step_of_a_card_is_a_line(written):
    text = (written[0]["variational"] / CARD).read_text(encoding="utf-8")
    assert '\n   {"layer": "stack", "of": [5, 7]}\n' in text
    assert text.count('{"layer":') == len([line for line in text.split("\n") if 'layer":' in line])


def test_rewriting_leaves_what_is_the_same_byte_by_byte(written, monkeypatch):
    from ae_core import data

    split = data.samples()
    monkeypatch.setattr(data, "load", lambda dataset="mnist": data.Dataset(split, split, split))
    for folder in written[0].values():
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        export.rewrite(folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
