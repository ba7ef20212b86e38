"""The families of autoencoders: one file each, found by looking into this folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from .base import Family


def compared(dataset: str = "mnist") -> tuple[str, ...]:
    """Return the names of the families that stand in the rows of all families of a data set."""
    known = families().items()
    return tuple(n for n, family in known if family.compared and dataset in family.datasets)


@cache
def families() -> dict[str, Family]:
    """Return every family with its standing settings, by name, in teaching order.

    A family is a module in this folder with one subclass of `Family` in it; its name is the
    name of the file. One with a dial (`Family.members`) is there once for each setting of it.
    """
    found = []
    for module in pkgutil.iter_modules(__path__):
        contents = vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        found += [
            member
            for item in contents
            if isinstance(item, type)
            and issubclass(item, Family)
            and item.__module__ == f"{__name__}.{module.name}"
            and item is not Family
            for member in item.members()
        ]
    return {family.name: family for family in sorted(found, key=lambda f: f.order)}
