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
