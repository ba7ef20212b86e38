"""Starting and ending an app."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
APP = ("-m", "streamlit", "run", "app.py")
HELLO = ("-m", "streamlit", "hello")
# As an app would be that runs its networks with TensorFlow, as Streamlit comes: it also collects
# garbage after every rerun.
_TENSORFLOW = "import tensorflow\nfrom streamlit.web import cli; cli.main()"
WITH_TENSORFLOW = ("-c", _TENSORFLOW, "run", "app.py", "--runner.postScriptGC=true")
FLAGS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
}


class Server:
    """A running app: `with Server(folder) as server`. The whole process tree ends with it.

    Attributes:
        host: address and port.
        begin: `time.perf_counter()` at the start of the process.
        healthy: seconds from there until its health check answered.
    """

    def __init__(
        self, folder: Path, command: tuple[str, ...] = APP, limit: float = 120, root: Path = ROOT
    ) -> None:
        """Take a folder for the log, Python's arguments, the seconds a start may take, the app."""
        self.log = folder / "server.log"
        self.command, self.limit, self.root = command, limit, root

    def __enter__(self) -> Server:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        self.host = f"127.0.0.1:{port}"
        flags = [f"--{name}={value}" for name, value in FLAGS.items()]
        command = [sys.executable, *self.command, *flags, f"--server.port={port}"]
        self.begin = time.perf_counter()
        with self.log.open("w") as log:
            process = subprocess.Popen(command, cwd=self.root, stdout=log, stderr=subprocess.STDOUT)
        self.process = psutil.Process(process.pid)
        self._popen = process
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        self.healthy = time.perf_counter() - self.begin
        return self

    def _wait(self) -> None:
        while time.perf_counter() - self.begin < self.limit:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{self.host}/_stcore/health", timeout=5).close()
                return
            if self._popen.poll() is not None:
                raise RuntimeError(f"the server stopped:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.02)
        raise RuntimeError(f"the server did not answer within {self.limit:.0f} s")

    def __exit__(self, *_exception: object) -> None:
        tree = self._tree()
        for process in tree:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        for process in psutil.wait_procs(tree, timeout=5)[1]:
            process.kill()
        self._popen.wait(5)

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def resident(self) -> float:
        """Return the MB of memory that the whole process tree holds."""
        return sum(process.memory_info().rss for process in self._tree()) / 1e6

    def processor(self) -> float:
        """Return the seconds of a processor that the whole process tree has used so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self._tree())
