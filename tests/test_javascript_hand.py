"""What follows the hand in the browser: the pen, whose turn it is, and the workers, in Node."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

import ae_core
from ae_core import metrics, noise
from ae_core.figures import pixels
from pages.ui import cache
from pages.ui.components import networks
from tests.javascript import base64, module, needs_node, run

NAMES = ["simple", "sparse", "deep", "slow"]


# ---------------------------------------------------------------- whose turn it is


@needs_node
def test_all_answer_the_last_question_and_the_first_one_answers_every_other_time():
    """Questions come faster than all can answer: 40 of them, one after each answer."""
    log = run(
        f"""
        const {{ Turns }} = {module("turns")};
        const turns = new Turns();
        const log = [];
        let turn = 0;
        const ask = () => turns.ask(++turn, given, ["deep"]);
        ask();
        for (let name; (name = turns.next()); ) {{
          turns.done(name);
          log.push([turn, name]);
          if (turn < 40) ask();
        }}
        return log;
        """,
        NAMES,
    )
    under_way = [name for turn, name in log if turn < 40]
    assert under_way.count("deep") >= len(under_way) // 2
    for name in NAMES:  # the others in turn: none waits for more than all of them
        places = [place for place, other in enumerate(under_way) if other == name]
        gaps = [b - a for a, b in zip([-1, *places], [*places, len(under_way)], strict=True)]
        assert max(gaps) <= 2 * (len(NAMES) - 1)
    assert sorted(name for turn, name in log if turn == 40) == sorted(NAMES)


@needs_node
def test_networks_that_have_not_come_yet_are_passed_over():
    order = run(
        f"""
        const {{ Turns }} = {module("turns")};
        const turns = new Turns();
        turns.ask(1, given, ["deep"]);
        const order = [];
        for (const there of [["slow"], given]) {{
          for (let name; (name = turns.next((name) => there.includes(name))); ) {{
            turns.done(name);
            order.push(name);
          }}
        }}
        return order;
        """,
        NAMES,
    )
    assert order[:2] == ["slow", "deep"]
    assert sorted(order) == sorted(NAMES)


@needs_node
def test_between_two_questions_the_first_ones_answer_and_one_other_after_each():
    order = run(
        f"""
        const {{ Turns }} = {module("turns")};
        const turns = new Turns();
        const order = [];
        for (let turn = 1; turn <= 3; turn++) {{
          turns.ask(turn, given, ["deep", "sparse"]);
          const answered = [];
          while (turns.due()) {{
            answered.push(turns.next());
            turns.done(answered.at(-1));
          }}
          order.push(answered);
        }}
        return order;
        """,
        [*NAMES, "slower"],
    )
    for answered in order:
        assert set(answered[::2]) == {"deep", "sparse"}
    others = [name for answered in order for name in answered[1::2]]
    assert others == ["simple", "slow", "slower", "simple", "slow", "slower"]


# ---------------------------------------------------------------- the pen


def after(script: str) -> dict[str, object]:
    """Return what a pen has after a script of what happened to it, and how often it moved."""
    return run(f"""
      const {{ Pen }} = {module("pen")};
      const pen = new Pen();
      let moves = 0;
      pen.moved.listen(() => moves++);
      {script}
      return {{ strokes: pen.strokes, growing: Boolean(pen.growing), moves }};
    """)


@needs_node
def test_a_pen_draws_on_the_grid_of_the_strokes():
    drawn = after("""
      pen.down([[0, 0]]);
      pen.move([[0.5, 0.5], [1, 1]]);
      pen.move([[-3, 9]]);
      pen.up();
      pen.move([[0.1, 0.1]]);
    """)
    assert drawn["strokes"] == [[[64, 64], [256, 256], [448, 448], [0, 511]]]
    assert drawn["moves"] == 3
    assert not drawn["growing"]


@needs_node
def test_a_stroke_is_the_pens_until_the_server_has_answered_it():
    one = "pen.down([[0, 0]]); pen.up();"
    assert len(after(one)["strokes"]) == 1
    assert after(f"{one} pen.told(1);")["strokes"] == []
    # The answer to the first one comes while the second one is drawn, or after it.
    assert len(after(f"{one} pen.down([[1, 1]]); pen.told(1);")["strokes"]) == 1
    assert len(after(f"{one} {one} pen.told(1);")["strokes"]) == 1
    assert after(f"{one} {one} pen.told(1); pen.told(2);")["strokes"] == []


@needs_node
def test_the_answer_to_another_run_takes_no_stroke_away():
    drawn = after("pen.told(2); pen.down([[0, 0]]); pen.told(2); pen.move([[1, 1]]);")
    assert drawn["strokes"] == [[[64, 64], [448, 448]]]
    assert drawn["growing"]


@needs_node
def test_a_button_takes_what_was_drawn_before_it():
    drawn = after("pen.told(1); pen.down([[0, 0]]); pen.up(); pen.pressed(); pen.told(1);")
    assert drawn["strokes"] == []
    drawn = after("pen.pressed(); pen.told(0); pen.down([[0, 0]]); pen.told(0);")
    assert len(drawn["strokes"]) == 1


# ---------------------------------------------------------------- the workers


# A page's workers, of which each only keeps what it is told.
MAIL = f"""
  const {{ Workers }} = {module("workers")};
  const made = [];
  const workers = new Workers(() => {{
    made.push({{ mail: [], postMessage(said) {{ this.mail.push(said); }}, terminate() {{}} }});
    return made.at(-1);
  }});
  const network = {{ digest: "d", contents: "c" }};
