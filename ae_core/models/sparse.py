"""The sparse autoencoder: a wide code of which only a few numbers may be used at a time."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Family, binary_crossentropy


def strongest(scores, allowed):
    """Return `scores` (n, d) with all but the largest ones of each row set to zero.

    Args:
        scores: >= 0; equal ones are kept or dropped together.
        allowed: how many of a row are kept, in [1, d]: a number or a scalar tensor.
    """
    from keras import ops

    descending = ops.top_k(scores, scores.shape[1])[0]
    weakest = ops.take(descending, allowed - 1, axis=1)[:, None]  # the last that is kept
    return scores * ops.cast(scores >= weakest, "float32")


@dataclass(frozen=True)
class Sparse(Family):
    title = "Sparse"
    tagline = "128 numbers, of which only 16 may be non-zero at a time."
    teaches = (
        "The code is wide, 128 numbers, but for each digit only the 16 largest may be non-zero. "
        "So each number tends to stand for one piece of ink, a curve or a stroke in one place, "
        "and a digit is put together from a few such pieces: look at how few bars stand up, and "
        "at which ones."
    )
    source = "A. Makhzani, B. Frey, k-Sparse Autoencoders, 2013, arXiv:1312.5663"
    order = 2
    goals = {"bce": 0.0980, "active": 16, "dead_share": 0.1}
    tutorial = {"bce": 0.0928, "active": 30}

    code_size: int = 128  # a dictionary of pieces, four times the simple one's code
    active: int = 16  # how many of them one digit may use: half of the simple one's code
    annealed: float = 0.6  # share of the training in which `active` shrinks from 128 to 16;
    # without it (the paper's scheduling) every third unit never wins, never learns and is dead
    epochs: int = 60
    learning_rate: float = 4e-3

    def build(self):
        import keras
        from keras import layers

        image = keras.Input((28, 28))
        scores = layers.Dense(self.code_size, activation="relu", name="scores")(
            layers.Flatten()(image)
        )
        encoder = keras.Model(image, strongest(scores, self.active), name="encoder")
        decoder = keras.Sequential(
            [
                keras.Input((self.code_size,)),
                layers.Dense(784, activation="sigmoid"),
                layers.Reshape((28, 28)),
            ],
            name="decoder",
        )
        return encoder, decoder

    def loss(self, encoder, decoder, shown, clean, labels, progress):
        from keras import ops

        flat = ops.reshape(shown, (-1, 784))
        scores = encoder.get_layer("scores")(flat)
        # Geometric from all units to `active`: most of the time is spent on small codes.
        share = ops.minimum(progress / self.annealed, 1.0)
        allowed = self.code_size * (self.active / self.code_size) ** share
        code = strongest(scores, ops.cast(ops.round(allowed), "int32"))
        return binary_crossentropy(clean, decoder(code))
