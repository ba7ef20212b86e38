"""What the process remembers: made once, bounded, and not to be filled by strangers' links."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.ui import cache


@pytest.fixture
def forgotten(monkeypatch):
    """Let functions that a test decorates be forgotten by the app when the test is over."""
    monkeypatch.setattr(cache, "_memories", dict(cache._memories))


def test_a_crowd_gets_one_and_the_same(forgotten):
    made = []

    @cache.memoize(8)
    def slow(name, dataset="mnist"):
        time.sleep(0.05)
        made.append((name, dataset))
        return object()

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(slow, ["deep"] * 20))
    assert len(set(map(id, found))) == 1
    assert slow("deep", "mnist") is found[0]  # a default that is said is the same
    assert made == [("deep", "mnist")]
    cache.forget(slow)
    assert slow("deep") is not found[0]
    assert slow("deep", "fashion_mnist") is not slow("deep")


def test_only_the_last_answers_are_remembered(forgotten):
    asked = []

    @cache.memoize(3)
    def square(number):
        asked.append(number)
        return number**2

    assert [square(number) for number in range(100)] == [n**2 for n in range(100)]
    asked.clear()
    assert [square(number) for number in (99, 98, 97)] == [99**2, 98**2, 97**2]
    assert asked == []
    assert square(0) == 0
    assert asked == [0]


def test_a_crowd_that_asks_for_many_things_gets_what_it_asks_for(forgotten):
    @cache.memoize(4)
    def square(number):
        return number**2

    with ThreadPoolExecutor(8) as pool:
        numbers = [n % 13 for n in range(4000)]
        assert list(pool.map(square, numbers)) == [n**2 for n in numbers]


def test_what_fails_is_asked_again(forgotten):
    calls = []

    @cache.memoize(4)
    def fail_once(name):
        calls.append(name)
        if len(calls) == 1:
            raise OSError("not yet")
        return name

    with pytest.raises(OSError, match="not yet"):
        fail_once("a")
    assert fail_once("a") == "a"


def test_one_that_asks_another_waits_for_nobody(forgotten):
    """The lock of a memory is its own thread's to enter again."""

    @cache.memoize(4)
    def count(number):
        return number and 1 + count(number - 1)

    found = []
    thread = threading.Thread(target=lambda: found.append(count(3)))
    thread.start()
    thread.join(30)
    assert found == [3]


def test_the_networks_are_one():
    assert cache.networks() is cache.networks("mnist")


# ---------------------------------------------------------------- strangers' links


LINKS = 60  # what one made an entry each would be seen by


def sizes() -> list[int]:
    return [len(forget.__self__) for forget in cache._memories.values()]


def test_a_range_from_a_link_is_one_of_the_sliders(visit, monkeypatch):
    asked, middles = set(), cache.middles

    def spy(name, extent, *rest):
        asked.add(extent)
        return middles(name, extent, *rest)

    monkeypatch.setattr(cache, "middles", spy)
    visitor = visit("pages/latent.py", range="2.4999")
    assert (visitor.plane()["extent"], visitor.link) == (2.5, {"range": "2.5"})
    for step in range(0, 300, 3):
        visitor.follow(range=f"{1 + step / 100:.4f}")
    assert asked <= {1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0}


@pytest.mark.parametrize(
    ("page", "view", "name", "write"),
    [
        ("pages/latent.py", {}, "range", lambda n: f"{1 + n / 100:.3f}"),
        ("pages/latent.py", {}, "z", lambda n: f"{n / 100:.2f}_{-n / 100:.2f}"),
        ("pages/latent.py", {}, "sample", str),
        ("pages/holes.py", {}, "place", lambda n: f"0.{n:03}_0"),
        ("pages/holes.py", {}, "sample", str),
        ("pages/beta.py", {}, "beta", str),
    ],
)
def test_many_links_leave_no_more_than_a_few(visit, page, view, name, write):
    visitor = visit(page, **view)
    before = sum(sizes())
    for number in range(1, LINKS + 1):
        visitor.follow(**view, **{name: write(number)})
    assert sum(sizes()) - before < LINKS / 4


def test_walks_without_end_fill_their_own_memory_and_no_more(visit):
    visitor = visit("pages/walk.py", walk="draw")
    before = sizes()
    for number in range(80):
        visitor.follow(walk="draw", path=f"0_0_{number / 50:.2f}_1")
    grown = [now - then for now, then in zip(sizes(), before, strict=True)]
    assert max(grown) <= 64
    assert sorted(grown)[-2] <= 1
