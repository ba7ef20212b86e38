"""Opening a picture that a stranger sent, within bounds on memory and time.

A few bytes can claim gigapixels, or keep a decoder busy for minutes. So a picture is looked at
before it is unpacked: how large it says it is, and of which parts it consists; what is no pixel is
left out, and of its metadata only the orientation is read. Then a process of its own unpacks it,
with bounds on memory and seconds, two at a time. A small PNG costs less than a process does: it is
unpacked here.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL

from . import upload_child

MAX_BYTES = 12 * 1024 * 1024  # of a file: a phone's photo of 12 megapixels has 3 to 6
MAX_SIDE = 16_384  # pixels
MAX_PIXELS = 13_000_000  # 4,032 × 3,024 are 12.2 million, 4,080 × 3,072 are 12.5
MAX_PIXELS_JPEG = 51_000_000  # of a JPEG that can be unpacked at an eighth: 8,192 × 6,144 are 50.3
MAX_SCANS = 32  # of a progressive JPEG: the usual has 10, and each goes through all pixels
MAX_PARTS = 10_000  # chunks, segments, blocks: 12 MB of PNG in usual chunks are 1,500
LONGEST_FILLING = 1024  # bytes FF in a row between two scans: a decoder starts again at each
SMALL_BYTES = 256 * 1024  # at most this large, and with as many pixels,
SMALL_PIXELS = 512 * 512  # a PNG is unpacked in this process: in 10 ms, with 10 MB
AT_A_TIME = 2  # processes
MEMORY = 512 * 1024 * 1024  # bytes of address space of each
SECONDS = 5  # of each
PATIENCE = 4.0  # seconds to wait for one's turn: with `SECONDS`, less than the 10 promised
LARGE_PIXELS = 4_000_000  # of a file that is unpacked whole; one such at a time: up to 300 MB each

_turns = threading.BoundedSemaphore(AT_A_TIME)
_large_turn = threading.BoundedSemaphore(1)
_BANDS = {"L": 1, "RGB": 3, "RGBA": 4}
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # no stuffed byte, no restart, no filling
_SEGMENT = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")  # nor what is reserved
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # JPEG's SOF markers
_SEQUENTIAL = (0xC0, 0xC1)  # those that are unpacked row by row
_TABLES = (0xC4, 0xCC, 0xDB, 0xDC, 0xDD)


class BadImage(ValueError):  # noqa: N818 - the name is part of the public API
    """The picture cannot be used; `reason` is one of `REASONS`."""

    REASONS = (
        *("empty", "too_many_bytes", "not_an_image", "truncated"),  # of an upload
        *("too_large", "too_costly", "busy"),  # of an upload, too
        *("too_small", "shape", "not_finite"),  # of any picture
    )

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True)
class _Picture:
    """What a file says of itself, and the parts of it that make its pixels."""

    kind: str
    size: tuple[int, int]
    parts: list[slice]
    orientation: int = 1
    most_pixels: int = MAX_PIXELS


def opened(contents: bytes) -> np.ndarray:
    """Return an uploaded file's pixels, uint8 (h, w), (h, w, 3) or (h, w, 4), upright.

    Raises:
        BadImage: whatever is wrong with the file.
    """
    if not contents:
        raise BadImage("empty", "the file is empty")
    if len(contents) > MAX_BYTES:
        raise BadImage("too_many_bytes", f"expected at most {MAX_BYTES} bytes, got {len(contents)}")
    try:
        picture = _looked_at(contents)
    except BadImage:
        raise
    except Exception:  # it ends early, most likely
        raise _damaged() from None
    width, height = picture.size
    if min(width, height) < 1:
        raise _damaged()
    if width * height > picture.most_pixels or max(width, height) > MAX_SIDE:
        raise BadImage(
            "too_large",
            f"expected at most {picture.most_pixels} pixels and {MAX_SIDE} a side,"
            f" got {width} × {height}",
        )
    small = picture.kind == "PNG" and width * height <= SMALL_PIXELS
    if small and len(contents) <= SMALL_BYTES:
        return _unpacked_here(contents, picture)
    return _unpacked_apart(contents, picture)


def _damaged() -> BadImage:
    return BadImage("truncated", "the file ends early or is damaged")


def _too_costly(what: str) -> BadImage:
    return BadImage("too_costly", f"the picture takes too long or too much memory: {what}")


def _unpacked_here(contents: bytes, picture: _Picture) -> np.ndarray:
    whole = b"".join(contents[part] for part in picture.parts)
    try:
        mode, size, pixels = upload_child.unpack(
            whole, picture.kind, picture.size, picture.orientation
        )
    except Exception:  # whatever a decoder says of a damaged file
        raise _damaged() from None
    return _array(mode, size, pixels)


def _unpacked_apart(contents: bytes, picture: _Picture) -> np.ndarray:
    child = Path(upload_child.__file__)
    command = [  # -I -S: neither the environment nor what is installed has a say in it
        *(sys.executable, "-I", "-S", str(child), str(Path(PIL.__file__).parent.parent)),
        *(str(MEMORY), str(SECONDS), picture.kind),
        *(str(number) for number in (*picture.size, picture.orientation)),
    ]
    width, height = picture.size
    large = picture.kind != "JPEG" and width * height > LARGE_PIXELS
    try:
        with _turn(large):
            done = subprocess.run(
                command,
                input=b"".join(contents[part] for part in picture.parts),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise _too_costly(f"more than {SECONDS} s") from None
    except OSError as error:
        raise BadImage("busy", f"no process can be started to open it: {error}") from None
    if done.returncode == upload_child.OUT_OF_MEMORY:
        raise _too_costly(f"more than {MEMORY} bytes")
    if done.returncode in (-9, -24):  # SIGKILL, by a host out of memory; SIGXCPU
        raise _too_costly("its process was ended")
    header, _, pixels = done.stdout.partition(b"\n")
    words = header.decode("ascii", "replace").split()
    if done.returncode or len(words) != 3:
        raise _damaged()
    return _array(words[0], (int(words[1]), int(words[2])), pixels)


@contextmanager
def _turn(large: bool) -> Iterator[None]:
    """Wait for one's turn to start a process, but not for long."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as held:
        for turns in (_large_turn, _turns) if large else (_turns,):
            if not turns.acquire(timeout=max(0.0, until - time.monotonic())):
                raise BadImage("busy", f"no turn within {PATIENCE} s: too many at once")
            held.callback(turns.release)
        yield


