"""Compression: what each method makes of the digit in so many bytes, and the study's curves."""

import csv
import io
import json
import math
import re

import numpy as np
import pytest
from PIL import Image
from visitor import digit_of, ink_of

import ae_core
from ae_core import compression, data, metrics, pca, strokes, studies
from ae_core.figures import pixels

PAGE = "pages/compression.py"
SEVEN = data.samples().images[7 * 20 + 19]
STUDY = studies.read("compression")
NETWORKS = ("deep", "convolutional", "sparse", "simple", "variational_16d")
TITLES = {"deep": "Deep", "convolutional": "Convolutional", "sparse": "Sparse",
          "simple": "Simple", "variational_16d": "Variational (16-D)", "pca": "PCA",
          "jpeg": "JPEG", "webp": "WebP"}  # fmt: skip


def shown(visitor) -> dict[str, dict]:
    return {picture["title"]: picture for picture in visitor.pictures()}


def caption_of(point_size: int, setting: str, image: np.ndarray, rebuilt: np.ndarray) -> str:
    quality = metrics.psnr(image[None], rebuilt[None])[0]
    return f"{setting}\n{point_size} bytes\n{quality:.1f} dB"


@pytest.mark.parametrize(("budget", "bits"), [("16", "auto"), ("64", "auto"), ("32", "2")])
def test_each_network_is_quantised_as_its_caption_says(visit, budget, bits):
    pictures = shown(visit(PAGE, bytes=budget, bits=bits))
    for name in NETWORKS:
        told = STUDY["families"][name]
        fitting = [p for p in told["points"]
                   if p["bytes"] <= int(budget) and bits in ("auto", str(p["bits"]))]  # fmt: skip
        picture = pictures[TITLES[name]]
        if not fitting:
            assert picture["caption"].startswith("needs ")
            continue
        point = min(fitting, key=lambda p: p["mse"])
        ae = ae_core.load(name)
        code = ae.encode(SEVEN[None])
        quantiser = compression.Quantiser(*map(np.array, told["ranges"]), told["kept"] or None)
        back = quantiser.quantised(code.reshape(1, -1), point["bits"])
        rebuilt = ae.decode(back.reshape(code.shape))[0]
        np.testing.assert_array_equal(picture["pixels"], pixels.to_bytes(rebuilt))
        setting = f"{told['kept'] or code.size} × {point['bits']} bits"
        assert picture["caption"] == caption_of(point["bytes"], setting, SEVEN, rebuilt)


def test_pca_takes_as_many_coefficients_as_are_best(visit):
    picture = shown(visit(PAGE, bytes="16"))["PCA"]
    fitting = [p for p in STUDY["pca"]["points"] if p["bytes"] <= 16]
    point = min(fitting, key=lambda p: p["mse"])
    low, high = (np.array(v[: point["count"]]) for v in STUDY["pca"]["ranges"])
    code = pca.shipped().encode(SEVEN[None], point["count"])
    back = compression.Quantiser(low, high).quantised(code, point["bits"])
    rebuilt = pca.shipped().decode(back)[0]
    np.testing.assert_array_equal(picture["pixels"], pixels.to_bytes(rebuilt))
    setting = f"{point['count']} × {point['bits']} bits"
    assert picture["caption"] == caption_of(point["bytes"], setting, SEVEN, rebuilt)


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_a_file_fits_the_budget_and_opens_in_pillow_to_what_is_shown(visit, kind):
    picture = shown(visit(PAGE, bytes="256"))[TITLES[kind]]
    quality, size, header = map(
        int, re.match(r"quality (\d+)\n(\d+) bytes, (\d+) header", picture["caption"]).groups()
    )
    settings = {"jpeg": {"optimize": True}, "webp": {"method": 6}}[kind]
    file = io.BytesIO()
    Image.fromarray(pixels.to_bytes(SEVEN)).save(file, kind, quality=quality, **settings)
    assert len(file.getvalue()) == size <= 256
    assert 0 < header < size
    back = np.asarray(Image.open(file).convert("L"))
    np.testing.assert_array_equal(picture["pixels"], back)


def test_what_does_not_fit_says_what_it_needs(visit):
    pictures = shown(visit(PAGE, bytes="16"))
    smallest = min(packed.size for _q, packed in compression.files("jpeg", SEVEN))
    assert pictures["JPEG"]["caption"].startswith(f"needs {smallest} bytes, ")
    assert shown(visit(PAGE, bytes="4"))["Convolutional"]["caption"] == "needs 16 bytes"
    assert len(np.unique(pictures["JPEG"]["pixels"])) == 1


