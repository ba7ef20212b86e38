"""Super-resolution: a small picture, enlarged by formulas and by a network."""

import csv
import io

import numpy as np
import pytest

import ae_core
from ae_core import data, metrics, studies
from ae_core.enlarge import FILTERS, enlarge, shrink
from ae_core.figures import pixels

PAGE = "pages/super_resolution.py"
DIGIT = data.samples().images[2 * data.SAMPLES_PER_CLASS]  # the first 2
QUERY = {"input": "sample", "digit": "2", "example": "1"}


@pytest.mark.parametrize("side", ["14", "7"])
def test_the_pictures_are_those_of_the_small_one(visit, side):
    visitor = visit(PAGE, side=side, **QUERY)
    pictures = {picture.get("live"): picture for picture in visitor.pictures()}
    small = shrink(DIGIT[None], int(side))
    network = ae_core.load(f"super_resolution_{side}").decode(small)[0]
    expected = {"clean": DIGIT, "small": small[0], f"rebuilt super_resolution_{side}": network}
    expected |= {how: enlarge(small, how)[0] for how in FILTERS}
    for name, image in expected.items():
        np.testing.assert_array_equal(pictures[name]["pixels"], pixels.to_bytes(image))
    for how in FILTERS:
        psnr = metrics.psnr(DIGIT[None], expected[how][None])[0]
        ssim = metrics.ssim(DIGIT[None], expected[how][None])[0]
        assert pictures[how]["caption"] == f"PSNR {psnr:.1f} dB\nSSIM {ssim:.3f}"


def test_the_files_hold_the_same_figures(visit):
    visitor = visit(PAGE, side="14", **QUERY)
    table = visitor.download("super_resolution.csv").decode()
    rows = {row["enlarged_by"]: row for row in csv.DictReader(io.StringIO(table))}
    assert list(rows) == [*FILTERS, "network"]
    figures = studies.read("super_resolution")["14"]
    for how, row in rows.items():
        assert float(row["test_psnr"]) == pytest.approx(figures[how]["psnr"], rel=1e-5)
    nearest = enlarge(shrink(DIGIT[None], 14), "nearest")
    mse = metrics.mse(DIGIT[None], nearest)[0]
    assert float(rows["nearest"]["mse"]) == pytest.approx(mse, rel=1e-5)
    assert visitor.download("super_resolution.png").startswith(b"\x89PNG")


def test_a_missing_study_is_named(visit, monkeypatch, empty_caches):
    monkeypatch.setattr(studies, "path", lambda name: studies.Path("missing.json"))
    visitor = visit(PAGE, lang="pt")
    (warning,) = visitor.at.warning
    assert "python -m ae_core study super_resolution" in warning.value
