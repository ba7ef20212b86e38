"""A visitor of the pages without a browser: an `AppTest` that runs app.py.

What she does runs what it would run in a browser: within a fragment, the fragment alone.
"""

from __future__ import annotations

import ast
import functools
import gettext
import html
import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise, product
from typing import Any
from unittest import mock

import numpy as np
from PIL import Image, ImageDraw
from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from ae_core import preprocess, strangers, strokes
from ae_core.models import compared
from pages.ui import frame, link, python_code, shared, text
from pages.ui.components import board, picture_table, ruler
from pages.ui.link import (
    Drawing,
    OneWord,
    Parameter,
    SomeNumbers,
    SomeSettings,
    SomeWords,
    Token,
    Whole,
)

COMPARED = list(compared())
PAGES = [page.path.relative_to(frame.ROOT).as_posix() for page in frame.pages()]
MOST_RUNS = 6  # of the app or a fragment, for one thing that a visitor does
STROKES = {  # in shares of the canvas
    "seven": [(0.25, 0.2), (0.75, 0.2), (0.4, 0.85)],
    "one": [(0.5, 0.15), (0.5, 0.85)],
    "dot": [(0.5, 0.5), (0.501, 0.501)],
    "scribble": [(x, y) for y in np.linspace(0.3, 0.7, 10) for x in (0.3, 0.7)],
    "full": [(x, y) for y in np.linspace(0.05, 0.95, 20) for x in (0.05, 0.95)],
}


# After each run Streamlit clears Keras's session if Keras is there: 200 ms. The app never imports
# it, but tests of training do.
script_runner._clean_problem_modules = lambda: None
# For each new session Streamlit's test reads what all installed packages say of themselves: 1 s.
manifest_scanner.scan_component_manifests = functools.cache(
    manifest_scanner.scan_component_manifests
)

# The canvas can only be imported where Streamlit runs; from then on, the tests can import it too.
AppTest.from_string("import pages.ui.inputs.digit", default_timeout=120).run()
from pages.ui.inputs import canvas, clothing  # noqa: E402


