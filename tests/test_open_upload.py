"""Opening uploads: good ones are read, bad ones refused, and none takes long or much memory."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from test_preprocess import drawing

from ae_core import metrics, upload, upload_child
from ae_core.preprocess import BadImage, open_upload, to_mnist

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MILLION = 1_000_000


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("L", "RGB", "P", "1", "RGBA", "LA")),
        *(("JPEG", mode) for mode in ("L", "RGB", "1", "CMYK")),
        *(("WEBP", mode) for mode in ("L", "RGB", "P", "1", "RGBA", "LA")),
        *(("GIF", mode) for mode in ("L", "RGB", "P", "1", "RGBA", "LA")),
    ],
)
def test_every_kind_of_file_in_every_mode(kind, mode):
    contents = encoded(drawing(mode=mode), kind)
    grey = open_upload(contents)
    assert grey.dtype == np.float32
    assert grey.shape == (200, 200)
    expected = np.asarray(drawing()) / 255
    lossy = kind in ("JPEG", "WEBP")
    assert np.abs(grey - expected).mean() < (0.005 if lossy else 0.001)
    digit = to_mnist(np.asarray(drawing()))
    error = metrics.mse(to_mnist(grey)[None], digit[None])[0]
    assert error < (0.03 if lossy else 0.002)  # .015: their grain widens the ink a little


def test_grey_values_are_pillow_s():
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    expected = np.asarray(image.convert("L"), np.float32) / 255
    np.testing.assert_allclose(open_upload(encoded(image)), expected, atol=1.01 / 255)


def test_sixteen_bits_a_pixel():
    eight = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)
    sixteen = eight.astype(np.uint16) * 257
    found = open_upload(encoded(Image.fromarray(sixteen)))
    np.testing.assert_allclose(found, eight / 255, atol=1.01 / 255)


def test_transparent_palette_colour_is_paper():
    image = drawing(paper=0, ink=255, mode="P")  # light ink on a colour that is see-through
    grey = open_upload(encoded(image, transparency=0))
    assert grey[0, 0] != grey[40, 100]
    np.testing.assert_allclose(to_mnist(grey), to_mnist(np.asarray(drawing())), atol=0.01)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_undone(kind, orientation):
    flips = {  # how a camera that turned the picture so has stored it
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    upright = drawing((120, 200), 12, mode="RGB")
    stored = upright
    for flip in flips.get(orientation, []):
        stored = stored.transpose(flip)
    exif = Image.Exif()
    exif[0x0112] = orientation
    grey = open_upload(encoded(stored, kind, exif=exif))
    assert grey.shape == (200, 120)
    assert np.abs(grey - np.asarray(upright.convert("L")) / 255).mean() < 0.01


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation(kind):
    first, second = drawing(mode="RGB"), drawing(mode="RGB").rotate(90, fillcolor="white")
    contents = encoded(first, kind, save_all=True, append_images=[second])
    expected = np.asarray(drawing()) / 255
    assert np.abs(open_upload(contents) - expected).mean() < 0.02


@pytest.mark.parametrize("size", [(12_000, 1_000), (1_000, 12_000)])
def test_twelve_thousand_pixels(size):
    image = drawing((size[0] // 10, size[1] // 10), 60).resize(size, Image.Resampling.NEAREST)
    grey = open_upload(encoded(image, compress_level=1))  # 12 million pixels
    limit = upload_child.LARGEST_SIDE
    assert grey.shape == tuple(side * limit // max(size) for side in size[::-1])
    small = to_mnist(np.asarray(drawing((size[0] // 10, size[1] // 10), 60)))
    assert metrics.mse(to_mnist(grey)[None], small[None])[0] < 0.005


def test_one_line_twelve_thousand_pixels_wide():
    grey = open_upload(encoded(Image.new("L", (12_000, 1), 255)))
    assert grey.shape == (1, upload_child.LARGEST_SIDE)
    with pytest.raises(BadImage) as caught:
        to_mnist(grey)
    assert caught.value.reason == "too_small"


def test_one_pixel():
    grey = open_upload(encoded(Image.new("L", (1, 1))))
    assert grey.shape == (1, 1)
    with pytest.raises(BadImage) as caught:
        to_mnist(grey)
    assert caught.value.reason == "too_small"


def bad_upload(contents: bytes, reason: str):
    with pytest.raises(BadImage) as caught:
        open_upload(contents)
    assert caught.value.reason == reason
    assert reason in BadImage.REASONS
    assert len(str(caught.value)) > 10


def test_empty_file():
    bad_upload(b"", "empty")


@pytest.mark.parametrize(
    "contents",
    [
        b"Dear autoencoder, this is a text that was renamed to digit.png.\n" * 20,
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"\x89PNG",
        b"\0",
        encoded(drawing(), "BMP"),
        encoded(drawing(), "TIFF"),
        encoded(drawing(), "ICO"),
        encoded(drawing(), "PPM"),
    ],
    ids=["text", "svg", "pdf", "four bytes", "one byte", "bmp", "tiff", "ico", "ppm"],
)
def test_other_files(contents):
    bad_upload(contents, "not_an_image")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated_file(kind, share):
    grain = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    contents = encoded(Image.fromarray(grain), kind)
    bad_upload(contents[: int(share * len(contents))], "truncated")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0MM\0\xd3\0\0\0\x08",
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff",
    ],
)
def test_damaged_exif_is_no_crash(kind, exif):
    check_grey_or_refusal(encoded(drawing(mode="RGB"), kind, exif=exif))


# Files made to do harm. "Before" is what each did when Pillow was given the whole file, with 50 MB.

PNG = b"\x89PNG\r\n\x1a\n"
EXIF = b"Exif\0\0"


def chunk(name: bytes, contents: bytes = b"") -> bytes:
    check = struct.pack(">I", zlib.crc32(name + contents))
    return struct.pack(">I", len(contents)) + name + contents + check


def png(width=20, height=30, extra=b"", pixels=None, colours=0, depth=8) -> bytes:
    """A black PNG with `extra` chunks in it."""
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    row = b"\0" * (1 + width * {0: 1, 3: 1, 2: 3, 6: 4}[colours] * depth // 8)
    packed = zlib.compress(row * height, 1) if pixels is None else pixels
    return PNG + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed) + chunk(b"IEND")


def jpeg(extra=b"", width=200, height=200, scans=0, **options) -> bytes:
    """A white JPEG with `extra` segments in it, and `scans` more scans after its last."""
    contents = encoded(Image.new("RGB", (width, height), "white"), "JPEG", **options)
    last = contents.rindex(b"\xff\xda")
    more = contents[last:-2] * scans
    return contents[:2] + extra + contents[2:-2] + more + contents[-2:]


def segment(marker: int, contents: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(contents) + 2) + contents


def claiming(contents: bytes, width: int, height: int) -> bytes:
    """Let a JPEG say that it is larger."""
    for marker in (b"\xff\xc0", b"\xff\xc2"):
        if (place := contents.find(marker)) >= 0:
            size = struct.pack(">HH", height, width)
            return contents[: place + 5] + size + contents[place + 9 :]
    raise AssertionError("no frame")


def webp(width: int, height: int, chunks=None) -> bytes:
    """A WebP of 46 bytes that claims any size."""
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    bits = struct.pack("<I", (width - 1 & 0x3FFF) | (height - 1 & 0x3FFF) << 14)
    if chunks is None:
        chunks = b"VP8L" + struct.pack("<I", 8) + b"\x2f" + bits + b"\0\0\0"
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + sides + chunks
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(comments: int) -> bytes:
    """A GIF whose comment has as many blocks of one byte."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02D\x01\0;"
    return head + b"!\xfe" + b"\x01a" * comments + b"\0" + frame


