"""The study `compression`: parts of it worked out anew, and in other ways."""

import numpy as np
import pytest
from skimage.metrics import mean_squared_error

import ae_core
from ae_core import autoencoder, compression, data, pca, studies

STUDY = studies.module("compression")
FIGURES = studies.read("compression")


@pytest.mark.parametrize("name", STUDY.FAMILIES)
def test_without_quantising_it_is_the_card_s_error(name):
    card = autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)
    assert FIGURES["families"][name]["float32"] == pytest.approx(card["test"]["mse"], rel=1e-3)


@pytest.mark.parametrize("name", STUDY.FAMILIES)
def test_bytes_are_those_of_packed_codes_and_of_the_file_of_the_decoder(name, sample_images):
    told, ae = FIGURES["families"][name], ae_core.load(name)
    quantiser = compression.Quantiser(*map(np.array, told["ranges"]), told["kept"] or None)
    code = ae.encode(sample_images[:1]).ravel()
    for point in told["points"]:
        assert len(compression.pack(quantiser, code, point["bits"])) == point["bytes"]
    assert told["decoder"] == (ae.folder / autoencoder.DECODER).stat().st_size


@pytest.mark.parametrize("name", STUDY.FAMILIES)
def test_eight_bits_lose_next_to_nothing_and_each_bit_less_loses_more(name):
    told = FIGURES["families"][name]
    errors = [point["mse"] for point in told["points"]]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < told["float32"] * 1.1


@pytest.mark.needs_data
@pytest.mark.parametrize(("name", "bits"), [("deep", 4), ("simple", 2), ("sparse", 3)])
def test_a_point_is_measured_on_all_test_images(name, bits):
    ae, images = ae_core.load(name), data.load().test.images
    codes = ae.encode(images)
    low, high = (np.array(values) for values in FIGURES["families"][name]["ranges"])
    share = (codes - low) / (high - low)
    step = np.floor(share.clip(0, 1 - 1e-9) * 2**bits)
    back = low + (step + 0.5) / 2**bits * (high - low)
    if name == "sparse":
        back = np.where(codes > 0, back, 0)
    error = mean_squared_error(images, ae.decode(back.astype(np.float32)))
    (point,) = [p for p in FIGURES["families"][name]["points"] if p["bits"] == bits]
    assert point["mse"] == pytest.approx(error, rel=2e-3)


@pytest.mark.needs_data
def test_ranges_are_those_of_the_training_images():
    codes = ae_core.load("deep").encode(data.load().train.images)
    expected = np.percentile(codes, (0.1, 99.9), axis=0)
    np.testing.assert_allclose(
        FIGURES["families"]["deep"]["ranges"], expected, rtol=1e-3, atol=1e-4
    )


@pytest.mark.needs_data
def test_a_point_of_pca_is_a_projection_with_rounded_coefficients():
    images = data.load().test.images.reshape(-1, 784)
    basis, mean = pca.shipped().components[:16], pca.shipped().mean
    low, high = (np.array(values[:16]) for values in FIGURES["pca"]["ranges"])
    step = np.floor(((images - mean) @ basis.T - low) / (high - low) * 16).clip(0, 15)
    cut = (mean + (low + (step + 0.5) / 16 * (high - low)) @ basis).clip(0, 1)
    (point,) = [p for p in FIGURES["pca"]["points"] if (p["count"], p["bits"]) == (16, 4)]
    assert point["bytes"] == 8
    assert point["mse"] == pytest.approx(mean_squared_error(images, cut), rel=1e-3)


@pytest.mark.needs_data
@pytest.mark.parametrize("kind", ["png", "zlib", "jpeg"])
def test_files_are_those_of_the_first_100_of_each_class(kind):
    """Libraries differ by a few bytes from version to version."""
    test = data.load().test
    chosen = np.concatenate([np.flatnonzero(test.labels == k)[:100] for k in range(10)])
    quality = 50 if kind == "jpeg" else 100
    save = compression.FILES[kind][1]
    packed = [save(image, quality) if kind == "jpeg" else save(image)
              for image in test.images[chosen]]  # fmt: skip
    (point,) = [p for p in FIGURES["files"][kind]["points"] if p["quality"] == quality]
    assert point["bytes"] == pytest.approx(np.mean([each.size for each in packed]), rel=0.03)
    assert point["header"] == pytest.approx(np.mean([each.header for each in packed]), rel=0.03)
    back = np.stack([each.image for each in packed])
    error = mean_squared_error(test.images[chosen], back)
    assert point["mse"] == pytest.approx(error, rel=0.03, abs=1e-9)
