"""Measure how fast the app is and print tables. Nothing is asserted, nothing is sent anywhere.

Needs, besides the app's own packages: psutil, websockets, playwright with a Chromium
($CHROMIUM or on the path), and for the comparisons TensorFlow. Takes about half an hour; let the
machine do nothing else meanwhile. All traffic goes to 127.0.0.1, and every process that is
started is ended.
"""

from __future__ import annotations

import argparse
import importlib
import tempfile
from pathlib import Path

from . import report

SECTIONS = {  # what measures each: a module, imported only then, and its function
    "models": ("models", "measure"),
    "start": ("start", "measure"),
    "server": ("visitors", "measure_alone"),
    "browser": ("browser", "measure"),
    "live": ("live", "measure"),
    "loading": ("loading", "measure"),
    "visitors": ("visitors", "measure_crowd"),
    "drawing": ("drawing", "measure"),
    "training": ("training", "measure"),
}


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=SECTIONS, action="append", help="repeatable")
    parser.add_argument("--quick", action="store_true", help="few repetitions, rough figures")
    parser.add_argument(
        "--against", type=Path, help="another checkout of the app; drawing measures it in turn"
    )
    arguments = parser.parse_args()
    report.machine()
    if arguments.quick:
        print("--quick: rough figures")
    with tempfile.TemporaryDirectory() as name:
        for section in arguments.only or SECTIONS:
            module, function = SECTIONS[section]
            measure = getattr(importlib.import_module(f".{module}", __package__), function)
            options = {"against": arguments.against} if section == "drawing" else {}
            measure(arguments.quick, Path(name), **options)


if __name__ == "__main__":
    main()
