"""Measure how fast the app is and print tables. Nothing is asserted, nothing is sent anywhere.

Needs, besides the app's own packages: psutil, websockets, playwright with a Chromium
($CHROMIUM or on the path), and for the comparisons TensorFlow. Takes about ten minutes; let the
machine do nothing else meanwhile. All traffic goes to 127.0.0.1, and every process that is
started is ended.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from . import report


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    sections = ("models", "start", "server", "browser", "visitors")
    parser.add_argument("--only", choices=sections, action="append", help="repeatable")
    parser.add_argument("--quick", action="store_true", help="few repetitions, rough figures")
    arguments = parser.parse_args()
    report.machine()
    if arguments.quick:
        print("--quick: rough figures")
    with tempfile.TemporaryDirectory() as name:
        for section in arguments.only or sections:
            measure(section)(arguments.quick, Path(name))


def measure(section: str):
    """Return what measures a section; imported only then, since each needs other packages."""
    from . import models, start, visitors

    if section == "browser":
        from . import browser

        return browser.measure
    return {
        "models": models.measure,
        "start": start.measure,
        "server": visitors.measure_alone,
        "visitors": visitors.measure_crowd,
    }[section]


if __name__ == "__main__":
    main()
