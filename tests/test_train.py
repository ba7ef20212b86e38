from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ae_core import models
from tests.families import ends

pytest.importorskip("keras")
from ae_core.training import train

FAMILIES = models.families()
NARROW = {  # seconds instead of minutes
    "deep": {"width": 16},
    "convolutional": {"widths": (4, 6, 8)},
    "denoising": {"widths": (4, 8), "mixers": 1},
    "denoising_dense": {"width": 16},
    "fashion_dense": {"width": 16},
    "fashion_denoising": {"widths": (4, 8)},
    "super_resolution_14": {"fine": 4, "blocks_fine": 1},
    "super_resolution_7": {"fine": 4, "coarse": 8, "mixers": 1},
    "variational": {"width": 16, "decoder_layers": 1},
}


def tiny(name: str, **changes):
    """The family `name`, narrow and with little to do."""
    settings = {"epochs": 1, "batch_size": 50} | NARROW.get(name, {}) | changes
    return dataclasses.replace(FAMILIES[name], **settings)


@pytest.mark.parametrize("name", ends())
def test_one_epoch_of_every_family(name, small_data):
    family = tiny(name)
    trained = train.train(family, show_progress=False)
    assert trained.best_epoch == 1
    assert np.isfinite(trained.validation_loss)
    assert trained.seconds > 0
    train.keras.utils.set_random_seed(family.seed)
    for network, untrained in zip((trained.encoder, trained.decoder), family.build(), strict=True):
        for now, before in zip(
            network.trainable_variables, untrained.trainable_variables, strict=True
        ):  # every layer has learned, none is left out of the gradient
            assert np.isfinite(now.numpy()).all()
            assert (now.numpy() != before.numpy()).any(), now.path


def test_training_learns_and_keeps_the_best_epoch(small_data):
    images = small_data.validation.images
    losses = {}
    for epochs in (1, 12):
        trained = train.train(tiny("simple", epochs=epochs), show_progress=False)
        losses[epochs] = trained.validation_loss
        code = trained.encoder(images)
        error = np.asarray(train.keras.losses.binary_crossentropy(images, trained.decoder(code)))
        # The weights handed back are those the loss was measured with.
        assert error.mean() == pytest.approx(trained.validation_loss, rel=1e-4)
    assert losses[12] < 0.7 * losses[1]


def test_later_and_worse_epochs_are_thrown_away(small_data, monkeypatch):
    # The second of four epochs is said to be the best.
    networks, snapshots = [], []

    @dataclasses.dataclass(frozen=True)
    class Spy(type(FAMILIES["simple"])):
        def build(self):
            networks.extend(super().build())
            return networks

    def mean(values):
        if len(values) == 10:  # the validation's chunks; a training epoch has four batches
            snapshots.append([array for net in networks for array in net.get_weights()])
            return (3.0, 1.0, 2.0, np.nan)[len(snapshots) - 1]
        return float(np.asarray(values, float).sum() / len(values))

    monkeypatch.setattr(train, "np", _NumPyWith(mean))
    trained = train.train(Spy(epochs=4, batch_size=50), show_progress=False)
    assert (trained.best_epoch, trained.validation_loss) == (2, 1.0)
    kept = trained.encoder.get_weights() + trained.decoder.get_weights()
    for array, second, last in zip(kept, snapshots[1], snapshots[3], strict=True):
        np.testing.assert_array_equal(array, second)
        assert (array != last).any()


class _NumPyWith:
    """NumPy with another `mean`."""

    def __init__(self, mean):
        self.mean = mean

    def __getattr__(self, name):
        return getattr(np, name)


def test_a_seed_fixes_the_training(small_data):
    losses = [
        train.train(tiny("denoising_dense", seed=seed), show_progress=False).validation_loss
        for seed in (3, 3, 4)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert losses[0] != pytest.approx(losses[2], rel=1e-5)


def test_training_that_comes_to_nothing_says_so(small_data):
    with pytest.raises(FloatingPointError, match="training simple never reached a finite loss"):
        train.train(tiny("simple", learning_rate=np.nan), show_progress=False)


def test_denoisers_are_shown_damage_and_asked_for_the_clean_picture(small_data):
    seen = []

    @dataclasses.dataclass(frozen=True)
    class Spy(type(FAMILIES["denoising_dense"])):
        def corrupt(self, images, rng):
            shown = super().corrupt(images, rng)
            seen.append(shown)
            return shown

        def loss(self, encoder, decoder, shown, clean, labels, progress):
            train.tf.debugging.assert_greater(train.tf.reduce_sum(abs(shown - clean)), 1.0)
            blank = train.tf.reduce_sum(clean[:, 0, :])  # MNIST's first row is empty, noise is not
            train.tf.debugging.assert_equal(blank, 0.0)
            return super().loss(encoder, decoder, shown, clean, labels, progress)

    train.train(Spy(epochs=2, batch_size=50, width=8), show_progress=False)
    assert len(seen) == 3  # validation once, training afresh in each epoch
    assert (seen[1] != seen[2]).any()
