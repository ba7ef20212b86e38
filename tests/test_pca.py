"""PCA, against NumPy's own singular vectors."""

import numpy as np
import pytest

from ae_core import data, metrics, pca

IMAGES = data.samples().images
FITTED = pca.fit(IMAGES)


def test_the_components_are_the_right_singular_vectors():
    centred = IMAGES.reshape(-1, 784) - IMAGES.reshape(-1, 784).mean(axis=0)
    _, values, vectors = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    together = np.abs((vectors[:50] * FITTED.components[:50]).sum(axis=1))
    np.testing.assert_allclose(together, 1, atol=1e-6)
    np.testing.assert_allclose(FITTED.variances[:50], values[:50] ** 2 / (len(IMAGES) - 1))


@pytest.mark.parametrize("size", [1, 2, 32, 199])
def test_no_other_plane_of_that_size_is_nearer(size):
    error = metrics.mse(IMAGES, FITTED.reconstruct(IMAGES, size)).mean()
    left_out = FITTED.variances[size:].sum() * (1 - 1 / len(IMAGES)) / 784
    assert error <= left_out + 1e-6  # less where a pixel is clipped
    assert FITTED.encode(IMAGES, size).shape == (len(IMAGES), size)


def test_images_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="images must be floats"):
        pca.fit(np.zeros((4, 27, 28), np.float32))


@pytest.mark.needs_data
def test_those_that_ship_are_what_svd_finds_in_the_training_images():
    flat = data.load("mnist").train.images.reshape(-1, 784)
    mean, ours = flat.mean(axis=0, dtype=np.float64), pca.shipped()
    centred = (flat - mean).astype(np.float32)
    # The Gram matrix has the same right singular vectors, and its values are their squares.
    _, values, vectors = np.linalg.svd((centred.T @ centred).astype(np.float64))
    np.testing.assert_allclose(ours.mean, mean, atol=3e-4)
    np.testing.assert_allclose(ours.variances, values[:128] / (len(flat) - 1), rtol=1e-3)
    # Both span the same space: the cosines of the angles between them are 1.
    np.testing.assert_allclose(np.linalg.svd(ours.components @ vectors[:128].T)[1], 1, atol=2e-3)


def test_those_that_ship_keep_most_of_a_digit_they_were_not_fitted_to():
    errors = [metrics.mse(IMAGES, pca.shipped().reconstruct(IMAGES, n)).mean()
              for n in (0, 2, 8, 32, 128)]  # fmt: skip
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.08 * errors[0]
