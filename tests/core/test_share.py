"""How much of what the site shows was run, as it is recorded."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from codereading.model import SubjectRef
from codereading.project import load_project
from codereading.ranges import to_ranges
from codereading.reading import Reading, read
from tests.paths import ROOT

pytestmark = pytest.mark.real

MODULE = "torch.nn.modules.module:"
CORE = {
    f"{MODULE}Module._call_impl",
    f"{MODULE}Module._wrapped_call_impl",
    f"{MODULE}Module.__init__",
    f"{MODULE}Module.__setattr__",
    "torch.autograd.function:BackwardCFunction",
    "torch.autograd.function:FunctionMeta",
    "torch.autograd.function:Function",
    "torch._tensor:Tensor.backward",
    "torch.autograd:backward",
}
"""What everything else rests on: each line of these has run, or says why it cannot."""
REGISTER = (f"{MODULE}Module.register_", f"{MODULE}register_module_")
MOST_BYTES = 1_500_000
LEAST_SHARE = 0.9


@cache
def reading() -> Reading:
    return read(load_project(ROOT))


def chosen() -> list[str]:
    return sorted(
        name
        for ref in reading().subjects
        if (name := str(ref)).startswith(REGISTER) or name in CORE
    )


def left(ref: SubjectRef) -> set[int]:
    """The lines of a subject that nothing ran, with a reason or without."""
    return {number for number, mark in reading().marks(ref).items() if not mark.ran}


def test_the_core_is_read() -> None:
    assert set(chosen()) >= CORE
    assert len(chosen()) >= len(CORE) + 20


def test_every_line_of_the_core_ran_or_says_why_not() -> None:
    found = reading()
    unexplained = {}
    for name in chosen():
        ref = found.subject(name)
        numbers = to_ranges(n for n in left(ref) if not found.not_run.reason(ref, n))
        if numbers:
            unexplained[name] = f"{ref.file}:{numbers}"
    told = "\n".join(f"{name}: {where}" for name, where in unexplained.items())
    assert not told, f"no example runs these, and nothing says why:\n{told}"


def without_code(text: str) -> set[int]:
    """The lines of statements that Python reads and does nothing for."""
    return {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Global | ast.Nonlocal)
        or (isinstance(node, ast.AnnAssign) and node.value is None)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def test_every_line_of_code_has_a_mark() -> None:
    found = reading()
    for ref in found.subjects:
        resolved = found.resolved[ref]
        if ref.file.endswith(".py") and resolved.subject:
            marked = found.marks(ref).keys()
            assert marked, ref
            silent = resolved.subject.code_lines - marked
            assert silent <= without_code(found.library.source(ref.file).text), ref


def test_most_of_what_is_shown_ran() -> None:
    python = [ref for ref in reading().subjects if ref.file.endswith(".py")]
    total = sum(len(reading().marks(ref)) for ref in python)
    assert total > 2500
    ran = total - sum(len(left(ref)) for ref in python)
    assert ran / total >= LEAST_SHARE, f"{ran} of {total} lines ran"


def test_reasons_are_sentences() -> None:
    texts = {why for lines in reading().not_run.lines.values() for why in lines.values()}
    assert not [text for text in texts if not text.endswith(".") or text != text.strip()]


def test_what_is_recorded_is_small() -> None:
    folder = reading().project.recorded_dir
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    assert sum(sizes) < MOST_BYTES
