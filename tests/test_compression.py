"""Codes as bytes and back; files whose headers are told apart."""

import io
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import ae_core
from ae_core import compression

TRAINING = np.random.default_rng(0).normal(0, [[1, 5, 0.1, 2, 1]], (500, 5))


@given(
    code=st.lists(st.floats(-20, 20), min_size=5, max_size=5),
    bits=st.sampled_from(compression.BITS),
)
def test_what_was_packed_comes_back_as_it_was_quantised(code, bits):
    quantiser, code = compression.fit(TRAINING), np.array(code)
    contents = compression.pack(quantiser, code, bits)
    assert len(contents) == quantiser.size(bits) == int(np.ceil(5 * bits / 8))
    back = compression.unpack(quantiser, contents, bits)
    np.testing.assert_array_equal(back, quantiser.quantised(code[None], bits)[0])


@pytest.mark.parametrize("bits", compression.BITS)
def test_numpys_histogram_bins_find_the_same_steps(bits):
    quantiser = compression.fit(TRAINING)
    for place in range(5):
        edges = np.linspace(quantiser.low[place], quantiser.high[place], 2**bits + 1)
        expected = np.digitize(TRAINING[:, place], edges[1:-1])
        np.testing.assert_array_equal(quantiser.steps(TRAINING, bits)[:, place], expected)
        middles = (edges[:-1] + edges[1:]) / 2
        back = quantiser.quantised(TRAINING, bits)[:, place]
        np.testing.assert_allclose(back, middles[expected], rtol=1e-5, atol=1e-6)


def test_the_range_is_that_of_nearly_all_training_numbers():
    quantiser = compression.fit(TRAINING)
    outside = (quantiser.low > TRAINING) | (quantiser.high < TRAINING)
    assert 0 < outside.mean() <= 0.004


@pytest.mark.parametrize("bits", compression.BITS)
def test_of_a_sparse_code_only_what_is_not_0_is_kept_with_its_place(bits, sample_images):
    codes = ae_core.load("sparse").encode(sample_images)
    quantiser = compression.fit(codes, kept=16)
    assert quantiser.size(bits) == 2 * (7 + bits)
    for code in [*codes[::20], np.zeros(128, np.float32)]:
        contents = compression.pack(quantiser, code, bits)
        assert len(contents) == quantiser.size(bits)
        back = compression.unpack(quantiser, contents, bits)
        expected = quantiser.quantised(code[None], bits)[0]
        if code.any():
            np.testing.assert_array_equal(back, expected)
        else:  # no place says "nothing": one number is the smallest there is
            assert np.count_nonzero(back) <= 1


def test_more_than_are_kept_is_refused():
    codes = np.ones((3, 8))
    with pytest.raises(ValueError, match="8 numbers are not 0, 2 are kept"):
        compression.pack(compression.fit(codes, kept=2), codes[0], 4)


def test_more_bits_are_nearer(sample_images):
    codes = ae_core.load("deep").encode(sample_images)
    quantiser = compression.fit(codes)
    errors = [np.square(quantiser.quantised(codes, bits) - codes).mean()
              for bits in compression.BITS]  # fmt: skip
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("kind", ["png", "webp_lossless", "zlib"])
def test_lossless_files_lose_nothing(kind, sample_images):
    for image in sample_images[::25]:
        ((quality, packed),) = compression.files(kind, image)
        assert quality == 100
        np.testing.assert_array_equal(packed.image, image)
        assert 0 < packed.header < packed.size < 784


def test_pngs_header_is_all_but_its_zlib_stream(sample_images):
    file = io.BytesIO()
    Image.fromarray(np.round(sample_images[0] * 255).astype(np.uint8)).save(
        file, "PNG", optimize=True
    )
    contents, packed = file.getvalue(), compression.png(sample_images[0])
    start = contents.index(b"IDAT") + 4
    data = contents[start : start + packed.size - packed.header]
    assert len(zlib.decompress(data)) == 28 * 29  # each row has its filter before it


def test_jpegs_header_ends_where_its_coefficients_begin(sample_images):
    image = sample_images[0]
    file = io.BytesIO()
    Image.fromarray(np.round(image * 255).astype(np.uint8)).save(
        file, "JPEG", quality=50, optimize=True
    )
    contents, packed = file.getvalue(), compression.jpeg(image, 50)
    start = contents.index(b"\xff\xda")  # its marker stands nowhere before
    scan = contents[start + 2 + int.from_bytes(contents[start + 2 : start + 4], "big") : -2]
    assert packed.size == len(contents)
    assert packed.size - packed.header == len(scan)
    assert contents.endswith(b"\xff\xd9")
    assert packed.header > 0.5 * packed.size  # the picture is small


def test_webps_header_is_riffs_and_the_frames(sample_images):
    for packed, frame in ((compression.webp(sample_images[0], 50), 10),
                          (compression.webp_lossless(sample_images[0]), 5)):  # fmt: skip
        assert packed.header in (20 + frame, 21 + frame)  # 12 of RIFF, 8 of the chunk, padding


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_a_lossy_file_grows_with_its_quality_and_comes_nearer(kind, sample_images):
    tried = [compression.files(kind, image) for image in sample_images[::40]]
    sizes = np.mean([[packed.size for _q, packed in each] for each in tried], axis=0)
    errors = np.mean(
        [
            [np.square(packed.image - image).mean() for _q, packed in each]
            for each, image in zip(tried, sample_images[::40], strict=True)
        ],
        axis=0,
    )
    assert (np.diff(sizes) >= 0).all()
    assert errors[-1] < 0.1 * errors[0]
