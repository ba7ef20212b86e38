"""What the components' modules compute, in Node; `tests/e2e` has the rest, in a browser."""

from __future__ import annotations

import json

import numpy as np
import pytest
from javascript import COMPONENTS, base64, module, needs_node, run

from ae_core import compression
from ae_core.figures.pixels import CLASS_COLOURS

SCRIPTS = [path for path in sorted(COMPONENTS.rglob("*.js")) if path.name != "loader.js"]


# ---------------------------------------------------------------- what it computes


@needs_node
def test_a_message_is_a_line_and_what_follows():
    script = f"""
      const {{ read }} = {module("message")};
      const {{ head, body }} = read(bytes(given));
      return [head, Array.from(body)];
    """
    head = {"label": "não", "lines": "a\nb"}  # JSON writes the newline as \n
    packed = json.dumps(head, ensure_ascii=False).encode() + b"\n" + bytes([10, 0, 255])
    assert run(script, base64(packed)) == [head, [10, 0, 255]]


@needs_node
@pytest.mark.parametrize(
    ("pixels", "channels", "expected"),
    [
        ("Float32Array.of(0, 0.5, 1)", 1, [[0, 0, 0, 255], [128] * 3 + [255], [255] * 4]),
        ("Uint8Array.of(0, 7, 255)", 1, [[0, 0, 0, 255], [7, 7, 7, 255], [255] * 4]),
        ("Uint8Array.of(1, 2, 3, 4, 5, 6)", 3, [[1, 2, 3, 255], [4, 5, 6, 255]]),
        ("Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)", 4, [[1, 2, 3, 4], [5, 6, 7, 8]]),
    ],
)
def test_pictures_are_filled_pixel_by_pixel(pixels, channels, expected):
    script = f"""
      const {{ rgba }} = {module("pixels")};
      return Array.from(rgba({pixels}, {channels}));
    """
    assert np.reshape(run(script), (-1, 4)).tolist() == expected


@needs_node
def test_numbers_are_written_in_the_visitors_language_with_a_real_minus():
    script = f"const {{ number }} = {module('page')}; return given.map((g) => number(...g));"
    assert run(script, [[-1.5, "en"], [-1.5, "pt"], [2, "es", 0]]) == ["−1.50", "−1,50", "2"]


@needs_node
@pytest.mark.parametrize("bits", [1, 3, 8])
@pytest.mark.parametrize("kept", [None, 16])
def test_codes_are_quantised_as_in_python(bits, kept):
    path = (COMPONENTS / "quantised" / "quantise.js").as_uri()
    script = f"""
      const {{ quantised }} = await import("{path}");
      return given.codes.map((code) => [...quantised(code, given)]);
    """
    rng = np.random.default_rng(bits)
    low = rng.normal(size=40)
    high = low + rng.uniform(0, 3, 40) * (rng.random(40) > 0.1)  # some have but one value
    codes = rng.normal(0.5, 2, (20, 40)).astype(np.float32) * (rng.random((20, 40)) > 0.6)
    expected = compression.Quantiser(low, high, kept).quantised(codes, bits)
    given = {"low": low.tolist(), "high": high.tolist(), "bits": bits, "kept": kept}
    np.testing.assert_array_equal(run(script, given | {"codes": codes.tolist()}), expected)


# ---------------------------------------------------------------- what a hand does


@needs_node
def test_arrow_keys_are_steps():
    script = f"const {{ arrow }} = {module('input')}; return given.map(arrow);"
    keys = [
        {"key": "ArrowLeft"}, {"key": "ArrowUp"}, {"key": "ArrowRight", "shiftKey": True},
        {"key": "ArrowDown"}, {"key": "a"}, {"key": "Tab", "shiftKey": True},
    ]  # fmt: skip
    assert run(script, keys) == [[-0.05, 0], [0, 0.05], [0.25, 0], [0, -0.05], None, None]


# "s": this was sent; "t": the server says this. The answer: which of the latter are news.
ECHOES = {
    "the first is": ([("t", 1)], [True]),
    "said again": ([("t", 1), ("t", 1)], [True, False]),
    "said by the server": ([("t", 1), ("t", 2)], [True, True]),
    "an answer": ([("t", 1), ("s", 2), ("t", 2)], [True, False]),
    "late answers": (
        [("t", 1), ("s", 2), ("s", 3), ("t", 2), ("t", 3)],
        [True, False, False],
    ),
    "an answer left out": ([("t", 1), ("s", 2), ("s", 3), ("t", 3), ("t", 2)], [True, False, True]),
    "news before the answer": ([("t", 1), ("s", 2), ("t", 9), ("t", 2)], [True, True, True]),
    "sent what was known": ([("t", 1), ("s", 1), ("t", 2), ("t", 1)], [True, True, True]),
    "rounded": ([("t", [0, 0]), ("s", [1, 2.004]), ("t", [1, 2])], [True, False]),
    "rounded too much": ([("t", [0, 0]), ("s", [1, 2.04]), ("t", [1, 2])], [True, True]),
    "another shape": ([("t", {"a": [1, 2]}), ("s", {"a": [1]}), ("t", {"a": [1, 0]})], [True] * 2),
    "never answered": ([("t", 1), ("s", 2), ("wait", 0), ("t", 2)], [True, True]),
}


