"""Autoencoders, trained and ready to use.

>>> import ae_core
>>> ae = ae_core.load("convolutional")
>>> pictures = ae.reconstruct(images)  # float32 (n, 28, 28) in [0, 1]
"""

from __future__ import annotations

from pathlib import Path

from . import autoencoder, latent, metrics, noise, preprocess
from .autoencoder import Autoencoder, WeightsError
from .models import families

__all__ = [
    "Autoencoder",
    "WeightsError",
    "latent",
    "load",
    "metrics",
    "names",
    "noise",
    "preprocess",
]


def names(dataset: str = "mnist") -> list[str]:
    """Return the names of the families trained on `dataset`, in teaching order.

    A family counts as trained when its folder is in `weights/<dataset>/`. If that cannot be read,
    none is.
    """
    return [name for name in families() if _is_folder(autoencoder.WEIGHTS / dataset / name)]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no right to look
        return False


def load(name: str, dataset: str = "mnist") -> Autoencoder:
    """Return the trained autoencoder `name`.

    Raises:
        KeyError: there is no such family for `dataset`; the message names those there are.
        WeightsError: one of its files is missing, unreadable, damaged or foreign.
    """
    if name not in names(dataset):
        known = ", ".join(names(dataset)) or "none"
        raise KeyError(f"no autoencoder {name!r} trained on {dataset!r}; known: {known}")
    return Autoencoder(autoencoder.WEIGHTS / dataset / name, finished=True)
