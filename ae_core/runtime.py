"""LiteRT: runs a trained network without TensorFlow, from any number of threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from ai_edge_litert.interpreter import Interpreter

# How many networks run at once, in the whole process: more would only wait for a core, and each
# would need an interpreter, with its own copy of the weights. A class of fifty took 1 GB that way.
_turns = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
CHUNK = 128  # images at a time: keeps a batch's activations in the processor's cache


class Network:
    """One `.tflite` file, ready to run.

    An interpreter belongs to one caller at a time. Idle ones wait in a pool, those set to one
    image apart from those set to many, because changing the size costs more than a run.
    """

    def __init__(self, model: bytes) -> None:
        """Take the contents of a `.tflite` file; raises ValueError if it is not one."""
        self._model = model
        self._idle: dict[bool, list[Interpreter]] = {True: [], False: []}
        self._lock = threading.Lock()
        with self._borrowed(1) as interpreter:
            shape = interpreter.get_input_details()[0]["shape"]
            self.input_shape: tuple[int, ...] = tuple(int(size) for size in shape[1:])
            shape = interpreter.get_output_details()[0]["shape"]
            self.output_shape: tuple[int, ...] = tuple(int(size) for size in shape[1:])

    @contextmanager
    def _borrowed(self, n: int) -> Iterator[Interpreter]:
        with _turns:
            yield from self._taken(n)

    def _taken(self, n: int) -> Iterator[Interpreter]:
        pool = self._idle[n == 1]
        with self._lock:
            interpreter = pool.pop() if pool else None
        if interpreter is None:
            # One thread each: many visitors share few cores.
            interpreter = Interpreter(model_content=self._model, num_threads=1)
            interpreter.allocate_tensors()
        details = interpreter.get_input_details()[0]
        if details["shape"][0] != n:
            interpreter.resize_tensor_input(details["index"], (n, *details["shape"][1:]))
            interpreter.allocate_tensors()
        yield interpreter  # not given back after an error: its state is unknown
        with self._lock:
            pool.append(interpreter)

    def constants(self) -> list[np.ndarray]:
        """Return the trained numbers as they are stored, float16, first layer first.

        Kernels of dense layers are (outputs, inputs); each comes after the kernel before it, and
        so do the biases, but kernels and biases are not in turn.
        """
        with self._borrowed(1) as interpreter:
            return [
                interpreter.get_tensor(tensor["index"]).copy()
                for tensor in sorted(interpreter.get_tensor_details(), key=lambda t: t["index"])
                if tensor["dtype"] is np.float16 and len(tensor["shape"])
            ]

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        """Map float32 (n, *input_shape) to float32 (n, *output_shape), n >= 0."""
        outputs = [np.empty((0, *self.output_shape), np.float32)]
        for start in range(0, len(batch), CHUNK):
            chunk = np.ascontiguousarray(batch[start : start + CHUNK], np.float32)
            with self._borrowed(len(chunk)) as interpreter:
                interpreter.set_tensor(interpreter.get_input_details()[0]["index"], chunk)
                interpreter.invoke()
                outputs.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))
        return np.concatenate(outputs)
