"""Pictures of what is no digit, in MNIST's form: letters, signs, smileys, shapes, noise, a blank.

What is written comes from the DejaVu fonts that ship with Matplotlib, drawn large, turned a little,
and brought into MNIST's form by `preprocess`, as a visitor's drawing is.
"""

from __future__ import annotations

import string
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from . import data, preprocess
from .preprocess import SIDE

HOME = {"mnist": "digits", "fashion_mnist": "clothes"}  # what the test images of a data set are
MEAN_INK = "mean_ink"  # the simplest detector of strangers: how much ink a picture has
STEPS = 200  # shares of the test images that a threshold may let through: 0.5 % apart
DECADES, PER_DECADE = 5, 16  # of a histogram of errors, from 1e-5 to 1, and its bins
SEED = 0
SHEET = 240  # pixels along a side of what is drawn before it is made small
LETTER = 150  # pixels, the size of a font
SANS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique")
MONO = tuple(name.replace("Sans", "SansMono") for name in SANS)
SERIF = ("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic")
# The first one is that of the first picture. Not every font has every sign.
FONTS = {
    "letters": SANS + MONO + SERIF,
    "signs": ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold"),
    "smileys": ("DejaVuSans", "DejaVuSans-Bold"),
}
LETTERS = string.ascii_uppercase + string.ascii_lowercase
SIGNS = "+×÷=?!&@#%§€$★♥♪✓∞→∑πΩ♠♣☀☎☯✿"
SMILEYS = "☺☹😀😇😉😋😍😎😐😕😘😜😞😠😢😨😮😸🙀"
SHAPES = (
    "stroke", "circle", "square", "triangle", "cross", "star", "spiral", "zigzag", "wave", "house",
)  # fmt: skip
NOISES = ("uniform", "sparse", "shuffled", "clouds")
BLANKS = ("black", "grey", "white")
NAMES: dict[str, tuple[str, ...]] = {
    "letters": tuple(LETTERS),
    "signs": tuple(SIGNS),
    "smileys": tuple(SMILEYS),
    "shapes": SHAPES,
    "noise": NOISES,
    "blank": BLANKS,
}
EACH = {"letters": 40, "signs": 40, "smileys": 40, "shapes": 60, "noise": 100, "blank": 1}
MOST_TURN = 12.0  # degrees
MOST_SLANT = 0.15  # pixels sideways for each upwards
MOST_SHIFT = 3.0  # pixels of the sheet
INK = 0.13  # share of white pixels in sparse noise: as much ink as a digit has, on average
CLOUD = 2.5  # pixels, the width of the blur that makes clouds of noise


def kinds() -> tuple[str, ...]:
    """Return the kinds of strangers."""
    return tuple(NAMES)


def picture(kind: str, name: str, version: int = 0) -> np.ndarray:
    """Return a stranger, float32 (28, 28) in [0, 1].

    Args:
        kind: one of `kinds()`.
        name: one of `NAMES[kind]`.
        version: 0: upright, in the first font; others are turned, slanted and shifted a little,
            letters in a font drawn at random. The same number is always the same picture.

    Raises:
        KeyError: there is no such kind or name.
    """
    if name not in NAMES[kind]:
        raise KeyError(f"unknown {kind} {name!r}; known: {' '.join(NAMES[kind])}")
    place = list(NAMES).index(kind), NAMES[kind].index(name)
    rng = np.random.default_rng([SEED, *place, version])
    if kind == "blank":
        return np.full((SIDE, SIDE), BLANKS.index(name) / (len(BLANKS) - 1), np.float32)
    if kind == "noise":
        return _noise(name, rng)
    if kind == "shapes":
        sheet = _shape(name, rng, bool(version))
    else:
        fonts = FONTS[kind]
        sheet = _written(name, fonts[rng.integers(len(fonts)) if version else 0])
    return preprocess.to_mnist(_moved(sheet, rng) if version else sheet)


@cache
def pictures(kind: str) -> np.ndarray:
    """Return all strangers of a kind that are counted, float32 (n, 28, 28), read-only.

    `EACH[kind]` versions of each name, in the order of the names.
    """
    found = np.stack([picture(kind, name, v) for name in NAMES[kind] for v in range(EACH[kind])])
    found.setflags(write=False)
    return found


@cache
def _font(name: str) -> ImageFont.FreeTypeFont:
    import matplotlib  # heavy, and only letters need its fonts

    return ImageFont.truetype(
        Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf"), LETTER
    )


def _written(letter: str, font: str) -> np.ndarray:
    sheet = Image.new("L", (SHEET, SHEET))
    ImageDraw.Draw(sheet).text((SHEET / 2, SHEET / 2), letter, 255, _font(font), anchor="mm")
    return np.asarray(sheet)


