"""The simple autoencoder: one layer in, one layer out, 32 numbers between."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Family


@dataclass(frozen=True)
class Simple(Family):
    title = "Simple"
    tagline = "One layer in, one layer out, 32 numbers between."
    teaches = (
        "One dense layer turns the 784 pixels into 32 numbers, another one turns them back. "
        "With a single layer a picture can only be a sum of 32 fixed patterns, so strokes come "
        "back blurred: the deep network keeps 32 numbers as well and makes a third of the "
        "error. Noise becomes a sum of these patterns, too: with half of its pixels blacked "
        "out, a digit comes back further from the clean one than it went in."
    )
    source = "F. Chollet, Building Autoencoders in Keras, 2016"
    order = 1
    goals = {"bce": 0.0915}
    tutorial = {"bce": 0.0928, "mse": 0.0100, "noisy.gaussian": 0.076, "noisy.masking": 0.064}

    code_size: int = 32  # the tutorial's: one number kept for every 24.5 pixels
    epochs: int = 60  # the validation loss is flat by then
    learning_rate: float = 4e-3  # four times Adam's default: a shallow network stands it

    def build(self):
        import keras
        from keras import layers

        encoder = keras.Sequential(
            [
                keras.Input((28, 28)),
                layers.Flatten(),
                layers.Dense(self.code_size, activation="relu", name="code"),
            ],
            name="encoder",
        )
        decoder = keras.Sequential(
            [
                keras.Input((self.code_size,)),
                layers.Dense(784, activation="sigmoid"),
                layers.Reshape((28, 28)),
            ],
            name="decoder",
        )
        return encoder, decoder
