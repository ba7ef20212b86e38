"""Which browser the browser tests and the benchmarks run, and how."""

from __future__ import annotations

import os
import shutil

# The first is the same browser without a window of its own: a third less work for each page.
COMMANDS = ("chromium-headless-shell", "chromium", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--font-render-hinting=none",  # the first would round the width of every letter to a pixel
]  # fmt: skip


def executable() -> str | None:
    """Return the path of a Chromium ($CHROMIUM, or on the path), or None."""
    found = (shutil.which(command) for command in COMMANDS)
    return os.environ.get("CHROMIUM") or next(filter(None, found), None)
