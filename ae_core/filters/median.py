"""The median filter: each pixel becomes the median of a disc around it (Tukey 1977).

It takes away dust that is smaller than half of the disc, and with it strokes that are as thin.
"""

from __future__ import annotations

import numpy as np

TITLE = "Median filter"
ORDER = 1
UNIT = "radius"
SETTINGS = (1.0, 1.5, 2.0, 2.5)  # of the disc, in pixels: 5, 9, 13 and 21 of them


def disc(radius: float) -> np.ndarray:
    """Return the pixels that the median is taken of, bool (side, side)."""
    steps = np.arange(-int(radius), int(radius) + 1)
    return steps[:, None] ** 2 + steps**2 <= radius**2


def apply(images: np.ndarray, setting: float) -> np.ndarray:
    """Return the medians of discs of that radius; beyond the edge the picture is mirrored."""
    from scipy import ndimage  # what skimage.filters.median calls; its own import takes a second

    return ndimage.median_filter(images, footprint=disc(setting)[None], mode="reflect")
