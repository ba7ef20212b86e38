"""Digits as bytes: codes with few bits a number, beside the picture files that everybody uses.

A code is quantised number by number: each has a range, from the training images, cut into 2^bits
equal steps; what is kept is the number of the step, and its middle is what comes back.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image

BITS = (1, 2, 3, 4, 5, 6, 8)
RANGE = (0.1, 99.9)  # percentiles of the training images' numbers: what lies outside is moved in
JPEG_QUALITIES = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)
WEBP_QUALITIES = (0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
RAW = 784  # bytes of a digit, one a pixel


# ---------------------------------------------------------------- codes


@dataclass(frozen=True)
class Quantiser:
    """Turns numbers into whole numbers of a few bits, and back.

    Attributes:
        low, high: the range of each number, float64 (n,).
        kept: how many of them a code keeps: the largest; the others are 0. None: all.
    """

    low: np.ndarray
    high: np.ndarray
    kept: int | None = None

    def steps(self, codes: np.ndarray, bits: int) -> np.ndarray:
        """Return the step in which each number lies, int64 (m, n), 0 to 2^bits - 1."""
        width = np.where(self.high > self.low, self.high - self.low, 1)
        shares = (codes - self.low) / width
        return np.clip(np.floor(shares * 2**bits), 0, 2**bits - 1).astype(np.int64)

    def middles(self, steps: np.ndarray, bits: int) -> np.ndarray:
        """Return the numbers that steps (m, n) stand for, float32 (m, n)."""
        shares = (steps + 0.5) / 2**bits
        return (self.low + shares * (self.high - self.low)).astype(np.float32)

    def quantised(self, codes: np.ndarray, bits: int) -> np.ndarray:
        """Return codes (m, n) as they come back from so many bits a number, float32 (m, n)."""
        back = self.middles(self.steps(codes, bits), bits)
        return back if self.kept is None else np.where(codes != 0, back, 0).astype(np.float32)

    def size(self, bits: int) -> int:
        """Return how many bytes a code takes: `pack` makes so many of each."""
        count = len(self.low)
        if self.kept is None:
            return -(-count * bits // 8)
        return -(-self.kept * (bits + places_bits(count)) // 8)


def places_bits(count: int) -> int:
    """Return how many bits say which one of `count` numbers it is."""
    return max(1, math.ceil(math.log2(count)))


def fit(codes: np.ndarray, kept: int | None = None) -> Quantiser:
    """Return a quantiser with the ranges of the training images' codes.

    Args:
        codes: (m, n).
        kept: as of `Quantiser`; then the ranges are those of the numbers that are not 0.
    """
    values = codes.astype(np.float64)
    if kept is not None:
        values = np.where(values != 0, values, np.nan)
        empty = np.isnan(values).all(axis=0)
        values[:, empty] = 0
    low, high = np.nanpercentile(values, RANGE, axis=0)
    return Quantiser(low, high, kept)


def pack(quantiser: Quantiser, code: np.ndarray, bits: int) -> bytes:
    """Return one code (n,) as bytes: the steps one after the other, before each its place if few.

    Raises:
        ValueError: more numbers are not 0 than the quantiser keeps.
    """
    steps = quantiser.steps(code[None], bits)[0]
    fields = [(int(step), bits) for step in steps]
    if quantiser.kept is not None:
        (used,) = np.nonzero(code)
        if len(used) > quantiser.kept:
            raise ValueError(f"{len(used)} numbers are not 0, {quantiser.kept} are kept")
        width = places_bits(len(code))
        fields = [field for place in used for field in ((int(place), width), fields[place])]
        # What is not used repeats the first one; a code of zeros alone says place 0, step 0.
        first = fields[:2] or [(0, width), (0, bits)]
        fields += first * (quantiser.kept - len(used))
    text = "".join(f"{value:0{width}b}" for value, width in fields)
    text = text.ljust(8 * quantiser.size(bits), "0")
    return int(text, 2).to_bytes(quantiser.size(bits), "big")


def unpack(quantiser: Quantiser, contents: bytes, bits: int) -> np.ndarray:
    """Return the code, float32 (n,), that `pack` packed."""
    text = f"{int.from_bytes(contents, 'big'):0{8 * len(contents)}b}"
    count = len(quantiser.low)
    if quantiser.kept is None:
        steps = np.array([int(text[at : at + bits], 2) for at in range(0, count * bits, bits)])
        return quantiser.middles(steps, bits)
    width, code = places_bits(count), np.zeros(count, np.float32)
    for at in range(0, quantiser.kept * (width + bits), width + bits):
        place, step = int(text[at : at + width], 2), int(text[at + width : at + width + bits], 2)
        steps = np.zeros(count, np.int64)
        steps[place] = step
        code[place] = quantiser.middles(steps, bits)[place]
    return code


# ---------------------------------------------------------------- files


class Packed(NamedTuple):
    """A picture as a file: all of its bytes, how many of them are header, and what comes back."""

    size: int
    header: int
    image: np.ndarray  # float32 (28, 28) in [0, 1]


def _saved(image: np.ndarray, kind: str, **settings: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(_bytes(image)).save(file, kind, **settings)
    return file.getvalue()


def _bytes(image: np.ndarray) -> np.ndarray:
    return np.round(np.asarray(image) * 255).astype(np.uint8)


def _opened(contents: bytes) -> np.ndarray:
    grey = Image.open(io.BytesIO(contents)).convert("L")
    return np.asarray(grey, np.float32) / 255


def jpeg(image: np.ndarray, quality: int) -> Packed:
    """Return an image (28, 28) in [0, 1] as a JPEG file, with Huffman tables of its own.

    Header: all that stands around the coefficients themselves, its tables too.
    """
    contents = _saved(image, "JPEG", quality=quality, optimize=True)
    return Packed(len(contents), len(contents) - _scan(contents), _opened(contents))


def _scan(contents: bytes) -> int:
    """Return how many bytes of a JPEG file are coefficients: its scan, without the last marker."""
    at = 2
    while True:
        marker, length = struct.unpack(">HH", contents[at : at + 4])
        at += 2 + length
        if marker == 0xFFDA:  # start of scan; a baseline file has one
            return len(contents) - 2 - at


def webp(image: np.ndarray, quality: int) -> Packed:
    """Return an image as a lossy WebP file. Header: RIFF's and the frame's."""
    contents = _saved(image, "WEBP", quality=quality, method=6)
    return Packed(len(contents), _webp_header(contents), _opened(contents))


def webp_lossless(image: np.ndarray) -> Packed:
    """Return an image as a lossless WebP file."""
    contents = _saved(image, "WEBP", lossless=True, quality=100, method=6)
    return Packed(len(contents), _webp_header(contents), _opened(contents))


def _webp_header(contents: bytes) -> int:
    """Return how many bytes of a WebP file are no picture data: RIFF, chunks, the frame's sizes."""
    chunk, size = contents[12:16], struct.unpack("<I", contents[16:20])[0]
    frame = {b"VP8 ": 10, b"VP8L": 5}[chunk]  # start code, width and height
    return len(contents) - (size - frame)