def tiff(*entries: tuple[int, int, int, int], rest: bytes = b"", order: str = ">") -> bytes:
    """An EXIF block of (tag, type, count, value) and whatever they point to."""
    head = (b"MM" if order == ">" else b"II") + struct.pack(order + "HI", 42, 8)
    table = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        short = kind == 3 and count == 1
        table += struct.pack(order + ("HHIHxx" if short else "HHII"), tag, kind, count, value)
    return head + table + b"\0\0\0\0" + rest


TURNED = (0x0112, 3, 1, 6)
REFUSED = {  # reason, file; before
    "WebP, 46 bytes, 40 MP": ("too_large", lambda: webp(8000, 5000)),  # 690 MB
    "WebP, 200,000 frames": ("too_costly", lambda: webp(8, 8, b"ANMF\0\0\0\0" * 200_000)),
    "PNG, 1 × 39 million": ("too_large", lambda: png(1, 39 * MILLION, pixels=b"")),  # 1.4 GB
    "PNG, 16,385 wide": ("too_large", lambda: png(16_385, 1)),
    "PNG, a little too large": ("too_large", lambda: png(13_001, 1_000, pixels=b"")),
    "PNG, 60,000 × 60,000": ("too_large", lambda: png(60_000, 60_000, pixels=b"")),
    "PNG, empty chunks": ("too_costly", lambda: png(extra=chunk(b"abCd") * MILLION)),  # 8 s
    "PNG, empty pixel chunks": ("too_costly", lambda: png(extra=chunk(b"IDAT") * MILLION)),
    "progressive JPEG, 150 MP": (  # 1.2 GB
        "too_large",
        lambda: claiming(jpeg(progressive=True), 12_500, 12_000),
    ),
    "JPEG in three scans, 50 MP": (
        "too_large",
        lambda: claiming(jpeg(scans=1), 8_000, 6_250),
    ),
    "JPEG, 52 MP": ("too_large", lambda: claiming(jpeg(), 8_000, 6_500)),
    "JPEG, 1,000 scans": ("too_costly", lambda: jpeg(scans=1_000, progressive=True)),  # 94 s
    "JPEG, many Exif": ("too_costly", lambda: jpeg(segment(0xE1, EXIF + b"a") * 400_000)),  # 7 s
    "JPEG, empty APP1": ("too_costly", lambda: jpeg(segment(0xE1) * 3 * MILLION)),  # 13 s
    "JPEG, FF": ("truncated", lambda: b"\xff" + b"\xd8" + b"\xff" * 12 * MILLION),  # 11 s
    "JPEG, FF in a scan": (
        "truncated",
        lambda: jpeg(progressive=True)[:-2] + b"\xff" * 11 * MILLION + b"\xd9",
    ),
    "GIF, comments of one byte": ("too_costly", lambda: gif(5 * MILLION)),  # 3 s, 0.6 GB
    "12.6 MB": ("too_many_bytes", lambda: PNG + bytes(upload.MAX_BYTES - 7)),
    "JPEG with two frames": (
        "truncated",
        lambda: jpeg(segment(0xC0, b"\x08\0\x09\0\x09\1\1\x11\0")),
    ),
    "JPEG without an end to its frame": ("truncated", lambda: jpeg()[:100]),
    "JPEG without a scan": ("truncated", lambda: jpeg()[: jpeg().index(b"\xff\xda")]),
    "WebP that ends in its size": ("truncated", lambda: webp(8, 8)[:28]),
    "GIF that ends in its size": ("truncated", lambda: b"GIF89a\1"),
    "GIF without a frame": ("truncated", lambda: gif(0)[:21] + b";"),
    "PNG without a side": ("truncated", lambda: png(0, 5)),
}
INFLATED = chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(1 << 20), 9))
READ = {  # what is no pixel is not looked at: (height, width) of the result, file; before
    "PNG, 4.9 million SHORTs": (  # 22 s, 4.5 GB for 22 million
        (20, 30),
        lambda: png(20, 30, chunk(b"eXIf", tiff(TURNED, (0x010F, 3, 4_900_000, 50), rest=HUGE))),
    ),
    "PNG, a million rationals": (  # 15 s, 2.3 GB for 5 million
        (20, 30),
        lambda: png(20, 30, chunk(b"eXIf", tiff(TURNED, (0x010F, 5, MILLION, 50), rest=HUGE))),
    ),
    "PNG, Make as DOUBLE": (  # AttributeError
        (20, 30),
        lambda: png(20, 30, chunk(b"eXIf", tiff(TURNED, (0x010F, 12, 1, 38), rest=bytes(8)))),
    ),
    "JPEG, Exif pointer of 64 bits": (  # OverflowError
        (200, 100),
        lambda: jpeg(segment(0xE1, EXIF + ENDLESS), height=100),
    ),
    "PNG, iCCP 9,000 times": ((30, 20), lambda: png(extra=INFLATED * 9_000)),  # 11 s
    "JPEG, 180 Exif": ((200, 200), lambda: jpeg(segment(0xE1, EXIF + bytes(60_000)) * 180)),
    "JPEG, film after its end": ((200, 200), lambda: jpeg() + b"\0\0ftypmp4\xff\xd8" * MILLION),
    "GIF, 5,000 comments": ((1, 1), lambda: gif(5_000)),
}
HUGE = bytes(10 * MILLION)
ENDLESS = tiff(TURNED, (0x8769, 16, 1, 38), rest=b"\xff" * 8)


