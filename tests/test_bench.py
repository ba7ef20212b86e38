import asyncio
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.bench import drawing, following, loading, report


def test_quantile_is_one_of_the_values():
    values = [5, 1, 4, 2, 3]
    assert [report.quantile(values, share) for share in (0.2, 0.5, 0.95, 1)] == [1, 3, 5, 5]
    assert report.quantile(range(1, 101), 0.95) == 95


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.000_012_3, "0.012"), (0.00456, "4.56"), (0.0789, "78.9"), (1.5, "1500")],
)
def test_milliseconds_have_about_three_figures(seconds, text):
    assert report.milliseconds(seconds) == text


# ---------------------------------------------------------------- drawing visitors


class Deaf:
    """A visitor whose app answers, and has taken nothing of what it was told."""

    came, received, link = frozenset({"chain"}), 1000, {"ink": "1gD_pr_", "level": "0.5"}

    async def tell(self, _component, _state):
        return 0.01

    move = tell


@pytest.mark.parametrize("act", drawing.ACTS.values(), ids=drawing.ACTS)
def test_a_run_that_took_nothing_does_not_count(act):
    pupil = drawing.Pupil(Deaf(), random.Random(0))
    # In a thread: the browser tests of this process may have left a running loop in this one.
    with ThreadPoolExecutor() as pool, pytest.raises(RuntimeError, match="did not take"):
        pool.submit(asyncio.run, act(pupil)).result()


def test_the_path_of_a_pen_is_fabrics():
    places = np.array([[10.0, 20.0], [30.0, 20.0], [30.0, 60.0]])
    assert drawing.path(places) == [
        ["M", 10, 20], ["Q", 10, 20, 20, 20], ["Q", 30, 20, 30, 40], ["L", 30, 60],
    ]  # fmt: skip


def test_a_lesson_in_figures():
    runs = [(0.010, 2000), (0.030, 4000), (0.020, 3000)]
    lesson = drawing.Lesson(runs, processor=0.09, wall=3.0)
    assert lesson.figures() == pytest.approx([0.020, 0.030, 0.03, 3.0, 0.03])


# ---------------------------------------------------------------- pictures that follow a hand


def followed() -> following.Seen:
    """Two bursts of moves, each heard of at once; the selected picture (0) and two others."""
    moves = [0, 10, 20, 30, 1000, 1010, 1020]
    frames = [5, 15, 25, 35, 60, 1005, 1015, 1025, 1045]
    changes = [(1, 0), (2, 0), (2, 1), (3, 2), (4, 0), (6, 0), (6, 1), (6, 2), (8, 0)]
    return following.Seen(frames, changes, [(move, move + 1) for move in moves], own=1.0)


def test_pictures_are_counted_while_the_hand_moves():
    seen = followed()
    assert seen.times(0) == [15, 25, 60, 1015]  # not the one that came when it had stopped
    assert seen.sets(3) == 2  # 1 and 2 have both changed after 35 ms, and again after 1,015
    assert seen.heard() == [5, 15, 25, 35, 1005, 1015, 1025]
    assert seen.span() == 1.02


def test_delays_are_from_the_first_move_and_from_the_last():
    firsts, lasts = followed().delays()
    assert firsts == [15, 15]
    assert lasts == [30, 25]
    assert followed().delays(picture=2) == ([35, 15], [5])  # the last moves did not change it


def test_the_slowest_picture_and_the_longest_gap_are_told():
    cells = following.Followed([followed()], [followed()], pictures=3).row()
    table = dict(zip(following.COLUMNS, cells, strict=True))
    assert table["selected, a second"] == "3.9"
    assert table["slowest of 7"] == "2.0"
    assert table["all 7"] == "2.0"
    assert table["between them, ms"] == "970, 970"
    assert table["first move → new picture, ms"] == "15, 15 (2)"


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("/draw", "Streamlit"),
        ("/static/media/SourceSans.woff2", "Streamlit"),
        ("/media/0123.bin", "networks"),
        ("/_stcore/bidi-components/canvas/index.js", "the canvas"),
    ],
)
def test_a_file_is_somebodys(path, whose):
    assert loading.kind(f"http://127.0.0.1:8501{path}?x=/media/") == whose