"""


@needs_node
def test_networks_that_need_long_have_a_worker_of_their_own():
    sent = run(
        f"""
        {MAIL}
        workers.know([[[1, 2]]]);
        workers.show([0.5]);
        for (const [name, work] of [["a", 1e5], ["b", 9e6], ["a", 1e5], ["c", 2e5]]) {{
          workers.take(name, network, work);
        }}
        workers.join(() => {{}}).ask({{ names: ["a", "b", "c"], first: "b" }});
        workers.draw([[[3, 4]]]);
        return made.map(({{ mail }}) => mail);
        """
    )
    quick, slow = ([(said["what"], said.get("names") or said.get("name")) for said in mail]
                   for mail in sent)  # fmt: skip
    assert quick == [
        ("ink", None), ("digit", None), ("network", "a"), ("lead", None), ("network", "c"),
        ("question", ["a", "c"]), ("strokes", None),
    ]  # fmt: skip
    assert slow == [("follow", None), ("network", "b"), ("question", ["b"])]
    assert sent[0][0]["strokes"] == [[[1, 2]]]
    assert sent[0][1]["pixels"] == [0.5]
    assert sent[0][-1]["strokes"] == [[[3, 4]]]
    assert sent[0][-1]["turn"] > sent[0][-2]["turn"] > sent[0][1]["turn"]


@needs_node
def test_whoever_asks_hears_what_is_said_to_her_until_she_leaves():
    heard, mail = run(
        f"""
        {MAIL}
        const heard = [];
        const [one, other] = ["one", "other"].map((who) =>
          workers.join(({{ name }}) => heard.push([who, name])));
        workers.drawn.listen(({{ pixels }}) => heard.push(["the digit", pixels]));
        workers.take("a", network, 1e5);
        one.ask({{ names: ["a"] }});
        other.ask({{ names: ["a"] }});
        const [first, second] = made[0].mail.slice(-2).map(({{ asker }}) => asker);
        const answers = [first, second].map((asker) => ({{ what: "network", asker, name: "a" }}));
        made[0].onmessage({{ data: [{{ what: "drawn", pixels: 1 }}, ...answers] }});
        one.leave();
        made[0].onmessage({{ data: answers }});
        return [heard, made[0].mail.at(-1)];
        """
    )
    assert heard == [["the digit", 1], ["one", "a"], ["other", "a"], ["other", "a"]]
    assert mail["what"] == "no question"


@needs_node
def test_a_worker_that_fails_ends_them_all_and_says_so():
    ended, reason = run(
        f"""
        const {{ Workers }} = {module("workers")};
        let ended = 0;
        let reason = null;
        const made = [];
        const workers = new Workers(() => {{
          made.push({{ postMessage() {{}}, terminate: () => ended++ }});
          return made.at(-1);
        }});
        workers.failed.listen((why) => (reason = why));
        workers.take("a", {{ digest: 1 }}, 0);
        workers.take("b", {{ digest: 1 }}, 1e9);
        made[1].onerror({{ message: "out of memory", preventDefault() {{}} }});
        return [ended, reason];
        """
    )
    assert (ended, reason) == (2, "out of memory")


# ---------------------------------------------------------------- in a worker

SEVEN = [[[160, 140], [350, 140], [230, 380]]]
# What a worker is told, and what it says: in Node, with a channel that does not keep Node waiting.
WORKER = f"""
  const said = [];
  globalThis.postMessage = (messages, transfer) =>
    said.push(structuredClone(messages, {{ transfer }}));
  let steps = 0; // to come
  globalThis.MessageChannel = class {{
    port1 = {{}};
    port2 = {{ postMessage: () => {{
      steps++;
      setImmediate(() => {{ steps--; this.port1.onmessage(); }});
    }} }};
  }};
  const {{ toMnist }} = {module("preprocess")};
  {module("worker")};
  const tell = (data) => globalThis.onmessage({{ data }});
  const rest = async () => {{
    do await new Promise((then) => setImmediate(then)); while (steps);
  }};
  for (const [name, file] of Object.entries(given.files)) {{
    tell({{ what: "network", name, contents: bytes(file).buffer }});
  }}
