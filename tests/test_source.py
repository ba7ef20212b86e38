"""How the components' modules reach the browser; `tests/e2e` has the rest, in one."""

from __future__ import annotations

import gzip
import json

import pytest
from javascript import COMPONENTS, base64, needs_node, run

from pages.ui.components import source


def test_each_module_comes_once_after_those_it_imports():
    names = [key.split(" ")[0] for key in source.modules()]
    assert sorted(names) == sorted(
        str(path.relative_to(COMPONENTS).as_posix())
        for path in COMPONENTS.rglob("*.js")
        if path.name not in source.BEFORE
    )
    for place, text in enumerate(source.modules().values()):
        for other in source.IMPORT.findall(text):
            assert names.index(other.removeprefix("./")) < place


def test_a_component_waits_for_its_own_module_in_a_few_lines():
    script = source.script(COMPONENTS / "latent_plane" / "plane.js")
    (key,) = (key for key in source.modules() if key.startswith("latent_plane/plane.js "))
    assert f'import(files["{key}"])' in script
    assert len(script) < 500


def test_lines_of_what_is_sent_are_those_of_the_file():
    (text,) = (text for key, text in source.modules().items() if key.startswith("film/film.js "))
    lines = text.split("\n")
    path = COMPONENTS / "film" / "film.js"
    assert len(lines) == len(path.read_text(encoding="utf-8").splitlines())
    assert not any(line.startswith((" ", "//")) for line in lines)


def test_a_key_changes_with_the_text_and_with_whatever_it_imports(tmp_path):
    def keys(**texts: str) -> dict[str, str]:
        for name, text in texts.items():
            (tmp_path / "below" / f"{name}.js").write_text(text)
        source.modules.cache_clear()
        source._read.cache_clear()
        return dict(key.split(" ") for key in source.modules(tmp_path))

    (tmp_path / "below").mkdir()
    (tmp_path / "top.js").write_text('import { a } from "./below/a.js";\n')
    before = keys(a='import { b } from "./b.js";', b="1;", c="1;")
    after = keys(b="2;")
    changed = {name for name in before if before[name] != after[name]}
    assert list(before) == ["below/b.js", "below/a.js", "below/c.js", "top.js"]
    assert changed == {"below/b.js", "below/a.js", "top.js"}


def test_a_circle_of_imports_is_refused(tmp_path):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\n')
    with pytest.raises(ImportError, match=r"a\.js imports itself"):
        source.modules(tmp_path)


@needs_node
def test_a_component_may_come_before_its_module():
    """And a module that has come in another version of the app stays the one it was."""
    texts = {"a.js 1": "export const a = {};", "b.js 2": 'export { a as default } from "./a.js";'}
    newer = {"a.js 1": "export const a = {};", "b.js 3": 'export { a as default } from "./a.js";'}
    script = f"""
      const heard = {{}};
      globalThis.addEventListener = (name, go) => (heard[name] ??= []).push(go);
      globalThis.dispatchEvent = ({{ type }}) => heard[type]?.splice(0).forEach((go) => go());
      const contents = [];
      URL.createObjectURL = (blob) => {{
        contents.push(blob);
        return `blob:${{contents.length}}`;
      }};
      const {{ default: bring }} = await import("{(COMPONENTS / "modules.js").as_uri()}");
      globalThis.load = async (address) => {{
        globalThis.got = address;
        return {{ default: () => "its end" }};
      }};
      const asked = given.loader.replace("import(", "load(")
        .replace("export default", "globalThis.show =");
      const running = new Function(`return (async () => {{ ${{asked}} }})()`)();
      dispatchEvent(new Event("autoencoder-lab-files"));
      await null;
      const early = globalThis.got ?? null;
      await bring({{ data: bytes(given.texts) }});
      await running;
      const marks = [];
      const host = {{ toggleAttribute: (...mark) => marks.push(mark) }};
      marks.push(show({{ parentElement: {{ host }} }}));
      const [a, b] = ["a.js", "b.js"].map(autoencoderLabAddress);
      await bring({{ data: bytes(given.newer) }});
      const linked = await Promise.all(contents.map((blob) => blob.text()));
      return [early, globalThis.got, marks, a, b, autoencoderLabAddress("a.js"),
        autoencoderLabAddress("b.js"), linked.map((text) => text.split("\\n"))];
    """
    loader = source._read(COMPONENTS / "loader.js").replace("KEY", "b.js 2")
    packed = [base64(b"{}\n" + gzip.compress(json.dumps(t).encode())) for t in (texts, newer)]
    told = run(script, {"loader": loader, "texts": packed[0], "newer": packed[1]})
    early, got, marks, *addresses, linked = told
    assert early is None
    assert got == "blob:2"
    assert marks == [["data-shown", True], "its end"]
    assert addresses == ["blob:1", "blob:2", "blob:1", "blob:3"]
    assert linked[1] == linked[2][:1] + linked[1][1:]
    assert linked[1] == [
        'export { a as default } from "blob:1";', "//# sourceURL=autoencoder-lab/b.js",
    ]  # fmt: skip
