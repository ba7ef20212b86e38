"""A trained autoencoder, read from its folder in `weights/`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from . import metrics
from .runtime import Network

WEIGHTS = Path(__file__).parent.parent / "weights"
CARD, ENCODER, DECODER, KERAS = "card.json", "encoder.tflite", "decoder.tflite", "model.keras"
TEST_CODES = "test_codes.npz"  # of families with a plane for a code: a map of the test images


class WeightsError(RuntimeError):
    """A weight file is missing, damaged, or not the one its card describes.

    Attributes:
        file: path of the file, from the project's root.
        problem: "missing" or "foreign".
        command: the command that trains the family again.
    """

    def __init__(self, folder: Path, name: str, problem: str) -> None:
        self.file = f"weights/{folder.parent.name}/{folder.name}/{name}"
        self.problem = problem
        dataset = "" if folder.parent.name == "mnist" else f" --dataset {folder.parent.name}"
        self.command = f"python -m ae_core train {folder.name}{dataset}"
        reason = "is missing" if problem == "missing" else "is not the file that was trained"
        super().__init__(f"{self.file} {reason}; repair it with: {self.command}")


def read_card(folder: Path) -> dict[str, Any]:
    """Return the `card.json` of a trained folder as a dict.

    Raises:
        WeightsError: the card is missing, or is no card.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        if not isinstance(card["sha256"], dict):
            raise TypeError
    except FileNotFoundError:
        raise WeightsError(folder, CARD, "missing") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise WeightsError(folder, CARD, "foreign") from None
    return card


def read_file(folder: Path, name: str, card: dict[str, Any]) -> bytes:
    """Return the contents of one weight file, after comparing its sha256 with the card's.

    Raises:
        WeightsError: the file is missing, or its sha256 is not the card's.
    """
    try:
        contents = (folder / name).read_bytes()
    except OSError:
        raise WeightsError(folder, name, "missing") from None
    if hashlib.sha256(contents).hexdigest() != card["sha256"].get(name):
        raise WeightsError(folder, name, "foreign")
    return contents


def checked(values: np.ndarray, shape: tuple[int, ...], what: str, unit: bool) -> np.ndarray:
    """Return `values` as float32 (n, *shape), or raise ValueError saying what came instead.

    Args:
        values: the array to look at.
        shape: expected shape of one item.
        what: what the message calls the array.
        unit: True if the values must lie in [0, 1].
    """
    values = np.asarray(values)
    wanted = f"{what} must be floats of shape (n, {', '.join(map(str, shape))})"
    if not np.issubdtype(values.dtype, np.floating):
        hint = "; divide 8-bit pixels by 255" if values.dtype == np.uint8 else ""
        raise ValueError(f"{wanted}, got dtype {values.dtype}{hint}")
    if values.shape[1:] != shape or values.ndim != len(shape) + 1:
        raise ValueError(f"{wanted}, got shape {values.shape}")
    with np.errstate(over="ignore"):
        values = values.astype(np.float32, copy=False)
    if not np.isfinite(values).all():
        raise ValueError(f"{wanted}, all finite; got NaN or infinity")
    if unit and values.size and (values.min() < 0 or values.max() > 1):
        raise ValueError(
            f"{wanted} in [0, 1], got values from {values.min():.3g} to {values.max():.3g}"
        )
    return values


class Autoencoder:
    """Encoder and decoder of one trained family. Safe to call from many threads at once.

    Attributes:
        name: the family's name.
        card: contents of `card.json`: settings, seed, split, versions, test figures, sha256.
        folder: where it was read from.
        code_shape: shape of one code, such as (32,) or (4, 4, 8).
        classes: how many numbers at the end of a code name the class (one-hot); mostly 0.
        variational: whether the encoder gives a posterior.
        extras: contents of the other files that training left for the pages, by name.
    """

    def __init__(self, folder: Path) -> None:
        """Read a trained folder; raises WeightsError if a file in it is missing or foreign."""
        self.folder = folder
        self.card = read_card(folder)
        self.name: str = folder.name
        self.variational: bool = bool(self.card.get("variational"))
        self.classes: int = self.card.get("classes", 0)
        self.encoder = self._network(ENCODER)
        self.decoder = self._network(DECODER)
        self.code_shape: tuple[int, ...] = self.decoder.input_shape
        self.extras = {
            name: read_file(folder, name, self.card)
            for name in self.card["sha256"]
            if name not in (KERAS, ENCODER, DECODER)
        }

    def _network(self, name: str) -> Network:
        contents = read_file(self.folder, name, self.card)
        try:
            return Network(contents)
        except ValueError:  # the card agrees, but LiteRT cannot read it
            raise WeightsError(self.folder, name, "foreign") from None

    def posterior(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and log-variance of q(z | x), each float32 (n, d), d the latent numbers.

        Args:
            images: float (n, 28, 28) in [0, 1].

        Raises:
            TypeError: the family is not variational.
            ValueError: `images` has another shape or dtype, or values outside [0, 1].
        """
        if not self.variational:
            raise TypeError(f"{self.name} is not variational: its encoder gives no posterior")
        both = self.encoder(checked(images, (28, 28), "images", unit=True))
        return both[:, 0], both[:, 1]

    def encode(self, images: np.ndarray) -> np.ndarray:
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
        return self.encoder(checked(images, (28, 28), "images", unit=True))

    @property
    def has_plane(self) -> bool:
        """Whether a code is a point of a plane (and the class, where there is one)."""
        return self.code_shape == (2 + self.classes,)

    def plane(self, images: np.ndarray) -> np.ndarray:
        """Return where images lie on the plane, float32 (n, 2); errors as for `encode`."""
        return self.posterior(images)[0] if self.variational else self.encode(images)

    def with_class(self, latents: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return codes, float32 (n, *code_shape), of latent numbers (n, d) and classes (n,)."""
        return np.concatenate([latents, np.eye(self.classes, dtype=np.float32)[labels]], axis=1)

    def _with_best_class(self, images: np.ndarray, mean: np.ndarray) -> np.ndarray:
        errors = [
            metrics.bce(images, self.decode(self.with_class(mean, np.full(len(mean), label))))
            for label in range(self.classes)
        ]
        return self.with_class(mean, np.argmin(errors, axis=0))

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Return the pictures, float32 (n, 28, 28) in [0, 1], that `codes` stand for.

        Args:
            codes: float (n, *code_shape), finite.

        Raises:
            ValueError: `codes` has another shape or dtype, or is not finite.
        """
        return self.decoder(checked(codes, self.code_shape, "codes", unit=False))

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Return `decode(encode(images))`, float32 (n, 28, 28) in [0, 1].

        Raises:
            ValueError: `images` has another shape or dtype, or values outside [0, 1].
        """
        return self.decode(self.encode(images))
