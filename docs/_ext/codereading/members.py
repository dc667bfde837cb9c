"""What a class has by its own text: bound in its body, or made by its `__init__`.

A class says of many attributes only in `__init__` that they exist. For a reader that line is
where such an attribute is defined, so a name like `self._forward_hooks` leads there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .scopes import Function, inner_scope, module_scope


def members_of(node: ast.ClassDef, name: str) -> dict[str, tuple[str, int]]:
    """For each member what it is called in the file, and its line if `__init__` makes it.

    `name` is that of the class, with the classes around it. A line of 0 is that of a name
    bound in the body. To give a name a type there makes nothing: this class, or a base of it,
    has to make it elsewhere.
    """
    scope = inner_scope(node, module_scope(ast.Module([], []), ""), "")
    typed = {
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign) and not part.value and isinstance(part.target, ast.Name)
    }
    bound = scope.bound if scope else {}
    found = {member: (f"{name}.{member}", 0) for member in bound if member not in typed}
    for member, line in _made(node):
        found.setdefault(member, (f"{name}.__init__.{member}", line))
    return found


def _made(node: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """The attributes that `__init__` makes, in the order of its lines."""
    for method in node.body:
        if isinstance(method, Function) and method.name == "__init__":
            first = [*method.args.posonlyargs, *method.args.args][:1]
            own = first[0].arg if first else ""
            parts = [p for p in ast.walk(method) if isinstance(p, ast.Attribute | ast.Call)]
            for part in sorted(parts, key=lambda part: (part.lineno, part.col_offset)):
                if name := _attribute(part, own):
                    yield name, part.lineno


def _attribute(part: ast.Attribute | ast.Call, own: str) -> str:
    """The attribute that `part` makes: `self.x = …`, or `super().__setattr__("x", …)`."""
    if isinstance(part, ast.Attribute):
        of_itself = isinstance(part.value, ast.Name) and part.value.id == own
        return part.attr if of_itself and isinstance(part.ctx, ast.Store) else ""
    function = part.func
    if isinstance(function, ast.Attribute) and function.attr == "__setattr__" and part.args[1:]:
        # The object is what comes before the name: `self.__setattr__("x", …)` has it in front,
        # `object.__setattr__(self, "x", …)` as first argument, and `super()` stands for it.
        whose, name = [function.value, *part.args[:-1]][-2:]
        called = whose.func if isinstance(whose, ast.Call) else whose
        itself = isinstance(called, ast.Name) and called.id in {own, "super"}
        if itself and isinstance(name, ast.Constant) and isinstance(name.value, str):
            return name.value
    return ""