"""


def unpacked(name: str) -> str:
    """Return a family's file as a browser has it once it is unpacked."""
    packed = np.frombuffer(gzip.decompress(networks.packed(name)), np.uint8)
    return base64(packed.reshape(2, -1).T.tobytes())


@needs_node
def test_a_worker_goes_from_strokes_to_all_that_is_shown_of_them():
    """Told the strokes and the noise, it says what Python says of the same digit."""
    names, first, kind, level, side = ["simple", "sparse", "deep"], "deep", "masking", 0.25, 140
    ae, percentiles = ae_core.load(first), cache.card(first)["test"]["mse_percentiles"]
    look = {"shape": ae.code_shape, "scale": cache.code_scale(first), "side": side,
            "percentiles": percentiles}  # fmt: skip
    question = {"what": "question", "asker": 1, "turn": 1, "names": names, "first": first,
                "rebuild": True, "look": look, "likelihood": True}  # fmt: skip
    digit, said = run(
        f"""
        {WORKER}
        const field = Float32Array.from(given.field);
        tell({{ ...given.question, noise: {{ kind: "{kind}", level: {level}, field }} }});
        tell({{ what: "strokes", turn: 2, strokes: given.strokes }});
        await rest();
        const plain = (_, value) => ArrayBuffer.isView(value) ? [...value] : value;
        return JSON.parse(JSON.stringify([toMnist(given.strokes).pixels, said], plain));
        """,
        {
            "files": {name: unpacked(name) for name in names},
            "field": noise.field(kind, seed=3).ravel().tolist(),
            "question": question,
            "strokes": SEVEN,
        },
    )
    # In one message: the digit, what is seen of it, and the network that is looked at.
    assert [one["what"] for one in said[0]] == ["drawn", "input", "network"]
    answers = {one["name"]: one for batch in said for one in batch if one["what"] == "network"}
    assert set(answers) == set(names)
    assert all(one["turn"] == 2 for one in answers.values())

    clean = np.float32(digit).reshape(28, 28)
    noisy = noise.add(clean, kind, level, seed=3)
    drawn, seen, looked = said[0]
    assert drawn["pixels"] == digit
    assert seen["level"] == level
    assert seen["error"] == pytest.approx(metrics.mse(clean[None], noisy[None])[0], rel=1e-5)
    assert seen["copy"] == pytest.approx(metrics.bce(clean[None], clean[None])[0], rel=1e-4)
    alike(seen["clean"], pixels.to_bytes(clean))
    alike(seen["noisy"], pixels.to_bytes(noisy))
    for name in names:
        rebuilt = ae_core.load(name).reconstruct(noisy[None])
        alike(answers[name]["rebuilt"], pixels.to_bytes(rebuilt[0]))
        expected = metrics.mse(clean[None], rebuilt)[0]
        assert answers[name]["error"] == pytest.approx(expected, rel=1e-3)
        expected = metrics.bce(clean[None], rebuilt)[0]
        assert answers[name]["bce"] == pytest.approx(expected, rel=1e-3)
    rebuilt = ae.reconstruct(noisy[None])
    alike(looked["map"], pixels.error_map(clean, rebuilt[0]))
    code = ae.encode(noisy[None])[0]
    picture = np.reshape(looked["code"]["pixels"], (side, side, 4))
    expected = pixels.code_picture(code, look["scale"], side)
    assert (picture != expected).any(-1).mean() < 0.02  # a bar may be a pixel longer
    for score in ("mse", "bce", "psnr", "ssim"):
        expected = float(getattr(metrics, score)(clean[None], rebuilt)[0])
        assert looked["scores"][score] == pytest.approx(expected, rel=1e-3)
    better = metrics.percentile(looked["error"], percentiles)
    assert looked["scores"]["better"] == pytest.approx(better, abs=0.01)
    assert "scores" not in answers["simple"]


