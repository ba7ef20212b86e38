"""What several test modules share."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import ae_core
from ae_core import autoencoder, data

# No deadline: a busy machine must not fail a test. In CI the same examples every time.
settings.register_profile(
    "project",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")

# Runs where ae_core cannot be imported: a weight file must open in plain Keras.
PLAIN_KERAS = """
import importlib.util, sys
import keras
import numpy as np
assert importlib.util.find_spec("ae_core") is None
images = np.load(sys.argv[1])
found = {}
for path in sys.argv[3:]:
    name = path.replace("\\\\", "/").split("/")[-2]
    whole = keras.models.load_model(path)
    encoder, decoder = whole.get_layer("encoder"), whole.get_layer("decoder")
    code = encoder(images)
    if isinstance(code, (list, tuple)):
        found[name + "/posterior"] = np.stack([np.asarray(part) for part in code], axis=1)
        code = code[0]
    code = np.asarray(code)
    classes = decoder.input_shape[-1] - code.shape[-1]
    if classes:  # a family that is told the class tries each, and keeps the best picture
        codes = [np.concatenate([code, 0 * code[:, :1] + row], axis=1) for row in np.eye(classes)]
        pictures = [np.clip(np.asarray(decoder(c)), 1e-7, 1 - 1e-7) for c in codes]
        fits = [(images * np.log(p) + (1 - images) * np.log(1 - p)).sum((1, 2)) for p in pictures]
        code = np.stack(codes)[np.argmax(fits, axis=0), np.arange(len(images))].astype("float32")
    found[name + "/codes"] = code
    found[name + "/decoded"] = np.asarray(decoder(code))
    found[name + "/whole"] = np.asarray(whole(images))
    found[name + "/parameters"] = np.array([encoder.count_params(), decoder.count_params()])
np.savez(sys.argv[2], **found)
"""


def _has_data(dataset: str = "mnist") -> bool:
    if os.environ.get("AE_DATA_DIR"):
        return (Path(os.environ["AE_DATA_DIR"]) / f"{dataset}.npz").is_file()
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    file = "mnist.npz" if dataset == "mnist" else "fashion-mnist/train-images-idx3-ubyte.gz"
    return (home / "datasets" / file).is_file()


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_data: needs the whole MNIST")
    config.addinivalue_line("markers", "needs_keras: needs the packages for training")


def pytest_collection_modifyitems(items):
    reasons = {}
    if not _has_data():
        reasons["needs_data"] = "no whole MNIST: set AE_DATA_DIR to a folder with mnist.npz"
    if importlib.util.find_spec("keras") is None:
        reasons["needs_keras"] = "Keras is not installed"
    for item in items:
        for marker, reason in reasons.items():
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish():
    # Thousands of tests and what their modules import: each collection (one follows every module)
    # would go through them, and all of these take more time than the tests.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _forget_networks():
    """Free what Keras keeps of a module's networks: it would come to gigabytes."""
    yield
    if keras := sys.modules.get("keras"):
        keras.backend.clear_session()
        gc.collect()


@pytest.fixture(scope="session")
def sample_images() -> np.ndarray:
    """The 200 digits that ship, float32 (200, 28, 28), 20 of each class in order of class."""
    return data.samples().images


@pytest.fixture(scope="session")
def many_images(sample_images) -> np.ndarray:
    """300 pictures: the samples, and half of them damaged."""
    damaged = ae_core.noise.add(sample_images[::2], "gaussian", 0.4, seed=1)
    return np.concatenate([sample_images, damaged])


@pytest.fixture
def small_data(monkeypatch, sample_images) -> data.Dataset:
    """The samples in the place of every split of every data set."""
    split = data.Split(sample_images, data.samples().labels)
    small = data.Dataset(split, split, split)
    monkeypatch.setattr(data, "load", lambda dataset="mnist": small)
    return small


@pytest.fixture
def weights_root(tmp_path, monkeypatch) -> Path:
    """An empty folder in the place of `weights`."""
    root = tmp_path / "weights"
    root.mkdir()
    monkeypatch.setattr(autoencoder, "WEIGHTS", root)
    return root


@pytest.fixture
def weights_copy(weights_root) -> Path:
    """A copy of the trained families in the place of `weights`, to be damaged at will."""
    for name in TRAINED:
        shutil.copytree(SHIPPED / "mnist" / name, weights_root / "mnist" / name)
    return weights_root


@pytest.fixture(scope="session")
def keras_results(tmp_path_factory, many_images) -> dict[str, np.ndarray]:
    """What plain Keras makes of `many_images`, by "<family>/codes", "/decoded", "/whole" …"""
    folder = tmp_path_factory.mktemp("plain_keras")
    np.save(folder / "images.npy", many_images)
    files = [str(SHIPPED / "mnist" / name / "model.keras") for name in TRAINED]
    arguments = [str(folder / "images.npy"), str(folder / "results.npz"), *files]
    done = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN_KERAS, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    with np.load(folder / "results.npz") as results:
        return dict(results)


SHIPPED = autoencoder.WEIGHTS
TRAINED = ae_core.names()
