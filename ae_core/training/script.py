"""A training as a short Python script, or as a notebook, that does the same in plain Keras.

Whoever runs it needs Keras, what Keras runs on, and NumPy, but nothing of this project. Only what
the settings need is written. The network begins with the same weights, as the seed is the same;
the order of the pictures is Keras's own, so the last digits of a loss differ.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from ..models.variational import Variational
from .custom import HUBER_DELTA
from .settings import PIXELS, SIDES, TRAINING_IMAGES, Settings, channels

DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}
OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW",
              "adadelta": "Adadelta", "adagrad": "Adagrad"}  # fmt: skip
LOSSES = {
    "bce": '"binary_crossentropy"',
    "mse": '"mean_squared_error"',
    "mae": '"mean_absolute_error"',
    "huber": f"keras.losses.Huber(delta={HUBER_DELTA})",
}
# Each kind of noise: what it does, and how; `ae_core.noise` has the same.
NOISES = {
    "gaussian": (
        "Add a normal draw to every pixel.",
        """\
noise = rng.standard_normal(images.shape, np.float32)
return np.clip(images + LEVEL * noise, 0, 1)""",
    ),
    "masking": (
        "Set a share of the pixels to 0.",
        "return images * (rng.random(images.shape, np.float32) >= LEVEL)",
    ),
    "salt_and_pepper": (
        "Set a share of the pixels to 0 or 1, equally often.",
        """\
chance = 2 * rng.random(images.shape, np.float32) - 1
return np.where(np.abs(chance) < LEVEL, np.float32(chance > 0), images)""",
    ),
    "blur": (
        "Blur by a Gaussian of LEVEL × 4 pixels; beyond the picture all is black.",
        """\
steps = np.arange(28) / (4 * LEVEL)
fall = np.exp(-0.5 * (steps[:, None] - steps) ** 2)
weights = np.float32(fall / (2 * fall[0].sum() - 1))
return weights @ images @ weights""",
    ),
    "patch": (
        "Set a square to 0, somewhere in each picture; its side is LEVEL × 28 pixels.",
        """\
start = 28 * (1 - LEVEL) * rng.random((len(images), 2, 1), np.float32)
middles = np.arange(28) + 0.5
inside = (middles >= start) & (middles < start + 28 * LEVEL)
return images * ~(inside[:, 0, :, None] & inside[:, 1, None, :])""",
    ),
    "erased": (
        "Set stretches of the strokes to 0: where smooth chance is lowest.",
        """\
