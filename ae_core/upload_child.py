"""The process that unpacks one picture, with bounds on its memory and its seconds.

`upload` starts this file as a script: it reads a picture from its input and writes its pixels to
its output. It imports nothing but Pillow, so it is there in a twentieth of a second.
"""

from __future__ import annotations

import importlib
import io
import sys

LARGEST_SIDE = 1024  # pixels: a larger picture is reduced to this
OUT_OF_MEMORY = 3  # exit code
PLUGINS = {  # straight to the one decoder: `Image.open` imports and asks others too
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
}
TURNS = {  # EXIF orientation: the name of the transposition that undoes it
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def unpack(
    contents: bytes, kind: str, size: tuple[int, int], orientation: int
) -> tuple[str, tuple[int, int], bytes]:
    """Return (mode, (width, height), pixels): mode is "L", "RGB" or "RGBA", with 8 bits a value.

    Args:
        contents: the picture's file.
        kind: one of `PLUGINS`.
        size: width and height it must have.
        orientation: as EXIF counts it; 1 is upright.

    Raises:
        Exception: of any kind, when the file is damaged.
    """
    module, name = PLUGINS[kind]
    plugin = getattr(importlib.import_module(module), name)
    from PIL import Image

    with plugin(io.BytesIO(contents)) as image:
        if image.size != size:
            raise ValueError(f"expected {size} pixels, got {image.size}")
        most = (LARGEST_SIDE, LARGEST_SIDE)
        image.draft("L", most)  # does nothing but for a JPEG
        image.load()
        if image.mode.startswith("I"):  # 16 bits a pixel
            image = image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
        elif image.has_transparency_data:
            image = image.convert("RGBA")
        elif image.mode not in ("L", "RGB", "CMYK"):
            image = image.convert("RGB")
        image.thumbnail(most, Image.Resampling.BOX)
        if image.mode == "CMYK":  # after it is reduced: CMYK is as large as what comes of it
            image = image.convert("RGB")
        if orientation in TURNS:
            image = image.transpose(Image.Transpose[TURNS[orientation]])
        return image.mode, image.size, image.tobytes()


def limit(memory: int, seconds: int) -> None:
    """Let this process have at most `memory` bytes and `seconds` of a core, where that can be said.

    Linux knows both, macOS only the seconds, Windows neither.
    """
    try:
        import resource
    except ImportError:
        return
    bounds = {  # the first ends it with a signal of its own, the second with the common one
        "RLIMIT_AS": (memory, memory),
        "RLIMIT_CPU": (seconds, seconds + 1),
        "RLIMIT_CORE": (0, 0),
    }
    for name, most in bounds.items():
        try:
            resource.setrlimit(getattr(resource, name), most)
        except (ValueError, OSError):  # the host allows less already, or does not know it
            continue


def main(arguments: list[str]) -> int:
    """Unpack what comes in: (where Pillow is, bytes, seconds, kind, width, height, orientation)."""
    pillow, memory, seconds, kind, width, height, orientation = arguments
    limit(int(memory), int(seconds))
    sys.path.append(pillow)
    try:
        contents = sys.stdin.buffer.read()
        mode, size, pixels = unpack(contents, kind, (int(width), int(height)), int(orientation))
        sys.stdout.buffer.write(f"{mode} {size[0]} {size[1]}\n".encode() + pixels)
        sys.stdout.buffer.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:  # whatever a decoder says of a damaged file
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
