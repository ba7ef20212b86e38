"""The deep autoencoder: the same 32 numbers, with several layers on either side."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Family


@dataclass(frozen=True)
class Deep(Family):
    title = "Deep"
    tagline = "32 numbers again, with several layers on either side."
    teaches = (
        "The code is as short as the simple one's, 32 numbers, but several layers lie on either "
        "side. So a picture need not be a sum of fixed patterns: one number may slant a stroke "
        "or close a loop. The same 32 numbers say more, and the picture comes back with a third "
        "of the error. It never saw noise in training, and tends to turn it into strokes."
    )
    source = "F. Chollet, Building Autoencoders in Keras, 2016; G. Hinton, R. Salakhutdinov, 2006"
    order = 3
    goals = {"bce": 0.0720}
    tutorial = {"bce": 0.0819, "mse": 0.0068}

    code_size: int = 32  # as the simple one's, so that depth is the only difference
    width: int = 256  # narrower layers (128-64-32) cost .015 BCE
    residual_layers: int = 2  # h + act(Dense h) trains where a plain stack of layers stalls
    epochs: int = 80
    learning_rate: float = 3e-3

    def build(self):
        import keras
        from keras import layers

        def hidden(x):
            x = layers.Dense(self.width, activation="elu")(x)
            for _ in range(self.residual_layers):
                x = layers.Add()([x, layers.Dense(self.width, activation="elu")(x)])
            return x

        image = keras.Input((28, 28))
        code = layers.Dense(self.code_size, name="code")(hidden(layers.Flatten()(image)))
        encoder = keras.Model(image, code, name="encoder")

        code = keras.Input((self.code_size,))
        pixels = layers.Dense(784, activation="sigmoid")(hidden(code))
        decoder = keras.Model(code, layers.Reshape((28, 28))(pixels), name="decoder")
        return encoder, decoder
