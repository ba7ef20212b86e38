from __future__ import annotations

import hashlib
import io
import json
import os
import shlex
import shutil
import zipfile

import numpy as np
import pytest
from families import ends
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import ae_core
from ae_core import autoencoder, data, models
from ae_core.autoencoder import CARD, DECODER, ENCODER, KERAS, TEST_CODES, WeightsError
from ae_core.history import HISTORY

TRAINED = ae_core.names()
SHIPPED = autoencoder.WEIGHTS

every_trained = pytest.mark.parametrize("name", TRAINED)
# One of each kind that is treated in its own way: for what does not depend on the weights.
every_kind = pytest.mark.parametrize(
    "name", ["simple", "convolutional", "variational", "conditional"]
)
COLLAPSED = ("beta_16", "beta_64")
KL = {
    "variational_16d": (3, 30),
    "variational_32d": (3, 30),
    "beta_0": (12, np.inf),
    "beta_16": (0.5, 2),
    "beta_64": (0, 0.01),
}
VARIATIONAL = [name for name, family in models.families().items() if family.variational]


def change_card(folder, **changes):
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    (folder / CARD).write_text(json.dumps(card | changes), encoding="utf-8")


# What ships


def test_every_family_is_trained():
    for dataset in data.DATASETS:
        expected = [n for n, family in models.families().items() if dataset in family.datasets]
        assert ae_core.names(dataset) == expected


@every_trained
def test_every_file_is_the_one_its_card_describes(name):
    folder, card = SHIPPED / "mnist" / name, ae_core.load(name).card
    needed = {KERAS, ENCODER, DECODER} | ({TEST_CODES} if ae_core.load(name).has_plane else set())
    assert needed <= set(card["sha256"])
    assert {file.name for file in folder.iterdir()} - {HISTORY} == {*card["sha256"], CARD}
    for file in card["sha256"]:
        assert autoencoder.read_file(folder, file, card) == (folder / file).read_bytes()


@every_trained
def test_card_says_all_that_is_needed_to_train_it_again(name):
    card = ae_core.load(name).card
    assert (card["name"], card["dataset"]) == (name, "mnist")
    assert set(card["split"]) == {"train", "validation", "test"}
    assert {"python", "tensorflow", "keras", "numpy", "ai-edge-litert"} <= set(card["versions"])
    assert 1 <= card["best_epoch"] <= card["epochs"] == card["settings"]["epochs"]
    assert card["seconds"] > 0
    assert np.isfinite(card["validation_loss"])


# Using it


@every_trained
@pytest.mark.parametrize("n", [0, 5])
def test_shapes_and_types_of_the_public_interface(name, n, sample_images):
    ae = ae_core.load(name)
    before = sample_images.copy()
    codes = ae.encode(sample_images[:n])
    assert codes.shape == (n, *ae.code_shape)
    pictures = ae.decode(codes)
    assert pictures.shape == (n, 28, 28)
    assert codes.dtype == pictures.dtype == np.float32
    np.testing.assert_array_equal(ae.reconstruct(sample_images[:n]), pictures)
    np.testing.assert_array_equal(sample_images, before)
    assert ae.name == name


@every_trained
def test_reconstruction_is_nearer_to_its_own_digit_than_to_any_other(name, sample_images):
    if ae_core.load(name).has_plane or name == "bottleneck_4":
        pytest.skip("so few numbers keep the kind of a digit, not the digit")
    rebuilt = ae_core.load(name).reconstruct(sample_images)
    distances = ((rebuilt[:, None] - sample_images[None]) ** 2).mean(axis=(2, 3))
    assert (distances.argmin(axis=1) == np.arange(len(sample_images))).mean() > 0.97


@every_trained
def test_reconstruction_beats_the_mean_picture(name, sample_images):
    if name in COLLAPSED:
        pytest.skip("its code says little or nothing")
    rebuilt = ae_core.load(name).reconstruct(sample_images)
    error = ae_core.metrics.mse(sample_images, rebuilt).mean()
    assert error < 0.75 * sample_images.var(axis=0).mean()


