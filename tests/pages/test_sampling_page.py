"""Sampled digits: the galleries and their numbers are those of the study's mixtures."""

import csv
import io
import json

import numpy as np
import pytest
from javascript import COMPONENTS, base64, needs_node, run
from PIL import Image

import ae_core
from ae_core import studies
from ae_core.experiments import sampling
from ae_core.figures import pixels

PAGE = "pages/sampling.py"
FIGURES = studies.read("sampling")
MIXTURES = sampling.mixtures(FIGURES)


def expected(name: str, temperature: float, sample: int) -> np.ndarray:
    codes = MIXTURES[name].draw(16, sample).codes(temperature)
    return pixels.to_bytes(ae_core.load(sampling.SOURCES[name]).decode(codes))


@pytest.mark.parametrize(("temperature", "sample"), [(1.0, 1), (0.35, 4), (0.0, 2), (1.5, 1)])
def test_each_gallery_shows_what_its_codes_decode_to(visit, temperature, sample):
    visitor = visit(PAGE, temperature=str(temperature), sample=str(sample))
    galleries = [row["pictures"] for row in visitor.rows() if row["pictures"]]
    for name, pictures in zip(sampling.SOURCES, galleries, strict=True):
        shown = np.stack([picture["pixels"] for picture in pictures])
        np.testing.assert_array_equal(shown, expected(name, temperature, sample))
        assert [picture["live"] for picture in pictures] == [f"{name} {i}" for i in range(16)]


def test_the_numbers_are_those_of_the_study_and_between_its_temperatures(visit):
    temperatures = FIGURES["temperatures"]
    for temperature in (1.0, 1.1):
        visitor = visit(PAGE, temperature=str(temperature))
        rows = [row["numbers"] for row in visitor.rows() if row["numbers"]]
        for name, row in zip(sampling.SOURCES, rows, strict=True):
            found = FIGURES["sources"][name]
            distance, classes, strange = (value for _, value, *_ in row)
            between = {k: np.interp(temperature, temperatures, v) for k, v in found.items()}
            assert distance == f"{between['distance']:.2f} ×"
            assert classes == f"{between['effective_classes']:.1f}"
            assert strange == (f"{between['strangeness']:.1f} ×" if name != "vae" else "–")


UNPACK = """
  const { unpack, codeOf, between } = await import(%s);
  const told = unpack(bytes(given.told));
  return {
    slider: told.slider, place: told.place,
    codes: told.groups.map((group) => Array.from({ length: group.shape[0] },
      (_, index) => Array.from(codeOf(group, index, given.place)))),
    numbers: told.groups.map(({ curves }) => Object.fromEntries(Object.entries(curves)
      .map(([name, { values }]) => [name, between(told.at, values, given.place)]))),
  };
"""


@needs_node
@pytest.mark.parametrize("place", [0.0, 0.6, 1.25, 1.5])
def test_the_browser_moves_codes_and_numbers_as_the_server_does(visit, place):
    (told,) = visit(PAGE, temperature="0.6", sample="3").components("decoded")
    file = json.dumps((COMPONENTS / "decoded" / "decoded.js").as_uri())
    found = run(UNPACK % file, {"told": base64(told.bytes), "place": place})
    assert (found["slider"], found["place"]) == ("sampling_temperature", 0.6)
    for name, codes, numbers in zip(MIXTURES, found["codes"], found["numbers"], strict=True):
        expected = MIXTURES[name].draw(16, 3).codes(place)
        np.testing.assert_allclose(codes, expected, atol=1e-4)
        for key, values in FIGURES["sources"][name].items():
            said = np.interp(place, FIGURES["temperatures"], values)
            assert numbers[key] == pytest.approx(said)


def test_new_samples_and_the_button_of_the_first_line(visit):
    visitor = visit(PAGE)
    visitor.press("sampling_sample")
    assert visitor.link == {"sample": "2"}
    visitor.press("first_step")
    assert visitor.link == {"sample": "2", "temperature": "1.5"}
    visitor.press("first_step")
    assert visitor.link == {"sample": "2"}


@pytest.mark.parametrize("link", [{"temperature": "nan"}, {"temperature": "2"}, {"sample": "x"}])
def test_nonsense_in_the_link_is_dropped(visit, link):
    shown = [row["pictures"] for row in visit(PAGE, **link).rows() if row["pictures"]]
    plain = [row["pictures"] for row in visit(PAGE).rows() if row["pictures"]]
    for one, other in zip(shown, plain, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a["pixels"], b["pixels"])


def test_the_figures_can_be_taken_away(visit):
    visitor = visit(PAGE)
    picture = Image.open(io.BytesIO(visitor.download("sampling.png")))
    assert picture.size == (1920, 1080)
    assert visitor.download("sampling.pdf").startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO(visitor.download("sampling.csv").decode())))
    assert len(rows) == 4 * len(FIGURES["temperatures"])
    for row in rows:
        place = FIGURES["temperatures"].index(float(row["temperature"]))
        found = FIGURES["sources"][row["source"]]
        assert float(row["distance"]) == pytest.approx(found["distance"][place], rel=1e-5)
        assert bool(row["strangeness"]) == ("strangeness" in found)
