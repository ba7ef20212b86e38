"""What an autoencoder is: an encoder that makes a short code, a decoder that undoes it.

A family file subclasses `Family`. Its fields are the settings, each with its reason; `build`
makes the two networks; `loss` says what "good" means; `teaches` says why it is worth knowing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

if TYPE_CHECKING:
    import keras

WARM_UP = 0.02  # share of the training; without it the first steps of a high rate do harm


@dataclass(frozen=True)
class Family:
    """One kind of autoencoder, with the settings it is trained with."""

    title: ClassVar[str]  # what people call it; translated by the pages
    tagline: ClassVar[str]  # the idea in a few words; translated by the pages
    teaches: ClassVar[str]  # two or three sentences; translated by the pages
    source: ClassVar[str]  # paper or tutorial
    order: ClassVar[int] = 100  # place in the teaching order
    variational: ClassVar[bool] = False  # True: the encoder returns (mean, log_var)
    datasets: ClassVar[tuple[str, ...]] = ("mnist",)  # trained on; goals are for the first
    compared: ClassVar[bool] = True  # False: on pages of its own, not in the rows of all families
    own_noise: ClassVar[tuple[str, float] | None] = None  # kind and level of another test, "own"
    classes: ClassVar[int] = 0  # how many numbers at the end of a code name the class (one-hot)
    share: ClassVar[float] = 1.0  # of the training images that are used
    # Figures of the card that these weights must reach, and what the classic tutorial
    # reaches if it is run as written; lower is better, but for the vote.
    goals: ClassVar[Mapping[str, float]] = {}
    tutorial: ClassVar[Mapping[str, float]] = {}

    epochs: int = 50
    batch_size: int = 128
    learning_rate: float = 1e-3  # the peak: 2 % linear warm-up, then cosine decay to 0
    weight_decay: float = 1e-4  # AdamW's; it does little either way
    clip_norm: float = 1.0  # of the whole gradient: one bad batch cannot undo an epoch
    seed: int = 1

    @property
    def name(self) -> str:
        """The name of the family: that of its file."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def member(self) -> str:
        """What sets it apart from other members of the family: "β = 0.25"; "" if it is alone."""
        return ""

    def written(self) -> dict[str, Any]:
        """Return the settings as they stand in the card, the seed apart."""
        return {key: value for key, value in dataclasses.asdict(self).items() if key != "seed"}

    @classmethod
    def members(cls) -> tuple[Self, ...]:
        """Return the family as it is trained; more than one if a setting is turned like a dial."""
        return (cls(),)

    def build(self) -> tuple[keras.Model, keras.Model]:
        """Return (encoder, decoder), untrained.

        The encoder maps (n, 28, 28) to the code, or to mean and log-variance of the posterior
        for a variational family; the decoder maps the code to (n, 28, 28) in [0, 1].
        """
        raise NotImplementedError

    def join(self, encoder, decoder, image):
        """Return the reconstruction of `image`, a symbolic (n, 28, 28), for `model.keras`."""
        code = encoder(image)
        return decoder(code[0] if self.variational else code)

    def corrupt(self, images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return what the encoder is shown in an epoch; here the images as they are."""
        return images

    def optimizer(self, total_steps: int) -> keras.Optimizer:
        """Return what updates the weights in `total_steps` steps: AdamW, warm-up, cosine decay."""
        import keras

        schedule = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=0.0,
            decay_steps=round((1 - WARM_UP) * total_steps),
            warmup_target=self.learning_rate,
            warmup_steps=round(WARM_UP * total_steps),
        )
        return keras.optimizers.AdamW(
            schedule, weight_decay=self.weight_decay, global_clipnorm=self.clip_norm
        )

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        """Return the scalar to minimise for one batch.

        Args:
            encoder, decoder: the networks of `build`.
            shown: (n, 28, 28), what `corrupt` made of the images.
            clean: (n, 28, 28), the images to be rebuilt.
            labels: (n,) uint8, their classes; for those who need them.
            progress: scalar in [0, 1], the share of the training that is done; 1 when validating.
        """
        return binary_crossentropy(clean, decoder(encoder(shown)))


def binary_crossentropy(clean, reconstruction):
    """Mean binary cross-entropy a pixel, in nats; both (n, 28, 28) in [0, 1]."""
    import keras

    return keras.ops.mean(keras.losses.binary_crossentropy(clean, reconstruction))


def squared_error(clean, reconstruction):
    """Mean squared error a pixel; both (n, 28, 28) in [0, 1]."""
    import keras

    return keras.ops.mean(keras.ops.square(clean - reconstruction))
