"""The noise page: the digit at all levels through all rows, and the curves of the test digits."""

import csv
import io
import json

import numpy as np
import pytest
from visitor import COMPARED

import ae_core
from ae_core import data, filters, metrics, noise, studies
from ae_core.experiments.denoising import NOISY
from ae_core.figures import pixels
from pages.ui import shared

NOISE = "pages/noise.py"
CHOICES = {"input": "sample", "digit": "3", "example": "5"}
CLEAN = data.samples().images[3 * data.SAMPLES_PER_CLASS + 4]
FIGURES = studies.read("noise")
LEVELS = FIGURES["levels"]


@pytest.mark.parametrize("kind", noise.kinds())
def test_the_strip_is_the_digit_at_each_level_through_each_row(visit, kind):
    table = visit(NOISE, noise=kind, draw="2", **CHOICES).picture_table("strip")
    assert table["columns"] == [f"{level:.1f}" for level in LEVELS]
    assert [row["name"] for row in table["rows"]] == ["", *[""] * len(filters.names()), *COMPARED]
    noisy = np.stack([noise.add(CLEAN, kind, level, seed=2) for level in LEVELS])
    np.testing.assert_array_equal(table["pictures"][0], pixels.to_bytes(noisy))
    simple = ae_core.load("simple").reconstruct(noisy)
    at = [row["name"] for row in table["rows"]].index("simple")
    np.testing.assert_allclose(
        table["pictures"][at].astype(int), pixels.to_bytes(simple).astype(int), atol=1
    )
    clean = np.broadcast_to(CLEAN, noisy.shape)
    errors, untouched = metrics.mse(clean, simple), metrics.mse(clean, noisy)
    row = table["rows"][at]
    assert row["marked"] == np.flatnonzero(errors > untouched).tolist()
    assert table["rows"][0]["marked"] == []
    for said, error, level in zip(row["said"], errors, LEVELS, strict=True):
        assert f"{error:.4f}" in said
        assert f" {level:.1f}:" in said


@pytest.mark.parametrize("kind", ["gaussian", "patch"])
def test_the_browser_can_fill_all_rows_but_those_of_filters(visit, kind):
    visitor = visit(NOISE, noise=kind, draw="2", model="deep", **CHOICES)
    (proto,) = visitor.components("noise_strip")
    head, _, body = proto.bytes.partition(b"\n")
    told = json.loads(head)
    field = np.frombuffer(body, "<f4")
    np.testing.assert_array_equal(field, noise.field(kind, seed=2).astype("<f4").ravel())
    assert (told["kind"], told["levels"], told["first"]) == (kind, LEVELS, "strip deep")
    roles = [row["live"] for row in visitor.picture_table("strip")["rows"]]
    assert roles == [told["noisy"], *[""] * len(filters.names()), *told["families"]]
    brought = {network["name"] for network in visitor.networks()}
    assert {each["network"] for each in told["families"].values()} == brought


def test_a_click_chooses_network_and_level_and_draw_shows_the_same(visit):
    visitor = visit(NOISE, noise="erased", **CHOICES)
    visitor.send("strip", "picked", {"row": "denoising", "column": 4}, trigger=True)
    assert visitor.link["model"] == "denoising"
    assert float(visitor.link["level"]) == LEVELS[4]
    table = visitor.picture_table("strip")
    assert [row["name"] for row in table["rows"] if row["chosen"]] == ["denoising"]
    assert table["chosen"] == 4
    place = [row["name"] for row in table["rows"]].index("denoising")
    shown = table["pictures"][place, 4].astype(int)
    visitor.go("pages/draw.py")
    np.testing.assert_allclose(visitor.step(4).astype(int), shown, atol=1)


@pytest.mark.parametrize(
    "sent",
    [
        None, 7, "simple", [], {}, {"row": "noisy", "column": 1}, {"row": "", "column": 0},
        {"row": "simple", "column": 99}, {"row": "simple", "column": -1},
        {"row": "simple", "column": "1"}, {"row": ["simple"], "column": 1},
        {"row": "simple", "column": 1.5}, {"row": "simple"},
    ],
)  # fmt: skip
def test_a_click_on_nothing_that_is_there_changes_nothing(visit, sent):
    visitor = visit(NOISE, model="deep", level="0.3", **CHOICES)
    before = visitor.link
    visitor.send("strip", "picked", sent, trigger=True)
    assert visitor.link == before