down, across = np.fft.fftfreq(28)[:, None], np.fft.rfftfreq(28)
chance = np.fft.rfft2(rng.standard_normal(images.shape, np.float32))
chance *= np.exp(-8 * np.pi**2 * (down**2 + across**2))  # a blur by 2 pixels
smooth = np.fft.irfft2(chance).reshape(-1, 784)
ranks = smooth.argsort(axis=1).argsort(axis=1).reshape(images.shape)
return images * (ranks >= LEVEL * 784)""",
    ),
}


class Section(NamedTuple):
    """A part of the script, a cell of the notebook."""

    heading: str  # of the cell
    code: str  # without an empty line at either end


def write(settings: Settings) -> str:
    """Return a Python script that trains what `settings` describe.

    Run anywhere, it takes the images from `keras.datasets`, or from the folder that the environment
    variable `AE_DATA_DIR` names; prints the loss of each epoch, at last BCE and MSE of the test
    images; and leaves the network of the best epoch as `autoencoder.keras`.
    """
    return "\n\n\n".join(section.code for section in sections(settings)) + "\n"


def notebook(settings: Settings) -> bytes:
    """Return the same as a Jupyter notebook (nbformat 4.5): a cell for each section."""
    cells = [_cell("markdown", f"# {_title(settings)}\n\n{_summary(settings)}")]
    for heading, code in sections(settings):
        cells += [_cell("markdown", f"## {heading}"), _cell("code", code)]
    written = {
        "cells": [cell | {"id": f"cell-{place}"} for place, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def _cell(kind: str, text: str) -> dict[str, object]:
    ran: dict[str, object] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)} | ran


def sections(settings: Settings) -> list[Section]:
    """Return the parts of the script, in order; two empty lines stand between them."""
    found = [
        Section("What it needs", _beginning(settings)),
        Section("The images", _images(settings)),
    ]
    if settings.noise_level:
        found.append(Section("The noise", _noise(settings)))
    if _variational(settings):
        found.append(Section("The draw from the posterior", _draw(settings)))
    convolutional = settings.kind == "convolutional"
    network = _convolutional(settings) if convolutional else _dense(settings)
    return [
        *found,
        Section("The network", f"{network}\n\n{_join(settings)}"),
        Section("The training", _training(settings)),
        Section("The test", _test()),
    ]


# ---------------------------------------------------------------- in words


def _title(settings: Settings) -> str:
    return f"A {settings.kind} autoencoder of {DATASETS[settings.dataset]}"


def _summary(settings: Settings) -> str:
    """Return what is trained, and how, as a paragraph."""
    widths = " and ".join(map(str, settings.hidden)) or "no"
    units = "maps" if settings.kind == "convolutional" else "units"
    noise = settings.noise.replace("_", " ")
    damaged = f", from images with {noise} noise of level {settings.noise_level:g}"
    return (
        f"A code of {settings.code_size} numbers; hidden layers of {widths} {units}. "
        f"It learns by {OPTIMIZERS[settings.optimizer]} in {settings.epochs} epochs to rebuild "
        f"{_used(settings):,} images{damaged if settings.noise_level else ''}."
    )


def _variational(settings: Settings) -> bool:
    return settings.kind == "variational"


def _sparse(settings: Settings) -> bool:
    return settings.kind == "dense" and 0 < settings.sparsity < settings.code_size


def _used(settings: Settings) -> int:
    """Return how many of the training images are used."""
    return max(1, round(settings.share * TRAINING_IMAGES))


def _batch(settings: Settings) -> int:
    return min(settings.batch_size, _used(settings))


# ---------------------------------------------------------------- in Python


def _beginning(settings: Settings) -> str:
    ops = ", ops" if _variational(settings) or _sparse(settings) else ""
    return f'''\
"""{_title(settings)} with a code of {settings.code_size} numbers.

