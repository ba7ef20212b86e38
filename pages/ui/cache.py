"""What the whole process shares: the only `st.cache_*` of the app. Nothing here is changed."""

from __future__ import annotations

import functools
import gc
import inspect
import io
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

import ae_core
from ae_core import browser, data, latent, metrics
from ae_core.autoencoder import TEST_CODES, Autoencoder, WeightsError
from ae_core.experiments import walks
from ae_core.figures import pixels
from ae_core.models import families

from .components import latent_plane


@dataclass(frozen=True)
class Shelf:
    """The trained autoencoders by name, and what is wrong with those that cannot be used."""

    usable: dict[str, Autoencoder]
    broken: dict[str, WeightsError]


_kept: list[Any] = []


def kept(function: Callable) -> Callable:
    """Keep what a function returned, for the whole process.

    For what every rerun asks for several times: Streamlit's own caches take a quarter of a
    millisecond for each answer, since they hash and copy.
    """
    known: dict[tuple, Any] = {}
    lock = threading.RLock()

    @functools.wraps(function)
    def ask(*arguments):
        if left_out := function.__code__.co_argcount - len(arguments):
            arguments += function.__defaults__[-left_out:]
        if arguments not in known:
            with lock:  # a class that comes at once to a fresh server must not load all 20 times
                if arguments not in known:
                    known[arguments] = function(*arguments)
        return known[arguments]

    ask.cache_clear = known.clear
    _kept.append(ask)
    return ask


def clear() -> None:
    """Forget everything; for tests."""
    for function in _kept:
        function.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()


@kept
def shelf(dataset: str = "mnist") -> Shelf:
    """Load every family, once for all visitors."""
    usable, broken = {}, {}
    for name in ae_core.names(dataset):
        try:
            usable[name] = ae_core.load(name, dataset)
        except WeightsError as error:
            broken[name] = error
    return Shelf(usable, broken)


@st.cache_resource(show_spinner=False)
def settle(page: str) -> None:
    """Tell the garbage collector to leave alone what is loaded; once, after `page` first ran.

    Streamlit collects garbage after every rerun and holds all other visitors up meanwhile. What
    the first run of a page leaves behind is most of the work, and none of it is ever garbage.
    """
    import matplotlib.figure  # noqa: F401 - for the downloads, which come later

    gc.collect()
    gc.freeze()


@kept
def code_scale(name: str, dataset: str = "mnist") -> float:
    """Return what counts as a large number in a family's code: the 99.5th percentile of |code|.

    Measured on the shipped samples, so that the bars of two digits can be compared.
    """
    codes = shelf(dataset).usable[name].encode(data.samples().images)
    return float(np.quantile(np.abs(codes[codes != 0]), 0.995)) or 1.0


@st.cache_data(show_spinner=False, max_entries=16)
def test_codes(name: str, dataset: str = "mnist") -> tuple[np.ndarray, np.ndarray]:
    """Return the posterior means of the test images, float32 (10000, d), and their classes."""
    with np.load(io.BytesIO(shelf(dataset).usable[name].extras[TEST_CODES])) as file:
        return file["codes"].astype(np.float32), file["labels"]


@kept
def world(name: str, dataset: str = "mnist") -> bytes:
    """Return the decoder and the map of a family, packed for the browser; the map if it has one."""
    ae = shelf(dataset).usable[name]
    decoder = browser.from_constants(ae.decoder.constants())
    no_map = np.zeros((0, 2)), np.zeros(0)
    on_map = test_codes(name, dataset) if TEST_CODES in ae.extras else no_map
    return latent_plane.pack(f"{dataset} {name}", decoder, *on_map)


@kept
def fashion_items() -> np.ndarray | None:
    """Return the first 20 test images of each class of Fashion-MNIST, or None if it is not here."""
    test = data.test_items("fashion_mnist")
    if test is None:
        return None
    order = [np.flatnonzero(test.labels == label)[:20] for label in range(10)]
    return test.images[np.concatenate(order)]


@kept
def middles(name: str, extent: float, dataset: str = "mnist") -> np.ndarray:
    """Return where the numeral of each class stands on the map, float32 (10, 2)."""
    return latent.densest(*test_codes(name, dataset), extent)


@st.cache_data(show_spinner=False, max_entries=64)
def manifold(
    name: str, size: int, extent: float, spacing: str, dataset: str = "mnist"
) -> np.ndarray:
    """Return the pictures of a size × size grid over the latent plane, uint8 mosaic."""
    pictures = shelf(dataset).usable[name].decode(latent.grid(size, extent, spacing))
    return pixels.to_bytes(latent.mosaic(pictures, size))


@kept
def extent(name: str, share: float = 0.95) -> float:
    """Return how far a plane of a family without a prior has to reach, as a round number.

    Args:
        name: the family.
        share: of the test images whose codes are to be seen.
    """
    reach = latent.extent(test_codes(name)[0], share)
    step = 10 ** np.floor(np.log10(reach)) / 2
    return float(np.ceil(reach / step) * step)


