"""Training: one plain loop for every family.

After each epoch the validation loss is measured, and the weights of the best epoch are the ones
that are kept. What happens is told in events (`events`), to a terminal or to a page.
"""

from __future__ import annotations

import math
import os
import time
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf

from .. import data
from ..models.base import Family
from . import events

TICK = 0.25  # seconds between two looks at what is asked for, and between two events
ON_THE_MAP = 100  # validation images of each class


class Trained(NamedTuple):
    """Two trained networks and how they came about; without an epoch nobody knows."""

    encoder: keras.Model
    decoder: keras.Model
    best_epoch: int = 0
    validation_loss: float = math.nan
    seconds: float = 0.0
    stopped: str = ""  # why it ended early: "asked", "time" or "nan"


def train(
    family: Family,
    dataset: str = "mnist",
    report: events.Report = events.ignore,
    control: events.Control = events.go_on,
    seconds: float = math.inf,
    own: np.ndarray | None = None,
) -> Trained:
    """Train `family` on the fixed split of `dataset` and return the best epoch's networks.

    The seed fixes the initial weights, the order of the batches and the noise; numbers may
    still differ in the last digits from machine to machine.

    Args:
        family: with its settings.
        dataset: one of `data.DATASETS`.
        report: is told each event.
        control: is asked a few times a second: "go", "pause", or "stop", which ends the epoch
            where it is and keeps the best one so far.
        seconds: it stops after so many, and after as many of pauses.
        own: float32 (n, 28, 28) in [0, 1], other images to tell of in each epoch, such as drawings.

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

    step, validate = _functions(family, encoder, decoder, optimizer)
    shown_validation = family.corrupt(validation.images, np.random.default_rng(family.seed))
    chunks = np.array_split(np.arange(len(validation.images)), 10)
    held_out = [(shown_validation[c], *(part[c] for part in validation)) for c in chunks]
    snapshots = _Snapshots(family, encoder, decoder, validation, shown_validation, own)
    report({
        "event": "started", "name": family.name, "dataset": dataset,
        "epochs": family.epochs, "steps": steps_per_epoch,
        "parameters": {"encoder": encoder.count_params(), "decoder": decoder.count_params()},
    } | snapshots.fixed() | snapshots.now())  # fmt: skip
    best: tuple[float, int, list[np.ndarray] | None] = (np.inf, 0, None)
    watch = _Watch(family.epochs, steps_per_epoch, report, control, seconds)
    done, ended = 0, ""
    for epoch in range(1, family.epochs + 1):
        shown = family.corrupt(train_set.images, rng)
        order = rng.permutation(len(shown))[: steps_per_epoch * batch_size]
        losses = []
        for batch in order.reshape(steps_per_epoch, batch_size):
            progress = tf.constant(done / total_steps, tf.float32)
            clean, labels = train_set.images[batch], train_set.labels[batch]
            losses.append(step(shown[batch], clean, labels, progress))
            done += 1
            if ended := watch.after_step(epoch, len(losses), losses[-1]):
                break
        mean = float(np.mean(losses))
        measured = [validate(*chunk) for chunk in held_out]
        loss = float(np.mean([each for each, _ in measured]))
        mse = float(sum(each for _, each in measured)) / len(measured)
        now = [v.numpy() for v in weights]
        # Of the weights as well: the cross-entropy clips NaN to a number.
        if not (math.isfinite(mean + loss) and all(np.isfinite(each).all() for each in now)):
            ended = "nan"
            break
        if loss < best[0]:
            best = (loss, epoch, now)
        report({
            "event": "epoch", "epoch": epoch, "training": mean, "validation": loss,
            "mse": mse, "seconds": watch.trained(),
        } | snapshots.now())  # fmt: skip
        if ended:
            break
    if best[2] is None:
        report({"event": "failed", "reason": "nan"})
        raise FloatingPointError(f"training {family.name} never reached a finite loss")
    for variable, value in zip(weights, best[2], strict=True):
        variable.assign(value)
    trained = Trained(encoder, decoder, best[1], best[0], watch.trained(), ended)
    last = {"event": "stopped", "reason": ended} if ended else {"event": "finished"}
    report(last | {"best_epoch": best[1], "validation": best[0], "seconds": trained.seconds})
    return trained


def _functions(family: Family, encoder, decoder, optimizer):
    """Return what learns from a batch, and what measures its loss and its squared error."""
    weights = encoder.trainable_variables + decoder.trainable_variables

    @tf.function
    def step(shown, clean, labels, progress):
        with tf.GradientTape() as tape:
            loss = family.loss(encoder, decoder, shown, clean, labels, progress)
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    @tf.function
    def validate(shown, clean, labels):
        loss = family.loss(encoder, decoder, shown, clean, labels, tf.constant(1.0))
        rebuilt = family.join(encoder, decoder, shown)
        return loss, tf.reduce_mean(tf.square(rebuilt - clean))

    return step, validate


def _share(images: data.Split, family: Family) -> data.Split:
    """Return the images that a family is trained on: all, or some that the seed chooses."""
    if family.share == 1:
        return images
    used = max(1, round(family.share * len(images.images)))
    chosen = np.random.default_rng(family.seed).permutation(len(images.images))[:used]
    return data.Split(images.images[chosen], images.labels[chosen])


class _Watch:
    """Tells how far a training is, and hears whether it may go on."""

    def __init__(
        self,
        epochs: int,
        steps: int,
        report: events.Report,
        control: events.Control,
        seconds: float,
    ) -> None:
        self._steps, self._total = steps, epochs * steps
        self._report, self._control, self._seconds = report, control, seconds
        self._begin = self._looked = time.perf_counter()
        self._paused = 0.0  # seconds, of all pauses

    def trained(self) -> float:
        """Return the seconds since the start, pauses apart."""
        return time.perf_counter() - self._begin - self._paused

    def after_step(self, epoch: int, step: int, loss) -> str:
        """Return why the training has to end now, "" if it may go on; waits while it is paused."""
        if time.perf_counter() - self._looked < TICK:
            return ""
        if not math.isfinite(loss):
            return "nan"
        done = (epoch - 1) * self._steps + step
        left = self.trained() / done * (self._total - done)
        self._report({
            "event": "progress", "epoch": epoch, "step": step, "steps": self._steps,
            "left": round(left, 1),
        })  # fmt: skip
        asked = self._wait_while_paused()
        self._looked = time.perf_counter()
        if asked == events.STOP:
            return "asked"
        return "time" if max(self.trained(), self._paused) > self._seconds else ""

    def _wait_while_paused(self) -> str:
        asked = self._control()
        if asked != events.PAUSE:
            return asked
        self._report({"event": "paused"})
        while asked == events.PAUSE and self._paused <= self._seconds:
            begin = time.perf_counter()
            time.sleep(TICK)
            asked = self._control()
            self._paused += time.perf_counter() - begin
        self._report({"event": "resumed"})
        return asked


class _Snapshots:
    """What a page shows of each epoch: ten digits, and the map if the code is a point."""

    def __init__(self, family: Family, encoder, decoder, validation, shown, own) -> None:
        places = [np.flatnonzero(validation.labels == k) for k in range(10)]
        ten = np.array([each[0] for each in places])
        self._family, self._encoder, self._decoder = family, encoder, decoder
        self._digits, self._shown = validation.images[ten], shown[ten]
        self._own = np.zeros((0, 28, 28), np.float32) if own is None else own
        mapped = np.concatenate([each[:ON_THE_MAP] for each in places])
        self._images = tf.constant(validation.images[mapped])
        self._labels = validation.labels[mapped]
        self._plane = encoder.outputs[0].shape[1:] == (2,)

    def fixed(self) -> events.Event:
        """Return what stays the same from epoch to epoch."""
        found = {
            "digits": events.packed_pictures(self._digits),
            "shown": events.packed_pictures(self._shown),
        }
        if len(self._own):
            found["given"] = events.packed_pictures(self._own)
        return found | {"labels": events.packed(self._labels)} if self._plane else found

    def now(self) -> events.Event:
        """Return what the networks make of it now."""
        images = np.concatenate([self._shown, self._own])
        rebuilt = np.asarray(self._family.join(self._encoder, self._decoder, tf.constant(images)))
        found = {"pictures": events.packed_pictures(rebuilt[: len(self._shown)])}
        if len(self._own):
            found["own"] = events.packed_pictures(rebuilt[len(self._shown) :])
        if not self._plane:
            return found
        code = self._encoder(self._images)
        mean = code[0] if self._family.variational else code
        return found | {"map": events.packed_points(np.asarray(mean))}
