"""What the whole process remembers for all visitors. Nothing here is changed by anyone."""

from __future__ import annotations

import functools
import inspect
import math
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import streamlit as st

import ae_core
from ae_core import compression, data, latent, linear, strangers, studies
from ae_core.autoencoder import Autoencoder, WeightsError
from ae_core.experiments import denoising, elbo, holes, units, walks
from ae_core.figures import pixels
from ae_core.models import compared, families
from ae_core.training import jobs

from . import shared

Function = TypeVar("Function", bound=Callable[..., Any])
_MISSING = object()
DRAWS = 200  # of z, to average the reconstruction term of one digit
_memories: dict[Callable[..., Any], Callable[[], None]] = {}


def memoize(most: int) -> Callable[[Function], Function]:
    """Remember the last `most` answers of a function, for the whole process.

    Unlike `functools.lru_cache`, what several visitors ask for at once is worked out once: a class
    on a fresh server must not load the networks twenty times. Streamlit's own caches take a
    quarter of a millisecond for each answer, since they hash and copy.
    """

    def decorate(function: Function) -> Function:
        known: OrderedDict[tuple, Any] = OrderedDict()
        lock = threading.RLock()

        @functools.wraps(function)
        def ask(*arguments: Any) -> Any:
            if left_out := function.__code__.co_argcount - len(arguments):
                arguments += (function.__defaults__ or ())[-left_out:]
            answer = known.get(arguments, _MISSING)  # most questions; without waiting for anybody
            if answer is _MISSING:
                with lock:
                    answer = known.get(arguments, _MISSING)
                    if answer is _MISSING:
                        answer = known[arguments] = function(*arguments)
                        while len(known) > most:
                            known.popitem(last=False)
            return answer

        _memories[ask] = known.clear
        return cast(Function, ask)

    return decorate


def forget(function: Callable[..., Any]) -> None:
    """Forget the answers of a memoized function."""
    _memories[function]()


def clear() -> None:
    """Forget everything; for tests."""
    for function in _memories:
        forget(function)
    st.cache_resource.clear()


# ---------------------------------------------------------------- the networks


@dataclass(frozen=True)
class Networks:
    """The trained autoencoders by name, and what is wrong with those that cannot be used."""

    usable: dict[str, Autoencoder]
    broken: dict[str, WeightsError]


@memoize(len(data.DATASETS))
def networks(dataset: str = "mnist") -> Networks:
    """Load every family, once for all visitors."""
    usable, broken = {}, {}
    for name in ae_core.names(dataset):
        try:
            usable[name] = ae_core.load(name, dataset)
        except WeightsError as error:
            broken[name] = error
    return Networks(usable, broken)


def network(name: str, dataset: str = "mnist") -> Autoencoder:
    """Return a usable family, a visitor's network, or PCA, which has a plane as some have."""
    if name.startswith(shared.OWN_NAME):
        return own(name.removeprefix(shared.OWN_NAME))
    if name.startswith(linear.PCA):
        return plane_of_pca() if name == linear.PCA else projection(name)
    return networks(dataset).usable[name]


@memoize(1)
def plane_of_pca() -> linear.Plane:
    """Return PCA with two numbers, as the study `planes` has it; raises `StudyError`."""
    return linear.Plane(figures("planes"))


@memoize(16)
def projection(name: str) -> linear.Projection:
    """Return PCA with so many numbers: "pca_32"."""
    return linear.Projection(int(name.removeprefix(f"{linear.PCA}_")))


@memoize(1)
def trainings() -> jobs.Jobs:
    """Return the trainings of all visitors."""
    return jobs.Jobs()


def own(run: str) -> Autoencoder:
    """Return the network of a visitor's training, named after it.

    Raises:
        KeyError: there is no training of that id (any more), or it has no network (yet).
    """
    folder = trainings().state(run).folder
    if folder is None:
        raise KeyError(f"the training {run} has no network")
    return trained(folder)


@memoize(2 * jobs.KEPT)
def trained(folder: Path) -> Autoencoder:
    """Return the network in the folder of a visitor's training, named after it."""
    ae = Autoencoder(folder)
    ae.name = shared.OWN_NAME + jobs.id_of(folder)
    return ae


def card(name: str, dataset: str = "mnist") -> dict[str, Any]:
    """Return the card of a usable family."""
    return network(name, dataset).card


@memoize(64)
def source(name: str) -> str:
    """Return the file of a family as it stands in `ae_core/models/`, with its path above it."""
    module = sys.modules[type(families()[name]).__module__]
    path = module.__name__.replace(".", "/")
    return f"# {path}.py\n{inspect.getsource(module)}"


