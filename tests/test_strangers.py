"""Strangers: always the same pictures, in MNIST's form; the AUROC is scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ae_core import data, preprocess, strangers

WRITTEN = ("letters", "signs", "smileys")
DRAWN = (*WRITTEN, "shapes")
SCORES = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 3.0]), min_size=1, max_size=30)


@pytest.mark.parametrize("kind", strangers.kinds())
def test_a_picture_is_always_the_same_and_has_the_form_of_the_others(kind):
    name = strangers.NAMES[kind][-1]
    for version in (0, 3):
        image = strangers.picture(kind, name, version)
        assert (image.shape, image.dtype) == ((28, 28), np.float32)
        assert 0 <= image.min() <= image.max() <= 1
        np.testing.assert_array_equal(image, strangers.picture(kind, name, version))


@pytest.mark.parametrize("kind", DRAWN)
def test_what_is_drawn_is_in_mnists_form(kind):
    for name in strangers.NAMES[kind]:
        for version in (0, 1):
            image = strangers.picture(kind, name, version)
            assert image.max() == 1
            rows, columns = (np.flatnonzero((image > 0.02).any(axis=axis)) for axis in (1, 0))
            assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)
            middle = [(image.sum(axis=1 - axis) @ np.arange(28)) / image.sum() for axis in (0, 1)]
            # Ink at one end of a long picture would have to leave it.
            assert np.abs(np.subtract(middle, preprocess.CENTRE)).max() < 2.5


@pytest.mark.parametrize("kind", DRAWN)
def test_names_and_versions_differ(kind):
    upright = [strangers.picture(kind, name).tobytes() for name in strangers.NAMES[kind]]
    assert len(set(upright)) == len(upright)
    name = strangers.NAMES[kind][0]
    versions = {strangers.picture(kind, name, version).tobytes() for version in range(8)}
    assert len(versions) == 8


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_font_has_every_sign(kind):
    missing = "\U0010ffff"  # in no font: what is drawn instead of it
    for font in strangers.FONTS[kind]:
        nothing = strangers._written(missing, font)
        for name in strangers.NAMES[kind]:
            assert not np.array_equal(strangers._written(name, font), nothing), (font, name)


def test_all_of_a_kind_are_as_many_as_is_said_and_cannot_be_changed():
    found = strangers.pictures("noise")
    assert len(found) == len(strangers.NOISES) * strangers.EACH["noise"]
    np.testing.assert_array_equal(found[101], strangers.picture("noise", "sparse", 1))
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 0


def test_noise_has_the_ink_that_is_said():
    digits = np.sort(data.samples().images.reshape(200, -1), axis=1)
    for version in range(5):
        shuffled = np.sort(strangers.picture("noise", "shuffled", version).ravel())
        assert (digits == shuffled).all(axis=1).any()
        assert abs(strangers.picture("noise", "sparse", version).mean() - strangers.INK) < 0.05
    uniform = np.concatenate([strangers.picture("noise", "uniform", v).ravel() for v in range(9)])
    np.testing.assert_allclose(
        np.quantile(uniform, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.03
    )
    assert abs(data.samples().images.mean() - strangers.INK) < 0.01


def test_blanks_are_one_grey():
    for name, grey in zip(strangers.BLANKS, (0, 0.5, 1), strict=True):
        assert (strangers.picture("blank", name) == grey).all()


def test_an_unknown_stranger_names_the_known_ones():
    with pytest.raises(KeyError, match="known: uniform sparse"):
        strangers.picture("noise", "A")
    with pytest.raises(KeyError):
        strangers.picture("digits", "1")


@given(SCORES, SCORES)
def test_auroc_is_that_of_scikit_learn(home, strange):
    labels = [0] * len(home) + [1] * len(strange)
    expected = roc_auc_score(labels, home + strange)
    assert strangers.auroc(np.array(home), np.array(strange)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("home", "strange"),
    [([], [1.0]), ([1.0], []), ([[1.0]], [1.0]), ([np.nan], [1.0]), ([1.0], [np.inf])],
)
def test_auroc_refuses_what_is_no_score(home, strange):
    with pytest.raises(ValueError, match=r"expected scores|NaN or infinite"):
        strangers.auroc(np.array(home), np.array(strange))
