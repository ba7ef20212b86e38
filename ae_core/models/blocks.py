"""Residual blocks of convolutional networks, as several families use them."""

from __future__ import annotations


def local(x):
    """Return x + GELU(conv3×3 x): each place looks at its neighbours. (n, rows, columns, width)."""
    from keras import layers

    y = layers.Conv2D(x.shape[-1], 3, padding="same", activation="gelu")(x)
    return layers.Add()([x, y])


def everywhere(x):
    """Let all places exchange what they see, then each think for itself. (n, places, width).

    Source: I. Tolstikhin et al., MLP-Mixer, 2021, arXiv:2105.01601
    """
    from keras import layers

    places, width = x.shape[1:]
    y = layers.Permute((2, 1))(normalised(x))  # (n, width, places)
    y = layers.Dense(places)(layers.Dense(2 * places, activation="gelu")(y))
    x = layers.Add()([x, layers.Permute((2, 1))(y)])
    y = layers.Dense(2 * width, activation="gelu")(normalised(x))
    return layers.Add()([x, layers.Dense(width)(y)])


def normalised(x):
    """Return layer normalisation without scale and shift, which the layers around it have."""
    from keras import layers

    # This epsilon fits in float16.
    return layers.LayerNormalization(epsilon=2**-10, center=False, scale=False)(x)