class Peak:
    """The most memory that this process and those it started have had."""

    def __enter__(self) -> Peak:
        self.before = self.most = self._now()
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._watcher.join()

    @property
    def grown(self) -> int:
        return self.most - self.before

    @staticmethod
    def _now() -> int:
        me = psutil.Process()
        mine, found = me.cmdline(), me.memory_info().rss
        for process in me.children(recursive=True):
            try:
                if process.cmdline() != mine:  # else it is about to start, and shows our memory
                    found += process.memory_info().rss
            except psutil.Error:  # it has ended
                continue
        return found

    def _watch(self) -> None:
        while not self._stop.wait(0.01):
            self.most = max(self.most, self._now())


def reason_of(contents: bytes) -> str:
    """Why a file is refused; "" if it is not."""
    try:
        open_upload(contents)
    except BadImage as error:
        assert error.reason in BadImage.REASONS
        return error.reason
    return ""


@pytest.mark.parametrize("name", REFUSED)
def test_crafted_file_is_refused_before_it_is_unpacked(name, monkeypatch):
    def unpacked(*_):
        raise AssertionError("unpacked")

    monkeypatch.setattr(upload, "_unpacked_here", unpacked)
    monkeypatch.setattr(upload, "_unpacked_apart", unpacked)
    reason, make = REFUSED[name]
    contents = make()
    started = time.process_time()
    bad_upload(contents, reason)
    assert time.process_time() - started < 3  # 0.3 at most