@pytest.mark.parametrize("score", ["psnr", "ssim"])
@pytest.mark.parametrize("kind", ["gaussian", "blur"])
def test_the_curves_are_those_of_the_study(visit, kind, score):
    visitor = visit(NOISE, noise=kind, score=score, model="denoising", **CHOICES)
    chart, rows = visitor.chart("curves"), FIGURES["scores"][kind]
    assert len(chart["lines"]) == len(rows)
    lines = {line["label"]: line for line in chart["lines"]}
    noisy, own = lines["Noisy input"], lines["Denoising, conv."]
    assert noisy["dashed"]
    assert [label for label, line in lines.items() if line["strong"]] == ["Denoising, conv."]
    if score == "ssim":
        assert own["y"] == rows["denoising"]["ssim"]
        assert noisy["x"] == LEVELS
    else:
        np.testing.assert_allclose(own["y"], -10 * np.log10(rows["denoising"]["mse"]))
        np.testing.assert_allclose(noisy["y"], -10 * np.log10(rows[NOISY]["mse"][1:]))
        assert noisy["x"] == LEVELS[1:]  # a perfect copy has none
    for line in chart["lines"]:
        assert chart["y"]["low"] <= min(line["y"])
        assert max(line["y"]) <= chart["y"]["high"] or chart["y"]["high"] == 35
    seen = dict((k, highest) for _, k, highest in noise.TRAINING_MIX).get(kind)
    assert [(span["low"], span["high"]) for span in chart["spans"]] == ([(0, seen)] if seen else [])


def test_levels_seen_are_shaded_only_for_who_has_seen_them(visit):
    visitor = visit(NOISE, noise="masking", model="deep", **CHOICES)
    assert visitor.chart("curves")["spans"] == []
    visitor.send("strip", "picked", {"row": "denoising_dense", "column": 0}, trigger=True)
    assert [span["high"] for span in visitor.chart("curves")["spans"]] == [0.7]


def said_below(visitor) -> str:
    return next(each.value for each in visitor.at.markdown if "test digits" in each.value)


@pytest.mark.parametrize("kind", noise.kinds())
@pytest.mark.parametrize("model", ["simple", "denoising"])
def test_where_it_makes_things_worse_is_said_from_the_figures(visit, kind, model):
    visitor = visit(NOISE, noise=kind, model=model, **CHOICES)
    rows = FIGURES["scores"][kind]
    pairs = zip(LEVELS, rows[model]["mse"], rows[NOISY]["mse"], strict=True)
    worse = [f"{level:.1f}" for level, error, noisy in pairs if level and error > noisy]
    said = said_below(visitor)
    if not worse:
        assert "helps at every level" in said
    elif len(worse) == len(LEVELS) - 1:
        assert "worse at every level" in said
    else:
        assert f"makes it worse at {'; '.join(worse)}." in said
    trained = "clean digits alone" if model == "simple" else "on this noise, up to"
    if model == "denoising" and kind not in FIGURES["seen"][model]:
        trained = "never on this"
    assert trained in said


def test_new_noise_is_other_noise_for_the_same_digit(visit):
    visitor = visit(NOISE, noise="patch", **CHOICES)
    before = visitor.picture_table("strip")["pictures"]
    visitor.press(shared.NOISE_DRAW)
    after = visitor.picture_table("strip")["pictures"]
    np.testing.assert_array_equal(before[:, 0], after[:, 0])  # level 0
    assert (before[0, 4] != after[0, 4]).any()


def test_show_me_leads_to_a_network_that_makes_it_worse(visit):
    visitor = visit(NOISE, **CHOICES).press("first_step")
    assert visitor.link["noise"] == "masking"
    rows, at = FIGURES["scores"]["masking"], LEVELS.index(0.5)
    assert rows["simple"]["mse"][at] > rows[NOISY]["mse"][at]
    assert "Simple makes it worse at" in said_below(visitor)


def test_strip_curves_and_numbers_can_be_taken_away(visit):
    visitor = visit(NOISE, noise="erased", **CHOICES)
    assert visitor.files() == [
        "noise_strip.png", "noise_strip.pdf", "noise_curves.png", "noise_curves.pdf", "noise.csv",
    ]  # fmt: skip
    for stem in ("noise_strip", "noise_curves"):
        assert visitor.download(f"{stem}.png").startswith(b"\x89PNG")
        assert visitor.download(f"{stem}.pdf").startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO(visitor.download("noise.csv").decode())))
    assert len(rows) == len(noise.kinds()) * len(FIGURES["scores"]["blur"]) * len(LEVELS)
    for row in rows:
        found = FIGURES["scores"][row["noise"]][row["row"]]
        at = LEVELS.index(float(row["level"]))
        assert float(row["mse"]) == pytest.approx(found["mse"][at], rel=1e-5)
        assert float(row["ssim"]) == pytest.approx(found["ssim"][at], rel=1e-5)
