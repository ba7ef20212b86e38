"""What a browser is given to compute with itself."""

import gzip
from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest
from javascript import COMPONENTS, base64, module, needs_node, run
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

import ae_core
from ae_core import browser
from pages.ui import cache
from pages.ui.components import networks

FETCHING = f'await import("{(COMPONENTS / "networks" / "fetching.js").as_uri()}")'
QUEUE = f'await import("{(COMPONENTS / "networks" / "queue.js").as_uri()}")'
READ = f"""
  const {{ unpacked }} = {FETCHING};
  const {{ family }} = {module("family")};
  const {{ decode }} = {module("network")};
  const read = family(await unpacked(bytes(given.file)));
"""
CODES = np.array([[0.5, -1.25], [2, 1]], np.float32)
IMAGE = np.linspace(0, 1, 784, dtype=np.float32)


@needs_node
def test_a_browser_reads_what_was_packed():
    ae = ae_core.load("plain_2d")
    script = f"""
      {READ}
      const [picture, code] = [decode(read.decoder, given.code), decode(read.encoder, given.image)];
      return [picture, code, read.points, read.labels].map((numbers) => Array.from(numbers));
    """
    given = {
        "file": base64(networks.packed("plain_2d")),
        "code": CODES[0].tolist(),
        "image": IMAGE.tolist(),
    }
    decoded, encoded, points, labels = run(script, given)
    image = IMAGE.reshape(1, 28, 28)
    np.testing.assert_allclose(decoded, ae.decode(CODES[:1]).ravel(), atol=1e-3)
    np.testing.assert_allclose(encoded, ae.encode(image).ravel(), atol=0.02)
    codes, classes = ae.test_codes
    np.testing.assert_array_equal(points, codes.astype(np.float16).ravel().astype(float))
    np.testing.assert_array_equal(labels, classes)


@needs_node
@pytest.mark.parametrize("points", [0, 1, 2])
def test_what_there_is_not_is_not_there(points):
    """No encoder, no map; and a file of an odd length."""
    steps = [{"layer": "input", "shape": [2]}, {"layer": "dense", "kernel": 0}]
    decoder = browser.from_description(steps, [np.ones((3, 2), np.float16)])
    codes, labels = CODES[:points], np.arange(points) + 7
    file = networks.pack(None, decoder, codes, labels)
    script = f"""
      {READ}
      return [read.encoder, Array.from(decode(read.decoder, [1, 2])),
        Array.from(read.points), Array.from(read.labels)];
    """
    told = run(script, {"file": base64(file)})
    assert told == [None, [3, 3, 3], codes.ravel().tolist(), labels.tolist()]
    neither = run(
        f"{READ} return [read.encoder, read.decoder];",
        {"file": base64(networks.pack(None, None, codes, labels))},
    )
    assert neither == [None, None]


def test_packing_saves_a_quarter_of_the_numbers():
    ae = ae_core.load("variational")
    numbers = 2 * sum(each.size for each in ae.decoder.constants() if each.dtype == np.float32)
    packed = networks.packed("variational")
    assert len(packed) < 0.8 * len(gzip.decompress(packed))
    assert len(gzip.decompress(packed)) > numbers


# ---------------------------------------------------------------- how it is served


@pytest.fixture
def files(monkeypatch):
    """The files of a server that nobody has visited."""
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    monkeypatch.setattr(Runtime, "_instance", SimpleNamespace(media_file_mgr=manager))
    cache.forget(networks.offered)
    yield manager
    cache.forget(networks.offered)


def test_a_file_stays_whoever_leaves(files):
    told = networks.offered("simple")
    files.clear_session_refs("a visitor")
    files.remove_orphaned_files()
    kept = files.read_file(told["address"].rpartition("/")[2])
    assert kept.content == networks.packed("simple")
    assert kept.mimetype == networks.GZIP
    assert networks.offered("simple") is told


def test_of_visitors_networks_only_the_last_stay(files, monkeypatch):
    """Or a server would hold every network that anybody ever trained."""
    monkeypatch.setattr(networks, "packed", lambda family, dataset: family.encode())
    monkeypatch.setattr(networks, "MOST_LENT", 2)
    monkeypatch.setattr(networks, "_lent", OrderedDict())
    told = {name: networks.lent(name) for name in ("own_1", "own_2", "own_3")}
    files.remove_orphaned_files()
    for name in ("own_2", "own_3"):
        assert files.read_file(told[name]["address"].rpartition("/")[2]).content == name.encode()
        assert networks.lent(name) is told[name]
    assert files.read_file(told["own_1"]["address"].rpartition("/")[2]) is None
    assert networks.lent("own_1") is not told["own_1"]


