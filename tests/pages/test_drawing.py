"""What a visitor draws: used, kept, and refused with a sentence where it is no digit."""

import json

import numpy as np
import pytest
from visitor import PAGES, STROKES, drawing, picture_of, png, translated

from ae_core import data, preprocess
from pages.ui import shared, text
from pages.ui.inputs import canvas, digit

DRAW, LATENT = "pages/draw.py", "pages/latent.py"
SEVEN = preprocess.to_mnist(preprocess.open_upload(png(picture_of(STROKES["seven"]))))
FIRST = digit.first_example().image
SENTENCES = {"dot": "dot", "scribble": "scribble", "full": "scribble", "black": "blank"}
HINTS = {True: "Your drawing", False: "Draw a digit here. Until then: an example."}


def drawn(visitor) -> np.ndarray | None:
    kept = visitor.at.session_state.get("digits", {}).get("draw")
    return None if kept is None else kept.image


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("page", [DRAW, LATENT])
def test_a_drawing_is_used_and_the_hint_says_so(visit, page, language):
    visitor = visit(page, lang=language)
    captions = [caption.value for caption in visitor.at.caption]
    assert translated(HINTS[False], language) in captions
    before = visitor.images()
    visitor.draw("seven")
    captions = [caption.value for caption in visitor.at.caption]
    assert translated(HINTS[True], language) in captions
    assert translated(HINTS[False], language) not in captions
    assert np.array_equal(drawn(visitor), SEVEN)
    assert visitor.images() != before


@pytest.mark.parametrize("there", [PAGES[0], LATENT])
def test_the_drawing_is_there_on_the_other_pages_and_back(visit, there):
    visitor = visit(DRAW).draw("seven")
    first_step = visitor.step(1)
    assert np.array_equal(drawn(visitor.go(there)), SEVEN)
    shown = visitor.images()
    assert shown != visit(there).images()  # a newcomer sees a sample there
    assert (visitor.go(DRAW).step(1) == first_step).all()
    assert visitor.go(there).images() == shown


def test_the_strokes_are_put_back_on_the_canvas_of_the_next_page(visit):
    visitor = visit(DRAW).draw("seven")
    strokes = json.loads(json.dumps(drawing("seven")["drawing"]["raw"]["objects"]))
    assert visitor.at.session_state[canvas.NOW] == strokes
    visitor.go(LATENT)
    assert visitor.at.session_state[canvas.START]["objects"] == strokes
    assert visitor.at.session_state[canvas.NOW] == strokes


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("strokes", SENTENCES)
def test_no_digit_gives_a_sentence_and_keeps_the_last_good_one(visit, strokes, language):
    visitor = visit(DRAW, lang=language).draw("seven")
    good = visitor.step(1)
    visitor.draw(strokes)
    assert visitor.warnings == [translated(digit.PROBLEMS[SENTENCES[strokes]], language)]
    assert (visitor.step(1) == good).all()
    visitor.draw("one")
    assert visitor.warnings == []
    assert not (visitor.step(1) == good).all()


@pytest.mark.parametrize("strokes", SENTENCES)
def test_no_digit_as_the_first_drawing_leaves_the_sample(visit, strokes):
    visitor = visit(DRAW)
    sample = visitor.step(1)
    visitor.draw(strokes)
    assert visitor.warnings == [digit.PROBLEMS[SENTENCES[strokes]]]
    assert (visitor.step(1) == sample).all()


def test_a_cleared_canvas_goes_back_to_the_sample(visit):
    visitor = visit(DRAW)
    sample = visitor.step(1)
    visitor.draw("seven").draw("nothing")
    assert visitor.warnings == []
    assert drawn(visitor) is None
    assert (visitor.step(1) == sample).all()


def test_each_origin_keeps_its_own_digit(visit):
    visitor = visit(DRAW).draw("seven")
    seven = visitor.step(1)
    visitor.choose("segmented_control", shared.INPUT, "sample")
    assert not (visitor.step(1) == seven).all()
    visitor.go(PAGES[0]).go(DRAW)
    visitor.choose("segmented_control", shared.INPUT, "draw")
    assert (visitor.step(1) == seven).all()


@pytest.mark.parametrize("link", [{"digit": "4", "example": "12"}, {"example": "3"}, {}], ids=str)
@pytest.mark.parametrize("way", [[LATENT, DRAW], [PAGES[0], LATENT], [LATENT, PAGES[0], DRAW]])
def test_the_chosen_sample_goes_along(visit, link, way):
    visitor = visit(DRAW, input="sample", **link)
    chosen = int(link.get("digit", 7)), int(link.get("example", 20))
    for page in way:
        visitor.go(page)
        assert np.array_equal(
            visitor.at.session_state["digits"]["sample"].image, digit.example(*chosen).image
        )
    values = {w.key: str(w.value) for w in (*visitor.at.segmented_control, *visitor.at.slider)}
    shown = [values[p.key] for p in (shared.INPUT, shared.DIGIT, shared.EXAMPLE)]
    assert shown == ["sample", *map(str, chosen)]


def test_two_visitors_do_not_see_each_others_drawings(visit):
    one, other = visit(DRAW), visit(DRAW)
    sample = other.step(1)
    one.draw("one")
    assert (other.run().step(1) == sample).all()
    assert drawn(other) is None


def test_the_newcomers_example_is_a_shipped_one():
    assert np.array_equal(FIRST, data.samples().images[7 * 20 + 20 - 1])