def drawn(name: str, source: str, n: int, seed: int) -> np.ndarray:
    """Return `n` points to decode, float32 (n, 2).

    Args:
        name: a family with a plane.
        source: "prior" for N(0, 1), "fitted" for a normal fitted to the codes of the test images.
        n: how many.
        seed: of the draw.
    """
    if source == "prior":
        return latent.sample_prior(n, 2, seed)
    return latent.sample_like(test_codes(name)[0], n, seed)


@dataclass(frozen=True)
class Survey:
    """How points of a plane compare with the codes of real digits.

    Attributes:
        gap: the median distance from a point to the nearest code, in units of the median distance
            between a code and the next one.
        trip: the median distance from a point to where encode(decode(point)) arrives, likewise.
        kinds: how many classes the nearest codes belong to, from 1 to 10 (`latent.kinds`).
    """

    gap: float
    trip: float
    kinds: float


@kept
def survey(name: str, source: str, n: int = 1000) -> Survey:
    """Return how `drawn` points compare with the codes; "own" for the first `n` codes themselves.

    The codes themselves are 1 apart by definition.
    """
    codes, labels = test_codes(name)
    ae, unit = shelf().usable[name], latent.spacing(codes)
    points = codes[:n] if source == "own" else drawn(name, source, n, seed=0)
    distances, which = latent.nearest(points, codes)
    back = ae.plane(ae.decode(points))
    return Survey(
        1.0 if source == "own" else float(np.median(distances)) / unit,
        float(np.median(np.linalg.norm(back - points, axis=1))) / unit,
        latent.kinds(labels[which]),
    )


@kept
def source(name: str) -> str:
    """Return the file of a family as it stands in `ae_core/models/`, with its path above it."""
    module = sys.modules[type(families()[name]).__module__]
    path = module.__name__.replace(".", "/")
    return f"# {path}.py\n{inspect.getsource(module)}"


@st.cache_data(show_spinner=False, max_entries=256)
def expected_reconstruction(
    name: str, image: np.ndarray, draws: int, dataset: str = "mnist"
) -> float:
    """Return the reconstruction term of one image in nats, averaged over draws of z.

    Args:
        name: a variational family.
        image: (28, 28).
        draws: how many, always the same ones.
    """
    ae = shelf(dataset).usable[name]
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    pictures = ae.decode(latent.sample_posterior(mean, log_var, draws, seed=0))
    images = np.broadcast_to(image, pictures.shape)
    return image.size * float(metrics.bce(images, pictures).mean())


@st.cache_data(show_spinner=False, max_entries=64)
def walk(
    methods: tuple[str, ...], images: np.ndarray, codes: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the frames of a walk, uint8 (methods, steps, 28, 28), and their strangeness.

    Args:
        methods: names of families, or "pixels" for the cross-fade.
        images: (2, 28, 28), the two ends.
        codes: (2, 2), where they lie on the VAE's plane.
        steps: frames of each method.

    Returns:
        The strangeness, float64 (methods, steps), is in units of an ordinary digit's; NaN for the
        judge itself, and where there is no judge.
    """
    films = []
    for name in methods:
        if name == "pixels":
            films.append(walks.crossfade(*images, steps))
            continue
        ae = shelf().usable[name]
        ends = codes if name == walks.PLANE else ae.encode(images)
        films.append(ae.decode(walks.line(*ends, steps)))
    return _judged(methods, np.stack(films))


@st.cache_data(show_spinner=False, max_entries=64)
def drawn_walk(path: tuple[tuple[float, float], ...], steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the frames along a path on the VAE's plane, on the straight line, and cross-faded.

    As `walk`, with three methods.
    """
    ae = shelf().usable[walks.PLANE]
    corners = np.array(path, np.float32)
    drawn = ae.decode(walks.along(corners, steps))
    straight = ae.decode(walks.line(corners[0], corners[-1], steps))
    films = np.stack([drawn, straight, walks.crossfade(drawn[0], drawn[-1], steps)])
    return _judged(("drawn", "straight", "pixels"), films)


def _judged(methods: tuple[str, ...], films: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    errors = np.full(films.shape[:2], np.nan)
    if judge := shelf().usable.get(walks.JUDGE):
        rows = [row for row, name in enumerate(methods) if name != walks.JUDGE]
        if rows:
            found = walks.strangeness(films[rows].reshape(-1, 28, 28), judge)
            errors[rows] = found.reshape(len(rows), -1) / ordinary_strangeness()
    return pixels.to_bytes(films), errors


@kept
def ordinary_strangeness() -> float:
    """Return the mean strangeness of the shipped sample digits."""
    judge = shelf().usable[walks.JUDGE]
    return float(walks.strangeness(data.samples().images, judge).mean())


def card(name: str, dataset: str = "mnist") -> dict[str, Any]:
    """Return the card of a usable family."""
    return shelf(dataset).usable[name].card
