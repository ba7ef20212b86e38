"""Writing and judging a trained family: Keras file, LiteRT files, and the card."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import platform
import re
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import autoencoder, browser, data
from ..autoencoder import (
    CARD,
    DECODER,
    ENCODER,
    KERAS,
    TEST_CODES,
    Autoencoder,
    read_card,
    read_file,
)
from ..models.base import Family
from ..runtime import Network
from . import describe, evaluate

if TYPE_CHECKING:
    from .train import Trained

SIGNIFICANT_BITS = 8
BROWSER_TOLERANCE = 1e-5  # of what LiteRT says, or of the largest number it says if that is over 1
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
    LiteRT files can hold them in two bytes, and most bytes pack to nothing here. A file that
    holds rounded weights already is left as it is.
    """
    rounded = [_rounded(variable.numpy()) for variable in whole.variables]
    if path.exists() and _holds(path, rounded):
        return
    for variable, values in zip(whole.variables, rounded, strict=True):
        variable.assign(values)
    whole.save(path)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in contents.items():
            archive.writestr(name, _packed(content) if name.endswith(".h5") else content)


def _holds(path: Path, weights: list[np.ndarray]) -> bool:
    """Return whether a Keras file holds exactly these weights."""
    import keras

    try:
        saved = keras.models.load_model(path).variables
    except (OSError, ValueError):  # it is no Keras file
        return False
    return len(saved) == len(weights) and all(
        np.array_equal(variable.numpy(), values)
        for variable, values in zip(saved, weights, strict=True)
    )


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


def write(family: Family, trained: Trained, dataset: str, root: Path | None = None) -> Path:
    """Write the folder of one trained family below `root` (`weights`); return the folder.

    `model.keras` holds image -> reconstruction with the layers "encoder" and "decoder" and
    opens in plain Keras.

    Raises:
        FloatingPointError: a weight is too large for float16, as the files have it.
    """
    import keras

    folder = (root or autoencoder.WEIGHTS) / dataset / family.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).unlink(missing_ok=True)
    encoder, decoder = trained.encoder, trained.decoder
    for variable in encoder.variables + decoder.variables:
        if not (np.abs(variable.numpy()) <= np.finfo(np.float16).max).all():
            raise FloatingPointError(f"{family.name}: {variable.path} is too large for float16")
    image = keras.Input((28, 28), name="image")
    whole = keras.Model(image, family.join(encoder, decoder, image), name=family.name)
    _save(whole, folder / KERAS)
    _write_lite(folder, encoder, decoder, family.variational)
    card: dict[str, Any] = {
        "name": family.name,
        "dataset": dataset,
        "variational": family.variational,
        "classes": family.classes,
        "source": family.source,
        "settings": family.written(),
        **(_training(family, trained) if trained.best_epoch else {}),
        "versions": {"python": platform.python_version()}
        | {name: _package_version(name) for name in PACKAGES},
        "parameters": {"encoder": encoder.count_params(), "decoder": decoder.count_params()},
        "multiply_adds": {"encoder": multiply_adds(encoder), "decoder": multiply_adds(decoder)},
    }
    finish(folder, card | _layers(folder, encoder, decoder))
    return folder


def _training(family: Family, trained: Trained) -> dict[str, Any]:
    """Return what a card says of the training."""
    return {
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
    }


def _write_lite(folder: Path, encoder, decoder, variational: bool) -> None:
    (folder / ENCODER).write_bytes(to_tflite(encoder, variational))
    (folder / DECODER).write_bytes(to_tflite(decoder))


def _layers(folder: Path, encoder, decoder) -> dict[str, Any]:
    """Return {"layers": …} for a card: the steps of the networks that a browser can run."""
    found = {}
    for part, file, network in (("encoder", ENCODER, encoder), ("decoder", DECODER, decoder)):
        try:
            constants = Network((folder / file).read_bytes()).constants()
            found[part] = describe.steps(network, constants)
        except describe.NotDescribedError as error:
            print(f"{folder.name}: the {part} is {error}", file=sys.stderr)
    return {"layers": found} if found else {}


