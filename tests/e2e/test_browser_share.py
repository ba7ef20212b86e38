"""The QR code of the present view: read off the screen, as a phone does it."""

import io

import pytest
import zxingcpp
from PIL import Image

pytestmark = pytest.mark.browser


def scanned(window) -> list[str]:
    """Return what a phone reads from the screen."""
    screen = Image.open(io.BytesIO(window.page.screenshot()))
    return [code.text for code in zxingcpp.read_barcodes(screen)]


def share(window):
    """Open the dialog by its button."""
    window.page.locator(".st-key-share button:visible").click()
    window.page.locator(".st-key-share_code img").wait_for()
    return window.settle()


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [
        (360, 640, "light"), (390, 844, "dark"), (768, 1024, "light"), (1024, 640, "dark"),
        (1280, 720, "light"), (1280, 720, "dark"), (1920, 1080, "light"),
    ],
)  # fmt: skip
def test_the_code_on_the_screen_is_the_address_of_the_window(visit, width, height, scheme):
    window = visit(
        "/draw?level=0.5&noise=masking&input=sample",
        viewport={"width": width, "height": height},
        color_scheme=scheme,
    )
    share(window)
    window.wait(lambda: scanned(window) == [window.page.url], "a code that can be read")
    box = window.page.locator(".st-key-share_code img").bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert box["width"] > 0.75 * min(width, height)
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height  # in one screen
    copy = window.page.locator(".st-key-share_words .stCode button")
    assert copy.is_visible()
    assert min(copy.bounding_box()["width"], copy.bounding_box()["height"]) >= 44


def test_the_code_follows_a_slider_and_can_be_taken_away(visit):
    window = visit("/draw?input=sample")
    for level in ("0.01", "0.02"):
        window.press("lab_level", "ArrowRight", 1)
        window.wait(lambda: window.link().get("level") == level, "the level")  # noqa: B023
        share(window)
        window.wait(lambda: scanned(window) == [window.page.url], "the new code")
        with window.page.expect_download() as download:
            window.page.get_by_role("button", name="QR code (PNG)").click()
        picture = Image.open(download.value.path())
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [window.page.url]
        assert picture.width >= 1000
        window.settle()
        assert window.page.locator("[role=dialog]").count() == 1  # it stays open
        window.page.keyboard.press("Escape")
        window.page.locator("[role=dialog]").wait_for(state="detached")
