"""A deep link as the very first request to a server: Streamlit alone would show a bare page."""

import re

import pytest
from browser import PATHS, Window, translated

from pages.ui import frame

pytestmark = pytest.mark.browser
PAGES = dict(zip(PATHS, frame.pages(), strict=True))
WATCH = """
window.labels = new Set();
const look = () => {
  for (const link of document.querySelectorAll(
    '[data-testid="stTopNavLink"], [data-testid="stTopNavSection"], ' +
    '[data-testid="stSidebarNavLink"]'))
    window.labels.add((link.querySelector("p") ?? link).textContent);
  if (document.querySelector('[data-testid="stSidebarNav"]')) window.labels.add("a side menu");
};
new MutationObserver(look).observe(document, { childList: true, subtree: true });
"""


class Watched(Window):
    """Notes the label of every menu entry from the first moment on."""

    def before_load(self) -> None:
        self.page.add_init_script(WATCH)


@pytest.mark.parametrize(("path", "language"), [("/draw", "en"), ("/latent", "pt")])
def test_the_first_visitor_gets_the_page_in_its_frame(chromium, start, path, language):
    window = Watched(chromium, start(), f"{path}?lang={language}", locale="en-US")
    page = window.page
    title = translated(PAGES[path].title, language)
    assert page.locator('[data-testid="stException"]').count() == 0
    assert page.get_by_text(title, exact=True).first.is_visible()
    assert page.locator(".st-key-lab_lang [role=radio]").count() == 3
    assert page.locator("canvas.pixels").count() > 3
    titles = {translated(page.group or page.title, language) for page in frame.pages()}
    seen = page.evaluate("[...window.labels]")
    # "8 more" stands there for a frame, while Streamlit measures what finds room.
    assert {label for label in seen if not re.fullmatch(r"\d+ more", label)} == titles
    window.context.close()