def _array(mode: str, size: tuple[int, int], pixels: bytes) -> np.ndarray:
    width, height = size
    if len(pixels) != width * height * _BANDS[mode]:
        raise _damaged()
    shape = (height, width) if mode == "L" else (height, width, _BANDS[mode])
    return np.frombuffer(pixels, np.uint8).reshape(shape)


# What a file says of itself. Each of these takes milliseconds, whatever is in the file; reading
# past its end is an `IndexError`.


def _number(contents: bytes, start: int, length: int, order: str = "big") -> int:
    found = contents[start : start + length]
    if start < 0 or len(found) < length:
        raise IndexError(f"expected {length} bytes at {start}, got {len(found)}")
    return int.from_bytes(found, "big" if order == "big" else "little")


def _looked_at(contents: bytes) -> _Picture:
    if contents.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(contents)
    if contents.startswith(b"\xff\xd8\xff"):
        return _jpeg(contents)
    if contents.startswith((b"GIF87a", b"GIF89a")):
        return _gif(contents)
    if contents.startswith(b"RIFF") and contents[8:15] == b"WEBPVP8" and contents[15:16] in b" LX":
        return _webp(contents)
    raise BadImage("not_an_image", "the file is not a PNG, JPEG, WebP or GIF")


def _count(parts: int) -> None:
    if parts > MAX_PARTS:
        raise _too_costly(f"more than {MAX_PARTS} parts")


def _png(contents: bytes) -> _Picture:
    """Keep the header, the palette, the transparent colour and the pixels."""
    if contents[12:16] != b"IHDR":
        raise _damaged()
    size = (_number(contents, 16, 4), _number(contents, 20, 4))
    kept, orientation = [slice(0, 8)], 0
    place, parts = 8, 0
    while place + 8 <= len(contents):
        _count(parts := parts + 1)
        length, name = _number(contents, place, 4), contents[place + 4 : place + 8]
        end = place + 12 + length
        if name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(slice(place, end))
        elif name == b"eXIf" and not orientation:
            orientation = _orientation(contents[place + 8 : end], 0)
        if name == b"IEND":
            break
        place = end
    return _Picture("PNG", size, kept, orientation or 1)


