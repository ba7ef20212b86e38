"""The families, without those that are like others but for one number."""

from __future__ import annotations

from ae_core import models

FAMILIES = models.families()


def ends() -> list[str]:
    """Return the names of the families: of several of one class only the first and the last.

    The β-VAEs are one network with seven values of one factor of its loss.
    """
    of_class: dict[type, list[str]] = {}
    for name, family in FAMILIES.items():
        of_class.setdefault(type(family), []).append(name)
    chosen = {name for names in of_class.values() for name in (names[0], names[-1])}
    return [name for name in FAMILIES if name in chosen]