def test_files_without_loss_are_counted_for_this_digit(visit):
    numbers = visit(PAGE, ink=strokes.pack(ink_of("seven"))).numbers()
    digit = digit_of("seven")
    assert numbers["PNG"] == f"{compression.png(digit).size} bytes"
    assert numbers["WebP, lossless"] == f"{compression.webp_lossless(digit).size} bytes"
    assert numbers["zlib"] == f"{compression.zipped(digit).size} bytes"


def test_the_curves_are_those_of_the_study_with_the_budget_as_a_rule(visit):
    told = visit(PAGE, bytes="48").chart("curves")
    (rule,) = told["rules"]
    assert (rule["at"], rule["axis"], rule["label"]) == (48, "x", "48 bytes")
    lines = {line["label"]: line for line in told["lines"]}
    points = STUDY["families"]["deep"]["points"]
    assert lines["Deep"]["x"] == [point["bytes"] for point in points]
    expected = [-10 * math.log10(point["mse"]) for point in points]
    np.testing.assert_allclose(lines["Deep"]["y"], expected)
    best: dict[float, float] = {}
    for point in STUDY["pca"]["points"]:
        best[point["bytes"]] = min(best.get(point["bytes"], 1), point["mse"])
    for size, quality in zip(lines["PCA"]["x"], lines["PCA"]["y"], strict=True):
        assert quality == pytest.approx(-10 * math.log10(best[size]))
    assert lines["PCA"]["y"] == sorted(lines["PCA"]["y"])
    bare = [p["bytes"] - p["header"] for p in STUDY["files"]["jpeg"]["points"]]
    np.testing.assert_allclose(lines["JPEG without header"]["x"], bare)
    assert lines["JPEG without header"]["dashed"]


def test_the_table_says_when_a_decoder_pays_off(visit):
    (table,) = [m.value for m in visit(PAGE, bytes="16").at.markdown if "| --: |" in m.value]
    cells = {row.split("|")[1].strip(): [c.strip() for c in row.split("|")[2:-1]]
             for row in table.splitlines()[2:]}  # fmt: skip
    (png,) = STUDY["files"]["png"]["points"]
    deep = STUDY["families"]["deep"]["decoder"]
    assert cells["Deep"][0] == "16"
    assert cells["Deep"][1] == f"{deep:,}"
    assert cells["Deep"][2] == f"{math.ceil(deep / (png['bytes'] - 16)):,}"
    assert cells["PCA"][1] == f"{4 * 784 * (1 + 64):,}"  # 64 coefficients of 2 bits, and the mean
    assert set(cells) == {TITLES[name] for name in (*NETWORKS, "pca")}


@pytest.mark.parametrize(("key", "junk"), [("bytes", "5"), ("bytes", "1e3"), ("bits", "7")])
def test_nonsense_in_the_link_does_nothing(visit, key, junk):
    visitor, plain = visit(PAGE, **{key: junk}), visit(PAGE)
    assert visitor.images() == plain.images()
    assert key not in visitor.link


def test_the_downloads_hold_the_study(visit):
    visitor = visit(PAGE)
    assert visitor.download("compression.pdf").startswith(b"%PDF")
    assert Image.open(io.BytesIO(visitor.download("compression.png"))).size == (1920, 1080)
    rows = list(csv.DictReader(io.StringIO(visitor.download("compression.csv").decode())))
    count = sum(len(part["points"]) for part in
                (*STUDY["families"].values(), STUDY["pca"], *STUDY["files"].values()))  # fmt: skip
    assert len(rows) == count
    (row,) = [r for r in rows if r["method"] == "deep" and r["bits"] == "4"]
    assert float(row["bytes"]) == 16


@pytest.mark.parametrize("budget", ["12", "64"])
def test_the_browser_is_told_how_codes_are_quantised(visit, budget):
    visitor = visit(PAGE, bytes=budget)
    (proto,) = visitor.components("quantised")
    head, _, body = proto.bytes.partition(b"\n")
    ranges, methods = np.frombuffer(body, "<f8"), json.loads(head)["methods"]
    assert {m["network"] for m in methods} == {n["name"] for n in visitor.networks()}
    by_live = {picture["live"]: picture for picture in visitor.pictures() if "live" in picture}
    assert set(by_live) == {"clean", *(method["live"] for method in methods)}
    for method in methods:
        count = method["count"]
        low, high, ranges = ranges[:count], ranges[count : 2 * count], ranges[2 * count :]
        name = method["network"].removeprefix("mnist ")
        told = STUDY["pca"] if name.startswith("pca") else STUDY["families"][name]
        np.testing.assert_array_equal([low, high], [part[:count] for part in told["ranges"]])
        before, after = method["caption"].split("{quality}")
        assert re.fullmatch(
            re.escape(before) + r"[\d.]+ dB" + after, by_live[method["live"]]["caption"]
        )
    assert not ranges.size