class Runner(LocalScriptRunner):
    """Runs the app as a browser asks for it: a fragment alone, or after its own "back" button.

    Args:
        before: the runner before this one: what it showed stays, but for the fragment.
        asked: how this run differs from an ordinary one; fields of `RerunData`.
    """

    def __init__(self, *arguments: Any, before: Runner | None, asked: dict, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.asked, self.starts = asked, 0
        self._requests = ScriptRequests()  # without the whole run that stands in it already
        if before:
            self.forward_msg_queue._queue = list(before.forward_msgs())
            self._pages_manager._set_pages(before._pages_manager.get_pages())
        self.on_event.connect(self._count, weak=False)

    def request_rerun(self, rerun_data: RerunData) -> bool:
        return super().request_rerun(replace(rerun_data, **self.asked))

    def _count(self, _sender: object, event: Any, **_kwargs: Any) -> None:
        self.starts += event.name == "SCRIPT_STARTED"
        if self.starts > MOST_RUNS:
            self.request_stop()


class Visitor:
    """One visitor's session, and what she can read on the page she is on."""

    def __init__(self, page: str, locale: str | None, query: dict[str, str | list[str]]) -> None:
        self.at = AppTest.from_file(frame.ROOT / "app.py", default_timeout=120)
        self.at.context = {"locale": locale} if locale is not None else {}
        self.at.query_params = dict(query)
        self.runner: Runner | None = None
        self.pressed: list[str] = []
        self.go(page)

    # ------------------------------------------------------------ what she does

    def go(self, page: str) -> Visitor:
        """Go to a page by the menu. The link comes along, as in a browser."""
        if page != PAGES[0] or self.at._registered_pages:  # else: app.py itself, the first time
            self.at.switch_page(page)
        return self.run()

    def run(self, states: WidgetStates | None = None, **asked: Any) -> Visitor:
        """Run the app once more; `asked` are fields of `RerunData`."""
        runners = []

        def start(*arguments: Any, **named: Any) -> Runner:
            before = self.runner if "fragment_id" in asked else None
            runners.append(Runner(*arguments, before=before, asked=asked, **named))
            return runners[0]

        with mock.patch.object(app_test, "LocalScriptRunner", start):
            self.at._run(states or self._states())
        (self.runner,) = runners
        assert not self.at.exception, self.at.exception
        assert self.runner.starts <= MOST_RUNS, "the page runs again and again"
        return self

    def _states(self) -> WidgetStates:
        """Return what all widgets hold, as the browser tells it: with the options' own words."""
        text._of_this_run.set(self.known.values["lab_lang"] if self.runner else None)
        try:
            return self.at._tree.get_widget_states()
        finally:
            text._of_this_run.set(None)

    def follow(self, **query: str) -> Visitor:
        """Change the link in the browser's address and press Enter, in the same session."""
        self.at.query_params = dict(query)
        return self.run()

    def back(self, **query: str) -> Visitor:
        """Press the browser's button that leads back to this link, on the same page."""
        self.at.query_params = dict(query)
        return self.run(is_history_navigation=True)

    def _run_around(self, element_id: str, states: WidgetStates | None = None) -> Visitor:
        """Run what a browser runs after something was done to an element."""
        fragment = self.fragment_of(element_id)
        return self.run(states, **({"fragment_id": fragment} if fragment else {}))

    def fragment_of(self, element_id: str) -> str:
        """Return the fragment that an element stands in; "" if in none."""
        for message in self.runner.forward_msgs():
            element = message.delta.new_element
            shown = getattr(element, element.WhichOneof("type") or "", None)
            if getattr(shown, "id", None) == element_id:
                return message.delta.fragment_id
        raise AssertionError(f"no {element_id} on the page")

    def choose(self, kind: str, what: str | Parameter, value: object) -> Visitor:
        """Set the value of a widget: `choose("slider", shared.LEVEL, 0.5)`, or by its key."""
        widget = getattr(self.at, kind)(key=what.key if isinstance(what, Parameter) else what)
        widget.set_value(value)
        return self._run_around(widget.proto.id)

    def press(self, what: str | Parameter) -> Visitor:
        """Press a button."""
        button = self.at.button(key=what.key if isinstance(what, Parameter) else what)
        button.click()
        return self._run_around(button.proto.id)

    def send(self, key: str, event: str, value: object, trigger: bool = False) -> Visitor:
        """Send what the component `key` sends, as a browser does.

        A state stays until it changes; a trigger is sent once.
        """
        return self.send_text(key, json.dumps({event: value}) if not trigger else None,
                              json.dumps([{"event": event, "value": value}]))  # fmt: skip

    def send_text(self, key: str, state: str | None, trigger: str) -> Visitor:
        """Send a text as the state of a component, or else as its triggers."""
        if key not in {key_of(proto.id) for proto in self._all_components()}:
            self.run()  # what it sent before was so bad that it was left out of that run
        element = self.component(key).id
        if state is None:
            told = WidgetState(id=_make_trigger_id(element, "events"), json_trigger_value=trigger)
        else:
            told = WidgetState(id=element, json_value=state)
        states = self._states()
        states.widgets.append(told)
        return self._run_around(element, states)

    def draw(self, *strokes: str) -> Visitor:
        """Have these strokes on the canvas."""
        return self.send_text("canvas", json.dumps(drawing(*strokes)), "")

    def press_tools(self, *buttons: str) -> Visitor:
        """Press buttons of the canvas, one after the other, before the app hears of it."""
        self.pressed += buttons
        told = {"window": 0.5, "count": len(self.pressed), "last": self.pressed[-20:]}
        return self.send("canvas_tools", "pressed", told)

    def canvas(self) -> dict:
        """Return what the canvas was told to show."""
        return json.loads(self.component("canvas").json)["initialDrawing"]

    def tools(self) -> dict:
        """Return what the canvas's buttons were told."""
        return json.loads(self.component("canvas_tools").json)

    def download(self, name: str) -> bytes:
        """Press the button of a file and return the file."""
        given, body = self.asked_for(name)
        assert given
        assert given["name"] == name
        return body

    def asked_for(self, name: str) -> tuple[dict | None, bytes]:
        """Press the button of a file and return what the browser is answered, and the bytes."""
        key = next(key for key, told in self.offered().items()
                   if name in [file["name"] for file in told["files"]])  # fmt: skip
        self.send(key, "wanted", {"name": name, "ask": 1}, trigger=True)
        return self.offered()[key]["given"], self.component(key).bytes.partition(b"\n")[2]

    # ------------------------------------------------------------ what she sees

    def offered(self) -> dict[str, dict]:
        """Return what each row of downloads was told, by its key."""
        return {
            key_of(proto.id): json.loads(proto.bytes.partition(b"\n")[0])
            for proto in self.components("downloads")
        }

    def files(self) -> list[str]:
        """Return the names of the files that can be taken away."""
        return [file["name"] for told in self.offered().values() for file in told["files"]]

    @property
    def link(self) -> dict[str, str]:
        """What stands in the link."""
        return dict(self.at.query_params)

    @property
    def known(self) -> link.Visit:
        """What her session knows of its parameters."""
        return self.at.session_state["visit"]

    def shows(self, parameter: Parameter) -> Any:
        """Return the value that the widget of a parameter shows."""
        return self.at.session_state[parameter.key]

    @property
    def warnings(self) -> list[str]:
        return [warning.value for warning in self.at.warning]

    def _all_components(self) -> list:
        return [node.proto for node in self.at.main if node.type == "bidi_component"]

    def components(self, name: str) -> list:
        """Return the messages of our own components of that name, as the browser gets them."""
        wanted = f"autoencoder_lab_{name}"
        return [proto for proto in self._all_components() if proto.component_name == wanted]

    def component(self, key: str):
        """Return the message of the component with that key."""
        return next(proto for proto in self._all_components() if key_of(proto.id) == key)

    def code(self) -> str:
        """Return the Python code that the page shows, or ""."""
        shown = [each.proto.body for each in self.at.get("html")]
        shown = [body for body in shown if f'class="{python_code.CLASS}"' in body]
        return html.unescape(re.sub("<[^>]+>", "", "".join(shown)))

    def rows(self) -> list[dict]:
        """Return the rows of all boards, from the top."""
        return [row for proto in self.components("board") for row in board.unpack(proto.bytes)]

    def pictures(self) -> list[dict]:
        """Return the pictures of all boards: "pixels", "alt", "heading", "title", "caption" …"""
        return [picture for row in self.rows() for picture in row["pictures"]]

    def plane(self, index: int = 0) -> dict:
        """Return what a latent plane was told."""
        return json.loads(self.components("plane")[index].json)

    def grid(self) -> dict:
        """Return what a plane's grid of pictures was told."""
        return json.loads(self.components("tiles")[0].json)

    def chart(self, key: str) -> dict:
        """Return what a chart was told: "lines", "marks" …"""
        return json.loads(self.component(key).bytes)

    def ruler(self) -> dict:
        """Return what the ruler was told: "steps" with their pictures …"""
        return ruler.unpack(self.component("ruler").bytes)

    def picture_table(self, key: str) -> dict:
        """Return what a table of pictures was told: "rows", "columns", "pictures" …"""
        return picture_table.unpack(self.component(key).bytes)

    def networks(self) -> list[dict[str, str]]:
        """Return the networks that the page brings: "name", "digest", "address"."""
        return json.loads(self.components("networks")[0].json)

    def numbers(self) -> dict[str, str]:
        """Return the measured numbers by their labels."""
        boards = {label: value for row in self.rows() for label, value, *_ in row["numbers"]}
        return boards | {metric.label: metric.value for metric in self.at.metric}

    def metric(self, label: str) -> str:
        return self.numbers()[label]

    def images(self) -> list:
        """Return the contents of all pictures, and what the planes show."""
        shown = [element.value[0] for element in self.at.image]
        shown += [picture["pixels"].tobytes() for picture in self.pictures()]
        shown += [proto.bytes for proto in self.components("picture_table")]
        return shown + [proto.json for proto in self.components("plane")]

    def picture(self, heading: str) -> np.ndarray:
        """Return the pixels of the picture whose heading starts so."""
        return next(
            picture["pixels"]
            for picture in self.pictures()
            if picture.get("heading", "").startswith(heading)
        )

    def step(self, number: int) -> np.ndarray:
        """Return the picture below the heading "1 · …" of the draw page."""
        return self.picture(f"{number} · ")


def key_of(element_id: str) -> str:
    """Return the key that an element was given by the app."""
    return element_id.split("-", 2)[2]


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def picture_of(points: Iterable[tuple[float, float]], side: int = 280) -> Image.Image:
    """Return a photo of white strokes on black."""
    picture = Image.new("RGBA", (side, side), "black")
    ImageDraw.Draw(picture).line([(x * side, y * side) for x, y in points], "white", 24, "curve")
    return picture


def path_of(points: list[tuple[float, float]], side: int = canvas.SIDE) -> list[list]:
    """Return the path that Fabric.js makes of where a pen was: curves from middle to middle."""
    places = [(x * side, y * side) for x, y in points]
    steps: list[list] = [["M", *places[0]]]
    for (x0, y0), (x1, y1) in pairwise(places):
        steps.append(["Q", x0, y0, (x0 + x1) / 2, (y0 + y1) / 2])
    return [*steps, ["L", *places[-1]]]


def drawing(*strokes: str) -> dict:
    """Return what the canvas sends to the app."""
    objects = [{"type": "Path", "path": path_of(STROKES[stroke])} for stroke in strokes]
    raw = {"objects": objects, "background": "#000000"}
    return {"drawing": {"raw": raw, "data": None}, "backgroundFit": None}


def ink_of(*names: str) -> strokes.Strokes:
    """Return these strokes as the app has them."""
    return tuple(strokes.simplify(np.array(STROKES[name]) * 384 + 64) for name in names)


def digit_of(*names: str) -> np.ndarray:
    """Return these strokes as a digit in MNIST's form."""
    return preprocess.to_mnist(np.pad(strokes.picture(ink_of(*names)), 35))


def translated(message: str, language: str, **values: object) -> str:
    """Translate without the app's help, with gettext alone."""
    catalogue = gettext.translation("messages", text.LOCALE, [language], fallback=True)
    return catalogue.gettext(message).format(**values)


# ---------------------------------------------------------------- the pages' parameters


def parameters_in(page: str) -> dict[str, Parameter]:
    """Return the parameters that a page's file makes, by their names, without running the page."""
    body = ast.parse((frame.ROOT / page).read_text(encoding="utf-8")).body
    guard = next(i for i, node in enumerate(body) if ast.unparse(node) == "frame.guard()")
    made: dict[str, Any] = {"__name__": __name__}
    exec(compile(ast.Module(body[:guard], []), page, "exec"), made)
    return parameters_of(*made.values())


def parameters_of(*values: object) -> dict[str, Parameter]:
    """Return all parameters among some values, by their names."""
    found = {}
    for value in values:
        if isinstance(value, Parameter):
            found[value.name] = value
        elif isinstance(value, dict):
            found |= parameters_of(*value.values())
        elif isinstance(value, tuple):
            found |= parameters_of(*value)
    return found


# What several pages share on purpose, and where it is asked for.
_DIGIT = parameters_of(shared.DIGIT, shared.EXAMPLE)
_NOISE = parameters_of(shared.MODEL, shared.NOISE, shared.LEVEL, shared.NOISE_DRAW)
_CLOTHES = parameters_of(clothing.CLASS, clothing.PIECE)
_WARDROBE = parameters_of(shared.MODELS["fashion_mnist"])
_DATASET = parameters_of(shared.DATASET)
_OWN = parameters_of(shared.OWN)
_PLANE = parameters_of(shared.OWN, shared.PLANE)
TRAININGS = ("pages/training.py", "pages/timelapse.py")
SHARED = {
    page: parameters_of(shared.LANGUAGE, shared.PRESENT, shared.INPUT, shared.INK)
    | (
        _DIGIT
        if page.split("/")[1]
        not in ("walk.py", "holes.py", "sampling.py", "training.py", "timelapse.py")
        else {}
    )
    | (_NOISE if page in ("pages/draw.py", "pages/noise.py") else {})
    | (
        _CLOTHES
        if page.split("/")[1] in ("draw.py", "latent.py", "strangers.py", "training.py")
        else {}
    )
    | (_DATASET if page in ("pages/draw.py", "pages/latent.py", *TRAININGS) else {})
    | (_WARDROBE if page in ("pages/draw.py", "pages/strangers.py") else {})
    | (parameters_of(shared.MODEL) if page == "pages/strangers.py" else {})
    | (_OWN if page in ("pages/draw.py", "pages/noise.py", "pages/training.py") else {})
    | (_PLANE if page in ("pages/latent.py", "pages/planes.py") else {})
    for page in PAGES
}
for _page, _name in product(
    ("pages/holes.py", "pages/sampling.py", "pages/timelapse.py"), ("input", "ink")
):
    del SHARED[_page][_name]  # they show no digit of the visitor's
OWN = {  # a page may keep a shared one among its own
    page: {
        name: parameter
        for name, parameter in parameters_in(page).items()
        if parameter != SHARED[page].get(name)
    }
    for page in PAGES
}
PARAMETERS = {page: SHARED[page] | OWN[page] for page in PAGES}
# Each page asks for all of its parameters in one of these links.
VIEWS = {
    "pages/holes.py": [{}],
    "pages/sampling.py": [{}],
    "pages/walk.py": [{}, {"walk": "draw"}, {"from": "point", "to": "point"}],
    "pages/draw.py": [{}, {"input": "sample"}, {"data": "fashion_mnist"}],
    "pages/planes.py": [{}, {"input": "sample"}, {"at": "1_1"}],
    "pages/strangers.py": [
        {},
        *({"show": kind} for kind in (*strangers.kinds()[1:], "clothes", "own")),
        {"show": "own", "input": "sample"},
        {"trained": "fashion_mnist"},
    ],
    "pages/latent.py": [{}, {"input": "sample"}, {"data": "fashion_mnist"}],
    "pages/dimensions.py": [{}, {"input": "sample"}, {"numbers": "32"}],
    "pages/training.py": [
        {},
        {"kind": "variational"},
        {"opt": "sgd"},
        {"input": "sample"},
        {"data": "fashion_mnist"},
    ],
    "pages/timelapse.py": [{}, {"data": "fashion_mnist"}],
    "pages/units.py": [{}, {"family": "simple"}, {"family": "convolutional"}, {"input": "sample"}],
} | {
    f"pages/{name}.py": [{}, {"input": "sample"}]
    for name in (
        "home",
        "beta",
        "handwriting",
        "scale",
        "noise",
        "compression",
        "super_resolution",
        "bottleneck",
    )
}


def another(parameter: Parameter) -> str:
    """Return how another value than the default stands in the link; one word has no other."""
    kind, default = parameter.kind, parameter.default
    if isinstance(kind, Drawing):
        return strokes.pack(ink_of("seven"))
    if isinstance(kind, Token):
        return "0f" * 16
    if isinstance(kind, OneWord):
        return next((each for each in reversed(kind.options) if each != default), default)
    if isinstance(kind, SomeWords):
        return kind.options[1]
    if isinstance(kind, SomeNumbers):
        numbers = default or (0.0,) * kind.least
        return kind.write(kind.take([(-number + 0.25) * 0.5 for number in numbers]))
    if isinstance(kind, SomeSettings):
        return kind.write(kind.take([(1, kind.high / 2)]))
    if isinstance(kind, Whole):
        return kind.write(default + 1 if default < kind.high else kind.low)
    return kind.write(kind.take((default + kind.low) / 2 if default > kind.low else kind.high / 2))