def test_outside_of_a_server_nothing_is_brought():
    assert networks.bring("simple") is None


def test_a_page_tells_where_its_networks_are(visit):
    (told,) = visit("pages/latent.py").networks()
    assert told["name"] == "mnist variational"
    assert told["address"].endswith(".gz")
    (clothes,) = visit("pages/latent.py", data="fashion_mnist").networks()
    assert {told[key] for key in told}.isdisjoint({clothes[key] for key in clothes})


# ---------------------------------------------------------------- how a browser fetches it


@needs_node
def test_the_queue_keeps_the_order_that_is_wanted_now():
    script = f"""
      const {{ Queue }} = {QUEUE};
      const begun = [], ends = {{}};
      const queue = new Queue(2, (name) => name, (name) => {{
        begun.push(name);
        return new Promise((end) => (ends[name] = end));
      }});
      const end = async (name) => {{ ends[name](); await null; await null; }};
      queue.want(["a", "b", "c", "d"]);
      await end("a");
      queue.want(["d", "b", "e"]); // another page: b and c are on their way
      await end("b");
      await end("c");
      await end("d");
      return begun;
    """
    assert run(script) == ["a", "b", "c", "d", "e"]


WEB = """
  globalThis.document = { baseURI: "https://lab.example/course/latent" };
  const asked = [], pauses = [], kept = new Map(given.kept), pause = globalThis.setTimeout;
  let put = false;
  globalThis.setTimeout = (go, ms) => { pauses.push(ms); go(); };
  globalThis.fetch = async ({ href }) => {
    asked.push(href);
    const answer = given.answers.shift();
    if (answer === null) throw new TypeError("Failed to fetch");
    return new Response(typeof answer === "string" ? bytes(answer) : "", {
      status: typeof answer === "string" ? 200 : answer,
    });
  };
  if (given.secure) globalThis.caches = { open: async () => ({
    match: async (url) => kept.has(url) ? new Response(bytes(kept.get(url))) : undefined,
    keys: async () => [...kept.keys()].map((url) => ({ url })),
    delete: async (url) => kept.delete(url),
    put: async (url, file) => {
      kept.set(url, Buffer.from(await file.arrayBuffer()).toString("base64"));
      put = true;
    },
  }) };
"""
FETCH = f"""
  {WEB}
  const {{ contents }} = {FETCHING};
  const wanted = {{ name: "mnist simple", digest: "new", address: "/media/1.gz" }};
  const read = (whole) => new TextDecoder().decode(whole);
  const came = await contents(wanted, read).catch((error) => [error.message]);
  const soon = given.secure && asked.length && typeof came === "string"; // it will be kept
  for (let i = 0; soon && !put && i < 1000; i++) await new Promise((go) => pause(go, 10));
  return {{ came, asked, pauses, kept: [...kept] }};
"""
FOLDER = "https://lab.example/course/networks/mnist%20simple/"
OTHERS = "https://lab.example/course/networks/mnist%20simple_2/old"


def packed(text: bytes) -> str:
    return base64(gzip.compress(text[0::2] + text[1::2], mtime=0))


def fetch(answers, kept=(), secure=True):
    given = {"answers": list(answers), "kept": [list(each) for each in kept], "secure": secure}
    told = run(FETCH, given)
    return SimpleNamespace(**told)


@needs_node
def test_a_file_is_fetched_below_the_app_and_kept_instead_of_the_old_one():
    file = packed(b"hello")
    told = fetch([file], [(FOLDER + "old", packed(b"old")), (OTHERS, packed(b"other"))])
    assert told.came == "hello"
    assert told.asked == ["https://lab.example/course/media/1.gz"]
    assert dict(told.kept) == {FOLDER + "new": file, OTHERS: packed(b"other")}


@needs_node
def test_what_is_kept_is_not_fetched():
    told = fetch([], [(FOLDER + "new", packed(b"kept"))])
    assert (told.came, told.asked) == ("kept", [])


@needs_node
def test_what_is_kept_and_broken_is_fetched():
    told = fetch([packed(b"fresh")], [(FOLDER + "new", base64(b"broken"))])
    assert told.came == "fresh"
    assert dict(told.kept) == {FOLDER + "new": packed(b"fresh")}


@needs_node
def test_it_is_fetched_without_a_store():
    assert fetch([packed(b"hello")], secure=False).came == "hello"


@needs_node
def test_it_is_tried_three_times():
    told = fetch([None, 404, packed(b"late")])
    assert (told.came, len(told.asked)) == ("late", 3)
    assert told.pauses == sorted(told.pauses)
    told = fetch([404, None, 404])
    assert told.came == ["404 for /media/1.gz"]
    assert told.kept == []
