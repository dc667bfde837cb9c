"""What a statement is in each language that can be read.

A `Language` is a table over a tree-sitter grammar: which nodes hold statements, which
clauses count as statements of their own, where a head ends. Everything else in the
package is the same for all languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import tree_sitter
import tree_sitter_cpp
import tree_sitter_python


@dataclass(frozen=True)
class Language:
    """How one language is read.

    `blocks`: nodes whose named children are statements; a head ends where one begins.
    `clauses`: nodes that have a head of their own although a statement holds them.
    `transparent`: nodes inside a block that only group statements (`#if`, `namespace`).
    `wrappers`: nodes around a definition, such as its decorators or its template line.
    `lone_bodies`: fields that may hold a body without a block (`if (x) return;`).
    `definitions`: nodes that define a name and open a scope.
    `separator`: what stands between the parts of a qualified name.
    `prepare`: puts plainer text for what the grammar cannot know, keeping every byte's place.
    """

    name: str
    suffixes: tuple[str, ...]
    grammar: Callable[[], object]
    blocks: frozenset[str]
    clauses: frozenset[str]
    definitions: frozenset[str]
    separator: str
    transparent: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()
    lone_bodies: frozenset[str] = frozenset()
    prepare: Callable[[bytes], bytes] = field(default=bytes)

    @cached_property
    def _parser(self) -> tree_sitter.Parser:
        return tree_sitter.Parser(tree_sitter.Language(self.grammar()))

    def parse(self, data: bytes) -> tree_sitter.Tree:
        """The syntax tree of a file's bytes. Broken code gives a tree with error nodes."""
        return self._parser.parse(self.prepare(data))


_MACROS = re.compile(
    # `struct LIB_API Name`: a macro in front of a name.
    rb"(?P<kept>\b(?:struct|class|union|enum(?:\s+class)?)\s+)[A-Z][A-Z0-9_]*(?=\s+\w)"
    # `LIB_API void f();`: one in front of a declaration.
    rb"|\b[A-Z][A-Z0-9_]*_API\b"
    # `LIB_ASSERT(…)` or `Object_HEAD` on lines of its own, without a semicolon.
    rb"|^[ \t]*(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+|\w+_HEAD)(?:\([^;{}]*?\))?"
    rb"(?=[ \t]*\n(?![ \t]*[{:.?&|+]))",
    re.MULTILINE,
)


_EMPTY_DEFAULT = re.compile(rb"(=\s*)\{\}(?=\s*[,)])")


def _plainer(data: bytes) -> bytes:
    """`data` as the grammar can read it, each byte in its place.

    Macros are blanked, and an empty default (`f(list x = {})`) is a number: what the
    grammar does not know makes it misread what follows.
    """

    def blank(match: re.Match[bytes]) -> bytes:
        kept = match["kept"] or b""
        return kept + re.sub(rb"[^\n]", b" ", match[0][len(kept) :])

    return _EMPTY_DEFAULT.sub(rb"\g<1>00", _MACROS.sub(blank, data))


PYTHON = Language(
    name="python",
    suffixes=(".py", ".pyi"),
    grammar=tree_sitter_python.language,
    blocks=frozenset({"module", "block"}),
    clauses=frozenset(
        {
            "elif_clause",
            "else_clause",
            "except_clause",
            "except_group_clause",
            "finally_clause",
            "case_clause",
        }
    ),
    definitions=frozenset({"function_definition", "class_definition"}),
    separator=".",
    wrappers=frozenset({"decorated_definition"}),
)

CPP = Language(
    name="cpp",
    suffixes=(".h", ".hpp", ".cpp", ".cc", ".cu", ".cuh"),
    grammar=tree_sitter_cpp.language,
    blocks=frozenset(
        {
            "translation_unit",
            "compound_statement",
            "field_declaration_list",
            "declaration_list",
            "enumerator_list",
        }
    ),
    clauses=frozenset({"else_clause", "catch_clause", "case_statement"}),
    definitions=frozenset(
        {"function_definition", "struct_specifier", "class_specifier", "enum_specifier"}
    ),
    separator="::",
    transparent=frozenset(
        {
            "preproc_if",
            "preproc_ifdef",
            "preproc_else",
            "preproc_elif",
            "namespace_definition",
            "linkage_specification",
        }
    ),
    wrappers=frozenset({"template_declaration"}),
    lone_bodies=frozenset({"body", "consequence", "alternative"}),
    prepare=_plainer,
)

LANGUAGES = (PYTHON, CPP)
SUFFIXES = tuple(suffix for language in LANGUAGES for suffix in language.suffixes)


def language_of(file: str) -> Language | None:
    """The language of a file by the end of its name, or None where it is not known."""
    for language in LANGUAGES:
        if file.endswith(language.suffixes):
            return language
    return None
