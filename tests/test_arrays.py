"""Arrays in JSON: what was packed comes back, and what nothing was packed into is refused."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from hypothesis.extra.numpy import arrays as any_array

from ae_core import arrays


@given(any_array(np.float16, array_shapes(min_side=0), elements=st.floats(-6e4, 6e4, width=16)))
def test_halves_come_back_as_they_were(array):
    back = arrays.unpack(json.loads(json.dumps(arrays.pack(array))))
    np.testing.assert_array_equal(back, array)
    assert back.dtype == np.float32
    assert not back.flags.writeable


@given(any_array(np.uint8, array_shapes(min_side=0)))
def test_bytes_come_back_as_they_were(array):
    back = arrays.unpack(arrays.pack(array, "|u1"))
    np.testing.assert_array_equal(back, array)
    assert back.dtype == np.uint8


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e6])
def test_what_a_half_cannot_hold_is_refused(bad):
    with pytest.raises(ValueError, match="finite numbers"):
        arrays.pack(np.array([1.0, bad]))


def test_other_dtypes_are_refused():
    with pytest.raises(ValueError, match="expected a dtype"):
        arrays.pack(np.zeros(3), ">f8")
    packed = arrays.pack(np.zeros(3)) | {"dtype": "|O"}
    with pytest.raises(ValueError, match="expected a dtype"):
        arrays.unpack(packed)


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [4]},
        {"base64": base64.b64encode(b"12345").decode()},
        {"base64": "no base64"},
    ],
)
def test_numbers_that_do_not_fit_their_shape_are_refused(change):
    with pytest.raises(ValueError, match=r"expected|base64"):
        arrays.unpack(arrays.pack(np.zeros(3)) | change)
