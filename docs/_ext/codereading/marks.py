"""What evidence says of each line of a subject.

A statement runs as a whole, so its lines share one mark; a bracket on a line of its own has
no code, but ran when its statement did. `else`, `finally` and `try` have no code either:
they ran when something under them did. The head of a function ran when its body was
entered: that Python executed the `def` says nothing of a call.
"""

from __future__ import annotations

from dataclasses import dataclass

from .evidence import Evidence
from .model import Span, Statement, Subject

_BY_BODY = frozenset({"function_definition", "else_clause", "finally_clause", "try_statement"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One line's evidence: the `examples` that ran it, and whether the import did."""

    examples: frozenset[str]
    imported: bool

    @property
    def ran(self) -> bool:
        """Whether anything ran the line."""
        return self.imported or bool(self.examples)


@dataclass(frozen=True)
class Unit:
    """Lines that run together: the head of a statement, from its first decorator on."""

    statement: Statement
    span: Span

    @property
    def evident(self) -> Span:
        """The lines of which any proves that this ran."""
        if self.statement.kind in _BY_BODY:
            return Span(self.span.first, self.statement.span.last)
        return self.span

    @property
    def at_import(self) -> range:
        """The lines of which any proves that importing the library ran this."""
        if self.statement.kind == "function_definition":
            return range(self.span.last + 1, self.statement.span.last + 1)
        return range(self.evident.first, self.evident.last + 1)


def units(subject: Subject) -> dict[int, Unit]:
    """For each line of code of `subject` the unit that it belongs to.

    The innermost statement whose head the line is in; of two on one line the later.
    """
    found: dict[int, Unit] = {}
    for statement in subject.statements:
        unit = Unit(statement, Span(statement.reach, statement.head_last))
        for number in range(unit.span.first, unit.span.last + 1):
            if number in subject.code_lines:
                found[number] = unit
    return found


def marks(subject: Subject, evidence: Evidence) -> dict[int, Mark]:
    """The mark of every line of `subject` that has code; empty where nothing was recorded.

    Lines of a statement without code of its own (`global x`) have none.
    """
    file = subject.ref.file
    imported = evidence.at_import(file)
    found: dict[int, Mark] = {}
    known: dict[Statement, Mark | None] = {}
    for number, unit in units(subject).items():
        if unit.statement not in known:
            lines = range(unit.evident.first, unit.evident.last + 1)
            has_code = not imported.code.isdisjoint(lines)
            at_import = not imported.ran.isdisjoint(unit.at_import)
            mark = Mark(evidence.examples(file, lines), at_import)
            known[unit.statement] = mark if has_code else None
        if mark_of := known[unit.statement]:
            found[number] = mark_of
    return found