@needs_node
@pytest.mark.parametrize("case", ECHOES)
def test_an_answer_is_no_news(case):
    steps, expected = ECHOES[case]
    script = f"""
      const {{ Echo }} = {module("input")};
      const echo = new Echo();
      const news = [];
      let now = 0;
      for (const [what, value] of given) {{
        if (what === "wait") now += 11_000;
        else if (what === "s") echo.send(value, now);
        else news.push(echo.news(value, 0.01, now));
      }}
      return news;
    """
    assert run(script, steps) == expected


@needs_node
def test_what_waits_for_rest_comes_once_and_never_while_the_app_runs():
    script = f"""
      const {{ atRest }} = {module("input")};
      const dataset = {{ testScriptState: "running" }};
      globalThis.document = {{ querySelector: () => ({{ dataset }}) }};
      const wait = (ms) => new Promise((go) => setTimeout(go, ms));
      let came = 0;
      atRest(() => {{ came += 1; }});
      const stop = atRest(() => {{ came += 100; }});
      await wait(400);
      const running = came;
      dataset.testScriptState = "notRunning";
      stop();
      await wait(1000);
      return [running, came];
    """
    assert run(script) == [0, 1]


@needs_node
def test_what_comes_too_often_acts_at_once_and_after_the_last_call():
    script = f"""
      const {{ atMostEvery }} = {module("input")};
      const wait = (ms) => new Promise((go) => setTimeout(go, ms));
      let came = 0;
      const {{ soon }} = atMostEvery(200, () => {{ came += 1; }});
      soon();
      const atOnce = came;
      for (let i = 0; i < 9; i++) soon();
      const meanwhile = came;
      await wait(600);
      return [atOnce, meanwhile, came];
    """
    assert run(script) == [1, 1, 2]


@needs_node
def test_a_page_is_slow_where_its_frames_are_and_recovers_later_than_it_fell_behind():
    script = f"""
      const {{ Frames }} = {module("frames")};
      const frames = new Frames();
      const after = (gap) => {{
        for (let i = 0; i < 60; i++) frames.add(gap);
        return frames.slow;
      }};
      return [16.7, 24, 40, 24, 16.7, 24].map(after);
    """
    assert run(script) == [False, False, True, True, False, False]


@needs_node
def test_one_long_frame_makes_no_page_slow():
    script = f"""
      const {{ Frames }} = {module("frames")};
      const frames = new Frames();
      frames.add(80);
      return frames.slow;
    """
    assert run(script) is False


@needs_node
def test_who_listens_hears_until_they_stop():
    script = f"""
      const {{ filmPlace }} = {module("lab")};
      const heard = [];
      const stop = filmPlace.listen((place) => heard.push(place));
      filmPlace.tell(0.5);
      stop();
      filmPlace.tell(1);
      return [heard, filmPlace.value, Object.keys(globalThis.autoencoderLab).includes("planes")];
    """
    assert run(script) == [[0.5], 1, True]


# ---------------------------------------------------------------- what a plane shows


def of_plane(name: str) -> str:
    return f'await import("{(COMPONENTS / "latent_plane" / f"{name}.js").as_uri()}")'


