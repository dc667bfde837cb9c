"""A trace's own code: its statements' lines, and its two parts, ready to run."""

from __future__ import annotations

import ast
import linecache
from types import CodeType

from ..traces import first_line

_Head = ast.stmt | ast.excepthandler | ast.match_case


def units_of(code: str) -> dict[int, int]:
    """Line -> first line of its statement, for lines that are not the first themselves.

    The lines of decorators belong to what they decorate.
    """
    found = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, _Head):
            line = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
            first = first_line(node) if isinstance(node, ast.stmt) else line
            for number in range(first, _head_last(node) + 1):
                if number != line:
                    found[number] = line
    return found


def _head_last(node: _Head) -> int:
    """The last line of a statement's head: of all of it, where it has no body."""
    if isinstance(node, ast.Match):
        return node.cases[0].pattern.lineno - 1
    if body := getattr(node, "body", []):
        return first_line(body[0]) - 1
    assert isinstance(node, ast.stmt)
    return node.end_lineno or node.lineno


def compile_parts(code: str, name: str, first: int) -> tuple[CodeType, CodeType]:
    """The statements above line `first`, and those from it on, as code of file `name`."""
    tree = ast.parse(code, name)
    parts = []
    for wanted in (True, False):
        body = [node for node in tree.body if (first_line(node) < first) is wanted]
        parts.append(compile(ast.Module(body, []), name, "exec", dont_inherit=True))
    # Warnings, tracebacks and `inspect` find the text here.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    return parts[0], parts[1]
