"""Uploads: good pictures are used, bad files get a sentence."""

import gc
import io
import zlib

import numpy as np
import pytest
from PIL import Image
from visitor import STROKES, picture_of, png, translated

from ae_core import preprocess
from pages.ui import shared, text
from pages.ui.inputs import digit

SEVEN = picture_of(STROKES["seven"])


def saved(picture: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, kind)
    return file.getvalue()


def too_many_pixels() -> bytes:
    """Return the head of a PNG that says it has a gigapixel."""
    contents = bytearray(saved(Image.new("RGB", (8, 8)), "PNG"))
    contents[16:24] = (40_000).to_bytes(4, "big") * 2
    contents[29:33] = zlib.crc32(contents[12:29]).to_bytes(4, "big")
    return bytes(contents)


EMPTY_CHUNK = bytes(4) + b"teSt" + zlib.crc32(b"teSt").to_bytes(4, "big")
BAD = {
    "empty": b"",
    "not_an_image": b"GIF and PNG are what I am not",
    "truncated": png(SEVEN)[:400],
    "too_large": too_many_pixels(),
    "too_many_bytes": b"\x89PNG\r\n\x1a\n" + bytes(12 * 1024 * 1024),
    "too_costly": png(SEVEN)[:33] + 10_001 * EMPTY_CHUNK + png(SEVEN)[33:],
    "too_small": saved(Image.new("L", (7, 30)), "PNG"),
    "blank": saved(Image.new("L", (60, 60), 200), "PNG"),
    "dot": png(picture_of(STROKES["dot"])),
    "scribble": png(picture_of(STROKES["scribble"])),
}


def upload(visitor, contents: bytes, name: str = "digit.png"):
    return visitor.choose("file_uploader", "upload", (name, contents, "image/png"))


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("reason", BAD)
def test_a_bad_file_gets_a_sentence_and_the_last_good_one_stays(visit, reason, language):
    visitor = upload(visit("pages/draw.py", lang=language, input="upload"), png(SEVEN))
    good = visitor.step(1)
    assert upload(visitor, BAD[reason]).warnings == [translated(digit.PROBLEMS[reason], language)]
    assert (visitor.step(1) == good).all()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_of_every_kind_are_used(visit, kind):
    contents = saved(SEVEN, kind)
    visitor = upload(visit("pages/draw.py", input="upload"), contents, f"digit.{kind}")
    assert visitor.warnings == []
    kept = visitor.at.session_state["digits"]["upload"].image
    expected = preprocess.to_mnist(preprocess.open_upload(png(SEVEN)))
    assert np.abs(kept - expected).mean() < 0.05  # JPEG and WebP blur the strokes


@pytest.mark.parametrize(
    ("reason", "opened"), [(None, True), ("blank", True), ("truncated", False)]
)
def test_what_was_uploaded_is_shown_small(visit, reason, opened):
    visitor = visit("pages/draw.py", input="upload")
    upload(visitor, BAD[reason] if reason else png(SEVEN.resize((900, 600))))
    assert len(visitor.at.image) == opened
    captions = [caption.value for caption in visitor.at.caption]
    assert ("Until then you see an example." in captions) == bool(reason)
    upload(visitor, png(SEVEN))
    upload(visitor, BAD["truncated"])
    assert "You still see the picture before it." in [c.value for c in visitor.at.caption]


def test_an_upload_goes_to_the_other_pages_but_not_into_the_link(visit):
    visitor = upload(visit("pages/draw.py", input="upload"), png(SEVEN))
    uploaded = visitor.at.session_state["digits"]["upload"].image
    visitor.go("pages/latent.py")
    assert np.array_equal(visitor.at.session_state["digits"]["upload"].image, uploaded)
    assert visitor.at.segmented_control(key=shared.INPUT.key).value == "upload"
    assert set(visitor.link) == {"input"}


def test_every_reason_to_refuse_has_a_sentence():
    reasons = {*preprocess.BadImage.REASONS, *preprocess.BlankDrawing.REASONS}
    assert reasons | {"too_long", "damaged_link"} == set(digit.PROBLEMS)
    assert reasons - set(BAD) == {"shape", "not_finite", "busy"}  # no file alone can have these


def problems_alive() -> int:
    gc.collect()
    kinds = (preprocess.BadImage, preprocess.BlankDrawing)
    return sum(isinstance(found, kinds) for found in gc.get_objects())


@pytest.mark.parametrize("reason", ["not_an_image", "blank"])
def test_a_bad_file_leaves_no_exception_behind_however_often_the_page_runs(visit, reason):
    """One that is kept and raised again holds every frame that it has ever passed through."""
    visitor = upload(visit("pages/draw.py", input="upload"), BAD[reason])
    before = problems_alive()
    for _ in range(50):
        visitor.run()
    assert visitor.warnings == [digit.PROBLEMS[reason]]
    assert problems_alive() == before == 0
