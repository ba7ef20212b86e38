"""What the page on strangers says in its text is so: worked out from the study and the cards."""

import numpy as np
import pytest

import ae_core
from ae_core import autoencoder, metrics, strangers, studies
from ae_core.models import compared
from pages.ui import text

ENGLISH = (text.LOCALE / text.DEFAULT / "strangers.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def digits() -> dict:
    """The figures of the detectors that know digits."""
    return studies.read("strangers")["mnist"]["detectors"]


def says(*sentences: str) -> None:
    for sentence in sentences:
        assert sentence in ENGLISH


def networks(found: dict) -> list[str]:
    return [name for name in found if name != strangers.MEAN_INK]


def bce(name: str) -> float:
    return autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)["test"]["bce"]


def error(name: str, kind: str, item: str, dataset: str = "mnist") -> float:
    image = strangers.picture(kind, item)[None]
    return float(metrics.mse(image, ae_core.load(name, dataset).reconstruct(image))[0])


def least(name: str) -> float:
    """Return the smallest error of a test digit."""
    card = autoencoder.read_card(autoencoder.WEIGHTS / "mnist" / name)
    return card["test"]["mse_percentiles"][0]


def test_the_seven_are_those_of_the_rows_of_all_families(digits):
    says("All seven networks trained on digits reach an AUROC of 0.977 or more.")
    expected = list(compared())
    assert networks(digits) == expected
    assert len(expected) == 7
    worst = min(expected, key=lambda name: digits[name]["auroc"]["clothes"])
    assert worst == "variational"
    assert round(digits[worst]["auroc"]["clothes"], 3) == 0.977
    says("against clothes the VAE comes last, with 0.977 against 0.998 for the simple network")
    assert round(digits["simple"]["auroc"]["clothes"], 3) == 0.998


def test_ink_alone_is_a_detector(digits):
    says("clothes have more ink, and the mean ink alone reaches 0.877")
    assert round(digits[strangers.MEAN_INK]["auroc"]["clothes"], 3) == 0.877


def test_a_better_rebuilder_is_not_a_better_alarm(digits):
    says(
        "The convolutional network, the best at rebuilding digits (BCE 0.0632), rebuilds letters "
        "better still: an AUROC of 0.432 is worse than tossing a coin, and worse than the mean ink "
        "(0.671). The VAE with two numbers, the worst at rebuilding (BCE 0.1628), is the best "
        "alarm (0.868)",
        "At 5 % false alarms it catches 55 % of the letters, the convolutional one 13 %.",
    )
    ranked = sorted(networks(digits), key=bce)
    assert (ranked[0], ranked[-1]) == ("convolutional", "variational")
    assert [round(bce(ranked[place]), 4) for place in (0, -1)] == [0.0632, 0.1628]
    letters = {name: found["auroc"]["letters"] for name, found in digits.items()}
    assert min(letters, key=letters.get) == "convolutional"
    assert max(letters, key=letters.get) == "variational"
    names = ("convolutional", strangers.MEAN_INK, "variational")
    assert [round(letters[name], 3) for name in names] == [0.432, 0.671, 0.868]
    median = digits["convolutional"]["median"]
    assert median["letters"] < median["digits"]
    count = studies.read("strangers")["mnist"]["counts"]["letters"]
    step = round(0.95 * strangers.STEPS)
    caught = [digits[name]["above"]["letters"][step] / count for name in names[::2]]
    assert np.round(caught, 2).tolist() == [0.13, 0.55]


def test_some_strangers_come_back_better_than_any_digit():
    says(
        "The convolutional and the deep network rebuild the upright stroke better than any of the "
        "10,000 test digits. A blank, black sheet comes back better than any test digit from the "
        "simple, the sparse and the convolutional network; the deep one turns it nearly white, "
        "with an MSE of 0.949.",
    )
    for name in ("convolutional", "deep"):
        assert error(name, "shapes", "stroke") < least(name)
    for name in ("simple", "sparse", "convolutional"):
        assert error(name, "blank", "black") < least(name)
    assert error("deep", "blank", "black") == pytest.approx(0.949, abs=6e-4)
    black = strangers.picture("blank", "black")[None]
    assert ae_core.load("deep").reconstruct(black).mean() > 0.9


def test_the_mirror():
    says(
        "The VAE trained on clothes takes digits for strangers (0.983), although the mean ink says "
        "the contrary (0.123)",
        "only 19 % of its test pictures have a smaller error",
    )
    found = studies.read("strangers")["fashion_mnist"]["detectors"]
    assert round(found["variational"]["auroc"]["digits"], 3) == 0.983
    assert round(found[strangers.MEAN_INK]["auroc"]["digits"], 3) == 0.123
    card = autoencoder.read_card(autoencoder.WEIGHTS / "fashion_mnist" / "variational")
    black = error("variational", "blank", "black", "fashion_mnist")
    assert round(metrics.percentile(black, card["test"]["mse_percentiles"])) == 19


def test_so_many_were_counted():
    says(
        "2,080 letters, A to Z and a to z in twelve DejaVu fonts, 1,120 signs, 760 smileys and 600 "
        "shapes, all turned by up to 12°",
        "400 pictures of noise",
    )
    counts = studies.read("strangers")["mnist"]["counts"]
    kinds = ("letters", "signs", "smileys", "shapes", "noise")
    assert [counts[kind] for kind in kinds] == [2080, 1120, 760, 600, 400]
    assert len(strangers.FONTS["letters"]) == 12
    assert strangers.MOST_TURN == 12
    assert len(strangers.LETTERS) == 52
