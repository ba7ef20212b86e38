"""The small picture of the digit and how formulas enlarge it, computed by the browser.

Shows nothing by itself: while the hand moves it fills the boards' pictures that are called "small",
or as one of `ae_core.enlarge.FILTERS` (`board.Picture.live`).
"""

from __future__ import annotations

import json
from pathlib import Path

from ...text import current
from ..source import mount

_enlarged = mount("enlarged", Path(__file__).parent)


def show(side: int, caption: str) -> None:
    """Bring what the browser has to know; once a page.

    Args:
        side: of the small picture.
        caption: template of what stands below a picture, with {psnr} and {ssim}.
    """
    head = {"side": side, "caption": caption, "language": current()}
    _enlarged(data=json.dumps(head).encode() + b"\n", key="enlarged", height=1)
