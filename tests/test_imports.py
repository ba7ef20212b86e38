"""Imports run one way: app.py → pages → pages/ui → ae_core, and TensorFlow stays in training."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ae_core

ROOT = Path(ae_core.__file__).parent.parent
CORE = sorted((ROOT / "ae_core").rglob("*.py"))
PAGES = sorted([*(ROOT / "pages").rglob("*.py"), *ROOT.glob("app.py")])
TRAINING = {"keras", "tensorflow", "tf_keras", "torch", "jax"}
LIGHT = {f"ae_core.training.{name}" for name in ("events", "jobs", "script", "settings")}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield (module, whether inside a function) of every import that is ever carried out.

    Relative imports come as "." and the module's name; what only a type checker reads is left out.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield from imports(ast.Module([other], []), inside)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            if node.module:
                yield f"{dots}{node.module}", inside
            yield from (
                (f"{dots}{node.module + '.' if node.module else ''}{alias.name}", inside)
                for alias in node.names
            )
        else:
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in ("importlib.import_module", "__import__")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value, inside
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports(node, inside or function)


def found(path: Path) -> list[tuple[str, bool]]:
    return list(imports(ast.parse(path.read_text(encoding="utf-8"))))


def packages(path: Path) -> set[str]:
    return {module.partition(".")[0] for module, _ in found(path) if not module.startswith(".")}


def test_the_walker_sees_every_kind_of_import():
    source = """
import keras.layers as layers
from tensorflow import lite
if TYPE_CHECKING:
    import streamlit
else:
    import numpy
class C:
    try:
        from ..data import load
    except ImportError:
        import torch
def f():
    if True:
        import jax
    return importlib.import_module("scipy.io")
g = lambda: __import__("pandas")
"""
    assert set(imports(ast.parse(source))) == {
        ("keras.layers", False),
        ("tensorflow", False),
        ("tensorflow.lite", False),
        ("numpy", False),
        ("..data", False),
        ("..data.load", False),
        ("torch", False),
        ("jax", True),
        ("scipy.io", True),
        ("pandas", True),
    }


def modules(path: Path) -> set[str]:
    """Return the whole names of the modules that a file imports, also within functions."""
    package = [*path.relative_to(ROOT).parent.parts]
    names = set()
    for module, _ in found(path):
        above = len(module) - len(module.lstrip("."))
        base = package[: len(package) - above + 1] if above else []
        names.add(".".join([*base, module.lstrip(".")]).rstrip("."))
    return names


def floor(module: str) -> int | None:
    """Return how high in the house a module is; None: it is none of ours."""
    parts = module.split(".")
    if parts[:2] == ["pages", "ui"]:
        return 1
    return {"ae_core": 0, "pages": 2, "app": 3}.get(parts[0])


def of_file(path: Path) -> str:
    """Return the whole name of a file's own module."""
    return named(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def upwards(path: Path) -> set[str]:
    """Return what a file imports from a floor above its own, or from another page."""
    here, own = floor(of_file(path)), of_file(path)
    page = here == 2
    return {
        module
        for module in modules(path)
        if (there := floor(module)) is not None
        and module not in ("pages", own)
        and (there > here or (page and there == here))
    }


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("ae_core/latent.py", "from pages.ui import text", {"pages.ui", "pages.ui.text"}),
        ("ae_core/latent.py", "import app", {"app"}),
        ("ae_core/models/x.py", "from ...pages import beta", {"pages.beta"}),
        ("pages/ui/show.py", "from pages import beta", {"pages.beta"}),
        ("pages/ui/show.py", "from .. import beta", {"pages.beta"}),
        ("pages/ui/components/film/__init__.py", "from ....beta import link",
         {"pages.beta", "pages.beta.link"}),
        ("pages/ui/components/film/__init__.py", "from ...link import Link", set()),
        ("pages/ui/show.py", "def f():\n    import app", {"app"}),
        ("pages/beta.py", "from pages.holes import PLACE", {"pages.holes", "pages.holes.PLACE"}),
        ("pages/beta.py", "from . import holes", {"pages.holes"}),
        ("pages/beta.py", "from pages.ui import cache\nimport ae_core", set()),
        ("app.py", "from pages.ui import frame", set()),
    ],
)  # fmt: skip
def test_an_arrow_that_points_upwards_is_seen(tmp_path, monkeypatch, name, source, expected):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    assert upwards(path) == expected


@pytest.mark.parametrize("path", [*CORE, *PAGES], ids=named)
def test_imports_run_downwards_only(path):
    assert upwards(path) == set()


