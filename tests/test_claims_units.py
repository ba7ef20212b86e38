"""What the page on units says of the networks is true of those that ship."""

import numpy as np
import pytest

import ae_core
from ae_core import data, studies
from ae_core.experiments import units
from pages.ui import text
from tests.test_prose_claims import says

FIGURES = studies.read("units")


def of(family: str, figure: str) -> np.ndarray:
    return np.array(FIGURES[family][figure])


def test_how_often_units_are_on():
    says("units", "In the simple network each unit is on in at least 98 % of the test digits",
         "In the sparse network half of the units are on in less than 12 %.")  # fmt: skip
    assert 0.98 <= of("simple", "on").min() < 0.99
    assert 0.11 < np.median(of("sparse", "on")) < 0.12


def test_how_large_their_patterns_are():
    says("units", "A pattern covers 34 pixels there, and 59 in the simple network",
         "a sparse unit is more often one stroke in one place")  # fmt: skip
    assert round(np.median(of("sparse", "spread"))) == 34
    assert round(np.median(of("simple", "spread"))) == 59


def test_how_much_they_have_to_do_with_classes():
    says("units", "a unit's mean is 3.6 times its mean over all digits, instead of 1.4 times",
         "the class explains 13 % of the variance of its values, less than the 24 %",
         "many digits of its best class do without it")  # fmt: skip
    for family, times, share in (("sparse", 3.6, 0.13), ("simple", 1.4, 0.24)):
        means = of(family, "class_mean")
        assert round(np.median(means.max(axis=1) / of(family, "mean")), 1) == times
        assert round(np.median(of(family, "class_share")), 2) == share


@pytest.mark.needs_data
def test_many_digits_of_its_best_class_do_without_a_unit():
    test = data.load().test
    on = units.flat(ae_core.load("sparse").encode(test.images)) > 0
    best = of("sparse", "class_mean").argmax(axis=1)
    without = [1 - on[test.labels == label, unit].mean() for unit, label in enumerate(best)]
    assert np.median(without) > 0.4


def test_no_digit_has_a_code_of_one_unit():
    says("units", "no digit has a code whose other numbers are all zero")
    for family in ("simple", "sparse", "convolutional"):
        codes = units.flat(ae_core.load(family).encode(data.samples().images))
        assert (codes != 0).sum(axis=1).min() > 10


def test_single_layers_add_the_same_whatever_the_others_do():
    says("units", "a unit adds the same to a picture whatever the others do, until the sigmoid")
    rng = np.random.default_rng(0)

    def before_the_sigmoid(ae, codes):
        decoded = units.decode(ae, codes).astype(np.float64).reshape(len(codes), -1)
        inside = (decoded > 0.01).all(axis=0) & (decoded < 0.99).all(axis=0)
        return np.log(decoded[:, inside] / (1 - decoded[:, inside]))

    for family, linear in (("simple", True), ("sparse", True), ("convolutional", False)):
        ae, scales = ae_core.load(family), units.Scales.of(FIGURES[family])
        base = scales.mean * (0.8 + 0.4 * rng.random((2, len(scales.mean)), np.float32))
        unit = int(of(family, "effect").argmax())
        moved = base.copy()
        moved[:, unit] += scales.usual[unit] / 2
        a, b, c, d = before_the_sigmoid(ae, np.concatenate([base, moved]))
        assert len(a) > 20
        assert np.allclose(c - a, d - b, atol=2e-3) == linear, family


def test_units_at_the_right_and_lower_edge_change_little():
    says("units", "where a digit seldom reaches, its units change less than a third as much as the")
    effect = np.square(of("convolutional", "effect")).reshape(4, 4, 8).mean(axis=2)
    edge = np.zeros((4, 4), bool)
    edge[3], edge[:, 3] = True, True
    assert np.sqrt(effect[edge].mean() / effect[~edge].mean()) < 1 / 3


def test_the_code_is_narrower_than_the_picture():
    says("units", "is narrower than what is rebuilt, with 128 numbers for 784 pixels")
    assert ae_core.load("sparse").code_shape == (128,)


def test_the_first_sixteen_are_all():
    says("units", "the first 16 units of the sparse network are all that your digit is made of")
    codes = ae_core.load("sparse").encode(data.samples().images)
    assert ((codes != 0).sum(axis=1) == 16).all()


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_each_language_cites_the_same_papers(language):
    prose = (text.LOCALE / language / "units.md").read_text(encoding="utf-8")
    for address in (
        "https://arxiv.org/abs/2309.08600",
        "https://transformer-circuits.pub/2023/monosemantic-features/index.html",
        "https://transformer-circuits.pub/2024/scaling-monosemanticity/index.html",
        "https://arxiv.org/abs/2406.04093",
    ):
        assert prose.count(f"]({address})") == 1