def _jpeg(contents: bytes) -> _Picture:
    """Keep the tables, the frame, the scans, and how its colours are stored.

    What follows its end is left out too: a phone appends a second picture, or a film.
    """
    size, sequential, components = (0, 0), False, 0
    kept, orientation = [slice(0, 2)], 0
    place, parts, scans = 2, 0, 0
    while found := _MARKER.search(contents, place):
        _count(parts := parts + 1)
        place, marker = found.start(), contents[found.start() + 1]
        if marker == 0xD9:
            kept.append(slice(place, place + 2))
            break
        if marker < 0xC0 or marker == 0xD8:  # reserved, or a start within: nothing follows it
            place += 2
            continue
        length = max(2, _number(contents, place + 2, 2))
        segment, end = place + 4, place + 2 + length
        if marker in _FRAMES:
            if components:
                raise _damaged()
            size = (_number(contents, segment + 3, 2), _number(contents, segment + 1, 2))
            components = _number(contents, segment + 5, 1)
            sequential = marker in _SEQUENTIAL
        if marker == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                raise _too_costly(f"more than {MAX_SCANS} scans")
            sequential &= _number(contents, segment, 1) == components
            next_segment = _SEGMENT.search(contents, end)
            following = next_segment.start() if next_segment else len(contents)
            if contents.find(b"\xff" * LONGEST_FILLING, end, following) >= 0:
                raise _damaged()
            kept.append(slice(place, following))
            place = following
            continue
        if marker in _FRAMES or marker in _TABLES or _tells_colours(contents, marker, segment):
            kept.append(slice(place, end))
        elif marker == 0xE1 and not orientation and contents[segment : segment + 6] == b"Exif\0\0":
            orientation = _orientation(contents[segment + 6 : end], 0)
        place = end
    if not components or not scans:
        raise _damaged()
    reducible = sequential and scans == 1
    most = MAX_PIXELS_JPEG if reducible else MAX_PIXELS
    return _Picture("JPEG", size, kept, orientation or 1, most)


def _tells_colours(contents: bytes, marker: int, segment: int) -> bool:
    names = {0xE0: b"JFIF", 0xEE: b"Adobe"}
    return marker in names and contents.startswith(names[marker], segment)


def _gif(contents: bytes) -> _Picture:
    """Keep the palettes, the transparent colour and the first frame."""
    size = (_number(contents, 6, 2, "little"), _number(contents, 8, 2, "little"))
    flags = _number(contents, 10, 1)
    place = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    kept, parts = [slice(0, place)], 0
    while (introducer := _number(contents, place, 1)) != 0x2C:  # the first frame
        _count(parts := parts + 1)
        if introducer == 0x3B:
            raise _damaged()
        start = place
        place += 1
        if introducer != 0x21:
            continue
        control = _number(contents, place, 1) == 0xF9
        place += 1
        while length := _number(contents, place, 1):
            _count(parts := parts + 1)
            place += 1 + length
        place += 1
        if control:
            kept.append(slice(start, place))
    left, top, width, height = (
        _number(contents, place + offset, 2, "little") for offset in (1, 3, 5, 7)
    )
    kept.append(slice(place, len(contents)))
    return _Picture("GIF", (max(size[0], left + width), max(size[1], top + height)), kept)


def _webp(contents: bytes) -> _Picture:
    """Keep everything: the decoder wants the file whole, and does not look into metadata."""
    name = contents[12:16]
    if name == b"VP8X":
        size = tuple(1 + _number(contents, place, 3, "little") for place in (24, 27))
    elif name == b"VP8L":
        bits = _number(contents, 21, 4, "little")
        size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    else:
        size = tuple(_number(contents, place, 2, "little") & 0x3FFF for place in (26, 28))
    place, parts, orientation = 12, 0, 1
    while place + 8 <= len(contents):
        _count(parts := parts + 1)
        if contents[place : place + 4] == b"EXIF":
            skipped = 6 if contents.startswith(b"Exif\0\0", place + 8) else 0
            orientation = _orientation(contents, place + 8 + skipped)
            break
        length = _number(contents, place + 4, 4, "little")
        place += 8 + length + length % 2
    return _Picture("WEBP", (size[0], size[1]), [slice(0, len(contents))], orientation)


def _orientation(contents: bytes, start: int) -> int:
    """Return the orientation in the EXIF block at `start`; 1, upright, if it cannot be read."""
    order = {b"II": "little", b"MM": "big"}.get(contents[start : start + 2])
    if order is None:
        return 1
    try:
        if _number(contents, start + 2, 2, order) != 42:
            return 1
        place = start + _number(contents, start + 4, 4, order)
        for _ in range(min(_number(contents, place, 2, order), 1_000)):
            tag, kind = (_number(contents, place + offset, 2, order) for offset in (2, 4))
            if tag == 0x0112 and kind in (3, 4):  # SHORT, LONG
                found = _number(contents, place + 10, 2 * (kind - 2), order)
                return found if 1 <= found <= 8 else 1
            place += 12
    except IndexError:
        pass
    return 1