@needs_node
def test_names_of_classes_give_way_to_each_other_and_stay_on_the_plane():
    rng = np.random.default_rng(4)
    boxes = [
        {"x": float(x), "y": float(y), "width": width, "height": 18}
        for (x, y), width in zip(
            rng.uniform(-10, 410, (10, 2)), [60, 74, 20, 80, 50, 40, 90, 30, 66, 20], strict=True
        )
    ]
    boxes[1] |= {"x": boxes[0]["x"] + 1, "y": boxes[0]["y"]}  # one lies over the other
    boxes.append({"x": 200, "y": 200, "width": 26, "height": 26, "fixed": True})
    boxes[2] |= {"x": 201, "y": 199}  # and one where the point is at first
    script = f"const {{ apart }} = {of_plane('labels')}; return apart(given, 400);"
    places = run(script, boxes)
    assert places[-1] == [200, 200]
    for i, (a, here) in enumerate(zip(boxes, places, strict=True)):
        assert a["width"] / 2 - 1e-6 <= here[0] <= 400 - a["width"] / 2 + 1e-6
        for b, there in zip(boxes[:i], places[:i], strict=True):
            across = (a["width"] + b["width"]) / 2 - abs(here[0] - there[0])
            down = (a["height"] + b["height"]) / 2 - abs(here[1] - there[1])
            assert min(across, down) < 1
    alone = [{"x": 300, "y": 50, "width": 40, "height": 18}]
    assert run(script, alone) == [[300, 50]]


@needs_node
def test_every_class_can_be_seen_on_every_ground():
    """As WCAG asks of what is no text, though points are a little see-through."""
    script = f"""
      const {{ channels, contrast, readable }} = {module("colours")};
      const over = (mark, ground, part) => mark.map((v, i) => part * v + (1 - part) * ground[i]);
      return given.grounds.map((ground) => given.colours.map((colour) => {{
        const [mark, below] = [channels(readable(colour, ground)), channels(ground)];
        return contrast(over(mark, below, 0.9), below);
      }}));
    """
    grounds = ["#fbfbfd", "#10131b", "rgb(16, 19, 27)"]
    found = np.array(run(script, {"grounds": grounds, "colours": CLASS_COLOURS}))
    assert found.shape == (3, 10)
    assert found.min() >= 3
    kept = run(f"const {{ readable }} = {module('colours')}; return readable('#832db6', '#fff');")
    assert kept == "rgb(131 45 182)"  # what can be seen already stays


@needs_node
def test_the_inset_digit_is_never_where_the_hand_is():
    script = f"""
      const {{ corner }} = {of_plane("corner")};
      let now = "top-right";
      return given.map(([x, y]) => (now = corner(x, y, now)));
    """
    rng = np.random.default_rng(1)
    steps = np.clip(np.cumsum(rng.normal(0, 0.06, (3000, 2)), 0) % 2 - 0.5, 0, 1)
    corners = run(script, steps.tolist())
    assert len(set(corners)) == 2
    side = 0.30 + 2 * 0.02  # of the plane, with its margin
    for (x, y), corner in zip(steps, corners, strict=True):
        inside_x = x > 1 - side if corner.endswith("right") else x < side
        inside_y = y > 1 - side if corner.startswith("bottom") else y < side
        assert not (inside_x and inside_y)
    assert run(script, [[0.9, 0.1], [0.5, 0.5], [0.9, 0.9], [0.1, 0.1]]) == [
        "top-left", "top-left", "top-left", "top-right",
    ]  # fmt: skip


@needs_node
def test_a_point_lies_in_the_middle_of_its_tile():
    script = (
        f"const {{ share }} = {of_plane('grid')}; return given.map((z) => share(z, [-2, 0, 2]));"
    )
    assert run(script, [-2, 0, 1, 9]) == pytest.approx([1 / 6, 0.5, 2 / 3, 5 / 6])


# ---------------------------------------------------------------- how it is put together


HISTORY = """
  const steps = [];
  const address = (to) => new URL(to ?? location.href, location.href);
  globalThis.location = new URL("https://lab.example/course/latent?z1=1");
  globalThis.history = {
    pushState: (state, _, to) => steps.push(["push", (location = address(to)).href]),
    replaceState: (state, _, to) => steps.push(["replace", (location = address(to)).href]),
  };
"""


@needs_node
def test_what_is_imported_exists():
    """A browser would say so only on the page that needs it."""
    imports = "".join(f'await import("{path.as_uri()}");' for path in SCRIPTS)
    assert run(f"{HISTORY} {imports} return true;")


@needs_node
def test_exploring_a_page_is_no_step_of_the_history():
    script = f"""
      {HISTORY}
      await import("{(COMPONENTS / "head.js").as_uri()}");
      for (const to of given) history.pushState(null, "", to);
      return steps;
    """
    moves = ["?z1=2", "/course/walk", "?at=3", "/course/walk?at=4", None, "/course/latent?z1=2"]
    here = "https://lab.example/course/"
    assert run(script, moves) == [
        ["replace", f"{here}latent?z1=2"],
        ["push", f"{here}walk"],
        ["replace", f"{here}walk?at=3"],
        ["replace", f"{here}walk?at=4"],
        ["replace", f"{here}walk?at=4"],
        ["push", f"{here}latent?z1=2"],
    ]
