"""Trained networks for the browser, over HTTP: it asks for each once, not with every page."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import OrderedDict
from pathlib import Path
from threading import Lock, Thread
from types import SimpleNamespace

import numpy as np
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx

from ae_core import browser
from ae_core.autoencoder import Autoencoder

from ... import cache, shared
from ..source import mount

GZIP = "application/gzip"  # a server compresses other types again, for every visitor
MOST_LENT = 40  # visitors' networks: as many as there are kept (`jobs.KEPT`)
_lent: OrderedDict[str, dict[str, str]] = OrderedDict()
_lending = Lock()
_networks = mount("networks", Path(__file__).parent)


def name(family: str, dataset: str = "mnist") -> str:
    """Return what a family is called in the browser: `autoencoderLab.networks[name]`."""
    return f"{dataset} {family}"


def work(ae: Autoencoder) -> int:
    """Return the multiply-adds of a picture through both networks: which worker takes it."""
    return sum(ae.card["multiply_adds"].values())


def pack(
    encoder: bytes | None, decoder: bytes | None, codes: np.ndarray, labels: np.ndarray
) -> bytes:
    """Return one file with all that a browser needs of a family, gzipped.

    Before that, all even bytes go before all odd ones: of a float16 number these are the low and
    the high byte, and high ones are like each other. It saves a quarter.

    Args:
        encoder: a file of `ae_core.browser`; None: no browser runs it.
        decoder: likewise.
        codes: (n, 2) where the test images lie on a plane; (0, 2) if there is none.
        labels: (n,) their classes 0 to 9.
    """
    parts = {"decoder": _even(decoder), "encoder": _even(encoder)}
    lengths = {part: file and len(file) for part, file in parts.items()}
    head = json.dumps(lengths | {"points": len(labels)}).encode() + b"\n"
    body = [file for file in parts.values() if file]
    body += [codes.astype("<f2").tobytes(), labels.astype(np.uint8).tobytes()]
    contents = np.frombuffer(b"".join([_even(head) or b"", *body]), np.uint8)
    return gzip.compress(contents[0::2].tobytes() + contents[1::2].tobytes(), 9, mtime=0)


def _even(file: bytes | None) -> bytes | None:
    """Return a file whose numbers begin at an even byte: JSON does not mind a space before it."""
    return file if file is None or file.index(b"\n") % 2 else b" " + file


@cache.memoize(64)
def packed(family: str, dataset: str = "mnist") -> bytes:
    """Return the encoder, the decoder and the map of a family, packed: what there is of them."""
    ae = cache.network(family, dataset)
    layers = ae.card.get("layers", {})
    encoder, decoder = (
        browser.from_description(layers[part], network.constants()) if part in layers else None
        for part, network in (("encoder", ae.encoder), ("decoder", ae.decoder))
    )
    no_map = np.zeros((0, 2)), np.zeros(0)
    return pack(encoder, decoder, *(ae.test_codes or no_map))


@cache.memoize(64)
def offered(family: str, dataset: str = "mnist") -> dict[str, str]:
    """Return what the browser is told of a family: its "name", and "digest" and "address" of it.

    Streamlit serves a file while a session uses it, and looks for changes in every run. These stay
    as they are as long as the process runs: it is told that somebody uses them who never leaves.
    """
    return _served(family, dataset, "networks")


def lent(family: str, dataset: str = "mnist") -> dict[str, str]:
    """Return the same of a visitor's network; the files of the last `MOST_LENT` of them stay."""
    with _lending:
        if family not in _lent:
            _lent[family] = _served(family, dataset, family)
            while len(_lent) > MOST_LENT:
                oldest, _told = _lent.popitem(last=False)
                runtime.get_instance().media_file_mgr.clear_session_refs(oldest)
        return _lent[family]


def _served(family: str, dataset: str, session: str) -> dict[str, str]:
    """Let Streamlit serve a family as long as a session, which need not be one, refers to it."""
    contents = packed(family, dataset)
    told = {"name": name(family, dataset), "digest": hashlib.sha256(contents).hexdigest()[:16]}

    def serve() -> None:
        files = runtime.get_instance().media_file_mgr
        told["address"] = files.add(contents, GZIP, f"networks {told['name']}")

    thread = Thread(target=serve, name="networks")
    add_script_run_ctx(thread, SimpleNamespace(session_id=session))  # type: ignore[arg-type]
    thread.start()
    thread.join()
    return told


def bring(*families: str, dataset: str = "mnist") -> None:
    """Bring families to the browser, the first one first; shows nothing.

    Once a page, outside of fragments, after what the page shows: the pictures of the server come
    first. Outside of a server it does nothing.
    """
    if runtime.exists():
        told = [
            (lent if family.startswith(shared.OWN_NAME) else offered)(family, dataset)
            for family in families
        ]
        _networks(data=told, key="networks", width=1, height=1)
