from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from families import ends

import ae_core
from ae_core import runtime

TRAINED = ae_core.names()
THREADS = 16
every_trained = pytest.mark.parametrize("name", TRAINED)


def close(found, expected, tolerance=1e-5):
    """Equal to 1e-5; for codes, which may be large numbers, to 1e-5 of the largest."""
    assert found.shape == expected.shape
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(found, expected, atol=tolerance * scale, rtol=0)


@pytest.mark.needs_keras
@pytest.mark.parametrize("n", [0, 7, 300])
@every_trained
def test_litert_says_what_keras_says(name, n, many_images, keras_results):
    ae = ae_core.load(name)
    # With few numbers, and at the ends of the dial, the decoder is steep, and so is the rounding of
    # float32: 2e-5 in one of 10,000 pixels.
    tolerance = 3e-5 if name.startswith(("beta_", "bottleneck_")) else 1e-5
    codes = keras_results[f"{name}/codes"]
    close(ae.encode(many_images[:n]), codes[:n], tolerance)
    close(ae.decode(codes[:n]), keras_results[f"{name}/decoded"][:n], tolerance)
    close(ae.reconstruct(many_images[:n]), keras_results[f"{name}/whole"][:n], tolerance)
    if ae.variational:
        posterior = np.stack(ae.posterior(many_images[:n]), axis=1)
        close(posterior, keras_results[f"{name}/posterior"][:n])


@pytest.mark.parametrize("name", [name for name in ends() if name in TRAINED])
def test_a_picture_comes_out_the_same_alone_and_among_others(name, many_images):
    ae = ae_core.load(name)
    together = ae.reconstruct(many_images)
    for size in (1, 2, runtime.CHUNK - 1, runtime.CHUNK, runtime.CHUNK + 1, 1):
        close(ae.reconstruct(many_images[:size]), together[:size])


@pytest.mark.parametrize("name", [name for name in ends() if name in TRAINED])
def test_sixteen_threads_get_what_one_gets(name, many_images):
    ae = ae_core.load(name)
    sizes = (1, 7, 1, 40, 1, 130)
    work = [
        many_images[start : start + sizes[start % len(sizes)]]
        for start in range(0, THREADS * 7, 7)  # each thread other pictures, many sizes
    ]
    expected = [ae.reconstruct(images) for images in work]
    together = threading.Barrier(THREADS)

    def run(images):
        together.wait()
        return [ae.reconstruct(images) for _ in range(5)]

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(run, work))
    for found, wanted in zip(results, expected, strict=True):
        for repeat in found:
            close(repeat, wanted)


@pytest.mark.parametrize("name", [name for name in ends() if name in TRAINED])
def test_result_is_the_caller_s_own(name, many_images):
    """A later run must not write into an array handed out earlier."""
    ae = ae_core.load(name)
    first = ae.reconstruct(many_images[:1])
    kept = first.copy()
    ae.reconstruct(many_images[1:2])
    np.testing.assert_array_equal(first, kept)
    first[:] = 0.5  # writable
    np.testing.assert_array_equal(ae.reconstruct(many_images[:1]), kept)


def test_network_still_works_after_an_error(many_images):
    network = ae_core.load(TRAINED[0]).encoder
    expected = network(many_images[:3])
    with pytest.raises(ValueError):  # the words are LiteRT's
        network(np.zeros((3, 5, 5), np.float32))
    np.testing.assert_array_equal(network(many_images[:3]), expected)


def test_any_memory_layout_is_read_right(many_images):
    network = ae_core.load(TRAINED[0]).encoder
    expected = network(many_images[:4])
    np.testing.assert_array_equal(network(np.asfortranarray(many_images[:4])), expected)
    np.testing.assert_array_equal(network(many_images[:8:2]), network(many_images[:8])[::2])


@pytest.mark.parametrize("contents", [b"", b"no model", b"\0" * 1000, bytes(range(256)) * 8])
def test_what_is_no_model_is_refused(contents):
    with pytest.raises(ValueError):  # the words are LiteRT's
        runtime.Network(contents)
