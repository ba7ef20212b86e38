"""The walks: the films are those computed from ae_core, and every view is in the link."""

import io

import numpy as np
import pytest
from PIL import Image

import ae_core
from ae_core import data, metrics
from ae_core.experiments import walks
from ae_core.figures import films, pixels, slides
from ae_core.models import families
from pages.ui import cache
from pages.ui.components import film
from pages.ui.inputs import digit

WALK = "pages/walk.py"
SAMPLES = data.samples().images
MIDDLE = 15  # of 31 frames


def shown(visitor) -> dict:
    """Return the film as the browser gets it."""
    (proto,) = visitor.components("film")
    return film.unpack(proto.bytes)


def by_title(visitor, title: str) -> np.ndarray:
    told = shown(visitor)
    return told["frames"][told["titles"].index(title)]


def example(label: int, number: int) -> np.ndarray:
    return SAMPLES[label * data.SAMPLES_PER_CLASS + number - 1]


@pytest.mark.parametrize("name", ["simple", "convolutional", "denoising", "variational_16d"])
def test_a_family_walks_in_its_code(visit, name):
    ends = {"from": "3", "from_example": "2", "to": "8", "to_example": "5"}
    visitor = visit(WALK, methods=f"pixels {name}", **ends)
    ae, images = ae_core.load(name), np.stack([example(3, 2), example(8, 5)])
    a, b = ae.encode(images)
    title = families()[name].title
    assert shown(visitor)["titles"] == ["Pixels: cross-fade", title]
    frames = by_title(visitor, title)
    for index in (0, 7, MIDDLE, 30):
        share = np.float32(index / 30)
        expected = ae.decode(((1 - share) * a + share * b)[None])[0]
        np.testing.assert_allclose(frames[index] / 255, expected, atol=0.004)
    faded = by_title(visitor, "Pixels: cross-fade")
    np.testing.assert_array_equal(faded[[0, -1]], pixels.to_bytes(images))
    np.testing.assert_allclose(faded[MIDDLE] / 255, images.mean(axis=0), atol=0.004)


def test_the_plane_shows_the_way_that_the_vae_film_walks(visit):
    visitor = visit(WALK, **{"from": "0", "to": "point", "to_point": "1.2_-0.4"})
    ae = ae_core.load("variational")
    start = ae.encode(example(0, 20)[None])[0]
    way = visitor.plane()["walk"]
    assert way["draw"] is False
    np.testing.assert_allclose(way["path"], [start, (1.2, -0.4)], atol=0.001)
    middle = ae.decode((start + np.array([1.2, -0.4], np.float32))[None] / 2)[0]
    frames = by_title(visitor, "Variational (2-D)")
    np.testing.assert_allclose(frames[MIDDLE] / 255, middle, atol=0.005)
    # The others go to the picture that the point decodes to.
    picture = pixels.to_bytes(ae.decode(np.array([[1.2, -0.4]], np.float32)))[0]
    np.testing.assert_array_equal(by_title(visitor, "Pixels: cross-fade")[-1], picture)


def test_the_curves_are_the_judges_and_it_does_not_judge_itself(visit):
    told = shown(visit(WALK))
    judge = ae_core.load("variational_16d")

    def lost(images):
        return metrics.mse(images, judge.reconstruct(images)) / (images**2).mean(axis=(1, 2))

    assert told["titles"][-1] == "Variational (16-D)"
    assert [curve is None for curve in told["curves"]] == [*[False] * 5, True]
    for frames, curve in zip(told["frames"], told["curves"][:-1], strict=False):
        expected = lost(frames.astype(np.float32) / 255) / lost(SAMPLES).mean()
        np.testing.assert_allclose(curve, expected, rtol=0.05, atol=0.02)
    pixels, plane = told["curves"][0], told["curves"][3]
    assert pixels[MIDDLE] > 3 * plane[MIDDLE]  # what the page is there to show


def test_a_walk_starts_at_the_visitors_own_digit(visit):
    visitor = visit(WALK)
    start = by_title(visitor, "Pixels: cross-fade")[0]
    np.testing.assert_array_equal(start, pixels.to_bytes(digit.first_example().image))
    visitor.go("pages/draw.py").draw("one")
    visitor.go(WALK)
    drawing = visitor.at.session_state["digits"]["draw"].image
    start = by_title(visitor, "Pixels: cross-fade")[0]
    np.testing.assert_array_equal(start, pixels.to_bytes(drawing))


