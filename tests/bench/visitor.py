"""A visitor without a browser: one session over the websocket."""

from __future__ import annotations

import asyncio
import json
import time
from urllib.parse import parse_qs, urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ELEMENTS = ("slider", "bidi_component", "button")  # what a visitor may touch


class Visitor:
    """One session, as a browser holds it: `async with Visitor(host)`.

    Attributes:
        elements: sliders and components shown so far, by their key: (id, id of their fragment).
        came: the keys of those that the last run sent.
        link: the page's query parameters, as the app has written them.
        received: bytes of the last run.
    """

    def __init__(self, host: str, page: str = "", timeout: float = 120) -> None:
        """Take the server's address, the page's URL path, and the seconds a run may take."""
        self.host, self.page, self.timeout = host, page, timeout
        self.elements: dict[str, tuple[str, str]] = {}
        self.came: set[str] = set()
        self.received = 0
        self._failed = ""
        self._page_hash = self._query = ""
        # Large messages, which a browser does not want twice, and the keys of their elements.
        self._kept: dict[str, str | None] = {}
        self._states: dict[str, WidgetState] = {}  # what she has set; a browser tells all of it

    async def __aenter__(self) -> Visitor:
        self._socket = await websockets.connect(
            f"ws://{self.host}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://{self.host}",
            max_size=None,
            open_timeout=60,
            ping_timeout=None,  # a busy server is what is being measured
        )
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._socket.close()

    @property
    def link(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self._query).items()}

    async def run(self, link: dict[str, object] | None = None) -> float:
        """Have the whole page run and return the seconds until the server said it had finished.

        Args:
            link: the page's query parameters.
        """
        self._query = urlencode(link or {})
        self._states = {}
        return await self._send(self._rerun())

    async def move(self, slider: str, value: float) -> float:
        """Move a slider, by its key: its fragment runs; return the seconds, as `run`."""
        state = WidgetState(id=self.elements[slider][0])
        state.double_array_value.data.append(value)
        seconds = await self._touch(slider, state)
        if slider not in self.came:
            raise RuntimeError(f"/{self.page} did not show {slider}: was it another page?")
        return seconds

    async def tell(self, component: str, state: dict[str, object]) -> float:
        """Have a component tell its whole state; return the seconds, as `run`."""
        told = WidgetState(id=self.elements[component][0], json_value=json.dumps(state))
        return await self._touch(component, told)

    async def press(self, button: str) -> float:
        """Press a button, by its key; return the seconds, as `run`."""
        pressed = WidgetState(id=self.elements[button][0], trigger_value=True)
        seconds = await self._touch(button, pressed)
        del self._states[button]  # it is not pressed any more
        return seconds

    async def _touch(self, key: str, state: WidgetState) -> float:
        self._states[key] = state
        message = self._rerun()
        message.rerun_script.fragment_id = self.elements[key][1]
        return await self._send(message)

    def _rerun(self) -> BackMsg:
        message = BackMsg()
        client = message.rerun_script
        client.page_name, client.page_script_hash = self.page, self._page_hash
        client.query_string = self._query
        client.cached_message_hashes.extend(self._kept)
        client.widget_states.widgets.extend(self._states.values())
        return message

    async def _send(self, message: BackMsg) -> float:
        self.came, self.received = set(), 0
        begin = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(self.timeout):
            while not self._finished(await self._socket.recv()):
                pass
        seconds = time.perf_counter() - begin
        if self._failed:
            raise RuntimeError(f"/{self.page} showed an exception: {self._failed}")
        return seconds

    def _finished(self, data: bytes) -> bool:
        message = ForwardMsg.FromString(data)
        self.received += len(data)
        kind = message.WhichOneof("type")
        if message.metadata.cacheable and kind != "ref_hash":
            self._kept[message.hash] = None
        if kind == "navigation":  # a new session has only the hash of app.py: the home page
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "ref_hash" and (key := self._kept.get(message.ref_hash)):
            self.came.add(key)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._see(message)
        early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return kind == "script_finished" and not early

    def _see(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._failed = element.exception.message[:200]
        elif kind in ELEMENTS:
            element_id = getattr(element, kind).id
            key = element_id.removeprefix("$$ID-").partition("-")[2]
            self.elements[key] = (element_id, message.delta.fragment_id)
            self.came.add(key)
            if message.hash in self._kept:
                self._kept[message.hash] = key
