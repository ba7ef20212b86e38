"""One image through every family: LiteRT against `keras.Model.predict`."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import ae_core
from ae_core import data

from . import report

# In a process of its own: the one that measures everything else stays free of TensorFlow.
KERAS = """
import json, sys, time
import keras, numpy as np
image, times, results = np.load(sys.argv[1]), int(sys.argv[2]), {}
for path in sys.argv[3:]:
    model = keras.models.load_model(path, compile=False)
    seconds = []
    for run in range(times + 3):
        begin = time.perf_counter()
        model.predict(image, verbose=0)
        seconds.append(time.perf_counter() - begin)
    results[path] = seconds[3:]
json.dump(results, sys.stdout)
"""


def litert(name: str, image, times: int) -> list[float]:
    """Return the seconds of encoding and decoding one image, after a warm-up."""
    ae, seconds = ae_core.load(name), []
    for _ in range(times + 3):
        begin = time.perf_counter()
        ae.decode(ae.encode(image))
        seconds.append(time.perf_counter() - begin)
    return seconds[3:]


def keras(files: list[str], image, times: int, folder) -> dict[str, list[float]]:
    """Return the seconds of `predict` on one image by file, measured in a process of its own."""
    import numpy as np

    np.save(folder / "image.npy", image)
    command = [sys.executable, "-c", KERAS, str(folder / "image.npy"), str(times), *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def measure(quick: bool, folder) -> None:
    image = data.samples().images[:1]
    names = ae_core.names()
    files = {
        name: str(ae_core.autoencoder.WEIGHTS / "mnist" / name / "model.keras") for name in names
    }
    fast = {name: litert(name, image, 50 if quick else 1000) for name in names}
    slow = keras(list(files.values()), image, 10 if quick else 60, folder)
    rows = []
    for name in names:
        ours, theirs = report.median(fast[name]), report.median(slow[files[name]])
        rows.append(
            (
                name,
                report.milliseconds(ours),
                report.milliseconds(report.quantile(fast[name], 0.95)),
                report.milliseconds(theirs),
                f"{theirs / ours:,.0f} ×",
            )
        )
    columns = ("family", "LiteRT, ms", "p95", "Keras predict, ms", "ratio")
    report.table("One image through encoder and decoder (medians)", columns, rows)
