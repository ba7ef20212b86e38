"""The present view for other devices: its address, and a QR code for a lecture hall's phones."""

from __future__ import annotations

import io
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from . import link, shared
from .components import downloads
from .text import _, number

MOST = 2953  # bytes in a QR code
EASY = 1000  # from so many on its dots are so fine that a phone must come near
LIGHT = 4  # modules that stay light around the code, as its standard asks
PNG_SIDE = 1200  # pixels, at least
OWN_DEVICE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")


def address() -> str | None:
    """Return the address of the present view; None if the browser has not told where it is.

    The presenter's switch stays with the presenter: phones get the explanations.
    """
    url = st.context.url
    if not url:
        return None
    parameters = st.query_params.to_dict()
    parameters.pop(shared.PRESENT.name, None)
    return f"{url}?{urlencode(parameters)}" if parameters else url


def leads_nowhere(url: str) -> bool:
    """Return whether an address means the very device that opens it."""
    host = urlsplit(url).hostname or ""
    return host in OWN_DEVICE or host.endswith(".localhost")


def code(url: str) -> segno.QRCode | None:
    """Return the QR code of an address; None if it is too long for one.

    As few and as large modules as can be; what room is left corrects errors.
    """
    if len(url.encode()) > MOST:
        return None
    return segno.make(url, error="l", boost_error=True, micro=False)


def svg(qr: segno.QRCode) -> str:
    """Return a code as a drawing, dark on white in every theme."""
    return qr.svg_inline(dark="#000", light="#fff", border=LIGHT, omitsize=True)


def svg_file(qr: segno.QRCode) -> bytes:
    """Return a code as a file that stays sharp at any size."""
    file = io.BytesIO()
    qr.save(file, kind="svg", dark="#000", light="#fff", border=LIGHT, scale=10)
    return file.getvalue()


def png_file(qr: segno.QRCode) -> bytes:
    """Return a code as a picture of at least `PNG_SIDE` pixels; every module is a square."""
    file = io.BytesIO()
    side, _height = qr.symbol_size(border=LIGHT)
    qr.save(file, kind="png", border=LIGHT, scale=-(-PNG_SIDE // side))
    return file.getvalue()


def offer() -> None:
    """Show a button that opens the present view's address and QR code.

    In a fragment: the press runs nothing else, and reads the link as it stands by then.
    """
    _offer()


@st.fragment
def _offer() -> None:
    if st.button(
        _("Share"),
        key="share",
        type="tertiary",
        icon=":material/qr_code:",
        help=_("A link and a QR code of what is on the screen."),
    ):
        st.dialog(_("Share this view"), width="large")(_show)()


def _show() -> None:
    url = address()
    if url is None:
        st.info(_("The browser has not told its address. Copy it from the browser's address bar."))
        return
    qr = code(url)
    with st.container(key="share_view"):
        if qr:
            with st.container(key="share_code"):
                st.image(svg(qr), width="stretch", alt=_("QR code of the address of this view."))
        with st.container(key="share_words"):
            st.code(url, language=None, wrap_lines=True)
            _warn(url, qr)
            if qr:
                files = [
                    downloads.File(
                        "qr.png", _("QR code ({kind})", kind="PNG"), lambda: png_file(qr)
                    ),
                    downloads.File(
                        "qr.svg", _("QR code ({kind})", kind="SVG"), lambda: svg_file(qr)
                    ),
                ]
                downloads.show(files, "share_files")


def _warn(url: str, qr: segno.QRCode | None) -> None:
    """Say what keeps others from seeing this view."""
    if leads_nowhere(url):
        st.warning(
            _(
                "Other devices cannot open this address: `{host}` is always one's own device. Open "
                "the app by the “Network URL” that Streamlit prints when it starts, and share from "
                "there. If it prints none, start it with `--server.address 0.0.0.0`.",
                host=urlsplit(url).hostname,
            )
        )
    if qr is None:
        st.warning(
            _(
                "This address has {n} characters: too many for a QR code, which holds {most}. Send "
                "it as text.",
                n=number(len(url), 0),
                most=number(MOST, 0),
            )
        )
    elif len(url) > EASY:
        st.caption(
            _(
                "This address has {n} characters, so the dots are fine: hold the phone near, or "
                "send the address as text.",
                n=number(len(url), 0),
            )
        )
    if _has_upload():
        st.info(_("Your uploaded picture does not travel in the link."))


def _has_upload() -> bool:
    """Return whether this page shows an uploaded picture.

    Only looked at: to ask for the parameter would write it into the link of a page without it.
    """
    known = link.visit()
    shown = known.claimed.get(shared.INPUT.name) == shared.INPUT.key
    return shown and known.values.get(shared.INPUT.key) == "upload"
