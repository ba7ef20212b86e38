"""The family that a visitor's settings describe. It is trained and exported like any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from .. import noise
from ..models.base import Family, binary_crossentropy, squared_error
from ..models.sparse import strongest
from ..models.variational import Variational
from .settings import PIXELS, SIDES, Settings, channels

HUBER_DELTA = 0.1  # at Keras's 1 it would be half the squared error of any two pixels
_CHUNK = 5000  # images that are damaged at a time: all at once would take a gigabyte


@dataclass(frozen=True)
class Custom(Family):
    """Encoder and decoder as `settings` have them; make it with `Custom.of(settings)`."""

    title = "Your network"
    tagline = "As you set it up."
    teaches = "It has the layers that you chose. It was trained with the settings that you chose."
    source = "Your own settings"
    compared = False
    name = "custom"  # of all of them: never are two side by side
    datasets = ("mnist", "fashion_mnist")

    settings: Settings = field(default_factory=Settings)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the family of some settings."""
        return cls(
            settings=settings,
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            learning_rate=settings.learning_rate,
            seed=settings.seed,
        )

    @property
    def variational(self) -> bool:  # type: ignore[override]  # of each one its own
        """Whether the encoder gives a posterior."""
        return self.settings.kind == "variational"

    @property
    def share(self) -> float:  # type: ignore[override]
        """The share of the training images that it sees."""
        return self.settings.share

    def written(self) -> dict[str, Any]:
        """Return all settings as `Settings.read` takes them, for the card."""
        return dict(self.settings.write(whole=True))

    def build(self):
        """Return (encoder, decoder), untrained, of layers that LiteRT and browsers run."""
        convolutional = self.settings.kind == "convolutional"
        return self._convolutional() if convolutional else (self._encoder(), self._decoder())

    def _encoder(self):
        import keras
        from keras import layers, ops

        settings = self.settings
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        for width in settings.hidden:
            x = layers.Dense(width, activation=settings.activation)(x)
        if self.variational:
            mean = layers.Dense(settings.code_size, name="mean")(x)
            log_var = layers.Dense(settings.code_size, name="log_var")(x)
            log_var = ops.clip(log_var, *Variational.log_var_range)
            return keras.Model(image, [mean, log_var], name="encoder")
        code = layers.Dense(settings.code_size, activation=settings.code_activation, name="code")(x)
        if 0 < settings.sparsity < settings.code_size:
            code = strongest(code, settings.sparsity)
        return keras.Model(image, code, name="encoder")

    def _decoder(self):
        import keras
        from keras import layers

        code = x = keras.Input((self.settings.code_size,))
        for width in reversed(self.settings.hidden):
            x = layers.Dense(width, activation=self.settings.activation)(x)
        pixels = layers.Dense(PIXELS, activation="sigmoid")(x)
        return keras.Model(code, layers.Reshape((28, 28))(pixels), name="decoder")

    def _convolutional(self):
        import keras
        from keras import layers

        maps, last = channels(self.settings), len(channels(self.settings)) - 1
        strided = {"kernel_size": 3, "strides": 2, "padding": "same"}
        inner, outer = self.settings.activation, self.settings.code_activation
        image = keras.Input((28, 28))
        x = layers.Reshape((28, 28, 1))(image)
        for i in range(1, last + 1):
            act = outer if i == last else inner
            x = layers.Conv2D(maps[i], activation=act, name=f"conv_{i}", **strided)(x)
        encoder = keras.Model(image, x, name="encoder")

        code = x = keras.Input(x.shape[1:])
        for i in range(last - 1, -1, -1):
            act = inner if i else "sigmoid"
            x = layers.Conv2DTranspose(maps[i], activation=act, name=f"back_{i}", **strided)(x)
            over = x.shape[1] - SIDES[i]
            if over:  # 8×8 back to 7×7
                x = layers.Cropping2D(((0, over), (0, over)))(x)
        return encoder, keras.Model(code, layers.Reshape((28, 28))(x), name="decoder")

    def corrupt(self, images, rng):
        """Return the images with fresh noise of the chosen kind and level."""
        settings = self.settings
        if not settings.noise_level:
            return images
        return np.concatenate([
            noise.add(images[start : start + _CHUNK], settings.noise, settings.noise_level, rng)
            for start in range(0, len(images), _CHUNK)
        ])  # fmt: skip

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        """The chosen loss a pixel, with L1 of the code; of a VAE a sum a picture, with β KL."""
        from keras import ops, random

        settings, code = self.settings, encoder(shown)
        if self.variational:
            mean, log_var = code
            z = mean + ops.exp(0.5 * log_var) * random.normal(ops.shape(mean))
            kl = 0.5 * ops.sum(ops.square(mean) + ops.exp(log_var) - 1.0 - log_var, axis=1)
            return PIXELS * self._pixels(clean, decoder(z)) + settings.beta * ops.mean(kl)
        loss = self._pixels(clean, decoder(code))
        if settings.l1 and settings.kind == "dense":
            loss += settings.l1 * ops.mean(ops.sum(ops.abs(code), axis=1))
        return loss

    def _pixels(self, clean, rebuilt):
        import keras
        from keras import ops

        if self.settings.loss == "bce":
            return binary_crossentropy(clean, rebuilt)
        if self.settings.loss == "mse":
            return squared_error(clean, rebuilt)
        if self.settings.loss == "mae":
            return ops.mean(ops.abs(clean - rebuilt))
        return ops.mean(keras.losses.huber(clean, rebuilt, delta=HUBER_DELTA))

    def optimizer(self, total_steps):
        """Return the chosen optimiser of Keras, all else as it is there by default."""
        import keras

        settings, rate = self.settings, float(self.settings.learning_rate)
        if settings.decay:
            rate = keras.optimizers.schedules.InverseTimeDecay(rate, 1, settings.decay)
        if settings.optimizer == "sgd":
            return keras.optimizers.SGD(rate, settings.momentum, settings.nesterov)
        names = {"rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW",
                 "adadelta": "Adadelta", "adagrad": "Adagrad"}  # fmt: skip
        return getattr(keras.optimizers, names[settings.optimizer])(rate)
