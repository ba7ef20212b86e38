"""The latent plane that decodes in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ae_core.autoencoder import Autoencoder
from ae_core.experiments import walks
from ae_core.figures.pixels import CLASS_COLOURS

from ... import cache
from ...link import LARGEST, Numbers, Parameter
from ...show import explaining
from ...text import N_, _, current
from .. import networks, nothing, sent
from ..source import mount

_HERE = Path(__file__).parent
YOURS = "rgb(255 72 176)"  # the colour of what is the visitor's
LAYERS = {
    "map": N_("Test images by class"),
    "tapestry": N_("Decoded pictures"),
    "circles": N_("Prior: 1, 2, 3 σ"),
    "mine": N_("Yours: 1, 2 σ"),
    "drawn": N_("Sampled points"),
}
_plane = mount("plane", _HERE)
_tiles = mount("tiles", _HERE)
_legend = mount("legend", _HERE)


@dataclass(frozen=True)
class Posterior:
    """Where the visitor's digit lies: mean and standard deviation, each (2,)."""

    mean: np.ndarray
    deviation: np.ndarray


@dataclass(frozen=True)
class Route:
    """A path over the plane instead of a point; the dot on it follows the film (`film`).

    Attributes:
        corners: (n, 2).
        drawn: x, y, x, y, …: written when a hand draws another path; None: hands move the ends.
        ends: the points of the two ends, and which of several things each end is; written when
            a hand moves an end: it is a "point" then.
    """

    corners: np.ndarray
    drawn: Parameter[Numbers] | None = None
    ends: tuple[tuple[Parameter[str], Parameter[Numbers]], ...] = ()


class Place(Protocol):
    """Where a cursor is, as a `Parameter` says it: its value, its default, and what writes it."""

    @property
    def value(self) -> Numbers | None:
        """Where it is; None: where it starts."""

    @property
    def default(self) -> Numbers | None:
        """Where it would be if nobody had moved it."""

    def take(self, raw: object) -> None:
        """Hear of where it came to rest."""


@dataclass(frozen=True)
class Hole:
    """A part of the plane with nothing in it: its middle, its radius, what to call it."""

    middle: tuple[float, float]
    radius: float
    text: str


@dataclass(frozen=True)
class Plane:
    """What a latent plane shows, and the parameters that it writes back.

    Attributes:
        ae: a family with a plane; `networks.bring` brings it to the browser.
        extent: how far the plane reaches to each side of 0.
        layers: which of `LAYERS` are on.
        hint: a sentence below it.
        dataset: what `ae` was trained on.
        at: where the cursor is; written where the pointer comes to rest. None: nowhere yet.
        unit: what 1 of `at` is on this plane; other than 1 where planes of several scales share it.
        start: where the cursor is while `at` is None.
        reach: how far the cursor may go; else the extent.
        posterior: of the visitor's digit; it follows her pen.
        follows: whether the cursor goes along while she draws.
        points: (n, 2), numbered from 1, shown while the layer "drawn" is on.
        names: of the ten classes; else the ten numerals.
        label: which class follows the point in a code; None where no class does.
        label_picked: written when one of the ten classes beside the plane is clicked.
        linked: planes of the same name share one cursor, at the same share of their extents.
        same_image: where they are linked, the others show the test image nearest to the cursor.
        nearest: beside the place, such as "nearest: a {n}"; of the class of that image.
        holes: marked on it.
        below: whether the picture at the point stands below the plane instead of beside it.
        most: its side in rem where there is room; a quarter more while presenting.
        path: shown instead of a point.
        words: instead of the usual ones: "plane", "digit", and "layers" by their names.
    """

    ae: Autoencoder
    extent: float
    layers: Parameter[tuple[str, ...]]
    hint: str
    dataset: str = "mnist"
    at: Place | None = None
    unit: float = 1.0
    start: np.ndarray | tuple[float, float] = (0.0, 0.0)
    reach: float | None = None
    posterior: Posterior | None = None
    follows: bool = False
    points: np.ndarray | None = None
    names: list[str] | None = None
    label: int | None = None
    label_picked: Parameter[str] | None = None
    linked: str = ""
    same_image: bool = False
    nearest: str = ""
    holes: Sequence[Hole] = ()
    below: bool = False
    most: float = 25
    path: Route | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


