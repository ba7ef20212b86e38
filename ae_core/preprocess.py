"""Bringing a drawing into MNIST's form, without which every network fails on it.

MNIST's digits were cut to their ink, scaled to 20 pixels at the longest side and put into 28×28
by their centre of mass (LeCun et al. 1998, http://yann.lecun.com/exdb/mnist/). A drawing fills
its box and is as thick as its pen, so it gets the same treatment, and its strokes the usual
thickness.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from . import upload
from .upload import BadImage

SIDE = 28
DIGIT_SIDE = 20  # longest side of the ink in 9,997 of 10,000 test images
CENTRE = 14.0  # pixel index of the centre of mass: the test set's own mean is (13.99, 14.01)
TIE = 1e-4  # of two places as near as each other the first, whatever the last digit of a sum
USUAL_STROKE = 2.4  # pixels
STROKES_LEFT_ALONE = (1.5, 4.2)  # pixels; 97 % of MNIST lies within
WORK_SIDE = 160  # longest side of the ink while its strokes are measured: 8 times the final size
LEAST_INK = 0.02  # a pixel below this share of the strongest ink is paper
LEAST_INK_LARGE = 0.21  # in a large picture, whose soft edges are nothing, but whose grain is not
LEAST_CONTRAST = 0.1  # a picture with less between paper and ink is called blank
LEAST_PART = 0.03  # in a photo, a blot smaller than this share of the largest is dirt
DOT = 0.12  # compact ink shorter than this share of the picture is a dot
MOST_INK = 0.72  # share of the square around the ink; above it, this is a scribble
SOFT_EDGE = 3  # pixels beside ink that may be grey, in a photo
FLAT_PAPER = 0.02  # a paper that varies more than this is a photo's
LEAST_SIDE = 8  # pixels of an upload
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow's mode "L"


class BlankDrawing(ValueError):  # noqa: N818 - the name is part of the public API
    """There is no digit to be seen; `reason` is one of `REASONS`."""

    REASONS = ("blank", "dot", "scribble")

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


def open_upload(contents: bytes) -> np.ndarray:
    """Return an uploaded file as grey values, float32 (h, w) in [0, 1], upright.

    Takes PNG, JPEG, WebP and GIF (first frame), in any colour mode and depth; transparent parts
    count as white paper; EXIF rotation is applied; a large photo is reduced to 1,024 pixels.
    Takes at most 10 seconds, and 1,000 MB however many are opened at once (see `upload`).

    Raises:
        BadImage: empty, not an image, truncated, too large (12 MB; 13 million pixels, 51 million
            of a JPEG that is not progressive), too costly to unpack, or too many at once.
    """
    return _flatten(upload.opened(contents))


def _flatten(pixels: np.ndarray) -> np.ndarray:
    """Make grey values in [0, 1] of (h, w), (h, w, 3) or (h, w, 4); see-through parts are paper."""
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (3, 4)):
        raise BadImage("shape", f"expected (h, w), (h, w, 3) or (h, w, 4), got {pixels.shape}")
    if pixels.dtype != np.uint8 and not np.issubdtype(pixels.dtype, np.floating):
        raise BadImage("shape", f"expected uint8 or float pixels, got {pixels.dtype}")
    if pixels.dtype == np.uint8:
        pixels = pixels.astype(np.float32)
        pixels /= 255.0
    else:
        pixels = pixels.astype(np.float32, copy=False)
        low, high = pixels.min(initial=0), pixels.max(initial=1)
        if not (np.isfinite(low) and np.isfinite(high)):
            raise BadImage("not_finite", "the picture holds NaN or infinity")
        if low < 0 or high > 1:
            pixels = pixels.clip(0, 1)
    if pixels.ndim == 2:
        return pixels
    grey = pixels[..., :3] @ LUMINANCE
    if pixels.shape[2] == 3:
        return grey
    alpha = pixels[..., 3]
    solid = alpha > 0.5
    if not solid.any():
        return np.zeros_like(grey)
    if solid.mean() > 0.5:
        paper = float(np.median(grey[solid]))
    else:  # a stroke on nothing: paper is whatever the stroke stands out from
        paper = float(np.average(grey, weights=alpha) < 0.5)
    return grey * alpha + paper * (1 - alpha)


def _paper(grey: np.ndarray) -> np.ndarray:
    """Return the paper below an unevenly lit photo: its median over a wide neighbourhood."""
    small = Image.fromarray(grey).resize((48, 48), Image.Resampling.BOX)
    small = Image.fromarray(ndimage.median_filter(np.asarray(small), 25, mode="nearest"))
    return np.asarray(small.resize(grey.shape[::-1], Image.Resampling.BILINEAR))


def _ink(grey: np.ndarray) -> np.ndarray:
    """Tell ink from paper: 0 for paper, 1 for the strongest ink, be it the lighter or the darker.

    A flat paper (a canvas, a drawing program) keeps the ink's soft edges as they are, and is cut
    off where nothing is on it. A photo is levelled first, and what is much weaker than its ink is
    taken for paper.
    """
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(rim)
    if np.quantile(np.abs(rim - paper), 0.6) > FLAT_PAPER:
        return _ink_of_photo(grey)
    difference = _cut(grey, grey != paper) - paper
    if not difference.size:
        raise _blank()
    return _scaled(difference, difference.min(), difference.max())


def _ink_of_photo(grey: np.ndarray) -> np.ndarray:
    difference = grey - _paper(grey)
    # A few odd pixels must not set the scale.
    ink = _scaled(difference, *np.quantile(difference, [0.002, 0.998]))
    ink = ((ink - 0.35) / 0.3).clip(0, 1)
    labels, _ = ndimage.label(ink > 0.5)
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    specks = areas < LEAST_PART * areas.max()
    specks[0] = False
    ink[specks[labels]] = 0
    # What is left of the paper's own lines is faint: only beside ink it is an edge of ink.
    ink[~ndimage.binary_dilation(ink > 0.5, iterations=SOFT_EDGE)] = 0
    return ink


def _scaled(difference: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return ink from 0 to 1, of what is lighter than paper, or darker: the stronger of both."""
    if max(high, -low) < LEAST_CONTRAST:
        raise _blank()
    return (difference / (high if high >= -low else low)).clip(0, 1)


