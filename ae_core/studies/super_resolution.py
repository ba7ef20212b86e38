"""How near small pictures of the test images come to the large ones, by formula and by network."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import data, load, metrics
from ..enlarge import FILTERS, enlarge, shrink
from . import rounded

SIDES = (14, 7)
OF = tuple(f"mnist/super_resolution_{side}" for side in SIDES)
SCORES = ("mse", "psnr", "ssim")


def measure() -> dict[str, Any]:
    """Return for each side, "14" and "7", and each way to enlarge the means of `SCORES`.

    The ways are `enlarge.FILTERS`, and "network".
    """
    images = data.load("mnist").test.images
    figures = {}
    for side in SIDES:
        small = shrink(images, side)
        large = {how: enlarge(small, how) for how in FILTERS}
        large["network"] = load(f"super_resolution_{side}").decode(small)
        figures[str(side)] = {how: scores(images, pictures) for how, pictures in large.items()}
    return rounded(figures)


def scores(images: np.ndarray, pictures: np.ndarray) -> dict[str, float]:
    """Return the means of `SCORES`; both (n, 28, 28)."""
    return {name: float(getattr(metrics, name)(images, pictures).mean()) for name in SCORES}