def png(image: np.ndarray) -> Packed:
    """Return an image as a PNG file, as small as Pillow makes it. Header: all but its zlib data."""
    contents = _saved(image, "PNG", optimize=True)
    data, at = 0, 8
    while at < len(contents):
        length, kind = struct.unpack(">I4s", contents[at : at + 8])
        data += length if kind == b"IDAT" else 0
        at += 12 + length
    return Packed(len(contents), len(contents) - data, _opened(contents))


def zipped(image: np.ndarray) -> Packed:
    """Return an image as its 784 bytes through zlib. Header: two bytes, and four to check."""
    contents = zlib.compress(_bytes(image).tobytes(), 9)
    return Packed(len(contents), 6, _bytes(image).astype(np.float32) / 255)


FILES: dict[str, tuple[tuple[int, ...], Callable[..., Packed]]] = {
    "jpeg": (JPEG_QUALITIES, jpeg),
    "webp": (WEBP_QUALITIES, webp),
    "webp_lossless": ((), webp_lossless),
    "png": ((), png),
    "zlib": ((), zipped),
}


def files(kind: str, image: np.ndarray) -> list[tuple[int, Packed]]:
    """Return an image in all settings of a kind of file, each with its quality (100: lossless)."""
    qualities, save = FILES[kind]
    if not qualities:
        return [(100, save(image))]
    return [(quality, save(image, quality)) for quality in qualities]