It needs Keras and what Keras runs on: pip install keras tensorflow
"""

import os

import keras
import numpy as np
from keras import layers{ops}

BATCH_SIZE = {_batch(settings)}
EPOCHS = {settings.epochs}
SEED = {settings.seed}
keras.utils.set_random_seed(SEED)  # the same weights to begin with in each run'''


def _images(settings: Settings) -> str:
    lines = [
        f'if folder := os.getenv("AE_DATA_DIR"):  # with {settings.dataset}.npz in it',
        f'    file = np.load(f"{{folder}}/{settings.dataset}.npz")',
        '    images, labels, test = file["x_train"], file["y_train"], file["x_test"]',
        "else:",
        f"    (images, labels), (test, _) = keras.datasets.{settings.dataset}.load_data()",
        'images, test = images.astype("float32") / 255, test.astype("float32") / 255',
        "# To validate: the first 500 images of each class. It never learns from them.",
        "held_out = np.concatenate([np.flatnonzero(labels == k)[:500] for k in range(10)])",
        "train, validation = np.delete(images, held_out, axis=0), images[held_out]",
    ]
    used = _used(settings)
    if used < TRAINING_IMAGES:
        lines.append(f"train = np.random.default_rng(SEED).permutation(train)[:{used}]")
    if used % _batch(settings):
        lines.append("train = train[: len(train) // BATCH_SIZE * BATCH_SIZE]  # whole batches")
    return "\n".join(lines)


def _noise(settings: Settings) -> str:
    what, body = NOISES[settings.noise]
    arguments = "images, rng" if "rng" in body else "images"
    lines = [f'"""{what}"""', *body.splitlines()]
    return "\n".join([
        f"LEVEL = {settings.noise_level}\n\n",
        f"def damaged({arguments}):",
        *(f"    {line}" for line in lines),
    ])  # fmt: skip


def _draw(settings: Settings) -> str:
    lines = [
        "class Draw(layers.Layer):",
        '    """A code drawn from the posterior; β times its KL is added to the loss."""',
        "",
        "    def __init__(self):",
        "        super().__init__()",
        "        self.seed = keras.random.SeedGenerator(SEED)",
        "",
        "    def call(self, posterior):",
        "        mean, log_var = posterior",
    ]
    if settings.beta:
        beta = "" if settings.beta == 1 else f"{settings.beta} * "
        lines += [
            "        kl = 0.5 * ops.sum(mean**2 + ops.exp(log_var) - 1 - log_var, axis=1)",
            f"        self.add_loss({beta}ops.mean(kl))",
        ]
    else:
        lines[1] = '    """A code drawn from the posterior."""'
    lines += [
        "        noise = keras.random.normal(ops.shape(mean), seed=self.seed)",
        "        return mean + ops.exp(0.5 * log_var) * noise",
    ]
    return "\n".join(lines)


def _dense(settings: Settings) -> str:
    """Return encoder and decoder of the dense and the variational kind."""
    code, hidden = settings.code_size, f', activation="{settings.activation}"'
    lines = ["image = keras.Input((28, 28))", "x = layers.Flatten()(image)"]
    lines += [f"x = layers.Dense({width}{hidden})(x)" for width in settings.hidden]
    if _variational(settings):
        low, high = Variational.log_var_range
        lines += [
            f'mean = layers.Dense({code}, name="mean")(x)',
            f'log_var = layers.Dense({code}, name="log_var")(x)',
            f"log_var = ops.clip(log_var, {low:g}, {high:g})",
            'encoder = keras.Model(image, [mean, log_var], name="encoder")',
        ]
    else:
        linear = settings.code_activation == "linear"
        act = "" if linear else f', activation="{settings.code_activation}"'
        lines.append(f"code = layers.Dense({code}{act})(x)")
        if _sparse(settings):
            lines += [
                f"weakest = ops.top_k(code, {settings.sparsity})[0][:, -1:]"
                "  # of those that are kept",
                'code = code * ops.cast(code >= weakest, "float32")',
            ]
        if settings.kind == "dense" and settings.l1:
            lines.append(f"code = layers.ActivityRegularization(l1={settings.l1})(code)")
        lines.append('encoder = keras.Model(image, code, name="encoder")')
    lines += ["", f"code = x = keras.Input(({code},))"]
    lines += [f"x = layers.Dense({width}{hidden})(x)" for width in reversed(settings.hidden)]
    lines += [
        f'x = layers.Dense({PIXELS}, activation="sigmoid")(x)',
        'decoder = keras.Model(code, layers.Reshape((28, 28))(x), name="decoder")',
    ]
    return "\n".join(lines)


def _convolutional(settings: Settings) -> str:
    maps, last = channels(settings), len(channels(settings)) - 1
    lines = ["image = keras.Input((28, 28))", "x = layers.Reshape((28, 28, 1))(image)"]
    for i in range(1, last + 1):
        act = settings.code_activation if i == last else settings.activation
        lines.append(f"x = layers.Conv2D({maps[i]}, {_strided(act)})(x)")
    lines += [
        'encoder = keras.Model(image, x, name="encoder")',
        "",
        f"code = x = keras.Input(({SIDES[last]}, {SIDES[last]}, {maps[last]}))",
    ]
    for i in range(last - 1, -1, -1):
        act = settings.activation if i else "sigmoid"
        lines.append(f"x = layers.Conv2DTranspose({maps[i]}, {_strided(act)})(x)")
        if over := 2 * SIDES[i + 1] - SIDES[i]:
            cropped = f"x = layers.Cropping2D(((0, {over}), (0, {over})))(x)"
            lines.append(f"{cropped}  # to {SIDES[i]} × {SIDES[i]}")
    lines.append('decoder = keras.Model(code, layers.Reshape((28, 28))(x), name="decoder")')
    return "\n".join(lines)


def _strided(activation: str) -> str:
    act = "" if activation == "linear" else f', activation="{activation}"'
    return f'3, strides=2, padding="same"{act}'


def _join(settings: Settings) -> str:
    if not _variational(settings):
        return "autoencoder = keras.Model(image, decoder(encoder(image)))"
    return """\
