"""The units of a family: its dictionary, and a bench on which some of them are changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ae_core.experiments.units import Scales

from ...link import Parameter, Settings, SomeSettings
from ...text import _, current
from .. import networks, sent
from ..source import mount

FAINTEST = 0.1  # a pattern whose strongest pixel is fainter is not shown brighter than that
_units = mount("units", Path(__file__).parent)


@dataclass(frozen=True)
class Units:
    """What the browser needs to know of the units of a family.

    Attributes:
        family: whose units they are; `networks.bring` brings it to the browser.
        shape: of its codes.
        scales: what is off and what is usual.
        on: in which share of the test images each is not zero.
        best: for which class each is largest, on average.
        order: of the dictionary, units from 0.
        unit: that is looked at, from 1.
        settings: of those that are changed, in multiples of the usual value.
    """

    family: str
    shape: tuple[int, ...]
    scales: Scales
    on: Sequence[float]
    best: Sequence[int]
    order: Sequence[int]
    unit: Parameter[int]
    settings: Parameter[Settings]

    @property
    def signed(self) -> bool:
        """Whether its numbers may be negative."""
        return bool(self.scales.off.any())


def show(units: Units, key: str) -> None:
    """Show the units; what is chosen is written to their parameters."""
    kind = units.settings.kind
    assert isinstance(kind, SomeSettings)
    data = {
        "network": networks.name(units.family),
        "shape": units.shape,
        "scales": {
            name: getattr(units.scales, name).astype(float).round(5).tolist()
            for name in ("mean", "off", "usual")
        },
        "on": units.on,
        "best": units.best,
        "order": units.order,
        "faintest": FAINTEST,
        "low": kind.low,
        "high": kind.high,
        "unit": units.unit.value,
        "settings": units.settings.value,
        "language": current(),
        "words": _words(units),
    }

    def heard() -> None:
        chosen = sent(key, "chosen")
        if isinstance(chosen, dict):
            units.unit.take(chosen.get("unit"))
            units.settings.take(chosen.get("settings"))

    _units(data=data, key=key, on_chosen_change=heard)


def name(shape: tuple[int, ...]) -> str:
    """Return the template of a unit's name, for codes of this shape."""
    if len(shape) == 1:
        return _("Unit {n}", n="{n}")
    places = {"channel": "{channel}", "row": "{row}", "column": "{column}"}
    return _("Channel {channel}, row {row}, column {column}", **places)


def named(unit: int, shape: tuple[int, ...]) -> str:
    """Return the name of a unit, counted from 1."""
    *_rest, columns, channels = (1, 1, *shape)
    place, channel = divmod(unit - 1, channels)
    row, column = divmod(place, columns)
    return name(shape).format(n=unit, channel=channel + 1, row=row + 1, column=column + 1)


def _words(units: Units) -> dict[str, str]:
    signed = units.signed
    return {
        "dictionary": _("The units of this network"),
        "unit": name(units.shape),
        "facts": _("Largest for the {digit}, on average.", digit="{class}")
        if signed
        else _("On in {share} % of the test digits; largest for the {digit}, on average.",
               share="{share}", digit="{class}"),
        "value": _("{n} σ", n="{n}") if signed else _("{n} × usual", n="{n}"),
        "silent": "" if signed else _("off"),
        "off": _("Set to its mean") if signed else _("Switch off"),
        "back": _("As in the digit"),
        "all": _("Undo all"),
        "hint": _("Blue: ink that a unit adds; orange: ink that it takes away. Bar: its value in "
                  "your digit, orange if it is below the mean.")
        if signed
        else _("Blue: ink that a unit adds; orange: ink that it takes away. Bar: its value in "
               "your digit; dim: it is off."),
        "pattern": _("What it draws"),
        "patternAlt": _("What the chosen unit draws."),
        "peak": _("at most {n} %", n="{n}"),
        "before": _("Before"),
        "beforeAlt": _("Your digit, rebuilt."),
        "after": _("After"),
        "afterAlt": _("Your digit, rebuilt from the changed code."),
        "change": _("Difference"),
        "changeAlt": _("What the change adds (blue) and takes away (orange)."),
        "moved": _("RMS {n} %", n="{n}"),
        "yours": _("Your digit"),
        "status": _("{unit}: {value}. The picture differs by {n} % of full ink (RMS).",
                    unit="{unit}", value="{value}", n="{n}"),
    }  # fmt: skip