@pytest.mark.parametrize("name", [name for name in ends() if name in TRAINED])
@settings(max_examples=30)
@given(data=st.data())
def test_any_code_decodes_to_a_picture(name, data):
    ae = ae_core.load(name)
    codes = data.draw(
        arrays(np.float32, (2, *ae.code_shape), elements=st.floats(-1e3, 1e3, width=32))
    )
    pictures = ae.decode(codes)
    assert ((pictures >= 0) & (pictures <= 1)).all()  # also fails for NaN


@every_trained
def test_other_floats_are_taken_as_float32(name, sample_images):
    ae = ae_core.load(name)
    expected = ae.encode(sample_images[:3])
    found = ae.encode(sample_images[:3].astype(np.float64))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)
    assert ae.decode(expected.astype(np.float64)).dtype == np.float32


@every_trained
def test_posterior_belongs_to_variational_families_alone(name, sample_images):
    ae = ae_core.load(name)
    assert ae.variational == (name in VARIATIONAL)
    if not ae.variational:
        with pytest.raises(TypeError, match=f"{name} is not variational"):
            ae.posterior(sample_images)
        return
    mean, log_var = ae.posterior(sample_images)
    d = ae.code_shape[0] - ae.classes
    assert mean.shape == log_var.shape == (200, d)
    np.testing.assert_array_equal(ae.encode(sample_images)[:, :d], mean)
    low, high = models.families()[name].log_var_range
    assert ((log_var >= low) & (log_var <= high)).all()
    assert log_var.std() > 0
    kl = ae_core.latent.kl(mean, log_var).sum(axis=1).mean()
    # Nats: neither collapsed to the prior, but for the largest β, nor, but for 0, a plain one.
    low, high = KL.get(name, (3, 12))
    assert low < kl < high
    none = ae.posterior(sample_images[:0])
    assert [part.shape for part in none] == [(0, d)] * 2


def test_a_class_that_is_part_of_the_code_is_the_one_that_fits_best(sample_images):
    ae = ae_core.load("conditional")
    codes = ae.encode(sample_images)
    style, classes = codes[:, :2], codes[:, 2:]
    np.testing.assert_array_equal(classes.sum(axis=1), 1)
    np.testing.assert_array_equal(style, ae.plane(sample_images))
    chosen = ae_core.metrics.bce(sample_images, ae.decode(codes))
    for label in range(10):
        other = ae.decode(ae.with_class(style, np.full(200, label)))
        assert (chosen <= ae_core.metrics.bce(sample_images, other) + 1e-9).all()
    truth = ae_core.data.samples().labels
    assert (classes.argmax(axis=1) == truth).mean() > 0.85


def test_sparse_code_is_sparse(sample_images):
    if "sparse" not in TRAINED:
        pytest.skip("sparse is not trained")
    active = (ae_core.load("sparse").encode(sample_images) != 0).sum(axis=1)
    assert active.max() <= models.families()["sparse"].active
    assert active.mean() > 4


# What is refused

IMAGES = np.full((2, 28, 28), 0.5, np.float32)


def with_pixel(value):
    images = IMAGES.copy()
    images[1, 3, 4] = value
    return images


WRONG_IMAGES = {
    "one picture": (IMAGES[0], r"shape \(28, 28\)"),
    "flat": (IMAGES.reshape(2, 784), r"shape \(2, 784\)"),
    "channel": (IMAGES[..., None], r"shape \(2, 28, 28, 1\)"),
    "other size": (np.zeros((2, 32, 32), np.float32), r"shape \(2, 32, 32\)"),
    "nothing": (np.float32(0.5), r"shape \(\)"),
    "no pixels": (np.zeros((2, 0, 28), np.float32), r"shape \(2, 0, 28\)"),
    "bytes": ((IMAGES * 255).astype(np.uint8), r"dtype uint8; divide 8-bit pixels by 255"),
    "integers": (IMAGES.astype(np.int64), r"dtype int64"),
    "booleans": (IMAGES > 0, r"dtype bool"),
    "complex": (IMAGES.astype(complex), r"dtype complex128"),
    "objects": (IMAGES.astype(object), r"dtype object"),
    "words": (np.full((2, 28, 28), "ink"), r"dtype <U3"),
    "NaN": (with_pixel(np.nan), r"got NaN or infinity"),
    "infinity": (with_pixel(np.inf), r"got NaN or infinity"),
    "above": (with_pixel(1.01), r"got values from 0\.5 to 1\.01"),
    "below": (with_pixel(-0.01), r"got values from -0\.01 to 0\.5"),
    "0 to 255": (IMAGES * 255, r"got values from 128 to 128|got values from 127 to 127"),
}


