"""Small pictures of the pages, for their cards: what our networks make, and no files.

A page that has none here shows its icon.
"""

from __future__ import annotations

import numpy as np

from ae_core import compression, data, latent, linear, noise, pca
from ae_core.enlarge import enlarge, shrink
from ae_core.experiments import sampling, walks
from ae_core.figures import pixels
from ae_core.figures.drawings import data_uri
from ae_core.studies import StudyError

from . import cache, histories

SIDE = 168  # pixels: six for each of a digit's 28, or two for each of nine digits'
WITHIN = 2.0  # standard deviations of the prior: where the plane is full of digits


def _sample(label: int, number: int = 0) -> np.ndarray:
    """Return a shipped digit of a class, float32 (28, 28)."""
    return data.samples().images[label * data.SAMPLES_PER_CLASS + number]


def _mosaic(images: np.ndarray, columns: int) -> np.ndarray:
    return pixels.to_bytes(latent.mosaic(images, columns))


def _draw() -> np.ndarray:
    """A noisy digit, and below the diagonal what the network makes of it."""
    noisy = noise.add(_sample(2), "gaussian", 0.45, seed=1)
    rebuilt = cache.network("denoising").reconstruct(noisy[None])[0]
    across = np.add.outer(np.arange(28), np.arange(28))
    return pixels.to_bytes(np.where(across < 27, noisy, rebuilt))


def _latent() -> np.ndarray:
    """Digits from all over the plane."""
    return cache.manifold("variational", 6, WITHIN, "linear")


def _walk() -> np.ndarray:
    """A digit that turns into another, in nine steps."""
    ae = cache.network("variational")
    ends = ae.encode(np.stack([_sample(1), _sample(9)]))
    return _mosaic(ae.decode(walks.line(ends[0], ends[1], 9)), 3)


