"""A visitor of the pages without a browser: an `AppTest` that runs app.py."""

from __future__ import annotations

import base64
import gettext
import io
import json
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest

import ae_core
from ae_core.models import families
from pages.ui import frame, state, text
from pages.ui.components import board

COMPARED = [name for name in ae_core.names() if families()[name].compared]
PAGES = [page.path.relative_to(frame.ROOT).as_posix() for page in frame.pages()]
CANVAS_SIDE = 280
STROKES = {  # in shares of the canvas
    "seven": [(0.25, 0.2), (0.75, 0.2), (0.4, 0.85)],
    "one": [(0.5, 0.15), (0.5, 0.85)],
    "dot": [(0.5, 0.5), (0.501, 0.501)],
    "scribble": [(x, y) for y in np.linspace(0.3, 0.7, 10) for x in (0.3, 0.7)],
    "full": [(x, y) for y in np.linspace(0.05, 0.95, 20) for x in (0.05, 0.95)],
}


# The canvas can only be imported where Streamlit runs; from then on, the tests can import it too.
AppTest.from_string("import pages.ui.inputs.digit", default_timeout=120).run()


class Kept(MemoryMediaFileStorage):
    """Keeps every picture a page has shown, so that a test can look at it."""

    contents: dict[str, bytes] = {}

    def load_and_get_id(self, *args, **kwargs) -> str:
        file_id = super().load_and_get_id(*args, **kwargs)
        self.contents[self.get_url(file_id)] = self.get_file(file_id).content
        return file_id


class Visitor:
    """One visitor's session, and what she can read on the page she is on."""

    def __init__(self, page: str, locale: str | None, query: dict[str, str | list[str]]) -> None:
        self.at = AppTest.from_file(frame.ROOT / "app.py", default_timeout=120)
        self.at.context = {"locale": locale} if locale is not None else {}
        self.at.query_params = dict(query)
        self.go(page)

    def go(self, page: str) -> Visitor:
        if page != PAGES[0] or self.at._registered_pages:  # else: app.py itself, the first time
            self.at.switch_page(page)
        return self.run()

    def run(self) -> Visitor:
        self.at.run()
        assert not self.at.exception
        return self

    def choose(self, kind: str, key: str, value: object) -> Visitor:
        """Set the value of a widget, such as ("slider", "level", 0.5)."""
        getattr(self.at, kind)(key=key).set_value(value)
        return self.run()

    def draw(self, strokes: str) -> Visitor:
        self.at.session_state[state.CANVAS] = drawing(strokes)
        return self.run()

    @property
    def warnings(self) -> list[str]:
        return [warning.value for warning in self.at.warning]

    def components(self, name: str) -> list:
        """Return the messages of our own components of that name, as the browser gets them."""
        nodes = [node for node in self.at.main if node.type == "bidi_component"]
        return [n.proto for n in nodes if n.proto.component_name == f"autoencoder_lab_{name}"]

    def rows(self) -> list[dict]:
        """Return the rows of all boards, from the top."""
        return [row for proto in self.components("board") for row in board.unpack(proto.bytes)]

    def pictures(self) -> list[dict]:
        """Return the pictures of all boards: "pixels", "alt", "heading", "title", "caption" …"""
        return [picture for row in self.rows() for picture in row["pictures"]]

    def plane(self, index: int = 0) -> dict:
        """Return what a latent plane was told."""
        return json.loads(self.components("plane")[index].json)

    def numbers(self) -> dict[str, str]:
        """Return the measured numbers by their labels."""
        boards = {label: value for row in self.rows() for label, value, _help in row["numbers"]}
        return boards | {metric.label: metric.value for metric in self.at.metric}

    def metric(self, label: str) -> str:
        return self.numbers()[label]

    def images(self) -> list:
        """Return the contents of all pictures, and what the planes show."""
        shown = [element.value[0] for element in self.at.image]
        shown += [picture["pixels"].tobytes() for picture in self.pictures()]
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


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def picture_of(points: Iterable[tuple[float, float]]) -> Image.Image:
    """Return white strokes on black, as the canvas makes them."""
    picture = Image.new("RGBA", (CANVAS_SIDE, CANVAS_SIDE), "black")
    points = [(x * CANVAS_SIDE, y * CANVAS_SIDE) for x, y in points]
    if points:
        ImageDraw.Draw(picture).line(points, "white", 24, "curve")
    return picture


def drawing(strokes: str) -> dict:
    """Return what the canvas sends to the app; "black" is an invisible stroke."""
    points = STROKES.get(strokes, [])
    objects = [] if strokes == "nothing" else [{"type": "Path", "path": points}]
    data = base64.b64encode(png(picture_of(points))).decode()
    return {
        "drawing": {
            "raw": {"objects": objects, "background": "#000000"},
            "data": f"data:image/png;base64,{data}",
        },
        "backgroundFit": None,
    }


def translated(message: str, language: str, **values: object) -> str:
    """Translate without the app's help, with gettext alone."""
    catalogue = gettext.translation("messages", text.LOCALE, [language], fallback=True)
    return catalogue.gettext(message).format(**values)