@every_kind
@pytest.mark.parametrize("wrong", WRONG_IMAGES)
def test_wrong_images_are_refused_saying_what_was_expected_and_what_came(name, wrong):
    ae = ae_core.load(name)
    images, came = WRONG_IMAGES[wrong]
    methods = [ae.encode, ae.reconstruct] + [ae.posterior] * ae.variational
    for method in methods:
        with pytest.raises(ValueError, match=r"images must be floats of shape \(n, 28, 28\)") as e:
            method(images)
        e.match(came)
        if "values" in came:
            e.match(r"in \[0, 1\]")


@every_trained
def test_wrong_codes_are_refused_saying_what_was_expected_and_what_came(name):
    ae = ae_core.load(name)
    shape = ae.code_shape
    codes = np.zeros((2, *shape), np.float32)
    expected = rf"codes must be floats of shape \(n, {', '.join(map(str, shape))}\)"
    wrong = [
        (codes[0], f"got shape {shape}"),
        (np.zeros((2, *shape[:-1], shape[-1] + 1), np.float32), "got shape (2, "),
        (codes[..., None], "got shape (2, "),
        (codes.astype(int), "got dtype int64"),
        (codes + np.nan, "got NaN or infinity"),
        (codes - np.inf, "got NaN or infinity"),
    ]
    for value, came in wrong:
        with pytest.raises(ValueError, match=expected) as caught:
            ae.decode(value)
        assert came in str(caught.value)
    assert ae.decode(codes - 3).shape == (2, 28, 28)  # a code may lie anywhere


@every_kind
@pytest.mark.parametrize("value", [1.1e6, 1e25, 3e38, 1e300])
@pytest.mark.parametrize("sign", [1, -1])
def test_codes_further_out_than_the_bound_are_refused(name, value, sign):
    ae = ae_core.load(name)
    codes = np.zeros((2, *ae.code_shape))
    codes.flat[0] = sign * value
    with pytest.raises(ValueError, match=r"codes must be floats .* in \[-1e\+06, 1e\+06\], got"):
        ae.decode(codes)


@every_trained
def test_codes_at_the_bound_decode_to_pictures(name):
    ae = ae_core.load(name)
    rng = np.random.default_rng(0)
    codes = rng.choice(np.float32([-1e6, 0, 1e6]), (64, *ae.code_shape))
    pictures = ae.decode(codes)
    assert ((pictures >= 0) & (pictures <= 1)).all()  # also fails for NaN


@pytest.mark.parametrize("name", ["simpel", "", "..", "../mnist/simple", "Simple", "simple/"])
def test_unknown_name_names_the_known_ones(name):
    with pytest.raises(KeyError) as caught:
        ae_core.load(name)
    assert repr(name) in caught.value.args[0]
    for known in TRAINED:
        assert known in caught.value.args[0]


def test_unknown_data_set_says_that_nothing_is_trained_on_it():
    with pytest.raises(KeyError, match="'simple' trained on 'emnist'; known: none"):
        ae_core.load("simple", dataset="emnist")


# Damaged weights


def remove(path):
    path.unlink()


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path):
    path.write_bytes(b"")


def flip_one_bit(path):
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 1
    path.write_bytes(contents)


def swap(path):
    """Put a working network there, but another one."""
    other = {ENCODER: DECODER, DECODER: ENCODER}[path.name]
    shutil.copy(path.with_name(other), path)


