"""Three planes of the same digits: PCA's, a plain autoencoder's and a VAE's, under one hand."""

import csv
import gzip
import io
import json

import numpy as np
import pytest
from PIL import Image

import ae_core
from ae_core import data, linear, pca, studies
from pages.ui.components import networks

PAGE = "pages/planes.py"
NAMES = ("pca", "plain_2d", "variational")
SEVEN = {"input": "sample", "digit": "7", "example": "5"}


def autoencoder(name: str):
    return linear.Plane(studies.read("planes")) if name == "pca" else ae_core.load(name)


AES = {name: autoencoder(name) for name in NAMES}


def unshuffled(contents: bytes) -> bytes:
    """Undo `networks.pack`: even bytes came before odd ones."""
    halves, whole = np.frombuffer(contents, np.uint8), np.zeros(len(contents), np.uint8)
    middle = (len(halves) + 1) // 2
    whole[0::2], whole[1::2] = halves[:middle], halves[middle:]
    return whole.tobytes()


def planes(visitor) -> list[dict]:
    return [visitor.plane(index) for index in range(3)]


def test_the_visitors_digit_is_a_mark_on_all_three_and_the_cursor_is_there(visit):
    image = data.samples().images[7 * 20 + 4][None]
    for name, plane in zip(NAMES, planes(visit(PAGE, **SEVEN)), strict=True):
        assert plane["network"] == f"mnist {name}"
        place = AES[name].plane(image)[0]
        np.testing.assert_allclose(plane["digit"]["mean"], place, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(plane["point"], place, atol=0.002)
        assert plane["follows"]
        assert plane["sameImage"]
        assert plane["linked"] == "planes"
    assert (planes(visit(PAGE, **SEVEN))[2]["digit"]["deviation"] != [0, 0]) is True


@pytest.mark.parametrize("moved", range(3))
def test_the_others_show_where_the_nearest_digit_lies(visit, moved):
    visitor = visit(PAGE, **SEVEN)
    at = [0.51, -0.27]
    visitor.send(f"plane_{NAMES[moved]}", "point", at)
    codes = AES[NAMES[moved]].test_codes[0].astype(float)
    image = np.linalg.norm(codes - at, axis=1).argmin()
    for index, (name, plane) in enumerate(zip(NAMES, planes(visitor), strict=True)):
        expected = at if index == moved else AES[name].test_codes[0][image]
        np.testing.assert_allclose(plane["point"], expected, atol=0.0006)
    assert visitor.link["at"] == "0.51_-0.27"
    same = visit(PAGE, **visitor.link)
    assert [plane["point"] for plane in planes(same)] == [p["point"] for p in planes(visitor)]


def test_another_digit_takes_the_cursors_along(visit):
    visitor = visit(PAGE, on="variational", at="1_1", **SEVEN)
    assert planes(visitor)[2]["point"] == [1, 1]
    visitor.choose("slider", "lab_example", 9)
    image = data.samples().images[7 * 20 + 8][None]
    np.testing.assert_allclose(
        planes(visitor)[2]["point"], AES["variational"].plane(image)[0], atol=0.002
    )


@pytest.mark.parametrize("link", [{"at": "nan_1"}, {"at": "1"}, {"at": "9999_0", "on": "simple"}])
def test_nonsense_in_the_link_is_the_visitors_digit(visit, link):
    assert planes(visit(PAGE, **link, **SEVEN)) == planes(visit(PAGE, **SEVEN))


def test_the_accuracies_are_those_that_were_measured(visit):
    shown = [row["numbers"] for row in visit(PAGE).rows() if row["numbers"]]
    for name, row in zip(NAMES, shown, strict=True):
        test = AES[name].card["test"]
        assert [value for _, value, *_ in row] == [
            f"{100 * test['vote']:.1f} %", f"{test['mse']:.4f}"
        ]  # fmt: skip


def test_pca_comes_to_the_browser_as_the_networks_do():
    told = networks.packed("pca")
    assert len(told) < 60_000
    head, _, _ = unshuffled(gzip.decompress(told)).partition(b"\n")
    said = json.loads(head)
    assert said["points"] == 10_000
    assert said["encoder"] > 2 * 2 * 784
    assert said["decoder"] > 2 * 3 * 784


def test_the_figures_can_be_taken_away(visit):
    visitor = visit(PAGE, **SEVEN)
    picture = Image.open(io.BytesIO(visitor.download("planes.png")))
    assert picture.size == (1920, 1080)
    assert visitor.download("planes.pdf").startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO(visitor.download("planes.csv").decode())))
    assert [row["method"] for row in rows] == list(NAMES)
    for row in rows:
        test = AES[row["method"]].card["test"]
        assert float(row["knn_accuracy"]) == pytest.approx(test["vote"], rel=1e-5)
        assert float(row["mse"]) == pytest.approx(test["mse"], rel=1e-5)


def test_the_page_needs_no_data_set(visit, monkeypatch):
    monkeypatch.delenv("AE_DATA_DIR", raising=False)
    visit(PAGE, **SEVEN)
    assert pca.shipped().components.shape[1] == 784