def rewrite(folder: Path) -> None:
    """Make the files and the card of a folder again from its `model.keras`.

    A file or a figure that would be the same, but for what is left to a processor's last digits,
    is left as it is.

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
    layers = _layers(folder, *parts)
    if not layers:
        card.pop("layers", None)
    del card["sha256"]
    finish(folder, card | layers)


def finish(folder: Path, card: dict[str, Any]) -> None:
    """Measure a written family on the test set through LiteRT and write its card."""
    _write_card(folder, card, (KERAS, ENCODER, DECODER))  # so that it can be loaded
    ae = Autoencoder(folder)
    measured = evaluate.measure(ae, card["dataset"])
    if evaluate.disagreements(card.get("test", {}), measured):
        card["test"] = measured
    files = [KERAS, ENCODER, DECODER]
    test = data.load(card["dataset"]).test
    check_for_browser(ae, test.images[:500])
    codes = ae.plane(test.images).astype(np.float16) if ae.has_plane else None
    if codes is not None and _fill_a_plane(codes):  # the map that the pages draw
        _write_map(folder / TEST_CODES, codes, test.labels)
        files.append(TEST_CODES)
    _write_card(folder, card, files)


def _fill_a_plane(codes: np.ndarray) -> bool:
    """Return whether codes (n, 2) are finite and not all on one line: a unit may have died."""
    with np.errstate(all="ignore"):
        spread = np.cov(codes.astype(np.float64), rowvar=False)
    return bool(np.isfinite(spread).all()) and np.linalg.matrix_rank(spread) == 2


def _write_map(path: Path, codes: np.ndarray, labels: np.ndarray) -> None:
    """Write codes and their classes, unless they stand there already."""
    if path.exists():
        with np.load(path) as old:
            same = np.array_equal(old["labels"], labels) and np.allclose(
                old["codes"].astype(np.float32), codes.astype(np.float32), rtol=2e-3, atol=2e-3
            )
        if same:
            return
    np.savez_compressed(path, codes=codes, labels=labels)


def check_for_browser(ae: Autoencoder, images: np.ndarray) -> None:
    """Compare what a browser computes with LiteRT, for each network that the card describes.

    Args:
        ae: the encoder is given `images`, the decoder their codes and 50 draws from N(0, I).
        images: (n, 28, 28), digits.

    Raises:
        ValueError: a number differs by more than `BROWSER_TOLERANCE`.
    """
    drawn = np.random.default_rng(0).standard_normal((50, *ae.code_shape), dtype=np.float32)
    codes = np.concatenate([ae.encode(images), drawn])
    for part, steps in ae.card.get("layers", {}).items():
        network, batch = (ae.encoder, images) if part == "encoder" else (ae.decoder, codes)
        packed = browser.unpack(browser.from_description(steps, network.constants()))
        said = network(batch)
        error = np.abs(browser.run(packed, batch) - said).max() / max(1.0, np.abs(said).max())
        if not error <= BROWSER_TOLERANCE:
            raise ValueError(
                f"the {part} of {ae.name} in the browser is off by {error:.2g}, "
                f"expected at most {BROWSER_TOLERANCE:.0e}: is it described wrongly?"
            )


def _write_card(folder: Path, card: dict[str, Any], files: Iterable[str]) -> None:
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    (folder / CARD).write_text(_text(card | {"sha256": hashes}) + "\n", encoding="utf-8")


def _text(card: dict[str, Any]) -> str:
    """Return a card as JSON, each step of a network on one line."""
    text = json.dumps(card, indent=1, ensure_ascii=False)
    return re.sub(r'\{\s*"layer":[^}]*\}', lambda step: json.dumps(json.loads(step[0])), text)


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