def check_repairable(error, name, file, problem):
    assert error.file == f"weights/mnist/{name}/{file}"
    assert error.problem == problem
    assert shlex.split(error.command) == ["python", "-m", "ae_core", "train", name]
    assert error.file in str(error)
    assert error.command in str(error)


@every_kind
@pytest.mark.parametrize("file", [ENCODER, DECODER])
@pytest.mark.parametrize("damage", [remove, truncate, empty, flip_one_bit, swap])
def test_damaged_network_is_named_and_the_others_still_load(weights_copy, name, file, damage):
    damage(weights_copy / "mnist" / name / file)
    with pytest.raises(WeightsError) as caught:
        ae_core.load(name)
    check_repairable(caught.value, name, file, "missing" if damage is remove else "foreign")
    assert ae_core.names() == TRAINED  # it is still listed, so that a page can say what is wrong
    for other in set(TRAINED) - {name}:
        assert ae_core.load(other).name == other


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "7", "{}", '{"sha256": null}', '{"sha256": []}', "\udcff"]
)
def test_card_that_is_none_is_named(weights_copy, text):
    name = TRAINED[0]
    card = weights_copy / "mnist" / name / CARD
    card.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(WeightsError) as caught:
        ae_core.load(name)
    check_repairable(caught.value, name, CARD, "foreign")


@pytest.mark.parametrize("change", [{"name": "deep"}, {"dataset": "fashion_mnist"}])
def test_card_of_another_family_is_foreign(weights_copy, change):
    change_card(weights_copy / "mnist" / "simple", **change)
    with pytest.raises(WeightsError) as caught:
        ae_core.load("simple")
    check_repairable(caught.value, "simple", CARD, "foreign")


def test_card_without_figures_is_refused_but_training_can_open_it(weights_copy):
    folder = weights_copy / "mnist" / "variational"
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    del card["test"], card["sha256"][TEST_CODES]
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(WeightsError) as caught:
        ae_core.load("variational")
    check_repairable(caught.value, "variational", CARD, "foreign")
    unfinished = autoencoder.Autoencoder(folder)
    assert unfinished.test_codes is None
    assert unfinished.code_shape == (2,)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("simple", {"variational": True}),
        ("simple", {"classes": 10}),
        ("variational", {"variational": False}),
        ("variational", {"classes": 1}),
        ("variational_16d", {"classes": 6}),
        ("conditional", {"classes": 0}),
        ("conditional", {"classes": 12}),
        ("convolutional", {"variational": True}),
    ],
)
def test_card_that_describes_other_networks_is_foreign(weights_copy, name, change):
    folder = weights_copy / "mnist" / name
    test = json.loads((folder / CARD).read_text(encoding="utf-8"))["test"]
    more = {"class_accuracy": 0.9, "kl": 1, "neg_elbo": 2, "reconstruction": 1}
    change_card(folder, test={"kl_by_dimension": [1, 1], "vote": 0.5} | more | test, **change)
    with pytest.raises(WeightsError) as caught:
        ae_core.load(name)
    check_repairable(caught.value, name, CARD, "foreign")


def test_kl_of_another_number_of_dimensions_is_foreign(weights_copy):
    folder = weights_copy / "mnist" / "variational_16d"
    test = json.loads((folder / CARD).read_text(encoding="utf-8"))["test"]
    change_card(folder, test=test | {"kl_by_dimension": test["kl_by_dimension"][:-1]})
    with pytest.raises(WeightsError) as caught:
        ae_core.load("variational_16d")
    check_repairable(caught.value, "variational_16d", CARD, "foreign")


@pytest.mark.parametrize("file", [CARD, ENCODER, DECODER, TEST_CODES])
@pytest.mark.parametrize("how", ["a folder", "a pipe", "no rights"])
def test_file_that_cannot_be_read_is_called_unreadable(weights_copy, request, file, how):
    path = weights_copy / "mnist" / "variational" / file
    if how == "no rights":
        request.getfixturevalue("monkeypatch").setattr(type(path), "open", refuse(path))
    else:
        path.unlink()
        path.mkdir() if how == "a folder" else os.mkfifo(path)
    with pytest.raises(WeightsError, match="cannot be read") as caught:
        ae_core.load("variational")
    check_repairable(caught.value, "variational", file, "unreadable")
    assert ae_core.load("simple").name == "simple"


