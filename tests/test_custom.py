from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ae_core import latent, models
from ae_core.autoencoder import TEST_CODES, Autoencoder
from ae_core.training import settings as sizes
from ae_core.training.settings import ACTIVATIONS, OPTIMIZERS, PRESETS, Settings

keras = pytest.importorskip("keras")
from ae_core.training import export  # noqa: E402
from ae_core.training import train as training  # noqa: E402 - it imports TensorFlow at once
from ae_core.training.custom import HUBER_DELTA, Custom  # noqa: E402

SMALL = Settings(hidden=(16,), code_size=8, batch_size=50, epochs=2)
ODD = {  # what is at the edge of what can be
    "no hidden layer": Settings(hidden=(), code_size=1),
    "one unit a layer": Settings(hidden=(1, 1, 1), code_size=1, activation="sigmoid"),
    "sparse": Settings(code_size=48, hidden=(), sparsity=5, code_activation="relu"),
    "sparse, signed": Settings(code_size=6, hidden=(9,), sparsity=1, activation="tanh"),
    "no convolution but the code's": Settings(kind="convolutional", hidden=(), code_size=196),
    "three convolutions": Settings(
        kind="convolutional", hidden=(5, 4, 3), code_size=4, activation="tanh"
    ),
    "one map a layer": Settings(
        kind="convolutional", hidden=(1, 1), code_size=16, activation="elu", code_activation="gelu"
    ),
    "a posterior of one number": Settings(kind="variational", hidden=(7, 5), code_size=1),
    "a posterior": Settings(kind="variational", hidden=(), code_size=3),
}
EVERY = PRESETS | ODD

every = pytest.mark.parametrize("settings", EVERY.values(), ids=EVERY)


def untrained(settings: Settings) -> training.Trained:
    keras.utils.set_random_seed(0)
    return training.Trained(*Custom.of(settings).build(), 1, 0.5, 1.0)


def test_it_is_not_among_the_families_that_ship():
    assert not any(isinstance(family, Custom) for family in models.families().values())


@every
def test_sizes_are_those_that_keras_counts(settings):
    encoder, decoder = Custom.of(settings).build()
    networks = {"encoder": encoder, "decoder": decoder}
    assert sizes.parameters(settings) == {p: n.count_params() for p, n in networks.items()}
    assert sizes.multiply_adds(settings) == {
        part: export.multiply_adds(network) for part, network in networks.items()
    }
    for part, network in networks.items():
        trained = [layer for layer in network.layers if layer.weights]
        if not (part == "encoder" and settings.kind == "variational"):
            said = sizes.layers(settings)[part]
            assert [one.parameters for one in said] == [layer.count_params() for layer in trained]
    assert decoder.output_shape == (None, 28, 28)


@pytest.mark.parametrize("settings", ODD.values(), ids=ODD)
def test_every_network_runs_in_litert_and_in_a_browser(settings, small_data, tmp_path, capsys):
    trained = untrained(settings)
    images = small_data.test.images
    folder = export.write(Custom.of(settings), trained, "mnist", tmp_path)  # compares them
    assert capsys.readouterr().err == ""  # where it says what no browser runs
    ae = Autoencoder(folder)
    assert set(ae.card["layers"]) == {"encoder", "decoder"}
    assert Settings.read(ae.card["settings"]) == settings
    code = trained.encoder(images)
    code = np.asarray(code[0] if settings.kind == "variational" else code)
    np.testing.assert_allclose(ae.encode(images), code, atol=2e-5)
    np.testing.assert_allclose(ae.reconstruct(images), np.asarray(trained.decoder(code)), atol=2e-5)
    if settings.sparsity:
        assert (ae.encode(images) != 0).sum(axis=1).max() <= settings.sparsity


def test_codes_on_a_line_are_no_map(small_data, tmp_path):
    """One of two units has died: there is nothing to see on the plane."""
    settings = Settings(hidden=(), code_size=2, code_activation="relu")
    trained = untrained(settings)
    kernel, bias = trained.encoder.get_layer("code").get_weights()
    for name, dead in (("alive", 0), ("dead", -100)):
        trained.encoder.get_layer("code").set_weights([abs(kernel), bias + np.float32([0, dead])])
        ae = Autoencoder(export.write(Custom.of(settings), trained, "mnist", tmp_path / name))
        assert ae.has_plane
        assert (ae.test_codes is None) == (TEST_CODES not in ae.card["sha256"]) == (name == "dead")


def test_a_weight_that_float16_cannot_hold_is_an_error(small_data, tmp_path):
    trained = untrained(SMALL)
    trained.decoder.weights[0].assign(trained.decoder.weights[0].numpy() * 0 + 1e5)
    with pytest.raises(FloatingPointError, match="too large for float16"):
        export.write(Custom.of(SMALL), trained, "mnist", tmp_path)


