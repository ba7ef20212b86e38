"""What the whole process shares: the only `st.cache_*` of the app. Nothing here is changed."""

from __future__ import annotations

import gc
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

import ae_core
from ae_core import data, figures, latent, metrics
from ae_core.autoencoder import BROWSER, TEST_CODES, Autoencoder, WeightsError

from . import latent_plane


@dataclass(frozen=True)
class Shelf:
    """The trained autoencoders by name, and what is wrong with those that cannot be used."""

    usable: dict[str, Autoencoder]
    broken: dict[str, WeightsError]


@st.cache_resource(show_spinner=False)
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


@st.cache_data(show_spinner=False, max_entries=32)
def code_scale(name: str, dataset: str = "mnist") -> float:
    """Return what counts as a large number in a family's code: the 99.5th percentile of |code|.

    Measured on the shipped samples, so that the bars of two digits can be compared.
    """
    codes = shelf(dataset).usable[name].encode(data.samples().images)
    return float(np.quantile(np.abs(codes[codes != 0]), 0.995)) or 1.0


@st.cache_data(show_spinner=False, max_entries=8)
def test_codes(name: str, dataset: str = "mnist") -> tuple[np.ndarray, np.ndarray]:
    """Return the posterior means of the test images, float32 (10000, d), and their classes."""
    with np.load(io.BytesIO(shelf(dataset).usable[name].extras[TEST_CODES])) as file:
        return file["codes"].astype(np.float32), file["labels"]


@st.cache_data(show_spinner=False, max_entries=8)
def world(name: str, dataset: str = "mnist") -> bytes:
    """Return the decoder and the map of a family, packed for the browser."""
    decoder = shelf(dataset).usable[name].extras[BROWSER]
    return latent_plane.pack(f"{dataset} {name}", decoder, *test_codes(name, dataset))


@st.cache_data(show_spinner=False, max_entries=32)
def middles(name: str, extent: float, dataset: str = "mnist") -> np.ndarray:
    """Return where the numeral of each class stands on the map, float32 (10, 2)."""
    return latent.densest(*test_codes(name, dataset), extent)


@st.cache_data(show_spinner=False, max_entries=64)
def manifold(name: str, size: int, extent: float, spacing: str) -> np.ndarray:
    """Return the pictures of a size × size grid over the latent plane, uint8 mosaic."""
    pictures = shelf().usable[name].decode(latent.grid(size, extent, spacing))
    return figures.to_bytes(latent.mosaic(pictures, size))


@st.cache_data(show_spinner=False, max_entries=256)
def expected_reconstruction(name: str, image: np.ndarray, draws: int) -> float:
    """Return the reconstruction term of one digit in nats, averaged over draws of z.

    Args:
        name: a variational family.
        image: (28, 28).
        draws: how many, always the same ones.
    """
    ae = shelf().usable[name]
    mean, log_var = (value[0] for value in ae.posterior(image[None]))
    pictures = ae.decode(latent.sample_posterior(mean, log_var, draws, seed=0))
    images = np.broadcast_to(image, pictures.shape)
    return image.size * float(metrics.bce(images, pictures).mean())


def card(name: str, dataset: str = "mnist") -> dict[str, Any]:
    """Return the card of a usable family."""
    return shelf(dataset).usable[name].card
