"""Which names in a C++ header mean what, as far as one header tells.

Types by their names, unless a namespace in front says that they are another's; and calls,
first in the class around them, then free. Names of variables are left alone: to know what
they are takes a compiler.
"""

from __future__ import annotations

from collections.abc import Iterator

from .references import Meaning, Reference
from .source import Source
from .statements import Node

_CLASSES = frozenset({"class_specifier", "struct_specifier"})


def cpp_references(source: Source, namespaces: frozenset[str]) -> list[Reference]:
    """The types and calls in `source`, in order; `namespaces` are the library's own.

    The `written` names of a meaning are what it may be, the nearest first: a member of the
    class around it, then a name of the file's namespace.
    """
    data = source.text.encode()
    root = source.language.parse(data).root_node
    lines = data.split(b"\n")
    found = []
    for node, scope in _names(root):
        text = _text(node)
        if _foreign(node, namespaces):
            continue
        outer = f"{scope}::{text}" if scope and node.type == "identifier" else ""
        row, column = node.start_point
        start = len(lines[row][:column].decode("utf-8", "replace"))
        written = tuple(name for name in (outer, _qualified(node), text) if name)
        found.append(
            Reference(row + 1, start, text, Meaning("", "", tuple(dict.fromkeys(written))))
        )
    return sorted(found, key=lambda reference: (reference.line, reference.column))


def _names(root: Node) -> Iterator[tuple[Node, str]]:
    """Names of types and of called functions, with the class that they stand in."""
    stack: list[tuple[Node, str]] = [(root, "")]
    while stack:
        node, scope = stack.pop()
        if node.type in _CLASSES and node.child_by_field_name("body"):
            name = node.child_by_field_name("name")
            scope = _text(name) if name else scope
            # The name of what is defined here is no reference to it.
            stack += [(child, scope) for child in node.named_children if child != name]
            continue
        if node.type == "type_identifier" or (node.type == "identifier" and _is_called(node)):
            yield node, scope
        stack += [(child, scope) for child in node.named_children]


def _is_called(node: Node) -> bool:
    """Whether it is the function of a call, qualified or not."""
    above = node.parent
    while above is not None and above.type in ("qualified_identifier", "template_function"):
        node, above = above, above.parent
    return (
        above is not None
        and above.type == "call_expression"
        and above.child_by_field_name("function") == node
    )


def _qualified(node: Node) -> str:
    """`Class::name` where a class stands in front, else an empty text."""
    above = node.parent
    if above is None or above.type != "qualified_identifier":
        return ""
    scope = above.child_by_field_name("scope")
    return f"{_text(scope)}::{_text(node)}" if scope and scope != node else ""


def _foreign(node: Node, namespaces: frozenset[str]) -> bool:
    """Whether a namespace in front of it is not the library's own."""
    above = node.parent
    while above is not None and above.type in ("qualified_identifier", "template_type"):
        scope = above.child_by_field_name("scope")
        if scope is not None and scope.type == "namespace_identifier":
            name = _text(scope)
            if name[:1].islower() and name not in namespaces:
                return True
        above = above.parent
    return False


def _text(node: Node) -> str:
    return node.text.decode("utf-8", "replace") if node.text else ""
