"""The page of compression under a pen."""

import pytest
from browser import SEVEN, apart

pytestmark = pytest.mark.browser
SHOWN = """(pictures) => Object.fromEntries(pictures.map((picture) => [
  picture.querySelector(".title").textContent,
  [picture.querySelector("canvas").toDataURL(), picture.querySelector(".caption").innerText]]))"""
FILES = {"JPEG", "WebP"}


def shown(window) -> dict[str, list[str]]:
    """Return contents and caption of each picture, by its title."""
    return window.page.locator(".board .picture").evaluate_all(SHOWN)


def test_codes_follow_the_pen_and_files_wait(visit):
    window = visit("/compression?bytes=64&bits=4")
    there = "Object.keys(autoencoderLab.networks).length >= 6"
    window.wait(lambda: window.page.evaluate(there), "the networks").settle()
    before, link = shown(window), window.link()
    assert len(before) == 9
    window.page.mouse.move(*window.point(*SEVEN[0]))
    window.page.mouse.down()
    for place in SEVEN[1:]:
        window.page.mouse.move(*window.point(*place), steps=8)

    def still() -> set[str]:
        return {title for title, (now, _) in shown(window).items() if now == before[title][0]}

    # A budget that is too small for a method leaves it grey.
    grey = {title for title, (_, caption) in before.items() if caption.startswith("needs")}
    window.wait(lambda: still() == FILES | grey, "all but the files")
    assert window.link() == link  # the server has not heard of it
    window.page.wait_for_timeout(500)  # the last digit has been through all
    moved = shown(window)
    window.page.mouse.up()
    window.wait_for_ink(bool)
    rested = shown(window)
    assert all(rested[title][0] != before[title][0] for title in FILES - grey)
    for title in set(moved) - FILES - grey:  # no jump to what the server says
        assert apart(moved[title][0], rested[title][0]).mean() < 5, title
        ours, theirs = (shown[title][1].split("\n") for shown in (moved, rested))
        assert ours[:-1] == theirs[:-1]
        assert ours[-1].endswith(" dB") or title == "Your digit"
