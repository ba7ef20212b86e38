"""What a training comes to: figures beside those of the lab's networks, other pages, and files."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from ae_core.autoencoder import CARD, KERAS, Autoencoder
from ae_core.models import compared
from ae_core.training import script
from ae_core.training.settings import Settings

from . import cache, own
from .components import downloads
from .show import table, title
from .text import _, number


def show(ae: Autoencoder, digits: Sequence[str], settings: Settings | None = None) -> None:
    """Show a trained network beside those that ship, with the pages on which it stands, too.

    It can be taken away, and so can what trains it again, anywhere.

    Args:
        ae: the network.
        digits: the names of families of MNIST that it is compared with, if it saw digits.
        settings: how it was trained; None if it came from a file.
    """
    test, dataset = ae.card["test"], ae.card["dataset"]
    usable = cache.networks(dataset).usable
    beside = [
        name for name in (digits if dataset == "mnist" else compared(dataset)) if name in usable
    ]
    rows = [[_("Your network"), number(test["bce"], 4), number(test["mse"], 4)]]
    rows += [
        [title(name), *(number(usable[name].card["test"][key], 4) for key in ("bce", "mse"))]
        for name in beside
    ]
    table([_("10,000 test pictures"), "BCE", "MSE"], rows)
    own.pages(ae)
    files = [
        downloads.File("autoencoder.keras", _("Network (Keras)"), (ae.folder / KERAS).read_bytes),
        downloads.File("card.json", _("Card (JSON)"), (ae.folder / CARD).read_bytes),
    ]
    if settings:
        files += [
            downloads.File(
                "autoencoder.py", _("Script (Python)"), lambda: script.write(settings).encode()
            ),
            downloads.File(
                "autoencoder.ipynb", _("Notebook"), functools.partial(script.notebook, settings)
            ),
        ]
    downloads.show(files, "trained")