@pytest.mark.parametrize("name", ["bce", "mse", "mae", "huber"])
def test_losses_are_those_of_keras(name, sample_images):
    family = Custom.of(dataclasses.replace(SMALL, loss=name))
    encoder, decoder = family.build()
    of_keras = {
        "bce": keras.losses.BinaryCrossentropy(),
        "mse": keras.losses.MeanSquaredError(),
        "mae": keras.losses.MeanAbsoluteError(),
        "huber": keras.losses.Huber(delta=HUBER_DELTA),
    }[name]
    loss = family.loss(encoder, decoder, sample_images, sample_images, None, 1.0)
    expected = float(of_keras(sample_images, decoder(encoder(sample_images))))
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_l1_is_the_activity_regulariser_of_keras(sample_images):
    plain, sparse = Custom.of(SMALL), Custom.of(dataclasses.replace(SMALL, l1=0.01))
    encoder, decoder = plain.build()
    losses = [
        float(family.loss(encoder, decoder, sample_images, sample_images, None, 1.0))
        for family in (plain, sparse)
    ]
    layer = keras.layers.ActivityRegularization(l1=0.01)
    layer(encoder(sample_images))
    assert losses[1] - losses[0] == pytest.approx(float(layer.losses[0]), rel=1e-3)


def test_a_variational_loss_is_the_negative_elbo_with_beta(sample_images):
    from keras import ops

    mean = np.tile(np.float32([0.5, -1.0]), (200, 1))
    log_var = np.tile(np.float32([-0.5, 0.3]), (200, 1))
    kl = latent.kl(mean, log_var)[0].sum()
    for beta in (0.0, 1.0, 4.0):
        family = Custom.of(Settings(kind="variational", code_size=2, beta=beta))
        loss = family.loss(
            lambda images: (ops.convert_to_tensor(mean), ops.convert_to_tensor(log_var)),
            lambda z: ops.full((len(z), 28, 28), 0.5),
            *(sample_images, sample_images, None, 1.0),
        )
        assert float(loss) == pytest.approx(784 * np.log(2) + beta * kl, rel=1e-5)


def test_optimisers_are_those_of_keras():
    found = {}
    for name in OPTIMIZERS:
        family = Custom.of(dataclasses.replace(SMALL, optimizer=name, learning_rate=0.25))
        optimizer = found[name] = family.optimizer(100)
        assert type(optimizer).__name__.lower() == name
        assert float(optimizer.learning_rate) == 0.25
        assert optimizer.clipnorm is optimizer.global_clipnorm is None
    assert found["sgd"].momentum == 0
    nesterov = dataclasses.replace(SMALL, optimizer="sgd", momentum=0.9, nesterov=True)
    optimizer = Custom.of(nesterov).optimizer(100)
    assert (optimizer.momentum, optimizer.nesterov) == (0.9, True)


def test_the_learning_rate_decays():
    family = Custom.of(dataclasses.replace(SMALL, learning_rate=0.5, decay=0.1))
    optimizer = family.optimizer(100)
    for step, rate in ((0, 0.5), (10, 0.25), (90, 0.05)):
        optimizer.iterations.assign(step)
        assert float(optimizer.learning_rate) == pytest.approx(rate)


def test_noise_is_that_of_ae_core(sample_images):
    from ae_core import noise

    clean = Custom.of(SMALL)
    assert clean.corrupt(sample_images, np.random.default_rng(1)) is sample_images
    noisy = Custom.of(dataclasses.replace(SMALL, noise="masking", noise_level=0.4))
    expected = noise.add(sample_images, "masking", 0.4, np.random.default_rng(1))
    found = noisy.corrupt(sample_images, np.random.default_rng(1))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kind", ["dense", "convolutional", "variational"])
def test_every_kind_learns(kind, small_data):
    settings = Settings(
        kind=kind, hidden=(16,), code_size=49, batch_size=20, learning_rate=0.01, epochs=1
    )
    losses = {
        epochs: training.train(Custom.of(dataclasses.replace(settings, epochs=epochs)), "mnist")
        for epochs in (1, 8)
    }
    assert losses[8].validation_loss < 0.8 * losses[1].validation_loss


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_are_where_they_belong(activation):
    family = Custom.of(dataclasses.replace(SMALL, activation=activation, code_activation="elu"))
    encoder, decoder = family.build()
    names = [layer.activation.__name__ for layer in (*encoder.layers, *decoder.layers)
             if layer.weights]  # fmt: skip
    assert names == [activation, "elu", activation, "sigmoid"]


def test_a_share_of_the_images_is_chosen_by_the_seed(small_data):
    def used(share, seed):
        family = Custom.of(dataclasses.replace(SMALL, share=share, seed=seed))
        return training._share(small_data.train, family)

    half, again, other = used(0.5, 1), used(0.5, 1), used(0.5, 2)
    assert len(half.images) == len(half.labels) == len(other.images) == 100
    np.testing.assert_array_equal(half.images, again.images)
    assert (half.images != other.images).any()
    for image, label in zip(*half, strict=True):  # each keeps its class, and none comes twice
        same = (small_data.train.images == image).all(axis=(1, 2))
        assert same.sum() == 1
        assert small_data.train.labels[same] == label
    assert used(1.0, 1) is small_data.train