def _described(plane: Plane) -> dict[str, Any]:
    """Return the plane as the browser is told of it."""
    point, home = (
        np.array(plane.start if at is None else plane.unit * np.array(at), float)
        for at in ((plane.at.value, plane.at.default) if plane.at else (None, None))
    )
    by_class = plane.label is not None  # every class lies everywhere
    offered = plane.layers.kind.options  # type: ignore[attr-defined]
    told: dict[str, Any] = {
        "network": networks.name(plane.ae.name, plane.dataset),
        "point": point.round(3).tolist(),
        "home": home.round(3).tolist(),
        "extent": plane.extent,
        "reach": plane.reach or plane.extent,
        "layers": plane.layers.value,
        "colours": CLASS_COLOURS,
        "middles": []
        if by_class
        else cache.middles(plane.ae.name, plane.extent, plane.dataset).tolist(),
        "names": plane.names,
        "digit": None,
        "drawn": [] if plane.points is None else plane.points.round(3).tolist(),
        "linked": plane.linked,
        "sameImage": plane.same_image,
        "follows": plane.follows,
        "holes": [
            {"at": hole.middle, "radius": round(hole.radius, 3), "text": hole.text}
            for hole in plane.holes
        ],
        "below": plane.below,
        "most": room(plane.most),
        "language": current(),
        "words": {
            "plane": _(
                "Latent plane. Move the pointer over it, or use the arrow keys; Home is its middle."
            ),
            "digit": _("The picture decoded from this point."),
            "hint": plane.hint if explaining() else "",
            "nearest": plane.nearest,
            "shown": _("Shown on the plane"),
            "layers": {name: _(LAYERS[name]) for name in offered},
            **plane.words,
        },
    }
    if plane.posterior:
        told["digit"] = {
            "mean": plane.posterior.mean.tolist(),
            "deviation": plane.posterior.deviation.tolist(),
            "colour": YOURS,
        }
    if by_class:
        told["tail"] = np.eye(plane.ae.classes)[plane.label].tolist()
        told["words"]["ten"] = [
            _("{n} in this handwriting; click to show it on the plane", n=n)
            for n in range(plane.ae.classes)
        ]
    if plane.path:
        drawing = plane.path.drawn is not None
        told["walk"] = {"path": plane.path.corners.round(3).tolist(), "draw": drawing}
    return told


def show(plane: Plane, key: str) -> None:
    """Show the plane; what is moved, switched or drawn on it is written to its parameters."""

    def point() -> None:
        if plane.at and isinstance(moved := sent(key, "point"), list):
            plane.at.take([_share(value, plane.unit) for value in moved])

    def layers() -> None:
        plane.layers.take(sent(key, "layers"))

    def label() -> None:
        if plane.label_picked and (picked := sent(key, "label")) is not None:
            plane.label_picked.take(str(picked) if type(picked) is int else picked)

    _plane(
        data={"name": key, **_described(plane)},
        key=key,
        default={"point": None, "layers": None, "walk": None},
        on_point_change=point,
        on_layers_change=layers,
        on_walk_change=lambda: _take_path(plane.path, sent(key, "walk")),
        on_label_change=label if plane.label_picked else nothing,
    )


def room(side: float) -> float:
    """Return how large a plane may be, in rem: larger while its explanations give way."""
    return side if explaining() else 1.25 * side


def show_grid(
    ae: Autoencoder,
    ticks: np.ndarray,
    of: str,
    key: str,
    dataset: str = "mnist",
    most: float = 25,
) -> None:
    """Show pictures decoded from a grid over a plane; a click moves the plane's point there.

    Args:
        ae: as the plane's.
        ticks: coordinates of the columns from the left, and of the rows from below.
        of: the key of the plane, which may stand anywhere on the page.
        key: of the grid.
        dataset: what `ae` was trained on.
        most: as of the plane.
    """
    words = {
        "grid": _("{n} by {n} pictures decoded from a grid over the plane.", n=len(ticks)),
        "hint": "",
    }
    if explaining():
        words["hint"] = _("Every picture is decoded from its place on the plane.")
    _tiles(
        data={"of": of, "network": networks.name(ae.name, dataset), "ticks": ticks.tolist(),
              "most": room(most), "words": words},
        key=key,
    )  # fmt: skip


def show_legend(key: str, names: Sequence[str] = ()) -> None:
    """Show in which colour the points of each class stand on the planes.

    Args:
        key: of the element.
        names: of the ten classes; else those of digits.
    """
    names = list(names) or [str(label) for label in range(10)]
    words = {"classes": _("The colours of the ten classes")}
    _legend(data={"names": names, "colours": CLASS_COLOURS, "words": words}, key=key)


def _share(value: object, unit: float) -> object:
    """Return a coordinate in the parameter's own units; what is no number is left to its parser."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        return value
    return value / unit


def _take_path(path: Route | None, told: object) -> None:
    """Write a path that was drawn, or the end that was moved."""
    if path is None or not isinstance(told, dict):
        return
    if path.drawn is not None:
        most = path.drawn.kind.most // 2  # type: ignore[attr-defined]
        try:
            corners = walks.along(np.array(told.get("path"), np.float32), most)
        except (ValueError, TypeError, OverflowError):  # not what a hand draws
            return
        path.drawn.take(corners.ravel().tolist())
    elif told.get("end") in (0, 1) and type(told["end"]) is int:
        what, where = path.ends[told["end"]]
        where.take(told.get("at"))
        what.take("point")