@pytest.mark.parametrize("name", READ)
def test_what_is_no_pixel_costs_nothing(name, monkeypatch):
    shape, make = READ[name]
    contents = make()
    given = []
    monkeypatch.setattr(upload, "_unpacked_here", remembering(upload._unpacked_here, given))
    monkeypatch.setattr(upload, "_unpacked_apart", remembering(upload._unpacked_apart, given))
    assert open_upload(contents).shape == shape
    assert given[0] < 20_000


def remembering(function, lengths: list[int]):
    """Note how many bytes of a file are given to a decoder."""

    def wrapped(contents, picture):
        lengths.append(sum(len(contents[part]) for part in picture.parts))
        return function(contents, picture)

    return wrapped


def heavy(number: int) -> bytes:
    """The most costly that is still unpacked."""
    make = (
        lambda: webp(4096, 3173),
        lambda: encoded(Image.new("RGBA", (4096, 3173)), "WEBP", lossless=True, method=0),
        lambda: png(4096, 3173, colours=6, depth=16),
        lambda: png(793, 16_384, chunk(b"PLTE", bytes(768)) + chunk(b"tRNS", b"\0"), colours=3),
        lambda: jpeg(width=4096, height=3173, scans=20, progressive=True, subsampling=0),
        lambda: encoded(Image.new("CMYK", (16_384, 2_047)), "JPEG"),
        lambda: encoded(Image.new("P", (4096, 3173)), "GIF"),
        lambda: jpeg(segment(0xDB, (b"\0" + b"\1" * 64) * 1_000) * 180),
    )
    return make[number]()


