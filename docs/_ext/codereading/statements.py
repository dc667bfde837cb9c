"""From a syntax tree to statements: heads, reaches, and names in scope.

The walk is the same for every language; `languages.Language` says what counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter

from .languages import Language
from .model import Span, Statement

Node = tree_sitter.Node

_NAMED = frozenset({"alias_declaration", "namespace_definition", "preproc_def"})
_NAMED_FIELDS = frozenset({"condition", "name", "value", "path"})


def fold(text: str) -> str:
    """`text` on one line: white space folded to one space, and none just inside brackets.

    >>> fold('''f(
    ...     a,   b,
    ... )''')
    'f(a, b,)'
    """
    line = re.sub(r"(?:\\\n|\s)+", " ", text).strip()
    return re.sub(r"(?<=[(\[{]) | (?=[)\]}])", "", line)


@dataclass(frozen=True)
class Definition:
    """A name defined in a scope: `outer` includes decorators, `core` is the definition."""

    name: str
    outer: Node
    core: Node
    has_body: bool


class Walker:
    """Reads one parsed file. `data` are the file's bytes, as the library has them."""

    def __init__(self, language: Language, data: bytes, root: Node) -> None:
        self.language = language
        self.data = data
        self.root = root
        self._comments = self._comments_alone()

    # -- statements ---------------------------------------------------------------

    def statements(self, outer: Node) -> Iterator[Statement]:
        """Every statement and clause of `outer`, itself first, in the order of the text."""
        yield self._statement(outer)
        stack = [(child, outer, name) for child, name in reversed(_children(outer))]
        while stack:
            node, parent, name = stack.pop()
            if node.type == "comment":
                continue
            if node.is_named and self._is_statement(node, parent, name):
                yield self._statement(node)
            stack.extend((child, node, field) for child, field in reversed(_children(node)))

    def _is_statement(self, node: Node, parent: Node, name: str | None) -> bool:
        language = self.language
        if node.type in language.clauses:
            return True
        if parent.type in language.blocks or parent.type == "case_statement":
            return name not in _NAMED_FIELDS
        if parent.type in language.transparent:
            return name not in _NAMED_FIELDS and node.type not in language.blocks
        if name in language.lone_bodies and node.type not in language.blocks:
            # `else if`: the clause already has the head of the `if` that it holds.
            return parent.type != "else_clause" and _is_control(parent)
        return parent.type == "else_clause" and node.type not in (
            *language.blocks,
            "if_statement",
        )

    def _statement(self, node: Node) -> Statement:
        core = self.core(node)
        # Decorators stand above a head, a template line is part of it.
        start = core if node.type == "decorated_definition" else node
        head, end = self._head(start, self._head_end(core))
        return Statement(
            head=fold(head),
            kind=core.type,
            reach=self._reach(node),
            span=Span(node.start_point.row + 1, last_line(node)),
            head_last=self.data.count(b"\n", 0, end) + 1,
        )

    def core(self, node: Node) -> Node:
        """The definition inside its wrappers (decorators, template line)."""
        while node.type in self.language.wrappers:
            inner = [c for c in node.named_children if c.type not in ("comment", "decorator")]
            node = node.child_by_field_name("definition") or inner[-1]
        return node

    def _head_end(self, node: Node) -> int:
        """The byte at which the body begins, or the end of a statement that has none."""
        language = self.language
        if node.type == "case_statement":
            return next((c.end_byte for c in node.children if c.type == ":"), node.end_byte)
        stack = list(reversed(_children(node)))
        while stack:
            child, name = stack.pop()
            if child.type in language.blocks:
                return child.start_byte
            if name in language.lone_bodies and child.type not in language.clauses:
                return child.start_byte
            if node.type in language.transparent and not name and child.is_named:
                return child.start_byte
            stack.extend(reversed(_children(child)))
        # A lone statement after `else`.
        if node.type == "else_clause" and node.named_children:
            return node.named_children[-1].start_byte
        return node.end_byte

    def _head(self, start: Node, end: int) -> tuple[str, int]:
        """The text from `start` to byte `end` without comments, and where it really ends."""
        comments, stack = [], [start]
        while stack:
            node = stack.pop()
            if node.start_byte < end:
                if node.type == "comment":
                    comments.append((node.start_byte, node.end_byte))
                stack.extend(node.children)
        pieces, at, last = [], start.start_byte, start.start_byte
        for first, stop in [*sorted(comments), (end, end)]:
            piece = self.data[at:first]
            pieces.append(piece)
            if piece.strip():
                last = at + len(piece.rstrip())
            at = stop
        return b" ".join(pieces).decode("utf-8", "replace"), last

    def _reach(self, node: Node) -> int:
        """The first line of the comments directly above that are indented as `node` is."""
        first, column = node.start_point.row, node.start_point.column
        while (above := self._comments.get(first - 1)) and above[1] == column:
            first = above[0]
        return first + 1

    def _comments_alone(self) -> dict[int, tuple[int, int]]:
        """Comments that have their lines to themselves: last row -> (first row, column)."""
        found: dict[int, tuple[int, int]] = {}
        rows = self.data.split(b"\n")
        stack = [self.root]
        while stack:
            node = stack.pop()
            if node.type == "comment":
                row, column = node.start_point
                if not rows[row][:column].strip():
                    found[last_line(node) - 1] = (row, column)
            stack.extend(node.children)
        return found

    def comment_rows(self) -> set[int]:
        """Lines (1-based) that hold nothing but a comment."""
        return {
            row + 1 for last, (first, _) in self._comments.items() for row in range(first, last + 1)
        }

    # -- names --------------------------------------------------------------------

    def definitions(self, scope: Node) -> Iterator[Definition]:
        """The names that `scope` defines, in order, through `if`, `try` and the like."""
        stack = list(reversed(scope.named_children))
        while stack:
            node = stack.pop()
            core = self.core(node)
            if name := self._name(core):
                has_body = any(c.type in self.language.blocks for c in core.children)
                yield Definition(name, node, core, has_body)
            if core.type not in self.language.definitions:
                stack.extend(reversed(core.named_children))

    def _name(self, core: Node) -> str:
        kind = core.type
        if self.language.separator == ".":
            if kind in self.language.definitions or kind == "type_alias_statement":
                return _text(core.child_by_field_name("name") or core.child_by_field_name("left"))
            if kind == "expression_statement" and core.named_children:
                target = core.named_children[0]
                if target.type == "assignment":
                    left = target.child_by_field_name("left")
                    return _text(left) if left and left.type == "identifier" else ""
            return ""
        if kind.endswith("_specifier") or kind in _NAMED:
            return _text(core.child_by_field_name("name"))
        if kind in ("function_definition", "declaration", "field_declaration"):
            node: Node | None = core.child_by_field_name("declarator")
            while node and (inner := _declarator(node)):
                node = inner
            return _text(node)
        return ""

    def docstrings(self, outer: Node) -> list[Span]:
        """The docstrings of `outer` and of every definition inside it, and the strings that
        stand alone among the attributes of a class, which document those.
        """
        found, stack = [], [outer]
        while stack:
            node = stack.pop()
            body = node.child_by_field_name("body")
            if node.type == "module":
                body = node
            if body is not None and node.type in (*self.language.definitions, "module"):
                statements = [c for c in body.named_children if c.type != "comment"]
                some = statements if node.type == "class_definition" else statements[:1]
                found += [
                    Span(s.start_point.row + 1, last_line(s)) for s in some if _is_lone_string(s)
                ]
            stack.extend(node.named_children)
        return sorted(found)