def refuse(refused):
    """`Path.open` for someone who may not read one file; the tests may run as root."""
    real = type(refused).open

    def open_(path, *args, **kwargs):
        if path == refused:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *args, **kwargs)

    return open_


def test_weights_that_nobody_may_look_into_are_no_weights(weights_copy, monkeypatch):
    def stat(path, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(weights_copy), "stat", stat)
    assert ae_core.names() == []
    with pytest.raises(KeyError, match="known: none"):
        ae_core.load("simple")


def test_enormous_file_is_not_read_to_its_end(weights_copy, monkeypatch):
    for file, limit in ((CARD, None), (DECODER, 1000)):
        if limit:
            monkeypatch.setattr(autoencoder, "MAX_BYTES", limit)
        path = weights_copy / "mnist" / "simple" / file
        original = path.read_bytes()
        with path.open("r+b") as sparse:
            sparse.truncate(3_000_000_000)
        with pytest.raises(WeightsError) as caught:
            ae_core.load("simple")
        assert caught.value.problem == "foreign"
        path.write_bytes(original)


# The map of the test images


def npz(**arrays_by_name) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays_by_name)
    return file.getvalue()


CODES = np.random.default_rng(0).standard_normal((50, 2)).astype(np.float16)
LABELS = np.repeat(np.arange(10), 5).astype(np.uint8)


def put_map(folder, contents: bytes):
    (folder / TEST_CODES).write_bytes(contents)
    hashes = json.loads((folder / CARD).read_text(encoding="utf-8"))["sha256"]
    change_card(folder, sha256=hashes | {TEST_CODES: hashlib.sha256(contents).hexdigest()})


def test_map_is_there_for_families_with_a_plane_and_cannot_be_changed():
    for name in TRAINED:
        ae = ae_core.load(name)
        assert (ae.test_codes is not None) == ae.has_plane
        if ae.test_codes is None:
            continue
        codes, labels = ae.test_codes
        with np.load(ae.folder / TEST_CODES) as file:
            np.testing.assert_array_equal(codes, file["codes"])
            np.testing.assert_array_equal(labels, file["labels"])
        assert (codes.dtype, labels.dtype) == (np.float32, np.uint8)
        for array in ae.test_codes:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_map_that_agrees_with_its_card_is_read(weights_copy):
    put_map(weights_copy / "mnist" / "variational", npz(codes=CODES, labels=LABELS.astype(int)))
    codes, labels = ae_core.load("variational").test_codes
    np.testing.assert_array_equal(codes, CODES)
    np.testing.assert_array_equal(labels, LABELS)


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("codes.npy", content)
        archive.writestr("labels.npy", content)
    return file.getvalue()


