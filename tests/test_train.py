from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from ae_core import models
from tests.families import ends

pytest.importorskip("keras")
from ae_core.training import events, train
from ae_core.training.bar import Bar
from ae_core.training.custom import Custom
from ae_core.training.settings import Settings

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


@pytest.fixture
def step_by_step():
    """Without the graphs of TensorFlow: for a few steps they cost more than they save."""
    train.tf.config.run_functions_eagerly(True)
    yield
    train.tf.config.run_functions_eagerly(False)


@pytest.mark.parametrize("name", ends())
def test_one_epoch_of_every_family(name, small_data, step_by_step):
    family = tiny(name)
    trained = train.train(family)
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
        trained = train.train(tiny("simple", epochs=epochs))
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
    trained = train.train(Spy(epochs=4, batch_size=50))
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
    losses = [train.train(tiny("denoising_dense", seed=seed)).validation_loss for seed in (3, 3, 4)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert losses[0] != pytest.approx(losses[2], rel=1e-5)


def test_training_that_comes_to_nothing_says_so(small_data):
    with pytest.raises(FloatingPointError, match="training simple never reached a finite loss"):
        train.train(tiny("simple", learning_rate=np.nan))


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

    train.train(Spy(epochs=2, batch_size=50, width=8))
    assert len(seen) == 3  # validation once, training afresh in each epoch
    assert (seen[1] != seen[2]).any()


# ---------------------------------------------------------------- as it always was


def plain_loop(family, dataset):
    """Train in the fewest lines: AdamW, 2 % warm-up, cosine decay. Return all weights."""
    keras, tf = train.keras, train.tf
    keras.utils.set_random_seed(family.seed)
    rng = np.random.default_rng(family.seed)
    encoder, decoder = family.build()
    weights = encoder.trainable_variables + decoder.trainable_variables
    steps = len(dataset.train.images) // family.batch_size
    total = steps * family.epochs
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, round(0.98 * total), warmup_target=family.learning_rate,
        warmup_steps=round(0.02 * total),
    )  # fmt: skip
    optimizer = keras.optimizers.AdamW(
        rate, weight_decay=family.weight_decay, global_clipnorm=family.clip_norm
    )

    @tf.function
    def step(*batch):
        with tf.GradientTape() as tape:
            loss = family.loss(encoder, decoder, *batch)
        optimizer.apply(tape.gradient(loss, weights), weights)

    for epoch in range(family.epochs):
        shown = family.corrupt(dataset.train.images, rng)
        order = rng.permutation(len(shown))[: steps * family.batch_size]
        for i, batch in enumerate(order.reshape(steps, -1)):
            progress = tf.constant((epoch * steps + i) / total, tf.float32)
            step(shown[batch], dataset.train.images[batch], dataset.train.labels[batch], progress)
    return [weight.numpy() for weight in weights]


@pytest.mark.parametrize("name", ["sparse", "denoising_dense"])
def test_a_family_learns_what_a_plain_loop_learns(name, small_data):
    """Neither events nor snapshots nor what is asked for change a single number."""
    family = tiny(name, epochs=3)
    heard = []
    trained = train.train(family, report=heard.append, control=lambda: "go")
    expected = plain_loop(family, small_data)
    assert trained.best_epoch == 3  # of which the weights are compared
    found = trained.encoder.trainable_variables + trained.decoder.trainable_variables
    for weight, value in zip(found, expected, strict=True):
        np.testing.assert_allclose(weight.numpy(), value, rtol=1e-5, atol=1e-7)
    assert heard


# ---------------------------------------------------------------- events


@pytest.fixture
def every_step(monkeypatch):
    """Let a training tell of each step, and ask after each."""
    monkeypatch.setattr(train, "TICK", 0)


def told(settings: Settings, **arguments) -> list[events.Event]:
    heard: list[events.Event] = []
    train.train(Custom.of(settings), "mnist", heard.append, **arguments)
    json.dumps(heard, allow_nan=False)
    return heard


SHORT = Settings(hidden=(16,), code_size=2, batch_size=50, epochs=2)


def test_events_come_in_order(small_data, every_step):
    heard = told(SHORT)
    steps = ["progress"] * 4
    kinds = [event["event"] for event in heard]
    assert kinds == ["started", *steps, "epoch", *steps, "epoch", "finished"]
    started, *between, finished = heard
    assert (started["name"], started["dataset"]) == ("custom", "mnist")
    assert (started["epochs"], started["steps"]) == (2, 4)
    assert started["parameters"] == {"encoder": 785 * 16 + 17 * 2, "decoder": 3 * 16 + 17 * 784}
    progress = [event for event in between if event["event"] == "progress"]
    assert [(e["epoch"], e["step"]) for e in progress] == [
        (epoch, step) for epoch in (1, 2) for step in (1, 2, 3, 4)
    ]
    assert progress[-1]["left"] == 0
    assert all(event["left"] > 0 for event in progress[:-1])
    epochs = [event for event in between if event["event"] == "epoch"]
    assert [event["epoch"] for event in epochs] == [1, 2]
    best = min(epochs, key=lambda event: event["validation"])
    assert finished["best_epoch"] == best["epoch"]
    assert finished["validation"] == best["validation"]


