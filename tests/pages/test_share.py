"""The present view for other devices: its address and its QR code, read back by a decoder."""

import base64
import io
import itertools
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image
from visitor import PAGES

from pages.ui import share, shared, text

AT = "https://lab.example.org/numbers/"  # behind a proxy, below a path


def read(picture: Image.Image) -> list[str]:
    """Return what a phone would read from a picture."""
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def drawn(svg: str) -> Image.Image:
    """Return the code that stands in an SVG of segno's, four pixels a module.

    Its dark modules are horizontal lines: absolute and relative moves, and lengths.
    """
    assert 'fill="#fff"' in svg
    size = re.search(r'viewBox="0 0 (\d+) \1"', svg) or re.search(r'width="(\d+)0"', svg)
    side = int(size.group(1))  # a file is ten times as large
    (path,) = re.findall(r'stroke="#000"[^>]* d="([^"]*)"|d="([^"]*)"[^>]*stroke="#000"', svg)
    picture = np.full((side, side), 255, np.uint8)
    x = y = 0.0
    for order, numbers in re.findall(r"([Mmh])([-\d. ]+)", "".join(path)):
        values = [float(number) for number in numbers.split()]
        if order == "h":
            picture[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
        elif order == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    return Image.fromarray(picture.repeat(4, 0).repeat(4, 1))


@pytest.fixture
def opened(visit):
    """Go to a page at an address, press the button, and return what the dialog shows."""

    def open_it(page: str = "pages/draw.py", url: str | None = AT, **query: str):
        visitor = visit(page, **query)
        visitor.at.context = {"url": url} if url else {}
        return press(visitor)

    return open_it


def press(visitor):
    visitor.press("share")
    return visitor


def dialog(visitor) -> list:
    """Return the elements in the dialog, from the top."""
    return [
        message.delta.new_element
        for message in visitor.runner.forward_msgs()
        if message.metadata.delta_path and message.metadata.delta_path[0] == 2
        and message.delta.new_element.WhichOneof("type") not in (None, "html")  # the page's styles
    ]  # fmt: skip


def shown(visitor, kind: str) -> list:
    return [getattr(each, kind) for each in dialog(visitor) if each.WhichOneof("type") == kind]


def shown_address(visitor) -> str:
    return shown(visitor, "code")[-1].code_text  # what it said before stays in the queue


@pytest.mark.parametrize("length", [20, 300, 1000, share.MOST])
def test_a_decoder_reads_what_was_written(length):
    words = "".join(itertools.islice(itertools.cycle("abc1_-.%20"), length))
    url = f"https://example.org/?{words}"[:length]
    qr = share.code(url)
    assert read(Image.open(io.BytesIO(share.png_file(qr)))) == [url]
    assert read(drawn(share.svg(qr))) == [url]
    assert read(drawn(share.svg_file(qr).decode())) == [url]


def test_files_are_large_enough_and_have_a_quiet_zone():
    for length in (20, 700, 2900):
        qr = share.code("x" * length)
        picture = np.asarray(Image.open(io.BytesIO(share.png_file(qr))).convert("L"))
        assert min(picture.shape) >= 1000
        module = picture.shape[0] // qr.symbol_size(border=share.LIGHT)[0]
        quiet = 4 * module
        assert (picture[:quiet] == 255).all()
        assert (picture[:, -quiet:] == 255).all()
        assert (picture[quiet : quiet + 7 * module, quiet] == 0).all()


def test_modules_are_as_large_as_can_be():
    qr = share.code("https://example.org/draw?level=0.5")
    assert qr.version == segno.make("https://example.org/draw?level=0.5", error="l").version
    assert not qr.is_micro


def test_more_than_a_code_holds_gives_none():
    assert share.code("x" * share.MOST) is not None
    assert share.code("x" * (share.MOST + 1)) is None
    assert share.code("ã" * (share.MOST // 2 + 1)) is None


@pytest.mark.parametrize(
    ("url", "nowhere"),
    [
        ("http://localhost:8501/draw", True), ("http://127.0.0.1/", True),
        ("http://[::1]:80/", True), ("http://0.0.0.0:8501", True), ("http://lab.localhost/", True),
        ("http://192.168.1.5:8501/", False), ("https://localhost.example.org/", False),
        (AT, False),
    ],
)  # fmt: skip
def test_an_address_of_ones_own_device_is_known(url, nowhere):
    assert share.leads_nowhere(url) == nowhere


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shares_its_own_address(opened, page):
    visitor = opened(page)
    slug = page.split("/")[1].removesuffix(".py").replace("home", "")
    address = urlsplit(shown_address(visitor))
    assert f"{address.scheme}://{address.netloc}" == "https://lab.example.org"
    assert address.path.rstrip("/") == f"/numbers/{slug}".rstrip("/")
    assert not address.query
    assert not shown(visitor, "alert")


def test_nothing_is_made_before_the_button_is_pressed(visit, monkeypatch):
    monkeypatch.setattr(segno, "make", lambda *_given, **_named: pytest.fail("made"))
    assert dialog(visit("pages/draw.py")) == []


def test_the_press_runs_its_fragment_alone_and_shows_a_code_that_can_be_read(opened):
    visitor = opened(level="0.5", noise="masking")
    assert visitor.runner.starts == 1
    assert visitor.runner.asked["fragment_id"]
    (images,) = shown(visitor, "imgs")
    svg = base64.b64decode(images.imgs[0].url.partition("base64,")[2]).decode()
    (url,) = read(drawn(svg))
    assert url == shown_address(visitor)
    assert parse_qs(urlsplit(url).query) == {"level": ["0.5"], "noise": ["masking"]}


def test_the_code_follows_a_slider_in_a_fragment(opened):
    visitor = opened(level="0.5")
    visitor.choose("slider", shared.LEVEL, 0.8)
    assert visitor.runner.asked["fragment_id"]  # the slider's run passes app.py by
    assert "level=0.8" in shown_address(press(visitor))
    visitor.choose("slider", shared.LEVEL, 0.0)
    assert "level" not in shown_address(press(visitor))


def test_the_presenters_switch_stays_with_her(opened):
    address = shown_address(opened(present="on", level="0.5"))
    assert address == f"{AT}draw?level=0.5"


def test_a_link_of_a_few_words_opens_the_same_view(opened, visit):
    visitor = opened("pages/latent.py", z="-1.25_0.5", layers="map circles", lang="pt")
    query = {name: value for name, (value,) in
             parse_qs(urlsplit(shown_address(visitor)).query).items()}  # fmt: skip
    assert visit("pages/latent.py", **query).link == visitor.link == query


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_an_address_that_nobody_else_can_open_is_said(opened, language):
    visitor = opened(url="http://localhost:8501/draw", lang=language)
    (warning,) = shown(visitor, "alert")
    assert "`localhost`" in warning.body
    assert "--server.address 0.0.0.0" in warning.body
    assert len(shown(visitor, "imgs")) == 1


def test_a_browser_that_does_not_say_where_it_is(opened):
    visitor = opened(url=None)
    (told,) = shown(visitor, "alert")
    assert "address bar" in told.body
    assert shown(visitor, "imgs") == shown(visitor, "code") == []


@pytest.mark.parametrize(("length", "codes"), [(1500, 1), (4000, 0)])
def test_long_addresses_are_said_to_be_long(opened, length, codes):
    visitor = opened(url="https://example.org/" + "x" * length)
    assert len(shown(visitor, "imgs")) == codes
    words = [*(each.body for each in shown(visitor, "alert")),
             *(each.body for each in shown(visitor, "markdown"))]  # fmt: skip
    assert sum("characters" in each for each in words) == 1


def test_an_upload_is_said_not_to_travel(opened):
    assert "upload" in " ".join(each.body for each in shown(opened(input="upload"), "alert"))
    assert not shown(opened(input="draw"), "alert")
    visitor = opened(input="upload")
    visitor.go("pages/holes.py")  # which shows no digit of the visitor's
    assert not shown(press(visitor), "alert")
    assert "input" not in visitor.link