def alike(shown: dict, expected: np.ndarray) -> None:
    """Compare a picture that is ready to be painted with bytes: grey, or red green blue."""
    colours = np.reshape(shown["pixels"], (*expected.shape[:2], -1)).astype(int)
    expected = expected if expected.ndim == 3 else expected[..., None]
    assert (colours[..., 3] == 255).all()
    assert np.abs(colours[..., :3] - expected).max() <= 1


@needs_node
def test_a_worker_that_follows_sees_the_same_digits_and_says_less():
    passed, said = run(
        f"""
        {WORKER}
        const passed = [];
        tell({{ what: "lead", port: {{ postMessage: (digit) => passed.push(digit) }} }});
        tell({{ what: "strokes", turn: 1, strokes: given.strokes }});
        await rest();
        tell({{ what: "digit", turn: 2, pixels: new Float32Array(784) }});
        const port = {{}};
        tell({{ what: "follow", port }});
        said.length = 0;
        tell({{
          what: "question", asker: 1, turn: 3, names: ["simple"], first: "deep", rebuild: true,
        }});
        port.onmessage({{ data: passed[0] }});
        await rest();
        const turns = passed.map(({{ turn }}) => turn);
        return [turns, said.flat().map(({{ what, name }}) => [what, name])];
        """,
        {"files": {"simple": unpacked("simple")}, "strokes": SEVEN},
    )
    assert passed[:2] == [1, 2]
    assert said == [["network", "simple"]]


@needs_node
def test_where_the_page_is_slow_others_leave_it_time_and_none_is_left_behind():
    script = f"""
        {WORKER}
        const later = globalThis.setTimeout;
        globalThis.setTimeout = () => {{}};  // what wakes it after a pause
        tell({{
          what: "question", asker: 1, turn: 1, names: ["simple", "sparse", "deep"], first: "deep",
          rebuild: true,
        }});
        const names = () => said.splice(0).flat().flatMap(({{ name }}) => name ?? []);
        const log = [];
        const {{ slow, strokes }} = given;
        for (const wait of [0, 0, 300, 300]) {{
          await new Promise((then) => later(then, wait));
          tell({{ what: "strokes", turn: 2 + log.length, strokes, slow }});
          await rest();
          log.push(names());
        }}
        return log;
    """
    files = {name: unpacked(name) for name in ("simple", "sparse", "deep")}
    given = {"files": files, "strokes": SEVEN}
    assert all(set(names) == {*files} for names in run(script, given | {"slow": False}))
    log = run(script, given | {"slow": True})
    assert all("deep" in names for names in log)  # it is looked at
    assert sum(map(len, log)) < 4 * len(files)
    assert {*files} == {name for names in log for name in names}


@needs_node
def test_a_network_that_is_looked_at_cuts_nobodys_pause_short():
    """The pause of a slow network goes on while a quick one answers each new digit."""
    script = f"""
        {WORKER}
        tell({{
          what: "question", asker: 1, turn: 1, names: ["simple", "denoising"], first: "simple",
          rebuild: true,
        }});
        const answered = (name) =>
          said.flat().filter((message) => message.name === name).length;
        let turn = 1;
        const draw = async () => {{
          tell({{ what: "strokes", turn: ++turn, strokes: given.strokes, slow: true }});
          await rest();
        }};
        while (answered("denoising") < 4) {{
          await draw();
          await new Promise((then) => setTimeout(then, 1));
        }}
        return answered("simple");
    """
    files = {name: unpacked(name) for name in ("simple", "denoising")}
    # Without a pause they answer in turns; in one, which is three times what the slow one took, the
    # quick one answers a dozen times.
    assert run(script, {"files": files, "strokes": SEVEN}) > 3 * 4


@needs_node
def test_what_is_no_digit_leaves_the_one_before_it():
    said = run(
        f"""
        {WORKER}
        tell({{ what: "question", asker: 1, turn: 1, names: ["simple"], rebuild: true }});
        tell({{ what: "strokes", turn: 2, strokes: [[[250, 250]]] }});
        await rest();
        return said;
        """,
        {"files": {"simple": unpacked("simple")}},
    )
    assert said == [[{"what": "drawn", "reason": "dot"}]]
