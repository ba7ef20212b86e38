"""A Keras file that a visitor brings: what is taken, and what is refused."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile

import numpy as np
import pytest

import ae_core
from ae_core import autoencoder

pytest.importorskip("keras")
import h5py
import keras

from ae_core.autoencoder import KERAS, Autoencoder
from ae_core.training import brought, export
from ae_core.training.custom import Custom
from ae_core.training.settings import MAX_FILE, PRESETS, Settings
from ae_core.training.train import Trained


def saved(model, tmp_path, name: str = "model.keras") -> bytes:
    model.save(tmp_path / name)
    return (tmp_path / name).read_bytes()


def model_of(settings: Settings):
    """An untrained network of some settings, as `export.write` saves it."""
    family = Custom.of(settings)
    encoder, decoder = family.build()
    image = keras.Input((28, 28))
    return keras.Model(image, family.join(encoder, decoder, image)), encoder, decoder


def outputs(encoder, decoder, images):
    code = encoder(images)
    first = code[0] if isinstance(code, list | tuple) else code
    return np.asarray(first), np.asarray(decoder(first))


KINDS = {
    "dense": Settings(hidden=(16,), code_size=4),
    "sparse": Settings(hidden=(), code_size=8, sparsity=3),
    "plane": Settings(hidden=(8,), code_size=2, activation="gelu"),
    "variational": Settings(kind="variational", hidden=(8,), code_size=2, activation="elu"),
    "convolutional": Settings(kind="convolutional", hidden=(4, 3), code_size=32),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_comes_back_as_it_went(kind, tmp_path, sample_images):
    whole, *parts = model_of(KINDS[kind])
    family, *back = brought.opened(saved(whole, tmp_path))
    assert family.variational == (kind == "variational")
    for then, now in zip(outputs(*parts, sample_images[:5]), outputs(*back, sample_images[:5]),
                         strict=True):  # fmt: skip
        np.testing.assert_allclose(now, then, atol=1e-6)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_tutorials_networks_come_back(preset, tmp_path):
    brought.opened(saved(model_of(PRESETS[preset])[0], tmp_path))


@pytest.mark.parametrize("name", ["deep", "sparse", "convolutional", "denoising", "variational"])
def test_the_networks_that_ship_are_taken(name, monkeypatch):
    monkeypatch.setenv("AE_TRAINING_PARAMETERS", "3000000")
    contents = (autoencoder.WEIGHTS / "mnist" / name / KERAS).read_bytes()
    family, encoder, decoder = brought.opened(contents)
    ae = ae_core.load(name)
    assert encoder.count_params() == ae.card["parameters"]["encoder"]
    assert decoder.count_params() == ae.card["parameters"]["decoder"]
    assert family.variational == ae.variational


def test_a_compiled_network_comes_back_without_its_optimiser(tmp_path, sample_images):
    whole, *parts = model_of(KINDS["dense"])
    whole.compile("adam", "binary_crossentropy", metrics=["mse"])
    whole.fit(sample_images[:64], sample_images[:64], verbose=0)
    _, *back = brought.opened(saved(whole, tmp_path))
    np.testing.assert_allclose(
        outputs(*parts, sample_images[:5])[1], outputs(*back, sample_images[:5])[1], atol=1e-6
    )


def test_what_comes_back_can_be_written_and_loaded(tmp_path, small_data, sample_images):
    """Down to the files that the app reads; its card claims nothing of the training."""
    whole, *parts = model_of(KINDS["variational"])
    family, encoder, decoder = brought.opened(saved(whole, tmp_path))
    folder = export.write(family, Trained(encoder, decoder), "mnist", tmp_path)
    ae = Autoencoder(folder)
    assert not {"epochs", "seed", "validation_loss", "split"} & ae.card.keys()
    assert ae.has_plane
    assert ae.card["layers"].keys() == {"encoder", "decoder"}
    expected = outputs(*parts, sample_images[:5])[1]
    np.testing.assert_allclose(ae.reconstruct(sample_images[:5]), expected, atol=2e-2)
    # and what was written can be brought again
    assert brought.opened((folder / KERAS).read_bytes())[0] == family


# ---------------------------------------------------------------- what is refused


def reason(contents: bytes) -> str:
    with pytest.raises(brought.UnfitFileError) as error:
        brought.opened(contents)
    return error.value.reason


@pytest.fixture
def good(tmp_path) -> bytes:
    return saved(model_of(KINDS["dense"])[0], tmp_path)


def changed(contents: bytes, change=None, weights: bytes | None = None, **files: bytes) -> bytes:
    """A Keras file with another configuration, other weights or other members."""
    with zipfile.ZipFile(io.BytesIO(contents)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    if change:
        config = json.loads(found["config.json"])
        found["config.json"] = json.dumps(change(config) or config).encode()
    if weights is not None:
        found["model.weights.h5"] = weights
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (found | files).items():
            archive.writestr(name, content)
    return made.getvalue()


def layers_of(config: dict) -> list[dict]:
    return next(
        layer["config"]["layers"] for layer in config["config"]["layers"]
        if layer["config"]["name"] == "decoder"
    )  # fmt: skip


@pytest.mark.parametrize(
    "contents",
    [b"", b"nonsense", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n" + bytes(100), b"\x80\x04N."],
    ids=["empty", "text", "cut", "picture", "pickle"],
)
def test_what_is_no_keras_file(contents):
    assert reason(contents) == "file_keras"


def test_a_damaged_or_foreign_archive(good):
    assert reason(good[: len(good) // 2]) == "file_keras"
    assert reason(good[:200] + b"\xff" * 50 + good[250:]) in ("file_keras", "file_layers")
    assert reason(changed(good, **{"extra.py": b"print()"})) == "file_keras"
    assert reason(changed(good, **{"../model.weights.h5": b""})) == "file_keras"
    assert reason(changed(good, weights=b"no h5")) == "file_keras"
    assert reason(changed(good, lambda config: "text")) == "file_keras"
    assert reason(changed(good, **{"config.json": b"[" * 100_000})) == "file_keras"


def test_too_large(good):
    assert reason(bytes(MAX_FILE + 1)) == "file_large"
    bomb = changed(good, **{"metadata.json": bytes(1_000_000)})
    assert reason(bomb) == "file_large"

    def widen(config):
        layers_of(config)[1]["config"]["units"] = 10**9

    assert reason(changed(good, widen)) == "file_large"


def test_more_weights_than_this_host_allows(good, monkeypatch):
    monkeypatch.setenv("AE_TRAINING_PARAMETERS", "1000")
    assert reason(good) == "file_large"


def lambda_layer(config):
    layers_of(config)[1] |= {"module": "keras.layers", "class_name": "Lambda"}


def foreign_module(config):
    layers_of(config)[1] |= {"module": "os", "class_name": "system"}


def foreign_activation(config):
    layers_of(config)[1]["config"]["activation"] = {
        "module": "builtins", "class_name": "function", "config": "eval", "registered_name": "eval",
    }  # fmt: skip


def registered_elsewhere(config):
    layers_of(config)[1]["registered_name"] = "evil>Dense"


def nested_lambda(config):
    layers_of(config)[1]["config"]["kernel_initializer"] = {
        "class_name": "__lambda__", "config": {"value": ["x", None, None]},
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [lambda_layer, foreign_module, foreign_activation, registered_elsewhere, nested_lambda],
)
def test_what_is_not_known_is_not_opened(good, change, monkeypatch):
    monkeypatch.setattr(keras.models, "load_model", lambda *args, **options: pytest.fail("opened"))
    assert reason(changed(good, change)) == "file_layers"


def test_a_loss_of_ones_own_is_forgotten(good):
    def compiled(config):
        config["compile_config"] = {"loss": {"module": "os", "class_name": "system"}}

    brought.opened(changed(good, compiled))


def weights_with(good: bytes, change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        file = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(file, "r+") as weights:
        change(weights)
    return file.getvalue()


def outward(weights):
    weights["outside"] = h5py.ExternalLink("/etc/hostname", "/")


def soft(weights):
    weights["soft"] = h5py.SoftLink("/layers")


def external(weights):
    weights.create_dataset("external", (10,), "u1", external=[("/etc/hostname", 0, 10)])


def virtual(weights):
    layout = h5py.VirtualLayout((10,), "f4")
    layout[:] = h5py.VirtualSource("/tmp/other.h5", "x", (10,))
    weights.create_virtual_dataset("virtual", layout)


def texts(weights):
    weights["text"] = "text"


@pytest.mark.parametrize("change", [outward, soft, external, virtual, texts])
def test_weights_must_be_in_the_file(good, change):
    assert reason(changed(good, weights=weights_with(good, change))) == "file_layers"


def test_an_array_that_unpacks_to_gigabytes(good):
    def bomb(weights):
        weights.create_dataset("bomb", (10**9,), "f4", chunks=(10**6,), compression="gzip")

    assert reason(changed(good, weights=weights_with(good, bomb))) == "file_large"


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_weights_that_are_no_numbers(tmp_path, value):
    whole, _, decoder = model_of(KINDS["dense"])
    decoder.variables[0].assign(np.full(decoder.variables[0].shape, value, np.float32))
    assert reason(saved(whole, tmp_path)) == "file_numbers"


def test_pixels_outside_the_picture(tmp_path):
    image, code = keras.Input((28, 28)), keras.Input((4,))
    encoder = keras.Model(
        image, keras.layers.Dense(4)(keras.layers.Flatten()(image)), name="encoder"
    )
    flat = keras.layers.Dense(784)(code)
    decoder = keras.Model(code, keras.layers.Reshape((28, 28))(flat), name="decoder")
    whole = keras.Model(image, decoder(encoder(image)))
    assert reason(saved(whole, tmp_path)) == "file_numbers"


def classifier():
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])


def other_pictures():
    image, code = keras.Input((32, 32)), keras.Input((4,))
    encoder = keras.Model(
        image, keras.layers.Dense(4)(keras.layers.Flatten()(image)), name="encoder"
    )
    flat = keras.layers.Dense(1024, "sigmoid")(code)
    decoder = keras.Model(code, keras.layers.Reshape((32, 32))(flat), name="decoder")
    return keras.Model(image, decoder(encoder(image)))


def layers_called_so():
    image = keras.Input((28, 28))
    flat = keras.layers.Dense(4, name="encoder")(keras.layers.Flatten()(image))
    return keras.Model(image, keras.layers.Dense(784, name="decoder")(flat))


@pytest.mark.parametrize("make", [classifier, other_pictures, layers_called_so])
def test_what_is_no_autoencoder_of_our_pictures(make, tmp_path):
    assert reason(saved(make(), tmp_path)) == "file_shape"


def test_a_file_keeps_nothing_that_was_not_looked_at(good):
    """What Keras gets is what was checked, byte for byte, and not the file."""
    extra = good + b"trailing"  # a zip may have anything before and after
    with zipfile.ZipFile(io.BytesIO(brought.checked(extra))) as archive:
        assert set(archive.namelist()) == {"config.json", "metadata.json", "model.weights.h5"}
    assert dataclasses.is_dataclass(brought.Brought)
