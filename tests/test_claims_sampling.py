"""What the page of sampled digits says is what the study measured of the networks that ship."""

import numpy as np

import ae_core
from ae_core import studies
from ae_core.experiments import sampling
from pages.ui import text

FIGURES = studies.read("sampling")
MIXTURES = sampling.mixtures(FIGURES)
PROSE = (text.LOCALE / "en" / "sampling.md").read_text(encoding="utf-8")


def says(*sentences: str) -> None:
    for sentence in sentences:
        assert sentence in PROSE


def at(name: str, temperature: float = 1.0) -> dict[str, float]:
    place = FIGURES["temperatures"].index(temperature)
    return {key: values[place] for key, values in FIGURES["sources"][name].items()}


def test_the_codes_of_real_digits_lie_elsewhere_and_three_times_as_far_apart():
    says("the codes of real digits lie elsewhere and three times as far apart")
    normal = MIXTURES["normal"]
    deviations = np.sqrt(np.square(normal.roots[0]).sum(axis=1))
    assert round(float(deviations.mean())) == 3
    assert np.abs(normal.means).max() > 2


def test_what_each_gallery_is():
    says(
        "What comes is of 2.1 classes out of 10, and 22 times as strange as a digit.",
        "nearly all classes come (9.3). But many pictures are no digits, 4.3 times as strange",
        "*From a mixture of 80 normals*, fitted to the codes: 9.9 classes, as near to real digits "
        "as test digits are (0.99 ×), 1.4 times as strange.",
        "9.8 classes, 1.03 ×.",
    )
    prior, normal, mixture, vae = (at(name) for name in sampling.SOURCES)
    assert (round(prior["effective_classes"], 1), round(prior["strangeness"])) == (2.1, 22)
    assert (round(normal["effective_classes"], 1), round(normal["strangeness"], 1)) == (9.3, 4.3)
    assert FIGURES["components"] == 80
    assert (round(mixture["effective_classes"], 1), round(mixture["distance"], 2)) == (9.9, 0.99)
    assert round(mixture["strangeness"], 1) == 1.4
    assert (round(vae["effective_classes"], 1), round(vae["distance"], 2)) == (9.8, 1.03)


def test_how_large_the_mixture_is():
    says("a second model of 45,000 numbers")
    k, d = MIXTURES["mixture"].means.shape
    assert round(k * (1 + d + d * (d + 1) / 2), -3) == 45_000


def test_no_figure_says_enough_alone():
    says(
        "At temperature 0, N(0, I) has pictures nearer to real digits than test digits are "
        "(0.80 ×): always the same picture, nearly black, which is far from no digit, and 10 times "
        "as strange.",
    )
    cold = at("prior", 0.0)
    assert round(cold["distance"], 2) == 0.80
    assert 10 <= cold["strangeness"] < 11
    picture = ae_core.load(sampling.PLAIN).decode(np.zeros((1, 32), np.float32))
    assert picture.mean() < 0.01  # a digit: 0.13


def test_colder_than_1_all_but_the_mixture_repeat_themselves():
    says("colder than 1 all of them repeat themselves, but for the mixture, which has 80 middles.")
    for name in sampling.SOURCES:
        classes = [at(name, t)["effective_classes"] for t in (0.0, 0.25, 1.0)]
        if name == "mixture":
            assert min(classes) > 9.9
        else:
            assert classes == sorted(classes)
            assert classes[0] == 1


def test_the_galleries_fall_apart_as_it_gets_hotter():
    says("turn it up slowly: which gallery falls apart first?")
    for name in ("prior", "normal", "mixture", "vae"):
        assert at(name, 1.5)["distance"] > at(name, 1.0)["distance"]
