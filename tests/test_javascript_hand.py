"""What follows the hand in the browser: the pen, whose turn it is, and the workers, in Node."""

from __future__ import annotations

from tests.javascript import module, needs_node, run

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
        const ask = () => turns.ask(++turn, given, "deep");
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
        turns.ask(1, given, "deep");
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


@needs_node
def test_networks_that_need_long_have_a_worker_of_their_own():
    sent = run(
        f"""
        const {{ Workers }} = {module("workers")};
        const sent = [];
        const workers = new Workers(() => {{
          const mail = [];
          sent.push(mail);
          return {{ postMessage: (said) => mail.push(said), terminate() {{}} }};
        }});
        workers.know([[[1, 2]]]);
        const network = {{ digest: "d", contents: "c" }};
        for (const [name, work] of [["a", 1e5], ["b", 9e6], ["a", 1e5], ["c", 2e5]]) {{
          workers.take(name, network, work);
        }}
        workers.draw([[[3, 4]]]);
        workers.ask([0.5], ["a", "b", "c"], "b");
        return sent;
        """
    )
    quick, slow = (
        [{key: said.get(key) for key in ("what", "name", "names")} for said in mail]
        for mail in sent
    )
    blank = {"name": None, "names": None}
    assert quick == [
        {"what": "ink", **blank},
        {"what": "network", "name": "a", "names": None},
        {"what": "network", "name": "c", "names": None},
        {"what": "drawing", **blank},
        {"what": "question", "name": None, "names": ["a", "c"]},
    ]
    assert slow == [
        {"what": "ink", **blank},
        {"what": "network", "name": "b", "names": None},
        {"what": "question", "name": None, "names": ["b"]},
    ]
    assert sent[0][0]["strokes"] == [[[1, 2]]]
    assert sent[0][3]["strokes"] == [[[3, 4]]]


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