def test_a_drawn_path_is_walked_at_one_speed(visit):
    corners = [(-2, 0), (0, 1), (2, 0.5)]
    visitor = visit(WALK, walk="draw", path="-2_0_0_1_2_0.5")
    way = visitor.plane()["walk"]
    assert way["draw"] is True
    np.testing.assert_allclose(way["path"], corners)
    told, ae = shown(visitor), ae_core.load("variational")
    drawn, straight, faded = told["frames"] / 255
    places = walks.along(np.array(corners), len(drawn))
    np.testing.assert_allclose(drawn, ae.decode(places), atol=0.004)
    np.testing.assert_allclose(drawn[[0, -1]], straight[[0, -1]], atol=0.004)
    np.testing.assert_allclose(drawn[[0, -1]], faded[[0, -1]], atol=0.004)
    middle = ae.decode(np.array([(0, 0.25)], np.float32))[0]
    np.testing.assert_allclose(straight[len(straight) // 2], middle, atol=0.004)


def test_choices_are_written_to_the_link_and_the_link_brings_them_back(visit):
    visitor = visit(WALK)
    assert visitor.link == {}
    visitor.choose("selectbox", "walk_from", "4").choose("selectbox", "walk_to", "point")
    visitor.choose("pills", "walk_methods", ["pixels", "sparse"])
    link = {"from": "4", "to": "point", "methods": "pixels sparse"}
    assert visitor.link == link
    other = visit(WALK, **link)
    assert other.link == link
    assert (shown(other)["frames"] == shown(visitor)["frames"]).all()
    visitor.choose("segmented_control", "walk_walk", "draw")
    assert visitor.link["walk"] == "draw"
    visitor.choose("segmented_control", "walk_walk", "line")
    assert (shown(visitor)["frames"] == shown(other)["frames"]).all()  # and nothing was forgotten


def test_with_every_film_switched_off_the_page_says_so(visit):
    visitor = visit(WALK).choose("pills", "walk_methods", [])
    assert visitor.components("film") == []
    assert [info.value for info in visitor.at.info] == [
        "Every film is switched off. Switch one on below."
    ]
    assert visitor.link == {"methods": ""}
    assert visit(WALK, methods="").components("film") == []
    assert shown(visitor.choose("pills", "walk_methods", ["deep"]))["titles"] == ["Deep"]


@pytest.mark.parametrize("end", [0, 1])
def test_a_hand_that_moves_an_end_makes_it_a_point(visit, end):
    visitor = visit(WALK).send("plane", "walk", {"end": end, "at": [1.234, -9]})
    name = ("from", "to")[end]
    assert visitor.link == {name: "point", f"{name}_point": "1.23_-4"}
    np.testing.assert_allclose(visitor.plane()["walk"]["path"][end], [1.23, -4], atol=0.001)


def test_a_hand_that_draws_a_path_makes_it_the_walk(visit):
    visitor = visit(WALK, walk="draw").send("plane", "walk", {"path": [[0, 0], [1, 1], [2, 0]]})
    path = np.array(visitor.plane()["walk"]["path"])
    np.testing.assert_allclose(path[[0, -1]], [(0, 0), (2, 0)])
    assert visitor.link["walk"] == "draw"
    np.testing.assert_array_equal(shown(visit(WALK, **visitor.link))["frames"],
                                  shown(visitor)["frames"])  # fmt: skip


def test_where_the_film_comes_to_rest_is_in_the_link(visit):
    assert visit(WALK).send("film", "at", 20).link == {"at": "20"}


def test_the_place_of_the_film_and_the_layers_are_in_the_link(visit):
    visitor = visit(WALK, at="20", layers="tapestry")
    assert shown(visitor)["at"] == 20
    assert visitor.plane()["layers"] == ["tapestry"]
    assert visitor.run().link == {"at": "20", "layers": "tapestry"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("from", value) for value in ("", "10", "-1", "Mine", "x" * 3000)],
        *[("to_example", value) for value in ("", "0", "21", "nan", "x", "inf", "-inf", "1e400")],
        *[("to_point", v) for v in ("", "1", "nan_0", "inf_0", "9_9", "1_2_3_4", "1e999_0")],
        *[("path", v) for v in ("", "1_1", "1_1_2", "a_b_c_d", "nan_0_1_1", "0_0_" * 40)],
        *[("at", value) for value in ("", "-1", "101", "0.5", "²", "x")],
        *[("methods", value) for value in ("gan", "pixels gan", "conditional")],
        *[("layers", value) for value in ("moon", "mine", "<script>")],
        *[("walk", value) for value in ("", "run")],
    ],
)
def test_nonsense_in_the_link_is_passed_over(visit, key, value):
    mode = {"walk": "draw"} if key == "path" else {"to": "point"} if key == "to_point" else {}
    first = shown(visit(WALK, **mode))
    visitor = visit(WALK, **mode, **{key: value})
    told = shown(visitor)
    assert told["at"] == first["at"]
    np.testing.assert_array_equal(told["frames"], first["frames"])
    visitor.run()


@pytest.mark.parametrize("missing", ["deep", "variational_16d"])
def test_a_family_that_is_not_there_is_left_out(visit, monkeypatch, missing):
    usable = {name: ae for name, ae in cache.networks().usable.items() if name != missing}
    monkeypatch.setattr(cache, "networks", lambda dataset="mnist": cache.Networks(usable, {}))
    visitor = visit(WALK, at="40")
    told = shown(visitor)
    assert families()[missing].title not in told["titles"]
    assert len(told["titles"]) == 5
    assert all(curve is None for curve in told["curves"]) == (missing == "variational_16d")
    assert bool(told["words"]["note"]) == (missing != "variational_16d")


@pytest.mark.parametrize("mode", ["line", "draw"])
def test_downloads_are_what_is_on_the_screen(visit, mode, monkeypatch):
    visitor = visit(WALK, walk=mode)
    told = shown(visitor)
    animation = Image.open(io.BytesIO(visitor.download("walk.gif")))
    screens = films.beside(told["frames"], told["titles"])
    assert animation.n_frames == 2 * told["steps"] - 2  # there and back
    assert animation.info["duration"] * told["steps"] == pytest.approx(1000 * told["seconds"], 0.1)
    for index in (0, told["steps"] // 2, told["steps"] - 1):
        animation.seek(index)
        found = np.asarray(animation.convert("L")).astype(int)
        assert np.abs(found - screens[index]).max() <= 128 / (films.GREYS - 1) + 1  # fewer greys
    tables = []
    monkeypatch.setattr(slides, "table", lambda *given, **named: tables.append(given) or b"PNG")
    visitor.download("walk.png")
    ((strips, titles, *_),) = tables
    np.testing.assert_allclose(255 * strips, told["frames"][:, told["shown"]])
    assert titles == told["titles"]
