"""Sliders for a code of many numbers that decode in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...link import Numbers, Parameter
from ...text import _, current
from .. import networks, sent
from ..latent_plane import YOURS, Posterior
from ..source import mount

SCRUBBER = Path(__file__).parent / "scrubber.css"  # of a slider over time

_sliders = mount("sliders", Path(__file__).parent)


@dataclass(frozen=True)
class Sliders:
    """One slider for each number of a code, the picture it decodes to, and a strip.

    Attributes:
        family: whose code it is; `networks.bring` brings it to the browser.
        code: written where the sliders come to rest; None: the posterior's mean.
        reach: of the sliders.
        kl: nats that each number carries; the sliders are sorted by it.
        idle: a number that carries less is shown as idle.
        posterior: of the visitor's digit.
        strip: values of one number, along the strip.
    """

    family: str
    code: Parameter[Numbers | None]
    reach: float
    kl: np.ndarray
    idle: float
    posterior: Posterior
    strip: Sequence[float]

    @property
    def order(self) -> np.ndarray:
        """The numbers of the code from the top slider to the last one."""
        return np.argsort(-self.kl, kind="stable")


def show(sliders: Sliders, key: str) -> None:
    """Show the sliders; where they come to rest is written to their parameter."""
    mean, code = sliders.posterior.mean, sliders.code.value
    shown = np.clip(mean, -sliders.reach, sliders.reach) if code is None else np.array(code)
    data = {
        "name": key,
        "network": networks.name(sliders.family),
        "code": shown.round(2).tolist(),
        "reach": sliders.reach,
        "order": sliders.order.tolist(),
        "kl": sliders.kl.tolist(),
        "idle": (sliders.kl < sliders.idle).tolist(),
        "digit": {
            "mean": mean.tolist(),
            "deviation": sliders.posterior.deviation.tolist(),
            "colour": YOURS,
        },
        "values": list(sliders.strip),
        "language": current(),
        "words": {
            "digit": _("The digit decoded from these numbers."),
            "hint": _("Pink: your digit, ±2 σ"),
            "kl": _("KL, nats"),
            "value": _("Value"),
            "idle": _("idle"),
            "slider": _("Number {n} of the code", n="{n}"),
            "tile": _("Set number {n} of the code to {value}", n="{n}", value="{value}"),
            "clock": _("{n} ms a picture", n="{n}"),
            "strip": _(
                "What {name} does: it goes from −3 to 3, the other numbers stay", name="{name}"
            ),
        },
    }
    _sliders(data=data, key=key, on_code_change=lambda: sliders.code.take(sent(key, "code")))