def test_snapshots_are_what_the_network_makes_of_ten_digits(small_data):
    heard: list[events.Event] = []
    trained = train.train(Custom.of(SHORT), "mnist", heard.append)
    started, last = heard[0], [event for event in heard if event["event"] == "epoch"][-1]
    digits = events.pictures(started["digits"])
    labels = events.classes(started["labels"])
    np.testing.assert_array_equal(digits, np.round(small_data.validation.images[::20] * 255))
    np.testing.assert_array_equal(started["shown"], started["digits"])  # it is shown no noise
    np.testing.assert_array_equal(labels, small_data.validation.labels)
    assert trained.best_epoch == 2  # so the networks are still those of the last snapshot
    codes = trained.encoder(small_data.validation.images)
    rebuilt = np.asarray(trained.decoder(codes))[::20]
    assert abs(events.pictures(last["pictures"]) - rebuilt * 255).max() <= 0.51
    np.testing.assert_allclose(events.points(last["map"]), np.asarray(codes), rtol=1e-3, atol=1e-3)


def test_the_visitors_picture_is_told_as_it_was_given_and_before_it_learns(small_data):
    own = small_data.test.images[:2]
    started, *others = told(dataclasses.replace(SHORT, epochs=1), own=own)
    np.testing.assert_array_equal(events.pictures(started["given"]), np.round(own * 255))
    before, after = (events.pictures(each["own"]).astype(float) for each in (started, others[-2]))
    wanted = own * 255
    assert abs(after - wanted).mean() < abs(before - wanted).mean()


def test_a_denoiser_is_seen_at_work_and_only_planes_have_a_map(small_data):
    settings = dataclasses.replace(SHORT, code_size=3, noise_level=0.5, epochs=1)
    started, *_, last, _ = told(settings)
    shown, digits = (events.pictures(started[key]).astype(float) for key in ("shown", "digits"))
    assert 0.1 * 255 < abs(shown - digits).mean() < 0.5 * 255
    assert "labels" not in started
    assert "map" not in last


def test_pause_and_resume(small_data, every_step):
    answers = iter(["go", "pause", "pause", "go"])
    heard = told(SHORT, control=lambda: next(answers, "go"))
    kinds = [event["event"] for event in heard]
    assert kinds[:6] == ["started", "progress", "progress", "paused", "resumed", "progress"]
    assert kinds[-1] == "finished"
    without = told(SHORT)
    for event, same in zip(
        [event for event in heard if event["event"] == "epoch"],
        [event for event in without if event["event"] == "epoch"],
        strict=True,
    ):
        assert event["validation"] == pytest.approx(same["validation"], rel=1e-5)


def test_a_stop_keeps_what_has_been_learned(small_data, every_step):
    answers = iter(["go"] * 5)
    heard: list[events.Event] = []
    trained = train.train(
        Custom.of(SHORT), "mnist", heard.append, control=lambda: next(answers, "stop")
    )
    assert [event["event"] for event in heard[-2:]] == ["epoch", "stopped"]
    assert heard[-1]["reason"] == trained.stopped == "asked"
    assert (heard[-2]["epoch"], trained.best_epoch) == (2, 2)  # the second, after two steps of four
    images = small_data.validation.images
    rebuilt = trained.decoder(trained.encoder(images))
    error = np.asarray(train.keras.losses.binary_crossentropy(images, rebuilt)).mean()
    assert error == pytest.approx(trained.validation_loss, rel=1e-4)


def test_a_stop_while_it_is_paused(small_data, every_step):
    answers = iter(["pause", "pause"])
    heard = told(SHORT, control=lambda: next(answers, "stop"))
    kinds = [event["event"] for event in heard]
    assert kinds == ["started", "progress", "paused", "resumed", "epoch", "stopped"]


@pytest.mark.parametrize("asked", ["go", "pause"])
def test_time_runs_out_also_in_a_pause(small_data, monkeypatch, asked):
    monkeypatch.setattr(train, "TICK", 0.001)
    heard = told(SHORT, control=lambda: asked, seconds=0.01)
    assert (heard[-1]["event"], heard[-1]["reason"]) == ("stopped", "time")


EXPLODING = Settings(
    kind="variational", hidden=(), code_size=2, optimizer="sgd", learning_rate=100, batch_size=8
)  # fmt: skip


def test_a_loss_that_is_no_number_ends_it(small_data):
    heard: list[events.Event] = []
    with pytest.raises(FloatingPointError):
        train.train(Custom.of(EXPLODING), "mnist", heard.append)
    assert {event["event"] for event in heard[1:-1]} <= {"progress"}
    assert (heard[-1]["event"], heard[-1]["reason"]) == ("failed", "nan")


def test_what_was_learned_before_the_loss_was_no_number_is_kept(small_data):
    @dataclasses.dataclass(frozen=True)
    class Late(Custom):
        def corrupt(self, images, rng):
            calls.append(images)
            return images * (np.nan if len(calls) == 3 else 1)  # validation, epoch 1, epoch 2

    calls: list[np.ndarray] = []
    heard: list[events.Event] = []
    trained = train.train(Late.of(SHORT), "mnist", heard.append)
    assert (trained.best_epoch, trained.stopped) == (1, "nan")
    assert [event["event"] for event in heard if event["event"] != "progress"] == [
        "started", "epoch", "stopped",
    ]  # fmt: skip
    assert all(np.isfinite(weight).all() for weight in trained.encoder.get_weights())


def test_the_bar_shows_what_is_told(small_data, every_step, capsys):
    train.train(Custom.of(SHORT), "mnist", Bar())
    said = capsys.readouterr().err
    assert "custom: 100%" in said
    assert "8/8" in said
    assert "epoch=2" in said
