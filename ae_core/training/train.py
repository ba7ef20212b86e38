"""Training: one plain loop for every family.

AdamW with 2 % warm-up and cosine decay; after each epoch the validation loss is measured, and
the weights of the best epoch are the ones that are kept.
"""

from __future__ import annotations

import os
import time
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from .. import data
from ..models.base import Family


class Trained(NamedTuple):
    """Two trained networks and how they came about."""

    encoder: keras.Model
    decoder: keras.Model
    best_epoch: int
    validation_loss: float
    seconds: float


def train(family: Family, dataset: str = "mnist", show_progress: bool = True) -> Trained:
    """Train `family` on the fixed split of `dataset` and return the best epoch's networks.

    The seed fixes the initial weights, the order of the batches and the noise; numbers may
    still differ in the last digits from machine to machine.

    Raises:
        FloatingPointError: no epoch had a finite validation loss.
    """
    keras.utils.set_random_seed(family.seed)
    rng = np.random.default_rng(family.seed)
    train_set, validation, _ = data.load(dataset)
    train_set = _share(train_set, family)
    encoder, decoder = family.build()
    weights = encoder.trainable_variables + decoder.trainable_variables
    batch_size = min(family.batch_size, len(train_set.images))
    steps_per_epoch = len(train_set.images) // batch_size
    total_steps = family.epochs * steps_per_epoch
    optimizer = family.optimizer(total_steps)

    @tf.function
    def step(shown, clean, labels, progress):
        with tf.GradientTape() as tape:
            loss = family.loss(encoder, decoder, shown, clean, labels, progress)
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    @tf.function
    def validate(shown, clean, labels):
        return family.loss(encoder, decoder, shown, clean, labels, tf.constant(1.0))

    shown_validation = family.corrupt(validation.images, np.random.default_rng(family.seed))
    best: tuple[float, int, list[np.ndarray] | None] = (np.inf, 0, None)
    begin, done = time.perf_counter(), 0
    bar = tqdm(total=total_steps, desc=family.name, disable=not show_progress, mininterval=1)
    for epoch in range(1, family.epochs + 1):
        shown = family.corrupt(train_set.images, rng)
        order = rng.permutation(len(shown))[: steps_per_epoch * batch_size]
        losses = []
        for batch in order.reshape(steps_per_epoch, batch_size):
            progress = tf.constant(done / total_steps, tf.float32)
            clean, labels = train_set.images[batch], train_set.labels[batch]
            losses.append(step(shown[batch], clean, labels, progress))
            done += 1
            bar.update()
        chunks = np.array_split(np.arange(len(validation.images)), 10)
        held_out = [(shown_validation[c], *(part[c] for part in validation)) for c in chunks]
        loss = float(np.mean([validate(*chunk) for chunk in held_out]))
        if loss < best[0]:
            best = (loss, epoch, [v.numpy() for v in weights])
        bar.set_postfix(epoch=epoch, train=f"{np.mean(losses):.4f}", validation=f"{loss:.4f}")
    bar.close()
    if best[2] is None:
        raise FloatingPointError(f"training {family.name} never reached a finite loss")
    for variable, value in zip(weights, best[2], strict=True):
        variable.assign(value)
    return Trained(encoder, decoder, best[1], best[0], time.perf_counter() - begin)


def _share(images: data.Split, family: Family) -> data.Split:
    """Return the images that a family is trained on: all, or some that the seed chooses."""
    if family.share == 1:
        return images
    used = max(1, round(family.share * len(images.images)))
    chosen = np.random.default_rng(family.seed).permutation(len(images.images))[:used]
    return data.Split(images.images[chosen], images.labels[chosen])
