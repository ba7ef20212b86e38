"""Dense networks between a picture and a code of few numbers, as several families build them."""

from __future__ import annotations

from .blocks import normalised


def features(image, width: int):
    """Return what two dense layers make of a symbolic image: (n, 28, 28) -> (n, width)."""
    from keras import layers

    x = layers.Dense(width, activation="gelu")(layers.Flatten()(image))
    return layers.Add()([x, layers.Dense(width, activation="gelu")(x)])


def decoder(inputs: int, width: int, hidden: int):
    """Return a decoder (n, inputs) -> (n, 28, 28) with `hidden` residual layers of one width."""
    import keras
    from keras import layers

    code = keras.Input((inputs,))
    x = layers.Dense(width, activation="gelu")(code)
    for _ in range(hidden):
        y = layers.Dense(width, activation="gelu")(normalised(x))
        x = layers.Add()([x, y])
    pixels = layers.Dense(784, activation="sigmoid")(x)
    return keras.Model(code, layers.Reshape((28, 28))(pixels), name="decoder")
