"""A class at work: twenty others change something every second, and the network is slow."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from pathlib import Path

import pytest
from browser import Window

from tests.bench.visitors import PAGES, Visitor

pytestmark = pytest.mark.browser
OTHERS = 20
DELAY = 0.2  # seconds, each way


async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what comes, each piece `DELAY` later, in order."""
    pieces: asyncio.Queue = asyncio.Queue()

    async def hand_on() -> None:
        while True:
            when, piece = await pieces.get()
            await asyncio.sleep(when - asyncio.get_running_loop().time())
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    handing = asyncio.create_task(hand_on())
    piece = b"begin"
    while piece:
        try:
            piece = await reader.read(65536)
        except OSError:
            piece = b""
        pieces.put_nowait((asyncio.get_running_loop().time() + DELAY, piece))
    with contextlib.suppress(OSError):
        await handing


@contextlib.contextmanager
def class_at_work(host: str):
    """Twenty visitors at work, and an address of the same app on a slow network."""
    loop, addresses, ready, done = asyncio.new_event_loop(), [], threading.Event(), []
    name, port = host.split(":")

    async def relay(reader, writer) -> None:
        there, back = await asyncio.open_connection(name, int(port))
        await asyncio.gather(slowly(reader, back), slowly(there, writer), return_exceptions=True)

    async def one(number: int) -> None:
        rng = random.Random(number)
        link, slider, move = PAGES["draw"]
        async with Visitor(host, "draw") as visitor:
            await visitor.run(link(rng))
            while True:
                await visitor.move(slider, move(rng))
                done.append(number)
                await asyncio.sleep(1)

    async def work() -> None:
        server = await asyncio.start_server(relay, "127.0.0.1", 0)
        addresses.append(server.sockets[0].getsockname()[1])
        others = [asyncio.create_task(one(number)) for number in range(OTHERS)]
        while len(set(done)) < OTHERS:
            await asyncio.sleep(0.1)
            for other in others:
                if other.done():
                    other.result()
        ready.set()
        await asyncio.gather(*others)

    task = loop.create_task(work())

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        left = asyncio.all_tasks(loop)
        for one_task in left:
            one_task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(120), "the class did not come together"
        yield f"http://127.0.0.1:{addresses[0]}", done
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(30)


def test_every_file_arrives(chromium, start):
    with class_at_work(start().removeprefix("http://")) as (url, done):
        window = Window(chromium, url, "/holes")
        before, sizes = len(done), []
        for _ in range(2):
            for button in window.page.locator(".downloads button").all():
                with window.page.expect_download() as waiting:
                    button.click()
                sizes.append(Path(waiting.value.path()).stat().st_size)
        window.context.close()
        assert len(sizes) == 6
        assert min(sizes) > 100
        assert len(done) > before + OTHERS  # they really were at work meanwhile