def test_only_the_catalogues_need_babel():
    users = [named(path) for path in [*CORE, *PAGES] if "babel" in packages(path)]
    assert users == ["pages/ui/catalogues.py"]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_nobody_imports_the_catalogues(path):
    """They are a tool; whoever imported them would need Babel, too."""
    assert "pages.ui.catalogues" not in modules(path)


def test_there_is_something_to_look_at():
    assert {"ae_core/__init__.py", "ae_core/runtime.py", "ae_core/models/simple.py"} <= {
        named(path) for path in CORE
    }


@pytest.mark.parametrize("path", CORE, ids=named)
def test_the_core_knows_no_streamlit_and_no_page(path):
    assert packages(path).isdisjoint({"streamlit", "streamlit_drawable_canvas", "pages", "app"})


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_pages_know_no_keras_no_tensorflow_and_no_litert(path):
    assert packages(path).isdisjoint(TRAINING | {"ai_edge_litert", "tflite_runtime"})
    # All but the light ones bring TensorFlow in by the back door.
    inner = [module for module in modules(path) if module.startswith("ae_core.training.")]
    assert not [module for module in inner if not any(is_in(module, light) for light in LIGHT)]


def is_in(module: str, other: str) -> bool:
    return module == other or module.startswith(f"{other}.")


def test_litert_is_imported_in_one_place():
    users = [named(path) for path in CORE if "ai_edge_litert" in packages(path)]
    assert users == ["ae_core/runtime.py"]


@pytest.mark.parametrize("path", CORE, ids=named)
def test_keras_stays_in_training(path):
    where = {inside for module, inside in found(path) if module.partition(".")[0] in TRAINING}
    name = named(path)
    if name == "ae_core/training/train.py":
        return
    only_in_functions = (
        "training/brought.py", "training/custom.py", "training/describe.py", "training/export.py",
        "data.py",
    )  # fmt: skip
    if name.removeprefix("ae_core/") in only_in_functions or name.startswith("ae_core/models/"):
        assert False not in where, "import it inside the function that needs it"
    else:
        assert where == set()


@pytest.mark.parametrize("path", CORE, ids=named)
def test_training_is_imported_only_where_something_is_trained(path):
    """`train` imports TensorFlow at once: at the top of a module it would bring it along."""
    for module, inside in found(path):
        if module.split(".")[-1] == "train" and module.startswith((".", "ae_core")):
            assert inside


def test_using_every_model_loads_neither_tensorflow_nor_streamlit():
    code = """
import sys
import numpy as np
import ae_core
from ae_core import data

images = data.samples().images
for name in ae_core.names():
    ae_core.load(name).reconstruct(ae_core.noise.add(images[:2], "gaussian", 0.1))
ae_core.preprocess.to_mnist(images[0])
ae_core.metrics.ssim(images, images)
ae_core.latent.grid(3, 1.0)
loaded = {module.partition(".")[0] for module in sys.modules}
print(*sorted(loaded & {"tensorflow", "keras", "streamlit", "torch", "jax", "matplotlib"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_what_pages_need_of_training_is_light():
    """What it takes to ask for a training; a worker's modules load TensorFlow when one begins."""
    code = f"""
import sys
import {", ".join(sorted(LIGHT))}
import ae_core.training.worker
runs = ae_core.training.jobs.Jobs()
ae_core.training.settings.seconds(ae_core.training.settings.PRESETS["deep"])
ae_core.training.script.notebook(ae_core.training.settings.PRESETS["deep"])
runs.close()
heavy = {{"tensorflow", "keras", "distributed", "dask", "tqdm", "h5py", "streamlit"}}
print(*sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize("path", [*CORE, *PAGES], ids=named)
def test_dask_is_imported_where_jobs_run_and_only_when_they_do(path):
    places = {"ae_core/__main__.py", "ae_core/training/cluster.py", "ae_core/training/jobs.py",
              "ae_core/training/worker.py"}  # fmt: skip
    where = {inside for module, inside in found(path)
             if module.partition(".")[0] in ("dask", "distributed")}  # fmt: skip
    assert where == ({True} if named(path) in places else set())


def test_starting_the_app_loads_nothing_heavy():
    """What only a study, a slide or a filter needs is imported there: it would take a second."""
    code = """
import sys
import pages.ui.cache
print(*sorted(set(sys.modules) & {"matplotlib", "scipy.stats", "skimage", "sklearn", "keras"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
