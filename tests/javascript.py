"""Runs the components' modules in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64encode

import pytest

from pages.ui.components import source

COMPONENTS = source.HERE
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")


def run(script: str, given: object = None):
    """Return what a module returns that has `given`, and can import from `components`."""
    script = f"""
      import {{ readFileSync }} from "node:fs";
      const given = JSON.parse(readFileSync(0, "utf8"));
      const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
      const answer = await (async () => {{ {script} }})();
      console.log(JSON.stringify(answer));
    """
    done = subprocess.run(
        [str(NODE), "--input-type=module", "--eval", script],
        input=json.dumps(given), capture_output=True, text=True, cwd=COMPONENTS, check=False,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def module(name: str) -> str:
    return f'await import("{(COMPONENTS / "common" / f"{name}.js").as_uri()}")'


def base64(contents: bytes) -> str:
    return b64encode(contents).decode()
