"""What the whole process shares is made once, however many come for it at the same time."""

import time
from concurrent.futures import ThreadPoolExecutor

from pages.ui import cache


def test_a_crowd_gets_one_and_the_same():
    made = []

    @cache.kept
    def slow(name, dataset="mnist"):
        time.sleep(0.05)
        made.append((name, dataset))
        return object()

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(slow, ["deep"] * 20))
    assert len(set(map(id, found))) == 1
    assert slow("deep", "mnist") is found[0]  # a default that is said is the same
    assert made == [("deep", "mnist")]
    slow.cache_clear()
    assert slow("deep") is not found[0]
    assert slow("deep", "fashion_mnist") is not slow("deep")


def test_the_shelf_is_one():
    assert cache.shelf() is cache.shelf("mnist")
