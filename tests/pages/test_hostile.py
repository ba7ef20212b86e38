"""What a stranger sends in the place of a component: dropped in one line, and the page goes on."""

import json
import logging

import pytest
from visitor import PARAMETERS, VIEWS, key_of

# (page, component, event, what a hand may send there)
EVENTS = [
    ("pages/home.py", "families", "picked", "no such family"),
    ("pages/home.py", "lobby", "picked", "no such page"),
    ("pages/draw.py", "board", "picked", "deep"),
    ("pages/draw.py", "files", "wanted", {"name": "autoencoders.csv", "ask": 1}),
    ("pages/latent.py", "plane", "point", [1, -1]),
    ("pages/latent.py", "plane", "layers", ["map"]),
    ("pages/latent.py", "plane", "walk", {"path": [[0, 0], [1, 1]]}),
    ("pages/latent.py", "your_picture", "picked", "7"),
    ("pages/walk.py", "plane", "walk", {"end": 1, "at": [1, 1]}),
    ("pages/walk.py", "plane", "layers", ["map"]),
    ("pages/walk.py", "film", "at", 3),
    ("pages/timelapse.py", "player", "epoch", 3),
    ("pages/walk.py draw", "plane", "walk", {"path": [[0, 0], [1, 1]]}),
    ("pages/walk.py draw", "plane", "point", [1, 1]),
    ("pages/holes.py", "plane_plain_2d", "point", [1, 1]),
    ("pages/holes.py", "plane_beta_1", "layers", ["map"]),
    ("pages/beta.py", "plane", "point", [1, 1]),
    ("pages/beta.py", "plane", "layers", ["map"]),
    ("pages/beta.py", "rebuilt", "picked", "8"),
    ("pages/beta.py", "files", "wanted", {"name": "rate_distortion.csv", "ask": 1}),
    ("pages/dimensions.py", "sliders", "code", [1] * 16),
    ("pages/units.py", "units", "chosen", {"unit": 5, "settings": [[5, 0]]}),
    ("pages/handwriting.py", "plane", "point", [1, 1]),
    ("pages/handwriting.py", "plane", "layers", ["map"]),
    ("pages/handwriting.py", "plane", "label", 3),
    ("pages/handwriting.py", "tries", "picked", "3"),
    ("pages/bottleneck.py", "rebuilt", "picked", "64"),
    ("pages/planes.py", "plane_pca", "point", [1, 1]),
    ("pages/planes.py", "plane_plain_2d", "layers", ["map"]),
    ("pages/planes.py", "plane_variational", "point", [1, 1]),
    ("pages/strangers.py", "gallery", "picked", "deep"),
    ("pages/strangers.py", "passing", "picked", "blank_black"),
]  # fmt: skip