@memoize(64)
def sample_codes(name: str, dataset: str = "mnist") -> np.ndarray:
    """Return the codes of the shipped samples, float32 (n, *code_shape), n = 200.

    Clothes do not ship: there, of those that our own VAE draws all over its plane.
    """
    if dataset == "mnist":
        images = data.samples().images
    else:
        images = network("variational", dataset).decode(latent.grid(14, 2.0))
    return network(name, dataset).encode(images)


@memoize(64)
def code_scale(name: str, dataset: str = "mnist") -> float:
    """Return what counts as a large number in a family's code: the 99.5th percentile of |code|.

    Measured on `sample_codes`, so that the bars of two pictures can be compared.
    """
    codes = sample_codes(name, dataset)
    return float(np.quantile(np.abs(codes[codes != 0]), 0.995)) or 1.0


@memoize(8)
def unit_patterns(family: str) -> np.ndarray:
    """Return what each unit of a family draws, float32 (units, 28, 28) in [-1, 1]."""
    return units.patterns(network(family), units.Scales.of(figures("units")[family]))


@memoize(64)
def figures(study: str) -> dict[str, Any]:
    """Return the figures of a study; raises `StudyError`."""
    return studies.read(study)


# ---------------------------------------------------------------- the planes


def test_codes(name: str, dataset: str = "mnist") -> tuple[np.ndarray, np.ndarray]:
    """Return where the test images lie on a plane, float32 (10000, 2), and their classes."""
    codes = network(name, dataset).test_codes
    assert codes is not None, f"{name} has no plane"
    return codes


@memoize(256)
def middles(name: str, extent: float, dataset: str = "mnist") -> np.ndarray:
    """Return where the numeral of each class stands on the map, float32 (10, 2)."""
    return latent.densest(*test_codes(name, dataset), extent)


@memoize(8)
def borders(name: str, dataset: str = "mnist") -> np.ndarray:
    """Return places between two classes of the map, float32 (n, 2)."""
    return latent.borders(*test_codes(name, dataset))


@memoize(64)
def manifold(
    name: str, size: int, extent: float, spacing: str, dataset: str = "mnist"
) -> np.ndarray:
    """Return the pictures of a size × size grid over the latent plane, uint8 mosaic."""
    decoded = network(name, dataset).decode(latent.grid(size, extent, spacing))
    return pixels.to_bytes(latent.mosaic(decoded, size))


@memoize(64)
def extent(name: str, share: float = 0.95) -> float:
    """Return how far a plane of a family without a prior has to reach, as a round number.

    Args:
        name: the family.
        share: of the test images whose codes are to be seen.
    """
    reach = latent.extent(test_codes(name)[0], share)
    step = 10 ** np.floor(np.log10(reach)) / 2
    return float(np.ceil(reach / step) * step)


@memoize(64)
def clearance(name: str, point: tuple[float, float]) -> float:
    """Return how far a point of a plane is from the nearest code of a test digit."""
    return float(latent.nearest(np.array(point), test_codes(name)[0])[0])


@memoize(64)
def survey(name: str, source: str) -> holes.Survey:
    """Return how 1,000 sampled points compare with the codes of test digits."""
    return holes.survey(network(name), *test_codes(name), source)


# ---------------------------------------------------------------- one digit, one walk


def _array(shape: tuple[int, ...], contents: bytes) -> np.ndarray:
    return np.frombuffer(contents, np.float32).reshape(shape)


@memoize(512)
def _terms(name: str, dataset: str, shape: tuple[int, ...], contents: bytes) -> elbo.Terms:
    return elbo.terms(network(name, dataset), _array(shape, contents), DRAWS)


def terms(name: str, image: np.ndarray, dataset: str = "mnist") -> elbo.Terms:
    """Return the posterior of one image (28, 28) and the two terms of its loss."""
    return _terms(name, dataset, image.shape, image.astype(np.float32).tobytes())


@memoize(64)
def _strip(kind: str, seed: int, contents: bytes) -> dict[str, np.ndarray]:
    found = figures("noise")
    usable = networks().usable
    rows = {name: usable[name] for name in compared() if name in usable}
    image = _array((28, 28), contents)
    levels, settings = found["levels"], found["settings"][kind]
    return denoising.strip(image, kind, levels, seed, rows, settings)


