"""A small cluster on this machine, for `jobs`: python -m ae_core.training.cluster BYTES.

It has one worker that may take so much memory, at a lower priority than the app. The address of the
scheduler is the first line on standard output; it ends with its standard input, so that nothing
is left when the app is gone, however it went.

It is a process of its own because a worker process begins by importing the main module of the
process that starts it, and under Streamlit that is the page a visitor is looking at.
"""

from __future__ import annotations

import os
import sys

import psutil

HOST = "127.0.0.1"
CONFIG = {
    "distributed.scheduler.allowed-failures": 0,  # what killed one worker would kill the next
    "distributed.admin.low-level-log-length": 100,  # events, with pictures, that it remembers
    "distributed.worker.profile.enabled": False,
    # TensorFlow's memory can neither be spilled nor waited for.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 1.3,  # before that `worker` ends itself, and says so
}


def main() -> None:
    """Run the cluster until standard input ends."""
    _step_back()
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nobody reads what a worker prints: a full pipe would stop it
    import dask
    from distributed import LocalCluster

    dask.config.set(CONFIG)
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        host=HOST,
        dashboard_address=f"{HOST}:0",  # there is none without Bokeh, but a port all the same
        memory_limit=int(sys.argv[1]),
    ) as cluster:
        print(cluster.scheduler_address, file=answer, flush=True)
        sys.stdin.read()


def _step_back() -> None:
    """Lower the priority of this process, and so of those that it starts."""
    process = psutil.Process()
    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10)


if __name__ == "__main__":
    main()
