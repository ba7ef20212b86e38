"""A trained autoencoder, read from its folder in `weights/`."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import metrics
from .card import CARD, DECODER, ENCODER, KERAS, TEST_CODES, Card, check_steps
from .checks import UNIT, checked
from .runtime import Network

__all__ = [
    "CARD", "DECODER", "ENCODER", "KERAS", "TEST_CODES", "WEIGHTS", "Autoencoder", "WeightsError",
    "read_bytes", "read_card", "read_file",
]  # fmt: skip

WEIGHTS = Path(__file__).parent.parent / "weights"  # always asked for as `autoencoder.WEIGHTS`
FAR = 1e6  # no code lies further out; from 1e19 on a square is too large for float32
MAX_BYTES = 100_000_000  # of a weight file; the largest has 1.4 million
MAX_MAP_BYTES = 2_000_000  # of a map, unpacked; one of 10,000 images has 50,000
REASONS = {
    "missing": "is missing",
    "foreign": "is not the file that was trained",
    "unreadable": "cannot be read",
}


class WeightsError(RuntimeError):
    """A weight file is missing, cannot be read, is damaged, or is not the one of its card.

    Attributes:
        file: path of the file, from the project's root.
        problem: "missing", "foreign" or "unreadable".
        command: the command that makes it again.
    """

    def __init__(self, folder: Path, name: str, problem: str, repair: str = "train") -> None:
        self.file = f"weights/{folder.parent.name}/{folder.name}/{name}"
        self.problem = problem
        dataset = "" if folder.parent.name == "mnist" else f" --dataset {folder.parent.name}"
        self.command = f"python -m ae_core {repair} {folder.name}{dataset}"
        super().__init__(f"{self.file} {REASONS[problem]}; repair it with: {self.command}")


def read_bytes(folder: Path, name: str, repair: str = "train") -> bytes:
    """Return the bytes of a file of a trained folder, at most one more than `MAX_BYTES`.

    Args:
        folder: of the family.
        name: of the file.
        repair: the command of `python -m ae_core` that makes the file again.

    Raises:
        WeightsError: it is missing or cannot be read.
    """
    try:
        path = folder / name
        if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe would be to wait for ever
            raise WeightsError(folder, name, "unreadable", repair)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise WeightsError(folder, name, "missing", repair) from None
    except OSError:
        raise WeightsError(folder, name, "unreadable", repair) from None


def _card(folder: Path) -> Card:
    try:
        card = Card.parse(read_bytes(folder, CARD))
    except ValueError:
        raise WeightsError(folder, CARD, "foreign") from None
    if (card.values["name"], card.values["dataset"]) != (folder.name, folder.parent.name):
        raise WeightsError(folder, CARD, "foreign")  # that of another family
    return card


def read_card(folder: Path) -> dict[str, Any]:
    """Return the `card.json` of a trained folder as a dict, checked as `ae_core.card` says.

    Raises:
        WeightsError: the card is missing or unreadable, is no card, or is another family's.
    """
    return _card(folder).values


def read_file(folder: Path, name: str, card: dict[str, Any]) -> bytes:
    """Return the contents of one weight file, after comparing its sha256 with the card's.

    Raises:
        WeightsError: the file is missing or unreadable, or its sha256 is not the card's.
    """
    contents = read_bytes(folder, name)
    if hashlib.sha256(contents).hexdigest() != card["sha256"].get(name):
        raise WeightsError(folder, name, "foreign")
    return contents


def _read_codes(contents: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes, float32 (n, 2), and classes, uint8 (n,), of a `test_codes.npz`.

    Raises:
        ValueError: they have another shape or type, are not all finite, or lie on a line.
    """
    with zipfile.ZipFile(io.BytesIO(contents)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_MAP_BYTES:
            raise ValueError(f"unpacked, a map must have at most {MAX_MAP_BYTES} bytes")
    with np.load(io.BytesIO(contents)) as file:
        codes = checked(file["codes"], "codes", ("n", 2), within=(-FAR, FAR))
        labels = file["labels"]
    if labels.dtype.kind not in "iu" or labels.shape != codes.shape[:1] or len(labels) < 10:
        raise ValueError(f"labels must be n >= 10 integers, got {labels.dtype} {labels.shape}")
    if labels.min() < 0 or labels.max() > 9:
        raise ValueError(f"labels must be in 0..9, got {labels.min()} to {labels.max()}")
    np.linalg.cholesky(np.cov(codes.astype(np.float64), rowvar=False))  # fails if on a line
    labels = labels.astype(np.uint8)
    codes.setflags(write=False)  # they belong to everybody who looks at the map
    labels.setflags(write=False)
    return codes, labels


def _images(images: ArrayLike) -> np.ndarray:
    return checked(images, "images", ("n", 28, 28), within=UNIT)


class Autoencoder:
    """Encoder and decoder of one trained family. Safe to call from many threads at once.

    Attributes:
        name: the family's name.
        card: contents of `card.json`: settings, seed, split, versions, test figures, sha256; its
            types and ranges are those that `ae_core.card` checks.
        folder: where it was read from.
        code_shape: shape of one code, such as (32,) or (4, 4, 8).
        classes: how many numbers at the end of a code name the class (one-hot); mostly 0.
        variational: whether the encoder gives a posterior.
        extras: contents of the other files that training left for the pages, by name.
        test_codes: where the test images lie on the plane, float32 (n, 2), and their classes,
            uint8 (n,), both read-only; None for a family without a plane.
    """

    def __init__(self, folder: Path, finished: bool = False) -> None:
        """Read a trained folder.

        Args:
            folder: `weights/<dataset>/<family>`.
            finished: True to insist on what training adds last: the test figures, the steps of
                the decoder if a browser has to run it (of a variational family, or one with a
                plane), and the map of the test images if there is a plane.

        Raises:
            WeightsError: a file in it is missing or unreadable, or not the one that was trained.
        """
        self.folder = folder
        card = _card(folder)
        self.card = card.values
        self.name: str = folder.name
        self.variational: bool = card.variational
        self.classes: int = card.classes
        self.encoder = self._network(ENCODER)
        self.decoder = self._network(DECODER)
        self.code_shape: tuple[int, ...] = self.decoder.input_shape
        shapes = [(part.input_shape, part.output_shape) for part in (self.encoder, self.decoder)]
        try:
            card.check_networks(*shapes)
            for part, steps in card.layers.items():
                network = self.encoder if part == "encoder" else self.decoder
                sizes = network.input_shape, network.output_shape
                check_steps(steps, network.constants(), *sizes)
        except ValueError:
            raise WeightsError(folder, CARD, "foreign") from None
        drawn_by_browser = self.variational or self.has_plane
        if finished and not (card.measured and ("decoder" in card.layers or not drawn_by_browser)):
            raise WeightsError(folder, CARD, "foreign")
        self.extras: dict[str, bytes] = {}
        self.test_codes: tuple[np.ndarray, np.ndarray] | None = None
        if self.has_plane and (finished or TEST_CODES in card.sha256):
            self.extras[TEST_CODES] = read_file(folder, TEST_CODES, self.card)
            try:
                self.test_codes = _read_codes(self.extras[TEST_CODES])
            except Exception:  # the card agrees, so it is forged: NumPy may raise anything
                raise WeightsError(folder, TEST_CODES, "foreign") from None

    def _network(self, name: str) -> Network:
        contents = read_file(self.folder, name, self.card)
        try:
            return Network(contents)
        except (ValueError, RuntimeError):  # the card agrees, but LiteRT cannot read it
            raise WeightsError(self.folder, name, "foreign") from None

    def posterior(self, images: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and log-variance of q(z | x), each float32 (n, d), d the latent numbers.

        Args:
            images: float (n, 28, 28) in [0, 1].

        Raises:
            TypeError: the family is not variational.
            ValueError: `images` has another shape or dtype, or values outside [0, 1].
        """
        if not self.variational:
            raise TypeError(f"{self.name} is not variational: its encoder gives no posterior")
        both = self.encoder(_images(images))
        return both[:, 0], both[:, 1]

    def encode(self, images: ArrayLike) -> np.ndarray:
        """Return the codes, float32 (n, *code_shape); a variational family's posterior mean.

        Where a class belongs to the code, it is the one whose picture fits the image best, the
        one of lowest binary cross-entropy.

        Args:
            images: float (n, 28, 28) in [0, 1], n >= 0.

        Raises:
            ValueError: `images` has another shape or dtype, or values outside [0, 1].
        """
        if self.variational:
            mean = self.posterior(images)[0]
            return self._with_best_class(images, mean) if self.classes else mean
        return self.encoder(_images(images))

    @property
    def has_plane(self) -> bool:
        """Whether a code is a point of a plane (and the class, where there is one)."""
        return self.code_shape == (2 + self.classes,)

    def plane(self, images: ArrayLike) -> np.ndarray:
        """Return where images lie on the plane, float32 (n, 2); errors as for `encode`."""
        return self.posterior(images)[0] if self.variational else self.encode(images)

    def with_class(self, latents: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return codes, float32 (n, *code_shape), of latent numbers (n, d) and classes (n,)."""
        return np.concatenate([latents, np.eye(self.classes, dtype=np.float32)[labels]], axis=1)

    def _with_best_class(self, images: ArrayLike, mean: np.ndarray) -> np.ndarray:
        errors = [
            metrics.bce(images, self.decode(self.with_class(mean, np.full(len(mean), label))))
            for label in range(self.classes)
        ]
        return self.with_class(mean, np.argmin(errors, axis=0))

    def decode(self, codes: ArrayLike) -> np.ndarray:
        """Return the pictures, float32 (n, 28, 28) in [0, 1], that `codes` stand for.

        Args:
            codes: float (n, *code_shape), between -1e6 and 1e6: far beyond any code, and near
                enough for float32 to hold what the decoder computes.

        Raises:
            ValueError: `codes` has another shape or dtype, is not finite, or lies further out.
        """
        return self.decoder(checked(codes, "codes", ("n", *self.code_shape), within=(-FAR, FAR)))

    def reconstruct(self, images: ArrayLike) -> np.ndarray:
        """Return `decode(encode(images))`, float32 (n, 28, 28) in [0, 1].

        Raises:
            ValueError: `images` has another shape or dtype, or values outside [0, 1].
        """
        return self.decode(self.encode(images))
