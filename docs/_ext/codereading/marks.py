"""What evidence says of each line of a subject.

A statement runs as a whole, so its lines share one mark; a bracket on a line of its own has
no code, but ran when its statement did. `else`, `finally` and `try` have no code either:
they ran when something under them did. The head of a function or method ran when its body
was entered: that Python executed the `def` says nothing of a call. A `def` among the
statements of a function is one of them, and ran when it was executed.
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
    in_function: bool

    @property
    def whole(self) -> range:
        """The lines of which any may prove that this ran."""
        by_body = self.statement.kind in _BY_BODY
        return range(self.span.first, (self.statement if by_body else self).span.last + 1)

    @property
    def evident(self) -> range:
        """The lines of which any proves it, where an example ran them."""
        return self.at_import or self.whole

    @property
    def at_import(self) -> range:
        """The same where importing the library ran them; none of a function on one line."""
        if self.statement.kind == "function_definition" and not self.in_function:
            return range(self.span.last + 1, self.statement.span.last + 1)
        return self.whole


def units(subject: Subject) -> dict[int, Unit]:
    """For each line of code of `subject` the unit that it belongs to.

    The innermost statement whose head the line is in; of two on one line the later. A
    function's body on the line of its head belongs to the head.
    """
    found: dict[int, Unit] = {}
    around: list[Statement] = []
    for statement in subject.statements:
        while around and around[-1].span.last < statement.span.first:
            around.pop()
        function = around[-1] if around and around[-1].kind == "function_definition" else None
        unit = Unit(statement, Span(statement.reach, statement.head_last), function is not None)
        for number in range(unit.span.first, unit.span.last + 1):
            beside = function is not None and number <= function.head_last
            if number in subject.code_lines and not beside:
                found[number] = unit
        if statement.kind in ("function_definition", "class_definition"):
            around.append(statement)
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
            has_code = not imported.code.isdisjoint(unit.whole)
            at_import = not imported.ran.isdisjoint(unit.at_import)
            mark = Mark(evidence.examples(file, unit.evident), at_import)
            known[unit.statement] = mark if has_code else None
        if mark_of := known[unit.statement]:
            found[number] = mark_of
    return found
