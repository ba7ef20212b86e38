"""The catalogues of translations: collects the strings, updates them, compiles them.

    python -m pages.ui.catalogues

For developers: it needs Babel, which the app does not.
"""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ae_core import filters
from ae_core.models import families

from .text import DEFAULT, LANGUAGES, LOCALE

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT, ROOT / "pages")
UNDATED = datetime(2000, 1, 1)


def in_f_strings(source: str) -> list[tuple[int, str]]:
    """Return line and text of every `_("…")` inside an f-string of a Python source.

    Babel does not look there before Python 3.12, so the string would be in no catalogue.
    """
    return [
        (call.lineno, ast.unparse(call))
        for joined in ast.walk(ast.parse(source))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("_", "N_")
        and isinstance(call.args[0], ast.Constant)
    ]


def _is_ours(folder: str) -> bool:
    path = Path(folder)
    return path.name == "pages" or "ui" in path.parts


def messages() -> dict[str, list[tuple[str, int]]]:
    """Return every string to be translated with the places it comes from."""
    found: dict[str, list[tuple[str, int]]] = {}
    for folder in FOLDERS:
        for name, line, message, *_rest in extract_from_dir(
            folder,
            method_map=[("ae_core/**", "ignore"), ("tests/**", "ignore"), ("**.py", "python")],
            keywords={"_": None, "N_": None},
            directory_filter=_is_ours,
        ):
            place = (Path(folder, name).relative_to(ROOT).as_posix(), line)
            if place not in found.setdefault(str(message), []):
                found[str(message)].append(place)
    for family in families().values():
        for message in (family.title, family.tagline, family.teaches):
            found.setdefault(message, []).append((f"ae_core/models/{family.name}.py", 1))
    for name in filters.names():
        found.setdefault(filters.module(name).TITLE, []).append((f"ae_core/filters/{name}.py", 1))
    return found


def update() -> None:
    """Bring the catalogues up to date with the sources and compile them."""
    template = Catalog()
    for message, places in messages().items():
        template.add(message, locations=[(name, 0) for name, _line in places])
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        path = LOCALE / language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = Catalog(language)
        if path.exists():
            with path.open("rb") as file:
                known = read_po(file, language)
        # Built anew each time, without today's date, so that only what has changed shows in a diff.
        catalogue = Catalog(language, creation_date=UNDATED, revision_date=UNDATED, fuzzy=False)
        for entry in template:
            if entry.id:
                old = known.get(entry.id)
                catalogue.add(entry.id, old.string if old else "", entry.locations)
        with path.open("wb") as file:
            write_po(
                file, catalogue, width=100, sort_output=True, include_lineno=False, omit_header=True
            )
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        missing = [m.id for m in catalogue if m.id and not m.string]
        print(f"{language}: {len(catalogue)} strings, {len(missing)} not translated")


if __name__ == "__main__":
    update()