def claiming(shape: str) -> bytes:
    """An array that says it is much larger than it is."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


FORGED = {
    "nothing": b"",
    "junk": b"junk",
    "half a zip": npz(codes=CODES, labels=LABELS)[:-30],
    "an npy": npz(codes=CODES)[:4] + b"\0" * 99,
    "no labels": npz(codes=CODES),
    "no codes": npz(labels=LABELS),
    "other names": npz(a=CODES, b=LABELS),
    "objects": npz(codes=np.array([[{}, {}]] * 50), labels=LABELS),
    "flat": npz(codes=CODES.ravel(), labels=LABELS),
    "three numbers": npz(codes=np.zeros((50, 3), np.float16), labels=LABELS),
    "integers": npz(codes=np.arange(100).reshape(50, 2), labels=LABELS),
    "NaN": npz(codes=CODES * np.float16("nan"), labels=LABELS),
    "infinity": npz(codes=np.where(CODES > 1, np.float16("inf"), CODES), labels=LABELS),
    "far out": npz(codes=CODES.astype(np.float32) * 1e20, labels=LABELS),
    "one point": npz(codes=CODES * 0, labels=LABELS),
    "a line": npz(codes=CODES * np.float16([1, 0]), labels=LABELS),
    "none": npz(codes=CODES[:0], labels=LABELS[:0]),
    "few": npz(codes=CODES[:3], labels=LABELS[:3]),
    "other length": npz(codes=CODES, labels=LABELS[:-1]),
    "class 10": npz(codes=CODES, labels=LABELS + 1),
    "class -1": npz(codes=CODES, labels=LABELS.astype(int) - 1),
    "floats for classes": npz(codes=CODES, labels=LABELS.astype(float)),
    "words for classes": npz(codes=CODES, labels=LABELS.astype(str)),
    "bomb": npz(codes=np.zeros((2_000_000, 2), np.float32), labels=np.zeros(2_000_000, np.uint8)),
    "no array": zipped(b"nothing"),
    "huge claim": zipped(claiming("(1000000000000, 2)")),
    "negative claim": zipped(claiming("(-5, 2)")),
    "code in the header": zipped(claiming("__import__('os')")),
    "deep header": zipped(claiming("(" * 500)),
}


@pytest.mark.parametrize("how", FORGED)
def test_forged_map_is_foreign_though_its_card_agrees(weights_copy, how):
    put_map(weights_copy / "mnist" / "variational", FORGED[how])
    with pytest.raises(WeightsError) as caught:
        ae_core.load("variational")
    check_repairable(caught.value, "variational", TEST_CODES, "foreign")


def test_map_that_the_card_does_not_know_is_foreign(weights_copy):
    folder = weights_copy / "mnist" / "plain_2d"
    hashes = json.loads((folder / CARD).read_text(encoding="utf-8"))["sha256"]
    del hashes[TEST_CODES]
    change_card(folder, sha256=hashes)
    with pytest.raises(WeightsError) as caught:
        ae_core.load("plain_2d")
    check_repairable(caught.value, "plain_2d", TEST_CODES, "foreign")


def test_missing_card_is_named(weights_copy):
    name = TRAINED[0]
    remove(weights_copy / "mnist" / name / CARD)
    with pytest.raises(WeightsError) as caught:
        ae_core.load(name)
    check_repairable(caught.value, name, CARD, "missing")


def test_file_unknown_to_its_card_is_foreign(weights_copy):
    name = TRAINED[0]
    change_card(weights_copy / "mnist" / name, sha256={})
    with pytest.raises(WeightsError) as caught:
        ae_core.load(name)
    check_repairable(caught.value, name, ENCODER, "foreign")


def test_file_that_its_card_knows_but_litert_cannot_read_is_foreign(weights_copy):
    name = TRAINED[0]
    folder = weights_copy / "mnist" / name
    contents = b"not a network"
    (folder / DECODER).write_bytes(contents)
    hashes = ae_core.autoencoder.read_card(folder)["sha256"]
    change_card(folder, sha256=hashes | {DECODER: hashlib.sha256(contents).hexdigest()})
    with pytest.raises(WeightsError) as caught:
        ae_core.load(name)
    check_repairable(caught.value, name, DECODER, "foreign")


def test_family_without_a_folder_is_not_listed(weights_copy):
    name = TRAINED[0]
    shutil.rmtree(weights_copy / "mnist" / name)
    assert ae_core.names() == TRAINED[1:]
    with pytest.raises(KeyError, match=f"no autoencoder '{name}'"):
        ae_core.load(name)


def test_command_for_another_data_set_names_it(weights_copy):
    (weights_copy / "mnist").rename(weights_copy / "fashion_mnist")
    name = TRAINED[0]
    change_card(weights_copy / "fashion_mnist" / name, dataset="fashion_mnist")
    remove(weights_copy / "fashion_mnist" / name / ENCODER)
    with pytest.raises(WeightsError) as caught:
        ae_core.load(name, "fashion_mnist")
    assert caught.value.file == f"weights/fashion_mnist/{name}/{ENCODER}"
    assert caught.value.command == f"python -m ae_core train {name} --dataset fashion_mnist"
