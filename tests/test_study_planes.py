"""PCA as an autoencoder, and the study of its plane: against NumPy's singular vectors, and anew."""

import numpy as np
import pytest

import ae_core
from ae_core import arrays, browser, data, latent, linear, metrics, pca, studies
from ae_core.studies import planes

FIGURES = studies.read("planes")
PLANE = linear.Plane(FIGURES)
IMAGES = data.samples().images


def test_it_encodes_and_decodes_as_pca_does():
    fitted = pca.shipped()
    codes = fitted.encode(IMAGES, 2)
    np.testing.assert_allclose(PLANE.encode(IMAGES), codes, atol=2e-3)  # the offset is a float16
    np.testing.assert_allclose(PLANE.decode(codes), fitted.decode(codes), atol=1e-6)
    np.testing.assert_allclose(PLANE.reconstruct(IMAGES), fitted.reconstruct(IMAGES, 2), atol=2e-3)


def test_it_is_what_an_autoencoder_is():
    assert (PLANE.name, PLANE.has_plane, PLANE.variational, PLANE.classes) == (
        "pca",
        True,
        False,
        0,
    )
    pictures = PLANE.decode(np.array([[0.0, 0.0], [1e5, -1e5]]))
    assert pictures.shape == (2, 28, 28)
    assert pictures.dtype == np.float32
    assert pictures.min() == 0
    assert pictures.max() == 1
    assert PLANE.encode(IMAGES[:0]).shape == (0, 2)
    with pytest.raises(ValueError, match="images must"):
        PLANE.encode(np.zeros((2, 27, 28)))
    with pytest.raises(TypeError, match="not variational"):
        PLANE.posterior(IMAGES)


@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_its_file_for_the_browser_says_the_same(part):
    network = getattr(PLANE, part)
    steps = browser.unpack(
        browser.from_description(PLANE.card["layers"][part], network.constants())
    )
    batch = IMAGES if part == "encoder" else PLANE.encode(IMAGES)
    np.testing.assert_array_equal(
        browser.run(steps, batch).reshape(-1, *network.output_shape), network(batch)
    )


def test_without_figures_it_has_no_map():
    assert linear.Plane().test_codes is None


def test_figures_that_lack_something_are_refused():
    with pytest.raises(KeyError):
        linear.Plane({"mse": 0.1})


def test_the_classes_are_those_of_the_other_maps():
    """In the order of the test images: so the same digit is found on every map."""
    labels = arrays.unpack(FIGURES["labels"])
    for name in ("plain_2d", "variational"):
        np.testing.assert_array_equal(ae_core.load(name).test_codes[1], labels)


def test_the_map_is_centred_and_its_axes_are_not_correlated():
    codes = PLANE.test_codes[0].astype(float)
    assert np.abs(codes.mean(axis=0)).max() < 0.1
    assert abs(np.corrcoef(codes.T)[0, 1]) < 0.03
    np.testing.assert_allclose(codes.var(axis=0), pca.shipped().variances[:2], rtol=0.08)


@pytest.mark.needs_data
def test_the_figures_are_those_of_an_independent_computation():
    splits = data.load("mnist")
    flat = splits.train.images.reshape(-1, 784).astype(np.float64)
    centred = flat - flat.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    two = vectors[:, ::-1][:, :2]
    assert FIGURES["variance"] == pytest.approx(values[-2:].sum() / values.sum(), rel=1e-4)
    codes = (splits.test.images.reshape(-1, 784) - flat.mean(axis=0)) @ two
    rebuilt = (flat.mean(axis=0) + codes @ two.T).clip(0, 1).reshape(-1, 28, 28)
    error = metrics.mse(splits.test.images, rebuilt.astype(np.float32)).mean()
    assert FIGURES["mse"] == pytest.approx(error, rel=1e-3)
    known = arrays.unpack(FIGURES["codes"])
    np.testing.assert_allclose(np.abs(known), np.abs(codes), atol=0.01)  # either way round
    some = slice(0, 500)
    _, nearest = latent.spatial.KDTree(centred @ two).query(codes[some], 10)
    votes = (splits.train.labels[nearest][:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)
    share = (votes == splits.test.labels[some]).mean()
    assert FIGURES["vote"] == pytest.approx(share, abs=0.07)  # 500 of 10,000: three deviations


def test_it_is_of_no_network():
    assert planes.OF == ()