def _moved(sheet: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn, slant and shift a sheet a little, about its middle."""
    turn = np.radians(rng.uniform(-MOST_TURN, MOST_TURN))
    cos, sin = np.cos(turn), np.sin(turn)
    slant = rng.uniform(-MOST_SLANT, MOST_SLANT)
    matrix = np.array([[cos, sin], [-sin, cos]]) @ np.array([[1, slant], [0, 1]])
    middle = np.full(2, SHEET / 2)
    start = middle - matrix @ middle + rng.uniform(-MOST_SHIFT, MOST_SHIFT, 2)
    values = [*matrix[0], start[0], *matrix[1], start[1]]
    image = Image.fromarray(sheet)
    return np.asarray(
        image.transform(image.size, Image.Transform.AFFINE, values, Image.Resampling.BICUBIC)
    )


def _shape(name: str, rng: np.random.Generator, vary: bool) -> np.ndarray:
    """Return a shape as a line of ink; a varied one has another pen and other proportions."""
    pen, wide, high = 0.085, 1.0, 1.0
    if vary:
        pen, wide, high = rng.uniform(0.06, 0.11), rng.uniform(0.75, 1), rng.uniform(0.75, 1)
    middle, reach = SHEET / 2, 0.36 * SHEET
    sheet = Image.new("L", (2 * SHEET, 2 * SHEET))  # twice as large, for smooth edges
    draw, width = ImageDraw.Draw(sheet), round(2 * pen * SHEET)
    for line in _lines(name):
        points = [
            (2 * (middle + reach * wide * x), 2 * (middle + reach * high * y)) for x, y in line
        ]
        draw.line(points, 255, width, joint="curve")
        for x, y in (points[0], points[-1]):  # a pen is round
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), 255)
    return np.asarray(sheet.resize((SHEET, SHEET), Image.Resampling.BOX))


def _lines(name: str) -> list[list[tuple[float, float]]]:
    """Return the lines of a shape; x to the right and y downwards, within ±1."""

    def around(angles: np.ndarray, radius: np.ndarray | float = 1.0) -> list[tuple[float, float]]:
        return list(zip(radius * np.sin(angles), -radius * np.cos(angles), strict=True))

    along = np.linspace(0, 1, 60)
    turns = 2 * np.pi * along
    shapes: dict[str, list[list[tuple[float, float]]]] = {
        "stroke": [[(0, -1), (0, 1)]],
        "circle": [around(turns)],
        "square": [[(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]],
        "triangle": [[(0, -1), (1, 0.8), (-1, 0.8), (0, -1)]],
        "cross": [[(-1, -1), (1, 1)], [(1, -1), (-1, 1)]],
        "star": [around(2 * np.pi * 2 / 5 * np.arange(6))],
        "spiral": [around(2.5 * turns, along)],
        "zigzag": [[(-1, 0.6), (-0.5, -0.6), (0, 0.6), (0.5, -0.6), (1, 0.6)]],
        "wave": [list(zip(2 * along - 1, 0.6 * np.sin(2 * turns), strict=True))],
        "house": [[(-0.8, 1), (-0.8, -0.2), (0.8, -0.2), (0.8, 1), (-0.8, 1)],
                  [(-1, -0.1), (0, -1), (1, -0.1)]],
    }  # fmt: skip
    return shapes[name]


def _noise(name: str, rng: np.random.Generator) -> np.ndarray:
    if name == "shuffled":  # the ink of a digit without its order
        digits = data.samples().images
        return rng.permuted(digits[rng.integers(len(digits))].ravel()).reshape(SIDE, SIDE)
    field = rng.random((SIDE, SIDE), dtype=np.float32)
    if name == "sparse":
        return (field < INK).astype(np.float32)
    if name == "clouds":
        smooth = ndimage.gaussian_filter(field, CLOUD)
        field = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    return field


def edges() -> np.ndarray:
    """Return the edges of the bins of a histogram of errors, float64 (81,), from 1e-5 to 1."""
    return np.logspace(-DECADES, 0, DECADES * PER_DECADE + 1)


def auroc(home: np.ndarray, strange: np.ndarray) -> float:
    """Return the area under the ROC curve of a score: 1 if it tells all apart, 0.5 if none.

    It is the probability that a stranger drawn at random has a higher score than one that is at
    home (a tie counts half), and so follows from the ranks of all scores: Mann and Whitney 1947,
    "On a test of whether one of two random variables is stochastically larger than the other".

    Args:
        home, strange: scores (n,) and (m,), finite, n and m at least 1.

    Raises:
        ValueError: one is empty, has another shape, or is not finite.
    """
    home, strange = np.asarray(home, np.float64), np.asarray(strange, np.float64)
    if home.ndim != 1 or strange.ndim != 1 or not len(home) or not len(strange):
        raise ValueError(f"expected scores (n,) and (m,), got {home.shape} and {strange.shape}")
    if not (np.isfinite(home).all() and np.isfinite(strange).all()):
        raise ValueError("a score is NaN or infinite")
    from scipy import stats  # takes most of a second, and only the study needs it

    ranks = stats.rankdata(np.concatenate([home, strange]))[len(home) :]
    above = ranks.sum() - len(strange) * (len(strange) + 1) / 2
    return float(above / (len(home) * len(strange)))