def nested(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


HUGE = 10**400
HOSTILE = [
    None, True, False, 0, -1, 3.5, float("nan"), float("inf"), HUGE, -HUGE, 1e308,
    "", "03", "٣", " 3", "3\n", "x" * 10_000, "\x00\ud800", "map moon", "<script>",
    [], [None], [True, False], ["0", "0"], [0], [0, 0, 0], [0] * 1000, [float("nan"), 0], [HUGE, 0],
    [1e308, -1e308], [[0, 0]], [[0, 0], [1]], [{}], ["map", ["map"]], ["map"] * 500, nested(500),
    {"unit": 129}, {"unit": [1]}, {"settings": nested(500)}, {"settings": [[1, HUGE]]},
    {"settings": [[1, 1], [1, 2]]}, {"unit": 1.5}, {"settings": {"1": 1}},
    [False] * 16, ["0"] * 16, [float("inf")] * 16, [HUGE] * 16, [0] * 15,
    {}, {"": 0}, {"at": 1}, {"end": True, "at": [0, 0]}, {"end": 0}, {"end": 0, "at": [HUGE, 0]},
    {"end": 0, "at": nested(500)}, {"end": 1, "at": ["1", "1"]}, {"end": 2, "at": [0, 0]},
    {"end": [], "at": [0, 0]}, {"end": "0", "at": [0, 0]}, {"path": None}, {"path": [[0, 0]]},
    {"path": [[0, 0], [0, 0]]}, {"path": [[0, 0], [HUGE, 0]]}, {"path": [["0", "0"], ["1", "٣"]]},
    {"path": [[0, 0], [float("nan"), 1]]}, {"path": [[0, 0], [1e38, 1e38]]},
    {"path": nested(500)}, {"path": [[[0, 0], [1, 1]]]}, {"path": {"0": 1}}, {"path": [{}, {}]},
    {"path": [[True, False], [False, True]]},
    {"name": "autoencoders.csv"}, {"name": [], "ask": 1}, {"name": "../app.py", "ask": 1},
    {"name": "autoencoders.csv", "ask": float("nan")}, {"name": "autoencoders.csv", "ask": HUGE},
    {"name": "autoencoders.csv", "ask": "1"}, {"name": {}, "ask": True},
]  # fmt: skip
# What is no JSON at all ends in Streamlit, before the app: in the sender's session alone.
TEXTS = ["null", "[]", "3", '"x"', "{}", '{"value": 3}', '[{"event": 3}]', "[[]]",
         '[{"event": "picked"}]', '{"value": {"point": [true, null]}}', "[null]"]  # fmt: skip


def opened(visit, where: str):
    page, _, way = where.partition(" ")
    return page, visit(page, **({"walk": "draw"} if way else VIEWS[page][0]))


def check_values(page: str, visitor) -> None:
    """Fail unless all values are such as the page's own controls could have made."""
    for name, parameter in PARAMETERS[page].items():
        value = visitor.known.values.get(parameter.key, parameter.default)
        if value not in (None, ()):  # neither a code of one's own nor a drawing: no text
            assert type(parameter.kind.take(value)) is type(value)
            assert parameter.kind.parse(parameter.kind.write(value)) == value, name


def lines(caplog) -> list[str]:
    """Return what the app has written to its log since the last time."""
    said = [record.getMessage() for record in caplog.records if record.name == "autoencoder_lab"]
    caplog.clear()
    return said


@pytest.mark.parametrize("trigger", [False, True], ids=["state", "trigger"])
@pytest.mark.parametrize(("where", "key", "event", "sound"), EVENTS)
def test_nothing_that_is_sent_stops_a_page(visit, caplog, where, key, event, sound, trigger):
    """`Visitor.run` fails on an exception, and on a page that runs again and again."""
    caplog.set_level(logging.INFO, "autoencoder_lab")
    page, visitor = opened(visit, where)
    lines(caplog)
    # All ways lead to the same `Kind.take`: every eighth value a way, and all of them together.
    for value in HOSTILE[(2 * EVENTS.index((where, key, event, sound)) + trigger) % 8 :: 8]:
        visitor.send(key, event, value, trigger)
        said = lines(caplog)
        assert len(said) <= 1, said
        assert all(len(line) < 300 for line in said)
        check_values(page, visitor)
    for told in TEXTS:
        visitor.send_text(key, None if trigger else told, told)
        assert len(lines(caplog)) <= 1
    visitor.send(key, event, sound, trigger)
    check_values(page, visitor)
    assert visitor.run().images()


def test_the_list_of_events_is_whole(visit):
    """Every component of ours that listens, on every page that has it, by its folder's name."""
    heard = {(where.split()[0], key) for where, key, _event, _sound in EVENTS}
    kinds = {"plane", "film", "player", "sliders", "units"}
    for page, views in VIEWS.items():
        for view in views:
            visitor = visit(page, **view)
            for kind in kinds:
                for proto in visitor.components(kind):
                    assert (page, key_of(proto.id)) in heard
            for proto in visitor.components("board"):
                clicked = any(picture.get("name") for picture in visitor.pictures())
                if clicked and b'"name"' in proto.bytes.partition(b"\n")[0]:
                    assert (page, key_of(proto.id)) in heard


@pytest.mark.parametrize("told", ["03", "٣", " 3", "3 ", 3, 3.0, [3], "10", "-1"])
@pytest.mark.parametrize("trigger", [False, True])
def test_a_class_that_is_nearly_one_does_not_keep_the_page_running(visit, told, trigger):
    visitor = visit("pages/handwriting.py", input="sample", digit="5")
    before = visitor.plane()["tail"]
    visitor.send("tries", "picked", told, trigger)
    assert visitor.plane()["tail"] == before
    assert visitor.runner.starts == 1
    assert "class" not in visitor.link


def test_a_click_on_the_home_page_that_says_nothing_known_leads_nowhere(visit):
    visitor = visit("pages/home.py")
    for value in HOSTILE:
        visitor.send("families", "picked", value, trigger=True)
        assert visitor.components("head") or visitor.known.claimed.keys() == {"lang", "input"}
        assert not visitor.code()  # which the draw page has


def test_a_boolean_is_no_place(visit):
    visitor = visit("pages/latent.py").send("plane", "point", [True, True])
    assert visitor.link == {}
    visitor = visit("pages/beta.py", beta="0").send("plane", "point", [True, True])
    assert visitor.link == {"beta": "0"}


def test_what_the_browser_is_answered_is_json(visit):
    def fail(constant):
        raise AssertionError(f"{constant} is no JSON")

    visitor = visit("pages/draw.py")
    for ask in (float("nan"), float("inf"), HUGE):
        visitor.send("files", "wanted", {"name": "autoencoders.csv", "ask": ask}, trigger=True)
        head = visitor.component("files").bytes.partition(b"\n")[0]
        assert json.loads(head, parse_constant=fail)["given"] is None


# ---------------------------------------------------------------- the canvas

PNG_OF_NOTHING = "data:image/png;base64,iVBORw0KGgo="
DRAWINGS = [
    *HOSTILE,
    *({"raw": value} for value in HOSTILE),
    *({"raw": {"objects": value}} for value in HOSTILE),
    *({"raw": {"objects": value}, "data": PNG_OF_NOTHING} for value in HOSTILE),
    *({"raw": {"objects": [{}]}, "data": value} for value in HOSTILE),
    *({"raw": {"objects": [{}]}, "data": text} for text in
      ("data:image/png;base64,", ";base64,####", "base64", PNG_OF_NOTHING, ";base64,;base64,")),
]  # fmt: skip


@pytest.mark.parametrize("part", range(8))
def test_nothing_that_is_sent_in_the_place_of_a_drawing_stops_the_page(visit, caplog, part):
    caplog.set_level(logging.INFO, "autoencoder_lab")
    visitor = visit("pages/draw.py")
    plain = visitor.step(1)
    for place, drawing in enumerate(DRAWINGS[part::8]):
        lines(caplog)
        fit = (None, True, {"a": []})[place % 3]
        visitor.send_text("canvas", json.dumps({"drawing": drawing, "backgroundFit": fit}), "")
        assert len(lines(caplog)) <= 1 + (fit is not None)  # a line for each that is dropped
        assert (visitor.step(1) == plain).all()
    visitor.draw("seven")
    assert not (visitor.step(1) == plain).all()
    visitor.press_tools("undo")
    visitor.go("pages/latent.py").go("pages/draw.py")
