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
    send(data) {{ setTimeout(() => super.send(data), window.late ?? {LATE}); }}
  }};"""

# The networks of a page are there in the moment in which it is left.
NETWORKS_AT_THE_CLICK = """
  const clicked = new Promise((go) => { addEventListener("click", go); });
  const { arrayBuffer } = Response.prototype;
  Response.prototype.arrayBuffer = async function () {
    if (this.url) await clicked;
    return arrayBuffer.call(this);
  };
  window.said = [];
  window.late = 0;
  clicked.then(() => { window.late = 3000; });
  window.WebSocket = class extends WebSocket {
    send(data) {
      if (location.pathname === "/") said.push(new TextDecoder().decode(data));
      super.send(data);
    }
  };"""


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


def test_what_a_page_says_while_it_is_left_does_not_empty_the_next_one(late):
    window = late(LATE_REQUESTS + NETWORKS_AT_THE_CLICK, "/")
    window.page.locator('.picture[data-name="deep"] a').click()
    window.wait(lambda: window.path() == "/draw", "the page of the network").settle()
    said = window.page.evaluate("said")
    assert any('"picked"' in message for message in said)
    assert not any('"computing"' in message for message in said)
    assert "lab_model" in window.choices()
    assert "Draw" in window.page.title()
