"""Classical filters: they remove noise without having learned anything of digits.

A filter is a module in this folder with

    TITLE = "Median"     # what people call it; translated by the pages
    ORDER = 1            # place in a row of filters
    UNIT = "radius"      # what a setting is
    SETTINGS = (1, ...)  # from weak to strong
    def apply(images, setting) -> images  # float32 (n, 28, 28) in [0, 1], both

A network is told nothing of the noise. A filter needs a setting, and gets the best one (`best`).
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import metrics
from ..checks import UNIT, checked


def names() -> list[str]:
    """Return the names of all filters, in their order."""
    found = [found.name for found in pkgutil.iter_modules(__path__)]
    return sorted(found, key=lambda name: _module(name).ORDER)


def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")


def module(name: str) -> Any:
    """Return the module of a filter.

    Raises:
        KeyError: there is none of that name.
    """
    if name not in names():
        raise KeyError(f"unknown filter {name!r}; known: {', '.join(names())}")
    return _module(name)


def apply(name: str, images: ArrayLike, setting: float) -> np.ndarray:
    """Return filtered images, float32 in [0, 1], shaped like `images`; the input is left alone.

    Args:
        name: one of `names()`.
        images: float (28, 28) or (n, 28, 28), values in [0, 1].
        setting: one of the filter's `SETTINGS`.

    Raises:
        KeyError: there is no such filter.
        ValueError: `images` has another shape or dtype, or values outside [0, 1]; or there is no
            such setting.
    """
    chosen = module(name)
    images = checked(images, "images", (28, 28), ("n", 28, 28), within=UNIT)
    if setting not in chosen.SETTINGS:
        raise ValueError(f"setting of {name} must be one of {chosen.SETTINGS}, got {setting}")
    filtered = chosen.apply(images.reshape(-1, 28, 28), setting)
    return np.clip(filtered, 0, 1).astype(np.float32).reshape(images.shape)


def best(name: str, clean: ArrayLike, noisy: ArrayLike) -> float:
    """Return the setting that brings noisy images (n, 28, 28) nearest to the clean ones, by MSE.

    Raises:
        KeyError, ValueError: as for `apply`.
    """
    errors = {
        setting: float(metrics.mse(clean, apply(name, noisy, setting)).mean())
        for setting in module(name).SETTINGS
    }
    return min(errors, key=errors.__getitem__)
