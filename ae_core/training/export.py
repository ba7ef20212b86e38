"""Writing and judging a trained family: Keras file, LiteRT files, and the card."""

from __future__ import annotations

import dataclasses
import hashlib
import io
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

from .. import browser, data
from ..autoencoder import (
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
from ..models.base import Family
from . import evaluate

if TYPE_CHECKING:
    from .train import Trained

SIGNIFICANT_BITS = 8
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


def _save(whole, path: Path) -> None:
    """Save a Keras model in a third of the space.

    Its weights are rounded to `SIGNIFICANT_BITS` (which moves the BCE by less than 2e-5), so the
    LiteRT files can hold them in two bytes, and most bytes pack to nothing here.
    """
    for variable in whole.variables:
        variable.assign(_rounded(variable.numpy()))
    whole.save(path)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in contents.items():
            archive.writestr(name, _packed(content) if name.endswith(".h5") else content)


def _rounded(values: np.ndarray) -> np.ndarray:
    """Return float32 `values` with fewer bits, such that float16 holds them as well."""
    mantissa, exponent = np.frexp(values)
    rounded = np.ldexp(np.round(np.ldexp(mantissa, SIGNIFICANT_BITS)), exponent - SIGNIFICANT_BITS)
    return rounded.astype(np.float16).astype(np.float32)


def _packed(weights: bytes) -> bytes:
    """Return a `.h5` file whose arrays are packed byte by byte: equal bytes come together."""
    import h5py

    source, target = io.BytesIO(weights), io.BytesIO()
    with h5py.File(source) as old, h5py.File(target, "w") as new:
        new.attrs.update(old.attrs)

        def copy(name, item):
            if isinstance(item, h5py.Group):
                copied = new.require_group(name)
            else:
                packing = {"shuffle": True, "compression": 9} if item.nbytes > 4096 else {}
                copied = new.create_dataset(name, data=item[()], **packing)
            copied.attrs.update(item.attrs)

        old.visititems(copy)
    return target.getvalue()


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
    whole = keras.Model(image, family.join(encoder, decoder, image), name=family.name)
    _save(whole, folder / KERAS)
    _write_lite(folder, encoder, decoder, family.variational)
    settings = dataclasses.asdict(family)
    card: dict[str, Any] = {
        "name": family.name,
        "dataset": dataset,
        "variational": family.variational,
        "classes": family.classes,
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
    card["test"] = evaluate.measure(ae, card["dataset"])
    files = [KERAS, ENCODER, DECODER]
    if ae.has_plane:  # the map that the pages draw
        check_for_browser(ae)
        test = data.load(card["dataset"]).test
        codes = ae.plane(test.images).astype(np.float16)
        np.savez_compressed(folder / TEST_CODES, codes=codes, labels=test.labels)
        files.append(TEST_CODES)
    _write_card(folder, card, files)


def check_for_browser(ae: Autoencoder) -> None:
    """Raise ValueError unless the browser would decode as LiteRT does."""
    layers = browser.unpack(browser.from_constants(ae.decoder.constants()))
    codes = np.random.default_rng(0).standard_normal((50, *ae.code_shape))
    error = np.abs(browser.decode(layers, codes) - ae.decode(codes)).max()
    if error > 1e-4:
        raise ValueError(f"the browser's decoder is off by {error:.2g}: is it built differently?")


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
