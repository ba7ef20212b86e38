"""What the page "Compression" says is true of its study."""

import math

import pytest

from ae_core import studies
from pages.ui import text

STUDY = studies.read("compression")
FAMILIES, FILES = STUDY["families"], STUDY["files"]


def says(*sentences: str) -> None:
    prose = (text.LOCALE / text.DEFAULT / "compression.md").read_text(encoding="utf-8")
    for sentence in sentences:
        assert sentence in prose


def decibels(point: dict) -> float:
    return -10 * math.log10(point["mse"])


def at(name: str, bits: int) -> dict:
    return next(point for point in FAMILIES[name]["points"] if point["bits"] == bits)


def best(points: list[dict], budget: float) -> dict:
    return min((p for p in points if p["bytes"] <= budget), key=lambda p: p["mse"])


def exact(kind: str) -> float:
    (point,) = FILES[kind]["points"]
    assert point["mse"] == 0
    return point["bytes"]


def test_a_jpeg_is_mostly_tables_and_larger_than_what_loses_nothing():
    says("takes about 200 bytes at the least, and 170 of them are tables")
    smallest = min(FILES["jpeg"]["points"], key=lambda point: point["bytes"])
    assert smallest["bytes"] == pytest.approx(200, abs=5)
    assert smallest["header"] == pytest.approx(170, abs=5)
    says("the same pixels zipped take fewer, and lose nothing")
    assert exact("zlib") < smallest["bytes"]
    says("PNG takes about 270, a lossless WebP 200")
    assert exact("png") == pytest.approx(270, abs=5)
    assert exact("webp_lossless") == pytest.approx(200, abs=5)


def test_from_160_bytes_on_webp_is_better_than_networks_and_soon_nothing_need_be_lost():
    says("so 96 bytes can be enough; from 160 on it is better than any network here")
    assert min(p["bytes"] for p in FILES["webp"]["points"]) == pytest.approx(96, abs=3)
    others = [p for family in FAMILIES.values() for p in family["points"]]
    for budget in (160, 200, 300, 400):
        assert best(FILES["webp"]["points"], budget)["mse"] < best(others, budget)["mse"]
    assert best(FILES["webp"]["points"], 145)["mse"] > best(others, 145)["mse"]
    says("where a digit may take 190 bytes, its zipped pixels lose nothing at all")
    assert 180 < exact("zlib") < 190


def test_deep_at_sixteen_bytes_is_worth_three_times_as_much_of_pca():
    says("takes 16 bytes, and PCA needs three times as many for as good a picture")
    assert at("deep", 4)["bytes"] == 16
    pca = STUDY["pca"]["points"]
    assert best(pca, 3 * 16)["mse"] > at("deep", 4)["mse"]
    assert best(pca, 4 * 16)["mse"] < at("deep", 4)["mse"]
    assert decibels(best(pca, 48)) == pytest.approx(decibels(at("deep", 4)), abs=1)


def test_in_eight_bytes_the_small_vae_is_best_and_loses_least_by_coarse_steps():
    says("In 8 bytes the VAE with 16 numbers is best")
    within = {
        name: best(family["points"], 8)["mse"]
        for name, family in FAMILIES.items()
        if family["points"][0]["bytes"] <= 8
    } | {"pca": best(STUDY["pca"]["points"], 8)["mse"]}
    assert min(within, key=within.__getitem__) == "variational_16d"
    says("From 8 bits a number to 4 it loses 0.6 decibels, the deep network 1.4")
    lost = {name: decibels(at(name, 8)) - decibels(at(name, 4)) for name in FAMILIES}
    assert lost["variational_16d"] == pytest.approx(0.6, abs=0.05)
    assert lost["deep"] == pytest.approx(1.4, abs=0.05)


def test_most_of_a_short_sparse_code_says_where():
    says("that takes 14 of the 16 bytes of its shortest code")
    assert at("sparse", 1)["bytes"] == 16
    assert FAMILIES["sparse"]["kept"] * 7 / 8 == 14
    assert len(FAMILIES["sparse"]["ranges"][0]) == 2**7


def test_the_convolutional_one_is_ahead_where_it_has_room():
    says("128 numbers to send: with 64 bytes it is ahead, until WebP overtakes it")
    for budget in (64, 80, 96, 128):
        others = [p for name, f in FAMILIES.items() if name != "convolutional" for p in f["points"]]
        others += STUDY["pca"]["points"] + FILES["webp"]["points"] + FILES["jpeg"]["points"]
        ours = FAMILIES["convolutional"]["points"]
        assert best(ours, budget)["mse"] < best(others, budget)["mse"], budget


def test_when_a_decoder_pays_off():
    says("688,032 bytes", "after some 2,700 digits, that of the simple one after a few hundred")
    deep, simple = FAMILIES["deep"], FAMILIES["simple"]
    assert deep["decoder"] == 688_032
    assert deep["decoder"] / (exact("png") - 16) == pytest.approx(2700, abs=50)
    assert 150 < simple["decoder"] / (exact("png") - at("simple", 4)["bytes"]) < 350
    for language in text.LANGUAGES:
        prose = (text.LOCALE / language / "compression.md").read_text(encoding="utf-8")
        written = "688,032" if language == "en" else "688.032"
        assert written in prose
        assert written[3].join(("2", "700")) in prose


def test_at_first_nothing_happens():
    says("go from 8 to 1: at first nothing happens, then the strokes begin to wander")
    for family in FAMILIES.values():
        points = {p["bits"]: decibels(p) for p in family["points"]}
        assert points[8] - points[6] < 0.2
        assert points[8] - points[1] > 1
