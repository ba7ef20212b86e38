"""What a visitor draws: used, kept, in the link, and refused where it is no digit."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitor import PAGES, SHARED, STROKES, digit_of, ink_of, translated

from ae_core import data, strokes
from pages.ui import shared, text
from pages.ui.components import drawing_tools
from pages.ui.inputs import canvas, digit

DRAW, LATENT = "pages/draw.py", "pages/latent.py"
SEVEN = digit_of("seven")
FIRST = digit.first_example().image
SENTENCES = {"dot": "dot", "scribble": "scribble", "full": "scribble"}
WITH_CANVAS = [DRAW, LATENT, "pages/beta.py", "pages/dimensions.py", "pages/handwriting.py",
               "pages/units.py"]  # fmt: skip
# Not those that show it only later: among other pictures, or while a network learns.
LATER = ("pages/strangers.py", "pages/training.py")
WITH_DIGIT = [page for page in PAGES if "ink" in SHARED[page] and page not in LATER]


def drawn(visitor) -> np.ndarray | None:
    state = visitor.at.session_state
    kept = state["digits"].get("draw") if "digits" in state else None
    return None if kept is None else kept.image


def ink(visitor) -> tuple:
    return visitor.at.session_state["sheet"].ink


@pytest.mark.parametrize("page", WITH_CANVAS)
def test_a_drawing_is_used_and_travels_in_the_link(visit, page):
    visitor = visit(page)
    assert not visitor.tools()["drawn"]
    before = visitor.images()
    visitor.draw("seven")
    assert visitor.tools()["drawn"]
    assert np.array_equal(drawn(visitor), SEVEN)
    assert visitor.images() != before
    assert visitor.link["ink"] == strokes.pack(ink_of("seven"))


@pytest.mark.parametrize("page", WITH_DIGIT)
def test_a_link_brings_the_same_picture_to_another_browser(visit, page):
    here = visit(DRAW).draw("seven").go(page)
    there = visit(page, **here.link)
    assert there.images() == here.images()
    assert there.images() != visit(page).images()
    assert there.link == here.link


def test_the_strokes_stand_on_the_canvas_and_can_be_undone_one_by_one(visit):
    visitor = visit(DRAW, ink=strokes.pack(ink_of("seven", "one")))
    paths = [thing["path"] for thing in visitor.canvas()["objects"]]
    assert [path[0][0] for path in paths] == ["M", "M"]
    assert {step[0] for path in paths for step in path[1:]} == {"L"}
    x, y = paths[0][0][1:]
    assert (x / canvas.SIDE, y / canvas.SIDE) == pytest.approx(STROKES["seven"][0], abs=0.002)
    visitor.press_tools("undo")
    assert np.array_equal(drawn(visitor), SEVEN)
    assert len(visitor.canvas()["objects"]) == 1
    visitor.press_tools("undo")
    assert "ink" not in visitor.link
    assert visitor.canvas()["objects"] == []
    assert visitor.tools()["can"] == ["redo"]
    visitor.press_tools("redo", "redo", "redo")
    assert ink(visitor) == ink_of("seven", "one")


def test_what_the_canvas_was_told_comes_back_as_it_is(visit):
    """The canvas answers with what it was told to show: that must be no new drawing."""
    visitor = visit(DRAW, ink=strokes.pack(ink_of("seven", "dot")))
    told = visitor.canvas()
    visitor.send("canvas", "drawing", {"raw": told, "data": None})
    assert ink(visitor) == ink_of("seven", "dot")
    assert visitor.canvas() == told
    assert visitor.tools()["can"] == ["undo", "clear"]


@pytest.mark.parametrize("there", [PAGES[0], LATENT])
def test_the_drawing_is_there_on_the_other_pages_and_back(visit, there):
    visitor = visit(DRAW).draw("seven")
    first_step = visitor.step(1)
    shown = visitor.go(there).images()
    assert shown != visit(there).images()  # a newcomer sees an example there
    assert (visitor.go(DRAW).step(1) == first_step).all()
    assert len(visitor.canvas()["objects"]) == 1
    assert visitor.go(there).images() == shown


def test_the_canvas_is_told_nothing_while_the_hand_draws(visit):
    """Told anew, it would draw all strokes again, and one that is just begun would be lost."""
    visitor = visit(DRAW)
    told = visitor.canvas()
    visitor.draw("seven")
    visitor.draw("seven", "one").choose("slider", shared.LEVEL, 0.5)
    visitor.run()
    assert visitor.canvas() == told


@given(st.lists(st.sampled_from(["seven", "one", "undo", "redo", "clear"]), max_size=30))
def test_the_buttons_are_right_in_every_order(doing):
    """Oracle: all states there ever were, in a list, and where in it one is."""
    sheet, states, at = canvas.Sheet(), [()], 0
    for what in doing:
        if what in STROKES:
            states, at = [*states[: at + 1], (*states[at], *ink_of(what))], at + 1
            sheet.add(states[at])
        elif what == "clear":
            if states[at]:
                states, at = [*states[: at + 1], ()], at + 1
            sheet.press("clear")
        else:
            at = max(at - 1, 0) if what == "undo" else min(at + 1, len(states) - 1)
            sheet.press(what)
        assert sheet.ink == states[at]
        able = {"undo": at > 0, "redo": at < len(states) - 1, "clear": bool(states[at])}
        assert sheet.can() == tuple(name for name in able if able[name])


def test_undo_does_not_go_back_for_ever():
    sheet = canvas.Sheet()
    for number in range(300):
        sheet.add((((number, 0),),))
    assert len(sheet.past) == canvas.MOST_STATES


def test_no_press_is_lost_and_none_counts_twice():
    answered = (0.0, 0)
    told = {"window": 0.5, "count": 3, "last": ["undo", "redo", "clear"]}
    pressed, answered = drawing_tools.new_presses(told, answered)
    assert pressed == ["undo", "redo", "clear"]
    assert drawing_tools.new_presses(told, answered) == ([], answered)
    told = {"window": 0.5, "count": 5, "last": ["undo", "redo", "clear", "undo", "undo"]}
    assert drawing_tools.new_presses(told, answered) == (["undo", "undo"], (0.5, 5))
    told = {"window": 0.25, "count": 1, "last": ["clear"]}  # another window
    assert drawing_tools.new_presses(told, answered) == (["clear"], (0.25, 1))


@pytest.mark.parametrize(
    "told",
    [None, 1, [], {}, {"window": 0.5}, {"window": "x", "count": 1, "last": ["undo"]},
     {"window": 0.5, "count": "1", "last": ["undo"]}, {"window": 0.5, "count": 1, "last": "undo"},
     {"window": 0.5, "count": -7, "last": ["undo"]},
     {"window": 0.5, "count": 1, "last": [{"undo": 1}]}],
    ids=str,
)  # fmt: skip
def test_nonsense_from_the_buttons_presses_nothing(told):
    assert drawing_tools.new_presses(told, (0.0, 0))[0] == []


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("stroke", SENTENCES)
def test_no_digit_gives_a_sentence_and_keeps_the_last_good_one(visit, stroke, language):
    visitor = visit(DRAW, lang=language).draw("seven")
    good = visitor.step(1)
    visitor.draw(stroke)
    assert visitor.warnings == [translated(digit.PROBLEMS[SENTENCES[stroke]], language)]
    assert (visitor.step(1) == good).all()
    visitor.draw("one")
    assert visitor.warnings == []
    assert not (visitor.step(1) == good).all()


@pytest.mark.parametrize("stroke", SENTENCES)
def test_no_digit_as_the_first_drawing_leaves_the_example(visit, stroke):
    visitor = visit(DRAW)
    example = visitor.step(1)
    visitor.draw(stroke)
    assert visitor.warnings == [digit.PROBLEMS[SENTENCES[stroke]]]
    assert (visitor.step(1) == example).all()


def test_a_cleared_canvas_goes_back_to_the_example(visit):
    visitor = visit(DRAW)
    example = visitor.step(1)
    visitor.draw("seven").press_tools("clear")
    assert visitor.warnings == []
    assert drawn(visitor) is None
    assert (visitor.step(1) == example).all()
    visitor.press_tools("undo")
    assert np.array_equal(drawn(visitor), SEVEN)


BROKEN = ("2AAA", "nonsense", "1" + 2000 * "A", "")


@pytest.mark.parametrize(
    ("page", "value", "language"),
    [
        *((page, BROKEN[0], "en") for page in WITH_DIGIT),
        *((DRAW, value, language) for value in BROKEN[1:] for language in text.LANGUAGES),
    ],
)
def test_a_broken_drawing_in_a_link_is_dropped_with_a_sentence(visit, page, value, language):
    visitor = visit(page, ink=value, lang=language)
    assert visitor.warnings == [translated(digit.PROBLEMS["damaged_link"], language)]
    assert "ink" not in visitor.link
    assert visitor.images() == visit(page, lang=language).images()


def test_the_sentence_goes_with_the_next_drawing(visit):
    visitor = visit(DRAW, ink="nonsense").draw("seven")
    assert visitor.warnings == []
    assert np.array_equal(drawn(visitor), SEVEN)


def test_a_full_sheet_takes_no_further_stroke(visit):
    visitor = visit(DRAW).draw(*["seven"] * 200)  # 3 points and a separator: 10 characters each
    before = ink(visitor)
    assert len(before) == 200
    visitor.draw(*["seven"] * 201)
    assert visitor.warnings[0] == digit.PROBLEMS["too_long"]
    assert ink(visitor) == before
    assert len(visitor.canvas()["objects"]) == 200  # the stroke that was left out goes
    visitor.press_tools("clear")
    assert visitor.warnings == []


@pytest.mark.parametrize(
    "objects",
    [None, 1, {}, [1], [{}], [{"path": 1}], [{"path": []}], [{"path": [["M"]]}],
     [{"path": [["M", "a", "b"]]}], [{"path": [["M", 1, float("inf")]]}], [{"path": {"a": 1}}],
     [{"path": [["M", 1, 2], ["L", 1]]}], [{"path": [["M", [1], [2]]]}]],
    ids=str,
)  # fmt: skip
def test_nonsense_from_the_canvas_changes_nothing(visit, objects):
    visitor = visit(DRAW).draw("seven")
    visitor.send("canvas", "drawing", {"raw": {"objects": objects}, "data": None})
    assert ink(visitor)[:1] == ink_of("seven")
    assert np.array_equal(drawn(visitor), SEVEN)


def test_as_many_strokes_as_nobody_draws_are_left_out(visit):
    visitor = visit(DRAW).draw("seven")
    visitor.send("canvas", "drawing", {"raw": {"objects": [{}] * 5000}, "data": None})
    assert visitor.warnings == [digit.PROBLEMS["too_long"]]
    assert ink(visitor) == ink_of("seven")


def test_a_hand_that_never_rests_is_a_stroke(visit):
    x = np.random.default_rng(0).uniform(0, canvas.SIDE, (50_000, 2))
    path = [["M", *x[0]], *(["Q", *a, *b] for a, b in pairwise(x.tolist())), ["L", *x[-1]]]
    visitor = visit(DRAW)
    visitor.send("canvas", "drawing", {"raw": {"objects": [{"path": path}]}, "data": None})
    assert len(ink(visitor)[0]) <= strokes.MOST_POINTS


def test_each_origin_keeps_its_own_digit(visit):
    visitor = visit(DRAW).draw("seven")
    seven = visitor.step(1)
    visitor.choose("segmented_control", shared.INPUT, "sample")
    assert not (visitor.step(1) == seven).all()
    visitor.go(PAGES[0]).go(DRAW)
    visitor.choose("segmented_control", shared.INPUT, "draw")
    assert (visitor.step(1) == seven).all()
    assert len(visitor.canvas()["objects"]) == 1


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
    example = other.step(1)
    one.draw("one")
    assert (other.run().step(1) == example).all()
    assert drawn(other) is None


def test_the_newcomers_example_is_a_shipped_one():
    assert np.array_equal(FIRST, data.samples().images[7 * 20 + 20 - 1])
