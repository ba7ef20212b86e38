"""While a browser computes the pictures by itself, the server leaves them to it."""

import json

import numpy as np
import pytest
from visitor import COMPARED, PAGES, digit_of

import ae_core
from ae_core import noise
from ae_core.autoencoder import Autoencoder
from ae_core.figures import pixels
from pages.ui import one_digit, shared
from pages.ui.components import reconstructions

HOME, DRAW = PAGES[0], "pages/draw.py"


@pytest.fixture
def computing(visit):
    """Open a page in a browser that computes: `computing(page, …)`."""

    def computing(page: str, **query: str):
        visitor = visit(page, **query)
        return visitor.send(reconstructions.KEY, "computing", True).run()

    return computing


@pytest.fixture
def idle(monkeypatch):
    """From the call on, no network runs on the server: `idle()`."""

    def refuse(*_arguments):
        raise AssertionError("a network ran on the server")

    def idle() -> None:
        monkeypatch.setattr(Autoencoder, "encode", refuse)
        monkeypatch.setattr(Autoencoder, "decode", refuse)

    return idle


def question(visitor) -> tuple[dict, np.ndarray]:
    """Return what the browser was told to compute: its head, and the field of noise."""
    head, _, body = visitor.component(reconstructions.KEY).bytes.partition(b"\n")
    return json.loads(head), np.frombuffer(body, "<f4").reshape(28, 28)


def hand(visitor) -> tuple[dict, np.ndarray]:
    """Return what the browser was told of the digit: the strokes, and the picture."""
    head, _, body = visitor.component("hand").bytes.partition(b"\n")
    return json.loads(head), np.frombuffer(body, "<f4").reshape(28, 28)


def test_a_browser_is_told_all_that_it_needs(visit):
    visitor = visit(DRAW, noise="salt_and_pepper", level="0.3", draw="4", model="deep")
    told, field = question(visitor)
    assert list(told["families"]) == COMPARED
    assert told["selected"] == "deep"
    assert (told["kind"], told["level"]) == ("salt_and_pepper", 0.3)
    np.testing.assert_array_equal(field, noise.field("salt_and_pepper", seed=4))
    assert told["computing"] is False
    assert all("pixels" in picture for picture in visitor.pictures())


@pytest.mark.parametrize("page", [HOME, DRAW])
def test_then_the_server_sends_no_pictures_but_their_places(computing, page):
    visitor = computing(page)
    pictures = visitor.pictures()
    assert pictures
    assert all(picture["pixels"] is None for picture in pictures)
    assert all(picture["live"] for picture in pictures)
    assert question(visitor)[0]["computing"] is True


@pytest.mark.parametrize("page", [HOME, DRAW])
def test_a_stroke_runs_the_canvas_alone_and_no_network(computing, idle, page):
    visitor = computing(page)
    before = visitor.component(reconstructions.KEY)
    idle()
    visitor.draw("seven")
    assert visitor.component(reconstructions.KEY) == before
    told, digit = hand(visitor)
    np.testing.assert_array_equal(digit, digit_of("seven"))
    assert (len(told["ink"]), told["heard"]) == (1, 1)
    assert "ink" in visitor.link


def test_a_level_runs_no_network(computing, idle):
    visitor = computing(DRAW)
    idle()
    visitor.choose("slider", shared.LEVEL, 0.6)
    assert question(visitor)[0]["level"] == 0.6
    assert visitor.link["level"] == "0.6"
    assert all(picture["pixels"] is None for picture in visitor.pictures())


@pytest.mark.parametrize("page", [HOME, DRAW])
def test_to_say_that_it_computes_runs_nothing_else(visit, idle, page):
    """A dialog that is open would be closed by a run of the page."""
    visitor = visit(page)
    idle()
    before = visitor.pictures()
    visitor.send(reconstructions.KEY, "computing", True)
    assert question(visitor)[0]["computing"] is True
    assert str(visitor.pictures()) == str(before)


def test_another_draw_of_the_noise_is_another_field(computing):
    visitor = computing(DRAW, level="0.4")
    before = question(visitor)[1]
    visitor.press(shared.NOISE_DRAW)
    after = question(visitor)[1]
    assert not np.array_equal(after, before)
    np.testing.assert_array_equal(after, noise.field("gaussian", seed=2))


def test_what_is_taken_away_is_of_the_digit_drawn_last(computing, visit):
    visitor = computing(DRAW)
    visitor.draw("seven")
    drawn = visitor.download("autoencoders.csv")
    assert drawn == visit(DRAW, ink=visitor.link["ink"]).download("autoencoders.csv")
    assert drawn != visit(DRAW).download("autoencoders.csv")


def test_the_other_pages_have_the_digit_drawn_last(computing):
    visitor = computing(DRAW)
    visitor.draw("seven")
    visitor.go("pages/latent.py")
    np.testing.assert_array_equal(hand(visitor)[1], digit_of("seven"))


@pytest.mark.parametrize("page", [HOME, DRAW])
def test_a_browser_that_gives_up_is_shown_the_servers_pictures(computing, visit, page):
    visitor = computing(page)
    visitor.draw("seven")
    visitor.send(reconstructions.KEY, "computing", False)
    expected = visit(page, ink=visitor.link["ink"])
    for shown, wanted in zip(visitor.pictures(), expected.pictures(), strict=True):
        np.testing.assert_array_equal(shown["pixels"], wanted["pixels"])
        assert shown.get("caption") == wanted.get("caption")
    assert visitor.numbers() == expected.numbers()


def test_what_a_browser_cannot_run_the_server_draws(computing, monkeypatch):
    monkeypatch.setattr(one_digit, "runs_in_browser", lambda ae: ae.name != "sparse")
    visitor = computing(DRAW, model="sparse", level="0.3")
    told, _ = question(visitor)
    assert "sparse" not in told["families"]
    assert list(told["others"]) == ["sparse"]
    drawn = {p["live"] for p in visitor.pictures() if p["pixels"] is not None}
    assert drawn == {"code", "rebuilt", "error", "rebuilt sparse"}
    assert "…" not in visitor.metric("MSE")
    visitor.draw("seven")
    (shown,) = (p["pixels"] for p in visitor.pictures() if p["live"] == "rebuilt sparse")
    noisy = noise.add(digit_of("seven"), "gaussian", 0.3, seed=1)
    rebuilt = ae_core.load("sparse").reconstruct(noisy[None])[0]
    np.testing.assert_array_equal(shown, pixels.to_bytes(rebuilt))


@pytest.mark.parametrize("stroke", ["dot", "scribble"])
def test_a_drawing_that_is_no_digit_leaves_the_last_one(computing, stroke):
    visitor = computing(DRAW)
    visitor.draw("seven")
    visitor.draw(stroke)
    np.testing.assert_array_equal(hand(visitor)[1], digit_of("seven"))
    assert visitor.warnings


def test_a_stroke_too_many_for_the_link_is_answered_as_well(computing):
    visitor = computing(DRAW)
    visitor.draw(*["full"] * 40)
    told, _ = hand(visitor)
    assert told["heard"] == 40
    assert visitor.warnings