def _map(name: str) -> np.ndarray:
    """The test digits where a plane has them, with nothing in between."""
    codes, labels = cache.test_codes(name)
    extent, side = cache.extent(name), SIDE // 2
    places = ((codes * (1, -1) / extent + 1) / 2 * side).astype(int)
    inside = ((places >= 0) & (places < side)).all(axis=1)
    colours = [
        [int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in pixels.CLASS_COLOURS
    ]
    picture = np.zeros((side, side, 3), np.uint8)
    x, y = places[inside].T
    picture[y, x] = np.array(colours, np.uint8)[labels[inside]]
    return picture


def _holes() -> np.ndarray:
    """The map of the plain autoencoder's codes."""
    return _map("plain_2d")


def _planes() -> np.ndarray:
    """The map of PCA."""
    return _map(linear.PCA)


def _sampling() -> np.ndarray:
    """What a plain autoencoder makes of codes from a normal fitted to its codes."""
    normal = sampling.mixtures(cache.figures("sampling"))["normal"]
    return _mosaic(cache.network(sampling.PLAIN).decode(normal.draw(9, seed=1).codes(1)), 3)


def _beta() -> np.ndarray:
    """A 3 whose code may say less and less, until it is a 5."""
    names = ("beta_0_25", "beta_1", "beta_4", "beta_8")
    images = [cache.network(name).reconstruct(_sample(3)[None])[0] for name in names]
    return _mosaic(np.stack(images), 2)


def _dimensions() -> np.ndarray:
    """The sixteen numbers of a digit, as bars."""
    code = cache.network("variational_16d").encode(_sample(3)[None])[0]
    return pixels.code_picture(code, cache.code_scale("variational_16d"), SIDE)


def _handwriting() -> np.ndarray:
    """Nine digits in one handwriting."""
    ae = cache.network("conditional")
    style = np.tile(np.array([0.9, -0.6], np.float32), (9, 1))
    return _mosaic(ae.decode(ae.with_class(style, np.arange(1, 10))), 3)


def _scale() -> np.ndarray:
    """A digit from a perfect copy to grey, by networks and by PCA."""
    digit = _sample(2)[None]
    networks = [cache.network(name).reconstruct(digit) for name in ("deep", "simple")]
    components = [pca.shipped().reconstruct(digit, count) for count in (32, 16, 8, 2, 0)]
    return _mosaic(np.concatenate([digit, *networks, *components, np.full_like(digit, 0.5)]), 3)


def _units() -> np.ndarray:
    """What nine units of the sparse network draw."""
    drawn = cache.unit_patterns("sparse")
    most = np.argsort(-np.abs(drawn).max(axis=(1, 2)), kind="stable")[:9]
    black = np.zeros((28, 28), np.float32)
    maps = np.stack([pixels.error_map(black, drawn[i] / np.abs(drawn[i]).max()) for i in most])
    return maps.reshape(3, 3, 28, 28, 3).swapaxes(1, 2).reshape(84, 84, 3)


def _noise() -> np.ndarray:
    """A digit under rising noise, and what two networks make of it."""
    noisy = np.stack([noise.add(_sample(3), "masking", level, seed=1) for level in (0.2, 0.5, 0.7)])
    rows = [noisy, *(cache.network(name).reconstruct(noisy) for name in ("simple", "denoising"))]
    return _mosaic(np.concatenate(rows), 3)


def _compression() -> np.ndarray:
    """A digit by a network whose numbers have 8, 4, 2 and 1 bits."""
    ae, digit = cache.network("deep"), _sample(3)[None]
    fitted = compression.fit(ae.encode(data.samples().images))
    code = ae.encode(digit)
    return _mosaic(np.concatenate([ae.decode(fitted.quantised(code, b)) for b in (8, 4, 2, 1)]), 2)


def _strangers() -> np.ndarray:
    """A letter, and below the diagonal what a network that knows digits makes of it."""
    letter = cache.stranger("letters", "A", 0)
    rebuilt = cache.network("variational").reconstruct(letter[None])[0]
    across = np.add.outer(np.arange(28), np.arange(28))
    return pixels.to_bytes(np.where(across < 27, letter, rebuilt))


def _super_resolution() -> np.ndarray:
    """A digit's small picture, and below the diagonal what the network makes of it."""
    small = shrink(_sample(5)[None], 7)
    blocks = enlarge(small, "nearest")[0]
    guess = cache.network("super_resolution_7").decode(small)[0]
    across = np.add.outer(np.arange(28), np.arange(28))
    return pixels.to_bytes(np.where(across < 27, blocks, guess))


def _bottleneck() -> np.ndarray:
    """A digit through codes of 2, 4, 8 and 16 numbers."""
    digit = _sample(4)[None]
    networks = [cache.network(f"bottleneck_{size}") for size in (2, 4, 8, 16)]
    return _mosaic(np.concatenate([ae.reconstruct(digit) for ae in networks]), 2)


def _training() -> np.ndarray:
    """A digit as one learns to draw it: the mean of all digits, then networks that do it better."""
    digit = _sample(5)[None]
    networks = [cache.network(name) for name in ("variational", "simple", "deep")]
    mean = pca.shipped().reconstruct(digit, 0)
    return _mosaic(np.concatenate([mean, *(ae.reconstruct(digit) for ae in networks)]), 2)


def _timelapse() -> np.ndarray:
    """A digit as a network draws it at nine moments of its training."""
    looks = histories.of().usable["simple"].pictures[:9, 5] / 255
    return _mosaic(looks.astype(np.float32), 3)


PICTURES = {
    "draw": _draw,
    "latent": _latent,
    "walk": _walk,
    "holes": _holes,
    "beta": _beta,
    "dimensions": _dimensions,
    "handwriting": _handwriting,
    "scale": _scale,
    "units": _units,
    "noise": _noise,
    "compression": _compression,
    "strangers": _strangers,
    "planes": _planes,
    "super_resolution": _super_resolution,
    "bottleneck": _bottleneck,
    "sampling": _sampling,
    "training": _training,
    "timelapse": _timelapse,
}


@cache.memoize(64)
def address(slug: str) -> str:
    """Return the `data:` address of a page's picture, about `SIDE` pixels large; "" if none.

    None too where the network that makes it, or its study, is missing or damaged.
    """
    try:
        small = PICTURES[slug]()
    except (KeyError, StudyError):
        return ""
    return data_uri(pixels.enlarge(small, max(1, SIDE // len(small))))
