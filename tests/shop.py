"""A server of data sets on this machine, for tests of what fetches them.

It sells made-up pictures under the names of the real files; the sizes and digests are theirs.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import http.server
import io
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from ae_core import data

Arrays = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


class Shop:
    """A server of files that notes what it is asked for, and does badly what it is told to."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.pause = 0.0  # seconds before every tenth of a file
        self.go = threading.Event()  # clear: the second half of a file waits
        self.go.set()
        self.status = 200
        self.breaks_off = False
        self.says_length = True

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        name = handler.path.rpartition("/")[2]
        self.asked.append(name)
        content = self.files.get(name, b"")
        handler.send_response(self.status if name in self.files else 404)
        if self.says_length:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        step = max(1, len(content) // 10)
        for start in range(0, len(content), step):
            if start >= len(content) // 2:
                if self.breaks_off:
                    return
                self.go.wait(30)
            time.sleep(self.pause)
            handler.wfile.write(content[start : start + step])


@contextlib.contextmanager
def opened(monkeypatch: pytest.MonkeyPatch, arrays: Arrays) -> Iterator[Shop]:
    """Open a shop that sells both data sets, with these arrays in the place of theirs."""
    shop = Shop()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(ConnectionError):  # the other side has gone
                shop.answer(self)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setattr(data, "_FILES", dict(data._FILES))
    for dataset in data.DATASETS:
        sell(shop, dataset, arrays)
    monkeypatch.setattr(data, "URL", f"http://127.0.0.1:{server.server_port}/sets/")
    monkeypatch.setattr(data, "_downloads", {})
    monkeypatch.setattr(data, "_POLL", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    try:
        yield shop
    finally:
        shop.go.set()
        for download in data._downloads.values():
            assert download.done.wait(30)
        server.shutdown()
        server.server_close()
        thread.join()


def sell(shop: Shop, dataset: str, arrays: Arrays) -> None:
    """Let a shop that is open sell a data set of these arrays."""
    flat = [array for split in arrays for array in split]
    if dataset == "mnist":
        contents = [npz(flat)]
        files = contents
    else:
        contents = [unpacked(array) for array in flat]
        files = [gzip.compress(content, 6) for content in contents]
    described = data._FILES[dataset]
    shop.files |= {each.name: file for each, file in zip(described, files, strict=True)}
    data._FILES[dataset] = tuple(
        data._File(each.name, len(file), len(content), hashlib.sha256(content).hexdigest())
        for each, file, content in zip(described, files, contents, strict=True)
    )


def npz(arrays: list[np.ndarray]) -> bytes:
    """Return the file in which `keras.datasets` keeps MNIST."""
    file = io.BytesIO()
    np.savez(file, **dict(zip(data._ARRAYS, arrays, strict=True)))
    return file.getvalue()


def unpacked(array: np.ndarray) -> bytes:
    """Return a file in which `keras.datasets` keeps a part of Fashion-MNIST, unpacked."""
    head = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return head + array.tobytes()
