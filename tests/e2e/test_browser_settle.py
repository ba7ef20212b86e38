"""A test that has waited sees all that is to come, however late it comes."""

import pytest
from browser import Window

pytestmark = pytest.mark.browser
LATE = 1500  # ms, much longer than the moment without news that `settle` waits for
LATE_MODULES = f"""
  const json = Response.prototype.json;
  const late = () => new Promise((go) => setTimeout(go, {LATE}));
  Response.prototype.json = async function () {{
    if (this.url) return json.call(this);
    do {{
      await late();
    }} while (!document.querySelector('[data-test-script-state="notRunning"]'));
    await late();
    return json.call(this);
  }};"""
LATE_REQUESTS = f"""
  window.WebSocket = class extends WebSocket {{
    send(data) {{ setTimeout(() => super.send(data), {LATE}); }}
  }};"""


@pytest.fixture
def late(chromium, server):
    """Open a page in a browser in which something comes late."""
    windows = []

    def late(what: str, path: str) -> Window:
        class Late(Window):
            def before_load(self) -> None:
                self.page.add_init_script(what)

        windows.append(Late(chromium, server, path))
        return windows[-1]

    yield late
    for window in windows:
        window.context.close()


def test_components_may_come_late(late):
    window = late(LATE_MODULES, "/draw?lang=pt")
    assert window.page.locator("canvas.pixels").count() == 13


def test_an_answer_may_come_late(late):
    window = late(LATE_REQUESTS, "/draw?input=sample")
    window.choose("lab_digit", 4)
    assert window.link()["digit"] == "4"
    window.press("lab_level", "PageUp", 2)
    assert window.link()["level"] == "0.2"


def test_another_page_may_come_late(late):
    window = late(LATE_REQUESTS, "/")
    window.page.locator('.picture[data-name="deep"] a').click()
    window.settle()
    assert window.path() == "/draw"
    assert window.link() == {"model": "deep"}
    assert "lab_model" in window.choices()