def _blank() -> BlankDrawing:
    return BlankDrawing("blank", "there is no ink in the picture")


def _cut(picture: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the smallest part of a picture with all pixels that are wanted, maybe none."""
    rows, columns = (np.flatnonzero(wanted.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return picture[:0]
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _resized(ink: np.ndarray, longest: int) -> np.ndarray:
    """Scale a picture so that its longest side is `longest` pixels, smoothing on the way down."""
    scale = longest / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    if (height, width) == ink.shape:
        return ink
    image = Image.fromarray(ink.astype(np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC)).clip(0, 1)


def stroke_width(ink: np.ndarray) -> float:
    """Return the mean thickness of the strokes in pixels, for ink (h, w) in [0, 1].

    Across a stroke of width w the distance to its edge averages w / 4; the half pixel is the way
    from the outermost pixel of ink to its edge.
    """
    inside = np.pad(ink > 0.5, 1)
    if not inside.any():
        return 0.0
    # As `distance_transform_edt` does, but only where there is ink.
    nearest = ndimage.distance_transform_edt(inside, return_distances=False, return_indices=True)
    away = nearest[:, inside] - np.array(np.nonzero(inside))
    return float(4 * (np.sqrt((away * away).sum(axis=0)).mean() - 0.5))


def _widened(ink: np.ndarray) -> np.ndarray:
    """Spread ink that will be made smaller: a hair on a large sheet must not vanish on the way."""
    pen = -(-max(ink.shape) // WORK_SIDE)
    if pen == 1:
        return ink
    if pen > 2:
        return ndimage.maximum_filter(ink, pen)
    wide = ink.copy()  # the same, in a tenth of the time
    np.maximum(ink[1:], ink[:-1], out=wide[1:])
    result = wide.copy()
    np.maximum(wide[:, 1:], wide[:, :-1], out=result[:, 1:])
    return result


def _usual_stroke(ink: np.ndarray) -> np.ndarray:
    """Thicken thin strokes and thin out fat ones, on a picture cut to its ink."""
    large = _resized(_widened(ink), WORK_SIDE)
    longest, width = max(large.shape), stroke_width(large)
    final = width * DIGIT_SIDE / longest
    thinnest, thickest = STROKES_LEFT_ALONE
    if thinnest <= final <= thickest:
        return ink
    wanted = USUAL_STROKE if final < thinnest else thickest
    # The ink grows as the stroke does, and is then scaled down by more: solve for the growth.
    grow = (wanted * longest - DIGIT_SIDE * width) / (DIGIT_SIDE - wanted)
    margin = int(max(grow, 0)) + 2
    inside = np.pad(large > 0.5, margin)
    # Ink that shrinks reaches nothing outside, however near that is.
    outside = ndimage.distance_transform_edt(~inside) if grow > 0 else ~inside
    edge = ndimage.distance_transform_edt(inside) - outside
    grown = (edge + grow / 2 + 0.5).clip(0, 1).astype(np.float32)
    return _cut(grown, grown > LEAST_INK_LARGE)


def to_mnist(picture: np.ndarray) -> np.ndarray:
    """Return a drawing in MNIST's form, float32 (28, 28) in [0, 1]: light ink on black.

    The ink is found, light on dark or dark on light; cut out; its strokes brought to the usual
    thickness if they are outside the usual range; scaled to 20 pixels at its longest side with
    smoothing; and placed, as MNIST's makers did, by whole pixels so that its centre of mass is
    as near to index 14 as can be (but inside the picture).

    Args:
        picture: uint8 in [0, 255] or float in [0, 1]; grey (h, w), RGB (h, w, 3) or RGBA
            (h, w, 4), where see-through parts count as paper. At least 8 × 8.

    Raises:
        BadImage: another shape, smaller than 8 × 8, or NaN.
        BlankDrawing: no ink, no more than a dot, or ink nearly everywhere.
    """
    grey = _flatten(np.asarray(picture))
    if min(grey.shape) < LEAST_SIDE:
        raise BadImage("too_small", f"{grey.shape[1]} × {grey.shape[0]} pixels are too few")
    ink = _ink(grey)
    ink = _cut(ink, ink > (LEAST_INK if max(grey.shape) < WORK_SIDE else LEAST_INK_LARGE))
    longest = max(ink.shape)
    compact = min(ink.shape) > 0.5 * longest
    if longest < (DOT if compact else DOT / 2) * max(grey.shape):
        raise BlankDrawing("dot", "there is only a dot")
    if (ink > 0.5).sum() > MOST_INK * longest**2:
        raise BlankDrawing("scribble", "nearly everything is ink")
    digit = _resized(_usual_stroke(ink), DIGIT_SIDE)
    result = np.zeros((SIDE, SIDE), np.float32)
    top, left = (
        int(np.clip(round(CENTRE - centre - TIE), 0, SIDE - side))
        for centre, side in zip(ndimage.center_of_mass(digit), digit.shape, strict=True)
    )
    result[top : top + digit.shape[0], left : left + digit.shape[1]] = digit / digit.max()
    return result