def test_eight_at_once_keep_to_time_and_memory():
    files = [heavy(number) for number in range(8)]
    started = time.monotonic()
    with Peak() as peak, ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(reason_of, files))
    assert time.monotonic() - started < 10
    assert peak.grown < 600 * MILLION  # 400; a page's own process has 390
    assert set(reasons) <= {"", "truncated", "too_costly", "busy"}


def test_eight_of_the_same_kind_keep_to_time_and_memory():
    contents = heavy(1)
    started = time.monotonic()
    with Peak() as peak, ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(reason_of, [contents] * 8))
    assert time.monotonic() - started < 10
    assert peak.grown < 600 * MILLION  # 330; two at a time would have 600
    assert set(reasons) <= {"", "too_costly", "busy"}


def test_a_photo_of_fifty_megapixels():
    contents = encoded(drawing((8192, 6144), 600), "JPEG", quality=80)
    with Peak() as peak:
        grey = open_upload(contents)
    assert grey.shape == (768, 1024)
    assert peak.grown < 200 * MILLION  # 50


# The bounds on the process


def test_a_picture_that_takes_too_long_is_ended(monkeypatch):
    # Other tests in this process have children of their own: servers and browsers.
    others = set(psutil.Process().children(recursive=True))
    monkeypatch.setattr(upload, "SECONDS", 0.001)
    bad_upload(jpeg(), "too_costly")
    assert set(psutil.Process().children(recursive=True)) <= others


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory")
def test_a_picture_that_takes_too_much_memory_is_ended(monkeypatch):
    contents = png(3_000, 3_000, colours=6)
    open_upload(contents)
    monkeypatch.setattr(upload, "MEMORY", 80 << 20)
    bad_upload(contents, "too_costly")


def test_a_core_is_not_used_for_longer_than_said():
    pytest.importorskip("resource")
    limit = f"from runpy import run_path; run_path({upload_child.__file__!r})['limit'](1 << 30, 1)"
    code = f"{limit}\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == -24


def test_whoever_waits_too_long_is_told_so(monkeypatch):
    monkeypatch.setattr(upload, "PATIENCE", 0.01)
    with upload._turn(large=False), upload._turn(large=False):
        bad_upload(jpeg(), "busy")
        assert open_upload(png()).shape == (30, 20)  # a drawing needs no turn
    assert open_upload(jpeg()).shape == (200, 200)


def test_large_pictures_take_turns(monkeypatch):
    monkeypatch.setattr(upload, "PATIENCE", 0.01)
    with upload._turn(large=True):
        bad_upload(png(3_000, 2_000), "busy")
        monkeypatch.setattr(upload, "PATIENCE", 4.0)
        assert open_upload(png(1_000, 2_000)).shape == (1024, 512)
        assert open_upload(jpeg(width=3_000, height=2_000)).shape == (683, 1024)


def test_turns_are_given_back_whatever_happens(monkeypatch):
    for _ in range(5):
        bad_upload(jpeg()[:-300], "truncated")
    with monkeypatch.context() as patch:
        patch.setattr(upload, "SECONDS", 0.001)
        for _ in range(5):
            bad_upload(jpeg(), "too_costly")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", os.devnull + "/python")
        for _ in range(5):
            bad_upload(jpeg(), "busy")
    assert open_upload(jpeg()).shape == (200, 200)


def test_a_small_png_is_unpacked_here(monkeypatch):
    def started(*_, **__):
        raise AssertionError("a process for a small PNG")

    monkeypatch.setattr(subprocess, "run", started)
    picture = np.zeros((280, 280, 4), np.uint8)
    picture[40:240, 100:140] = 255
    assert open_upload(encoded(Image.fromarray(picture))).shape == (280, 280)