def broken_lines(node: Node) -> list[int]:
    """The lines on which `node` does not parse."""
    if not node.has_error:
        return []
    found, stack = set(), [node]
    while stack:
        here = stack.pop()
        if here.is_error or here.is_missing:
            found.add(here.start_point.row + 1)
        elif here.has_error:
            stack.extend(here.children)
    return sorted(found)


def _children(node: Node) -> list[tuple[Node, str | None]]:
    return [(child, node.field_name_for_child(i)) for i, child in enumerate(node.children)]


def _declarator(node: Node) -> Node | None:
    inner = node.child_by_field_name("declarator")
    if inner is None and node.type == "reference_declarator":
        inner = node.named_children[-1] if node.named_children else None
    return inner


def _is_lone_string(node: Node) -> bool:
    inner = node.named_children
    return (
        node.type == "expression_statement"
        and len(inner) == 1
        and inner[0].type in ("string", "concatenated_string")
    )


def _is_control(node: Node) -> bool:
    return node.type.endswith("_statement") or node.type == "for_range_loop"


def last_line(node: Node) -> int:
    """The last line of `node`, 1-based; comments behind its last statement are not in it."""
    while inner := next((c for c in reversed(node.children) if c.type != "comment"), None):
        node = inner
    row, column = node.end_point
    # A node that ends at column 0 ends on the line before.
    return row if column == 0 and row > node.start_point.row else row + 1


def _text(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""
