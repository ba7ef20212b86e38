"""Writing and judging a trained family: Keras file, LiteRT files, and the card."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import platform
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import browser, data, evaluate
from .autoencoder import (
    BROWSER,
    CARD,
    DECODER,
    ENCODER,
    KERAS,
    TEST_CODES,
    WEIGHTS,
    Autoencoder,
    read_card,
    read_file,
)
from .models.base import Family

if TYPE_CHECKING:
    from .train import Trained

PACKAGES = ("tensorflow", "keras", "numpy", "ai-edge-litert")


def _package_version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:  # on x86-64 the package is called tensorflow-cpu
        return version(f"{name}-cpu")


def to_tflite(network, variational: bool = False) -> bytes:
    """Return a Keras network as a LiteRT model with a free batch size.

    An encoder with two outputs becomes one with (n, 2, d): mean and log-variance.
    """
    import tensorflow as tf
    from keras import ops

    shape = (None, *network.input_shape[1:])

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32)])
    def run(batch):
        result = network(batch, training=False)
        return ops.stack(result, axis=1) if variational else result

    converter = tf.lite.TFLiteConverter.from_concrete_functions([run.get_concrete_function()])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]  # together with the next line it means:
    converter.target_spec.supported_types = [tf.float16]  # stored as float16, run as float32
    return converter.convert()


def to_browser(decoder) -> bytes:
    """Return a decoder of dense layers in the form of `browser.pack`.

    A layer as wide as its input is a residual one, normalised first, as in variational.py.

    Raises:
        ValueError: the decoder is built differently.
    """
    import keras

    dense = [layer for layer in decoder.layers if isinstance(layer, keras.layers.Dense)]
    contents = browser.pack(
        [
            {
                "kernel": layer.kernel.numpy(),
                "bias": layer.bias.numpy(),
                "activation": layer.activation.__name__,
                "residual": layer.kernel.shape[0] == layer.kernel.shape[1],
            }
            for layer in dense
        ]
    )
    codes = np.random.default_rng(0).standard_normal((50, *decoder.input_shape[1:]))
    error = np.abs(browser.decode(browser.unpack(contents), codes) - decoder(codes).numpy()).max()
    if error > 1e-4:
        raise ValueError(f"the browser's decoder is off by {error:.2g}: is it built differently?")
    return contents


def _save(whole, path: Path) -> None:
    """Save a Keras model in half the space, without a change to its numbers.

    Its weights are rounded to float16 values (which costs no figure on a card a digit), so the
    LiteRT files can hold them in two bytes, and every second byte packs to nothing here.
    """
    for variable in whole.variables:
        variable.assign(variable.numpy().astype(np.float16).astype(variable.dtype))
    whole.save(path)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


def write(family: Family, trained: Trained, dataset: str, root: Path = WEIGHTS) -> Path:
    """Write the folder of one trained family below `root`; return the folder.

    `model.keras` holds image -> reconstruction with the layers "encoder" and "decoder" and
    opens in plain Keras.
    """
    import keras

    folder = root / dataset / family.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).unlink(missing_ok=True)
    encoder, decoder = trained.encoder, trained.decoder
    image = keras.Input((28, 28), name="image")
    code = encoder(image)
    whole = keras.Model(image, decoder(code[0] if family.variational else code), name=family.name)
    _save(whole, folder / KERAS)
    _write_lite(folder, encoder, decoder, family.variational)
    settings = dataclasses.asdict(family)
    card: dict[str, Any] = {
        "name": family.name,
        "dataset": dataset,
        "variational": family.variational,
        "source": family.source,
        "settings": {key: value for key, value in settings.items() if key != "seed"},
        "seed": family.seed,
        "split": {
            "train": "the other 55,000 of x_train",
            "validation": f"first {data.VALIDATION_PER_CLASS} of each class of x_train",
            "test": "the 10,000 of x_test",
        },
        "epochs": family.epochs,
        "best_epoch": trained.best_epoch,
        "validation_loss": round(trained.validation_loss, 5),
        "seconds": round(trained.seconds, 1),
        "cores": os.cpu_count(),
        "versions": {"python": platform.python_version()}
        | {name: _package_version(name) for name in PACKAGES},
        "parameters": {"encoder": encoder.count_params(), "decoder": decoder.count_params()},
        "multiply_adds": {"encoder": multiply_adds(encoder), "decoder": multiply_adds(decoder)},
    }
    finish(folder, card)
    return folder


def _write_lite(folder: Path, encoder, decoder, variational: bool) -> None:
    (folder / ENCODER).write_bytes(to_tflite(encoder, variational))
    (folder / DECODER).write_bytes(to_tflite(decoder))
    if variational:
        (folder / BROWSER).write_bytes(to_browser(decoder))


def rewrite(folder: Path) -> None:
    """Make the files and the card of a folder again from its `model.keras`.

    Raises:
        WeightsError: the card or `model.keras` is missing or foreign.
    """
    import keras

    card = read_card(folder)
    read_file(folder, KERAS, card)
    whole = keras.models.load_model(folder / KERAS)
    _save(whole, folder / KERAS)
    parts = (whole.get_layer("encoder"), whole.get_layer("decoder"))
    _write_lite(folder, *parts, card["variational"])
    finish(folder, card)


def finish(folder: Path, card: dict[str, Any]) -> None:
    """Measure a written family on the test set through LiteRT and write its card."""
    _write_card(folder, card, (KERAS, ENCODER, DECODER))  # so that it can be loaded
    ae = Autoencoder(folder)
    card["test"], codes = evaluate.measure(ae, card["dataset"])
    files = [KERAS, ENCODER, DECODER]
    if ae.variational:  # the decoder and the map of the latent space that the pages draw
        labels = data.load(card["dataset"]).test.labels
        np.savez_compressed(folder / TEST_CODES, codes=codes.astype(np.float16), labels=labels)
        files += [BROWSER, TEST_CODES]
    _write_card(folder, card, files)


def _write_card(folder: Path, card: dict[str, Any], files: Iterable[str]) -> None:
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    text = json.dumps(card | {"sha256": hashes}, indent=1, ensure_ascii=False)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def multiply_adds(network) -> int:
    """Return the multiply-adds of one picture through the dense and convolutional layers."""
    total = 0
    for layer in network.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is None:
            continue
        # A transposed convolution applies its kernel at every place of its input.
        transposed = "Transpose" in type(layer).__name__
        shape = (layer.input if transposed else layer.output).shape
        total += math.prod(kernel.shape) * math.prod(shape[1:-1])
    return total