@pytest.mark.parametrize("kind", FORMATS)
def test_both_ways_to_unpack_agree(kind, monkeypatch):
    contents = encoded(drawing((60, 50), 6, mode="RGB"), kind)
    apart = open_upload(contents)
    monkeypatch.setattr(upload, "_unpacked_apart", upload._unpacked_here)
    np.testing.assert_array_equal(open_upload(contents), apart)


def test_the_process_imports_pillow_alone():
    code = (
        "import sys; from runpy import run_path; sys.argv = [''];"
        f"run_path({upload_child.__file__!r})['unpack']({png()!r}, 'PNG', (20, 30), 1);"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "PIL" in loaded
    assert loaded.isdisjoint({"numpy", "scipy", "ae_core", "streamlit"})


# The orientation


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [3, 4])
def test_orientation_in_either_order_of_bytes(order, kind):
    block = tiff((0x010F, 3, 1, 0), (0x0112, kind, 1, 6), (0x0132, 3, 1, 0), order=order)
    assert open_upload(png(20, 30, chunk(b"eXIf", block))).shape == (20, 30)
    assert open_upload(jpeg(segment(0xE1, EXIF + block), height=100)).shape == (200, 100)


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"MM\0*\0\0\0\x08",
        b"MM\0*\xff\xff\xff\xff",
        tiff(TURNED)[:19],
        tiff((0x0112, 3, 1, 0)),
        tiff((0x0112, 3, 1, 9)),
        tiff((0x0112, 2, 1, 6)),
        tiff(*[(1, 3, 1, 6)] * 2_000),
        b"XX" + tiff(TURNED)[2:],
        b"MM\0+" + tiff(TURNED)[4:],
    ],
)
def test_an_orientation_that_cannot_be_read_is_upright(block):
    assert open_upload(png(20, 30, chunk(b"eXIf", block))).shape == (30, 20)


def test_many_exif_blocks_are_not_read_one_by_one():
    contents = png(20, 30, chunk(b"eXIf", tiff(*[(1, 3, 1, 6)] * 70)) * 9_000)
    started = time.process_time()
    assert open_upload(contents).shape == (30, 20)
    assert time.process_time() - started < 1  # 0.05


# Anything at all


def check_grey_or_refusal(contents):
    try:
        grey = open_upload(contents)
    except BadImage as error:
        assert error.reason in BadImage.REASONS
        return
    assert grey.ndim == 2
    assert grey.dtype == np.float32
    assert ((grey >= 0) & (grey <= 1)).all()


SIGNATURES = (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8 ")
SIDEWAYS = Image.Exif()
SIDEWAYS[0x0112] = 6
UPLOADS = (
    *(encoded(drawing((30, 20), 4, mode="RGB"), kind, exif=SIDEWAYS) for kind in FORMATS[:3]),
    encoded(drawing((30, 20), 4, mode="P"), "GIF", save_all=True, append_images=[drawing((9, 9))]),
    encoded(drawing((30, 20), 4, mode="P"), transparency=0),
    encoded(drawing((30, 20), 4, mode="CMYK"), "JPEG"),
    encoded(Image.fromarray(np.full((20, 30), 40_000, np.uint16))),
)


@given(st.sampled_from(SIGNATURES), st.binary(max_size=300))
def test_any_bytes(signature, rest):
    check_grey_or_refusal(signature + rest)


@given(st.data())
def test_any_damage_to_a_file(data):
    contents = bytearray(data.draw(st.sampled_from(UPLOADS)))
    for _ in range(data.draw(st.integers(0, 6))):
        contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    check_grey_or_refusal(bytes(contents[: data.draw(st.integers(1, len(contents)))]))


@given(st.data())
def test_any_damage_to_an_exif_block(data):
    block = bytearray(tiff(TURNED, (0x010F, 2, 4, 0), (0x8769, 4, 1, 8), rest=bytes(40)))
    for _ in range(data.draw(st.integers(0, 8))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    block = bytes(block[: data.draw(st.integers(0, len(block)))])
    assert open_upload(png(20, 30, chunk(b"eXIf", block))).shape in ((30, 20), (20, 30))
