"""What names in the source mean: by scopes and imports, never by how they are spelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from codereading.cpp_references import cpp_references
from codereading.languages import CPP
from codereading.project import load_project
from codereading.reading import read
from codereading.references import Reference, References
from codereading.source import Library, Source
from tests.paths import ROOT


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library("lib", tmp_path)


def write(library: Library, file: str, text: str) -> None:
    path = library.root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(text, encoding="utf-8")


def meanings(library: Library, text: str, file: str = "lib/here.py") -> dict[str, str]:
    """`text at line` -> `file:name`, or the documented name, of each reference in `text`."""
    write(library, file, text)
    lines = text.split("\n")
    found = {}
    for reference in References(library).of(file):
        end = reference.column + len(reference.text)
        assert lines[reference.line - 1][reference.column : end] == reference.text
        found[f"{reference.text} {reference.line}"] = told(reference)
    return found


def told(reference: Reference) -> str:
    meaning = reference.meaning
    return f"{meaning.file}:{meaning.name}" if meaning.file else meaning.written[0]


def test_a_name_of_the_module(library: Library) -> None:
    found = meanings(library, "store = {}\ndef f():\n    return store\n")
    assert found["store 3"] == "lib/here.py:store"


@pytest.mark.parametrize(
    "body",
    [
        "def f(store): return store",
        "def f():\n    store = 1\n    return store",
        "def f():\n    for store in (): pass\n    return store",
        "def f():\n    with g() as store: return store",
        "def f():\n    try: pass\n    except E as store: return store",
        "f = lambda store: store",
        "f = [store for store in ()]",
        "def f():\n    def g(): return store\n    store = 1",
        "def f(x):\n    match x:\n        case [*store]: return store",
        "def f():\n    import os as store\n    return store",
    ],
)
def test_a_name_bound_nearer_is_another(library: Library, body: str) -> None:
    found = meanings(library, f"store = {{}}\n{body}\n")
    assert {k: v for k, v in found.items() if k.startswith("store") and k != "store 1"} == {}


def test_global_and_nonlocal(library: Library) -> None:
    text = (
        "store = {}\ndef f():\n    global store\n    store = 1\n"
        "def g():\n    store = 1\n    def h():\n        nonlocal store\n        return store\n"
    )
    found = meanings(library, text)
    assert found["store 4"] == "lib/here.py:store"
    assert "store 9" not in found


def test_functions_inside_do_not_see_the_names_of_a_class(library: Library) -> None:
    text = "x = 1\nclass A:\n    x = 2\n    y = x\n    def f(self):\n        return x\n"
    found = meanings(library, text)
    assert found["x 4"] == "lib/here.py:A.x"
    assert found["x 6"] == "lib/here.py:x"


def test_defaults_and_decorators_are_read_outside(library: Library) -> None:
    text = "x = 1\ndef d(f): return f\n@d\ndef f(x=x) -> d:\n    return x\n"
    found = meanings(library, text)
    assert found["x 4"] == "lib/here.py:x"
    assert found["d 3"] == "lib/here.py:d"
    assert found["d 4"] == "lib/here.py:d"
    assert "x 5" not in found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from lib.deep.place import thing", "lib/deep/place.py:thing"),
        ("from lib.deep.place import thing as other\nthing = other", "lib/here.py:thing"),
        ("from .deep.place import thing", "lib/deep/place.py:thing"),
        ("from . import deep\nthing = deep.place.thing", "lib/deep/place.py:thing"),
        ("from .deep import thing", "lib/deep/place.py:thing"),
        ("import lib.deep.place as p\np.thing", "lib/deep/place.py:thing"),
        ("import lib\nlib.deep.place.thing", "lib/deep/place.py:thing"),
        ("from lib.deep.place import gone", "lib.deep.place.gone"),
    ],
)
def test_imports_are_followed(library: Library, line: str, expected: str) -> None:
    write(library, "lib/deep/place.py", "thing = 1\n")
    (library.root / "lib/deep/__init__.py").write_text("from .place import thing\n")
    name = "gone" if "gone" in line else "thing"
    found = meanings(library, f"{line}\nprint({name})\n")
    assert expected in [meaning for key, meaning in found.items() if key.startswith(name)]


def test_imports_in_a_circle_end(library: Library) -> None:
    write(library, "lib/one.py", "from lib.two import thing\n")
    write(library, "lib/two.py", "from lib.one import thing\n")
    assert meanings(library, "from lib.one import thing\nthing\n") == {"thing 2": "lib.one.thing"}


def test_other_libraries_are_left_alone(library: Library) -> None:
    assert meanings(library, "import os\nfrom sys import path\nprint(os.path, path, len)\n") == {}


def test_self_and_super_are_the_class_and_its_bases(library: Library) -> None:
    write(
        library, "lib/base.py", "class Base:\n    def turn(self): pass\n    def stop(self): pass\n"
    )
    text = (
        "from lib.base import Base\n"
        "class Wheel(Base):\n"
        "    def turn(self, other):\n"
        "        super().turn()\n"
        "        self.stop()\n"
        "        self.turn()\n"
        "        other.turn()\n"
        "        def inner():\n"
        "            return self.stop\n"
        "    @staticmethod\n"
        "    def fixed(self):\n"
        "        return self.stop\n"
    )
    found = meanings(library, text)
    assert found["turn 4"] == "lib/base.py:Base.turn"
    assert found["stop 5"] == "lib/base.py:Base.stop"
    assert found["turn 6"] == "lib/here.py:Wheel.turn"
    assert "turn 7" not in found
    assert found["stop 9"] == "lib/base.py:Base.stop"
    assert "stop 12" not in found


def test_a_function_inside_is_known_by_its_line(library: Library) -> None:
    write(library, "lib/here.py", "def f():\n    def inner(): pass\n    return inner()\n")
    (found,) = References(library).of("lib/here.py")
    assert (found.text, found.line, found.meaning.line) == ("inner", 3, 2)


def test_an_attribute_is_where_init_makes_it(library: Library) -> None:
    text = (
        "class Base:\n"
        "    plain: int\n"
        "    given = 1\n"
        "    def __init__(self, cap):\n"
        "        super().__setattr__('store', {})\n"
        "        object.__setattr__(self, 'flag', 'store')\n"
        "        self.cap, self.given = cap, 2\n"
        "        self.cap = cap.plain = self.plain = 3\n"
        "        self.open[0] = self.turn = 1\n"
        "        cap.__setattr__('theirs', 1); object.__setattr__(cap, 'theirs', 1)\n"
        "        self.__setattr__('own', 1)\n"
        "    def turn(self):\n"
        "        self.late = 1\n"
        "class Wheel(Base):\n"
        "    store: dict\n"
        "    def read(self):\n"
        "        return (\n"
        "            self.store, self.flag, self.cap, self.given,\n"
        "            self.plain, self.open, self.late, self.turn,\n"
        "            self.theirs, self.own,\n"
        "        )\n"
    )
    write(library, "lib/here.py", text)
    read = {r.text: r.meaning for r in References(library).of("lib/here.py") if r.line > 15}
    assert {name: (meaning.name, meaning.line) for name, meaning in read.items()} == {
        "store": ("Base.__init__.store", 5),
        "flag": ("Base.__init__.flag", 6),
        "cap": ("Base.__init__.cap", 7),
        "given": ("Base.given", 0),
        "plain": ("Base.__init__.plain", 8),
        "turn": ("Base.turn", 0),
        "own": ("Base.__init__.own", 11),
    }


def test_columns_count_characters(library: Library) -> None:
    write(library, "lib/here.py", 'x = 1\ny = "ä", x\n')
    (found,) = [r for r in References(library).of("lib/here.py") if r.line == 2 and r.text == "x"]
    assert found.column == len('y = "ä", ')


def test_a_file_that_does_not_parse_has_no_references(library: Library) -> None:
    assert meanings(library, "def f(:\n") == {}


# C++ ---------------------------------------------------------------------------------------

HEADER = """
namespace lib::inner {
struct Edge {};
struct Node {
  Edge next;
  std::Edge theirs;
  lib::Edge ours;
  int count() { return 1; }
  int twice() { int Edge = 2; return count() + other::count() + Node::count(); }
};
}
"""


def test_types_and_calls_in_a_header() -> None:
    found = cpp_references(Source("lib/a.h", HEADER, CPP), frozenset({"lib", "inner"}))
    told = [(r.line, r.text, r.meaning.written) for r in found]
    assert told == [
        (5, "Edge", ("Edge",)),
        (7, "Edge", ("lib::Edge", "Edge")),
        (9, "count", ("Node::count", "count")),
        (9, "count", ("Node::count", "count")),
    ]


# The real library ----------------------------------------------------------------------------


@pytest.mark.real
def test_names_that_this_site_reads_are_found_in_torch() -> None:
    reading = read(load_project(ROOT))
    references = References(reading.library)
    subjects = set(reading.subjects)

    def found(file: str) -> set[tuple[str, int, str]]:
        return {
            (r.text, r.line, str(r.meaning.ref))
            for r in references.of(file)
            if r.meaning.file and r.meaning.ref in subjects
        }

    calls = found("torch/autograd/__init__.py")
    engine = "torch.autograd.graph:_engine_run_backward"
    text = reading.library.source("torch/autograd/__init__.py").lines
    called = {n for n, line in enumerate(text, 1) if "_engine_run_backward(" in line}
    assert len(called) == 3
    assert {line for _, line, ref in calls if ref == engine} == called
    module = found("torch/nn/modules/module.py")
    handles = {ref for text, _, ref in module if text == "RemovableHandle"}
    assert handles == {"torch.utils.hooks:RemovableHandle"}
    assert not {line for text, line, _ in module if text == "result"}
    stores = {line for text, line, _ in module if text == "_global_forward_hooks"}
    assert {1788, 1833, 1835} <= stores
    lines = reading.library.source("torch/nn/modules/module.py").lines
    made = {
        r.text: lines[r.meaning.line - 1].strip()
        for r in references.of("torch/nn/modules/container.py")
        if r.meaning.name.startswith("Module.__init__.")
    }
    assert made == {"_modules": 'super().__setattr__("_modules", {})'}