def strip(image: np.ndarray, kind: str, seed: int) -> dict[str, np.ndarray]:
    """Return what filters and networks make of an image (28, 28) at the levels of `noise`.

    By row, float32 (levels, 28, 28); the filters have the settings of that study.

    Raises:
        StudyError: its figures cannot be read.
    """
    return _strip(kind, seed, image.astype(np.float32).tobytes())


@memoize(64)
def _own_row(name: str, kind: str, seed: int, contents: bytes) -> np.ndarray:
    image = _array((28, 28), contents)
    return denoising.row(network(name), image, kind, figures("noise")["levels"], seed)


def own_row(name: str, image: np.ndarray, kind: str, seed: int) -> np.ndarray:
    """Return the row of `strip` for a visitor's network, float32 (levels, 28, 28)."""
    return _own_row(name, kind, seed, image.astype(np.float32).tobytes())


@memoize(64)
def scores_on_samples(name: str, kind: str) -> dict[str, list[float]]:
    """Return "mse" and "ssim" of a network at the levels of `noise`, means over the samples."""
    return denoising.scores(network(name), data.samples().images, kind, figures("noise")["levels"])


@memoize(512)
def _rebuilt(name: str, contents: bytes) -> np.ndarray:
    return network(name).reconstruct(_array((1, 28, 28), contents))[0]


def rebuilt(name: str, image: np.ndarray) -> np.ndarray:
    """Return what a family makes of one image, both float32 (28, 28)."""
    return _rebuilt(name, image.astype(np.float32).tobytes())


@memoize(512)
def _coded(name: str, contents: bytes, bits: int) -> tuple[int, np.ndarray]:
    ae, coder = network(name), quantiser(name)
    code = ae.encode(_array((1, 28, 28), contents)).reshape(-1)
    packed = compression.pack(coder, code, bits)
    back = compression.unpack(coder, packed, bits)
    return len(packed), ae.decode(back.reshape(1, *ae.code_shape))[0]


def quantiser(name: str) -> compression.Quantiser:
    """Return what quantises the code of a family, or of PCA ("pca_16"), in the study's ranges."""
    study, count = figures("compression"), math.prod(network(name).code_shape)
    of_pca = name.startswith(linear.PCA)
    part = study["pca"] if of_pca else study["families"][name]
    low, high = (np.array(values[:count]) for values in part["ranges"])
    return compression.Quantiser(low, high, part.get("kept") or None)


def coded(name: str, image: np.ndarray, bits: int) -> tuple[int, np.ndarray]:
    """Return how many bytes the code of an image takes, and the image that comes back from them.

    Args:
        name: of a family that the study `compression` measured, or of PCA ("pca_16").
        image: float32 (28, 28).
        bits: of each number.
    """
    return _coded(name, image.astype(np.float32).tobytes(), bits)


@memoize(256)
def _picture_files(kind: str, contents: bytes) -> list[tuple[int, compression.Packed]]:
    return compression.files(kind, _array((28, 28), contents))


def picture_files(kind: str, image: np.ndarray) -> list[tuple[int, compression.Packed]]:
    """Return `compression.files` of one image (28, 28)."""
    return _picture_files(kind, image.astype(np.float32).tobytes())


@memoize(64)
def _film(
    methods: tuple[str, ...], shape: tuple[int, ...], images: bytes, places: bytes, steps: int
) -> walks.Film:
    ends = _array(shape, images), _array((2, 2), places)
    return walks.film(networks().usable, methods, *ends, steps)


def film(
    methods: tuple[str, ...], images: np.ndarray, places: np.ndarray, steps: int
) -> walks.Film:
    """Return the frames of a walk between two images (2, 28, 28) at `places` (2, 2)."""
    ends, points = (values.astype(np.float32).tobytes() for values in (images, places))
    return _film(methods, images.shape, ends, points, steps)


@memoize(64)
def path_film(path: tuple[float, ...], steps: int) -> walks.Film:
    """Return the frames along a path of the VAE's plane (x, y, x, y, …)."""
    return walks.path_film(networks().usable, np.reshape(path, (-1, 2)), steps)


@memoize(256)
def stranger(kind: str, name: str, version: int) -> np.ndarray:
    """Return a picture of what is no digit (`strangers.picture`)."""
    return strangers.picture(kind, name, version)


@memoize(1)
def fashion_items() -> np.ndarray | None:
    """Return the first 20 test images of each class of Fashion-MNIST, or None if it is not here."""
    test = data.test_items("fashion_mnist")
    if test is None:
        return None
    order = [np.flatnonzero(test.labels == label)[:20] for label in range(10)]
    return test.images[np.concatenate(order)]