mean, log_var = encoder(image)
autoencoder = keras.Model(image, decoder(mean))
in_training = keras.Model(image, decoder(Draw()([mean, log_var])))"""


def _optimizer(settings: Settings) -> list[str]:
    rate, lines = f"{float(settings.learning_rate)}", []
    if settings.decay:
        lines = [
            "# Step t has the first rate / (1 + decay · t).",
            "rate = keras.optimizers.schedules.InverseTimeDecay("
            f"{rate}, 1, {float(settings.decay)})",
        ]
        rate = "rate"
    if settings.optimizer == "sgd" and settings.momentum:
        rate += f", momentum={float(settings.momentum)}"
        rate += ", nesterov=True" if settings.nesterov else ""
    return [*lines, f"optimizer = keras.optimizers.{OPTIMIZERS[settings.optimizer]}({rate})"]


def _training(settings: Settings) -> str:
    model = "in_training" if _variational(settings) else "autoencoder"
    lines, loss = _optimizer(settings), LOSSES[settings.loss]
    if _variational(settings):
        lines += [
            "# The loss of an image is a sum over its pixels, as the KL is one over the code.",
            f"{model}.compile(optimizer, loss={loss}, loss_weights={float(PIXELS)})",
        ]
    else:
        lines.append(f"{model}.compile(optimizer, loss={loss})")
    lines += [
        "best = keras.callbacks.ModelCheckpoint(",
        '    "best.weights.h5", save_best_only=True, save_weights_only=True',
        ")",
    ]
    if not settings.noise_level:
        lines += _fit(model, "train", "train", "validation", "epochs=EPOCHS")
    elif "rng" not in NOISES[settings.noise][1]:
        shown, held_out = "damaged(train)", "damaged(validation)"  # the same in every epoch
        lines += _fit(model, shown, "train", held_out, "epochs=EPOCHS")
    else:
        lines += [
            "rng = np.random.default_rng(SEED)",
            "shown = damaged(validation, rng)",
            "for epoch in range(1, EPOCHS + 1):",
            '    print(f"Epoch {epoch}/{EPOCHS}")',
            "    clean = rng.permutation(train)",
            *(f"    {line}" for line in _fit(model, "damaged(clean, rng)", "clean", "shown")),
        ]
    return "\n".join([*lines, f'{model}.load_weights("best.weights.h5")'])


def _fit(model: str, shown: str, clean: str, held_out: str, *more: str) -> list[str]:
    """Return the call that trains `model`, for one epoch if `more` does not say otherwise."""
    arguments = [
        *(shown, clean, "batch_size=BATCH_SIZE", *more),
        f"validation_data=({held_out}, validation)",
        *("callbacks=[best]", "verbose=2"),
    ]
    return [f"{model}.fit(", *(f"    {argument}," for argument in arguments), ")"]


def _test() -> str:
    return """\
rebuilt = autoencoder.predict(test, verbose=0)
bce = np.mean(keras.losses.binary_crossentropy(test, rebuilt))
mse = np.mean((test - rebuilt) ** 2)
print(f"10,000 test images: BCE {bce:.4f}, MSE {mse:.4f}")
autoencoder.save("autoencoder.keras")"""
