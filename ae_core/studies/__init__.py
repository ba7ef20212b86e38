"""Studies: figures of all test images, measured once and kept beside the weights.

A study is a module in this folder with

    OF = ("mnist/deep", ...)  # the trained families that it measures
    def measure() -> dict     # its figures: dicts and lists of numbers and texts, as JSON has them

`python -m ae_core study NAME` measures and writes `weights/studies/NAME.json`; the pages read it.
The file says from which networks its figures are, so that one can tell when they are out of date.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import numpy as np

from .. import autoencoder
from ..autoencoder import DECODER, ENCODER, read_card

FOLDER = "studies"
DIGITS = 6  # of a figure, after the decimal sign
MAX_BYTES = 2_000_000  # of a file; one has some 20,000


class StudyError(RuntimeError):
    """The figures of a study are missing, cannot be read, or are not those that were measured.

    Attributes:
        file: path of the file, from the project's root.
        problem: "missing", "foreign" or "unreadable", as of `autoencoder.WeightsError`.
        command: the command that measures them again.
    """

    def __init__(self, name: str, problem: str) -> None:
        self.file = f"weights/{FOLDER}/{name}.json"
        self.problem = problem
        self.command = f"python -m ae_core study {name}"
        reason = autoencoder.REASONS[problem]
        super().__init__(f"{self.file} {reason}; repair it with: {self.command}")


def names() -> list[str]:
    """Return the names of all studies, in the order of the alphabet."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def module(name: str) -> Any:
    """Return the module of a study.

    Raises:
        KeyError: there is none of that name.
    """
    _known(name)
    return importlib.import_module(f"{__name__}.{name}")


def path(name: str) -> Path:
    """Return where the figures of a study stand."""
    return autoencoder.WEIGHTS / FOLDER / f"{name}.json"


def read(name: str) -> dict[str, Any]:
    """Return the figures of a study, as `measure` returned them.

    Raises:
        KeyError: there is no such study.
        StudyError: its file is missing, cannot be read, or is not the one that was written.
    """
    return _file(name)["figures"]


def outdated(name: str) -> list[str]:
    """Return the families of a study that have other weights now than when it was measured.

    Raises:
        KeyError, StudyError: as for `read`.
        WeightsError: a card is missing or damaged.
    """
    said = _file(name)["of"]
    return [family for family, digest in _digests(name).items() if said.get(family) != digest]


def write(name: str, figures: dict[str, Any]) -> Path:
    """Write the figures of a study; return its file."""
    file = path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    contents = {"figures": figures, "of": _digests(name)}
    text = _text(contents | {"sha256": _digest(contents)})
    file.write_text(text + "\n", encoding="utf-8")
    return file


def rounded(value: Any) -> Any:
    """Return nested figures with six digits after the decimal sign, arrays as lists."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, np.ndarray):
        return rounded(value.tolist())
    return value if isinstance(value, int | str) else round(float(value), DIGITS)


def _file(name: str) -> dict[str, Any]:
    _known(name)
    try:
        with path(name).open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise StudyError(name, "missing") from None
    except OSError:
        raise StudyError(name, "unreadable") from None
    try:
        if len(text) > MAX_BYTES:
            raise ValueError
        contents = json.loads(text.decode("utf-8"))
        digest = contents.pop("sha256")
        if digest != _digest(contents) or not isinstance(contents["figures"], dict):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise StudyError(name, "foreign") from None
    return contents


def _known(name: str) -> None:
    if name not in names():
        raise KeyError(f"unknown study {name!r}; known: {', '.join(names())}")


def _digests(name: str) -> dict[str, str]:
    """Return a digest of the two networks of each family of a study."""
    found = {}
    for family in module(name).OF:
        digests = read_card(autoencoder.WEIGHTS / family)["sha256"]
        both = digests[ENCODER] + digests[DECODER]
        found[family] = hashlib.sha256(both.encode()).hexdigest()
    return found


def _digest(contents: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def _text(contents: dict[str, Any]) -> str:
    """Return contents as JSON, a list of numbers on one line."""
    lines: list[str] = []
    long = False
    for line in json.dumps(contents, indent=1, ensure_ascii=False).splitlines():
        item = line.strip()
        number = item.rstrip(",").lstrip("-")[:1].isdigit()
        if long and (number or item in ("]", "],")):
            lines[-1] += item if item[0] == "]" else (" " if lines[-1][-1] == "," else "") + item
        else:
            lines.append(line)
        long = item.endswith("[") or (long and number)
    return "\n".join(lines)
