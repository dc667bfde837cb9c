from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from codereading.model import LineKind, Span
from codereading.problems import ReadingError
from codereading.project import load_project
from codereading.source import Library, find_library
from tests.paths import MILL


@pytest.fixture(scope="module")
def library() -> Library:
    return find_library(load_project(MILL), MILL / "v1")


def heads(library: Library, file: str, name: str) -> list[str]:
    return [s.head for s in library.source(file).subject(name).statements]


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("LIMIT", Span(6, 6)),
        ("_fast", Span(10, 10)),  # the last of two definitions, inside try
        ("Wheel", Span(13, 68)),
        ("Wheel.speed", Span(20, 20)),
        ("Wheel.stops", Span(21, 21)),
        ("Wheel.brake", Span(24, 35)),  # with its decorator
        ("Wheel.turn", Span(41, 68)),  # the last of three is the real one
        ("Wheel.turn 1 of 3", Span(37, 38)),
        ("Wheel.turn.once", Span(44, 47)),
        ("Wheel.turn.<locals>.once", Span(44, 47)),
        ("spin", Span(71, 71)),
    ],
)
def test_python_subjects(library: Library, name: str, span: Span) -> None:
    assert library.source("mill/wheel.py").subject(name).span == span


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("Gear", Span(9, 46)),  # not the forward declaration, and through the export macro
        ("mill::inner::Gear", Span(9, 46)),
        ("Gear::Gear", Span(11, 15)),
        ("Gear::operator()", Span(18, 37)),
        ("Gear::teeth_", Span(44, 44)),
        ("Side", Span(48, 48)),
        ("Shaft", Span(6, 6)),
    ],
)
def test_cpp_subjects(library: Library, name: str, span: Span) -> None:
    assert library.source("mill/include/gear.h").subject(name).span == span


def test_python_heads(library: Library) -> None:
    assert heads(library, "mill/wheel.py", "Wheel.turn") == [
        "def turn(self, by, *, times=1):",
        "total = 0",
        "def once():",
        "nonlocal total",
        "total += by",
        "return total",
        "for _ in range(times,):",
        "once()",
        "try:",
        "result = once()",
        "except (TypeError, ValueError) as error:",
        'raise RuntimeError("cannot turn") from error',
        "finally:",
        "total = 0",
        'with open("log") as log, open("other") as other:',
        "log.write(str(result))",
        "match result:",
        "case 0:",
        "return None",
        "case _:",
        "return result",
    ]


def test_cpp_heads(library: Library) -> None:
    assert heads(library, "mill/include/gear.h", "Gear::operator()") == [
        "template <typename T> T operator()(T by)",
        "#ifdef MILL_FAST",
        "auto guard = Guard{};",
        "if (by < 0)",
        "return stop();",
        "else if (by == 0)",
        "return rest();",
        "else",
        "count_ += by;",
        "switch (count_)",
        "case 1:",
        "return one();",
        "default:",
        "break;",
        "return count_;",
    ]


def test_comments_above_belong_to_a_statement(library: Library) -> None:
    subject = library.source("mill/wheel.py").subject("Wheel.brake")
    assert subject.statements[0].reach == 23  # the comment above the decorator
    elif_ = next(s for s in subject.statements if s.head.startswith("elif"))
    assert (elif_.reach, elif_.head_last) == (30, 30)  # comments behind the head are not in it


def test_kinds_of_lines(library: Library) -> None:
    source = library.source("mill/wheel.py")
    subject = source.subject("Wheel")
    kinds = {n: source.kind(n, subject.docstrings) for n in range(13, 28)}
    assert [n for n, kind in kinds.items() if kind is LineKind.DOCSTRING] == [
        14,
        15,
        16,
        17,
        18,
        26,
    ]
    assert [n for n, kind in kinds.items() if kind is LineKind.COMMENT] == [23]
    assert 19 not in subject.code_lines
    assert 25 in subject.code_lines


def test_release_and_commit(library: Library) -> None:
    assert (library.release, library.commit[:6]) == ("1.0", "012345")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("mill.wheel:Wheel.brakes", "no `Wheel.brakes` in this file; did you mean `Wheel.brake`"),
        ("mill.wheels:Wheel", "the library has no such file under"),
        ("mill/wheel.rs:Wheel", "is of no language that can be read"),
        (
            "mill.wheel:Wheel.turn 1 of 2",
            "`Wheel.turn` is defined 3 times, not 2; write `1 of 3` to `3 of 3`",
        ),
        ("mill.wheel:Wheel.turn 4 of 3", "`Wheel.turn` is defined 3 times; write `1 of 3`"),
        ("mill.wheel:spin 1 of 2", "`spin` is defined once, not 2; write `spin` alone"),
        ("mill.wheel:def brake(self, …):", "in this file; did you mean `Wheel.brake`"),
        ("mill.wheel:brake()", "in this file; did you mean `Wheel.brake`"),
        ("mill.wheel", "does not name a subject; write `package.module:Class.method`"),
    ],
)
def test_unknown(library: Library, place: str, message: str) -> None:
    def find() -> None:
        ref = library.ref(place)
        library.source(ref.file).subject(ref.name)

    with pytest.raises(ReadingError, match=re.escape(message)):
        find()


def test_the_library_is_found_but_not_imported(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    library = find_library(load_project(installed))
    assert library.root == installed / "lib"
    library.source("mill/wheel.py").subject("Wheel")
    assert "mill" not in sys.modules


def test_a_root_without_the_library_names_the_right_one(mill: Path) -> None:
    project = load_project(mill)
    with pytest.raises(ReadingError, match=r"holds no folder `mill`; did you mean .*lib\?"):
        find_library(project, mill / "lib" / "mill")


def test_a_library_that_is_not_installed(mill: Path) -> None:
    with pytest.raises(ReadingError, match="mill: is not installed in this Python; pip install"):
        find_library(load_project(mill))


def test_a_library_in_the_current_folder_is_not_installed_either(
    mill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mill / "lib")
    with pytest.raises(ReadingError, match=r"or name the folder that holds it: --root \.$"):
        find_library(load_project(mill))


def test_a_single_module_is_no_library(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mill / "lib" / "lone.py").write_text("")
    project = replace(load_project(mill), library="lone")
    monkeypatch.syspath_prepend(str(mill / "lib"))
    for root in (None, mill / "lib"):
        with pytest.raises(
            ReadingError, match=r"^lone: is a single module; only packages are read"
        ):
            find_library(project, root)


def test_an_annotated_version_is_read(mill: Path) -> None:
    (mill / "lib" / "mill" / "__init__.py").write_text(
        '__version__: str = "2.0"\ngit_version: str | None = None\n'
    )
    library = find_library(load_project(mill), mill / "lib")
    assert (library.release, library.commit, library.problems) == ("2.0", "", ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "__version__ = read()\n__versoin__ = '1'\n",
            "pyproject.toml: [tool.codereading] `version-file`: mill/__init__.py assigns no "
            "literal to `__version__`; did you mean `__versoin__`?",
        ),
        (
            "",
            "pyproject.toml: [tool.codereading] `version-file`: mill/__init__.py assigns no "
            "literal to `__version__`; see `version-name`",
        ),
        ("def\n", "mill/__init__.py: does not parse: invalid syntax (<unknown>, line 1)"),
    ],
)
def test_a_version_that_cannot_be_read(mill: Path, text: str, problem: str) -> None:
    (mill / "lib" / "mill" / "__init__.py").write_text(text)
    library = find_library(load_project(mill), mill / "lib")
    assert library.release == ""
    assert [str(p) for p in library.problems] == [problem]
