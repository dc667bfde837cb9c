"""What the names in a Python file are bound to, by the rules of Python's scopes.

Read from the text: nothing is imported. `Scopes` answers for one file, what a name in it
means; `references` asks it about every name and attribute, and follows imports.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scoped = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Import:
    """A name that an import binds: `module` is in full, `name` empty for a module itself."""

    module: str
    name: str = ""


@dataclass
class Scope:
    """A module, class or function with the names bound in it.

    `bound` maps a name to its import, its nested definition, or None for anything else.
    """

    node: ast.AST
    name: str
    parent: Scope | None = None
    bound: dict[str, Import | Scoped | None] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)

    @property
    def is_class(self) -> bool:
        """Whether it is a class, whose names the functions inside it do not see."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def receiver(self) -> str:
        """The name of a method's first parameter (`self`, `cls`), empty for anything else."""
        node = self.node
        if not isinstance(node, Function) or self.parent is None or not self.parent.is_class:
            return ""
        static = any(
            isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list
        )
        first = [*node.args.posonlyargs, *node.args.args][:1]
        return first[0].arg if first and not static else ""

    def holder(self, name: str) -> Scope | None:
        """The scope in which `name`, read here, is bound; None if in none (a builtin)."""
        scope: Scope | None = self
        while scope:
            # Seen from a function inside, a class's names are not there.
            visible = scope is self or not scope.is_class
            if visible and name in scope.bound and name not in scope.elsewhere:
                return scope
            scope = scope.parent
        return None


def module_scope(tree: ast.Module, package: str) -> Scope:
    """The scope of a module; `package` is the one that its relative imports start from."""
    scope = Scope(tree, "")
    _bind(scope, tree.body, package)
    return scope


def inner_scope(node: ast.AST, parent: Scope, package: str) -> Scope | None:
    """The scope that `node` opens inside `parent`, None where it opens none."""
    if isinstance(node, ast.ClassDef):
        scope = Scope(node, f"{parent.name}.{node.name}".lstrip("."), parent)
        _bind(scope, node.body, package)
        return scope
    if isinstance(node, Function | ast.Lambda):
        called = node.name if isinstance(node, Function) else "<lambda>"
        scope = Scope(node, f"{parent.name}.{called}".lstrip("."), parent)
        for argument in _arguments(node.args):
            scope.bound[argument.arg] = None
        _bind(scope, node.body if isinstance(node.body, list) else [node.body], package)
        return scope
    if isinstance(node, _COMPREHENSIONS):
        scope = Scope(node, f"{parent.name}.<comprehension>", parent)
        for generator in node.generators:
            _bind(scope, [generator.target], package)
        return scope
    return None


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (a for a in (arguments.vararg, arguments.kwarg) if a)


def _bind(scope: Scope, nodes: Sequence[ast.AST], package: str) -> None:
    """Note every name that `nodes` bind in `scope`, not looking into scopes inside it."""
    stack: list[ast.AST] = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, Function | ast.ClassDef):
            # Of several definitions the last counts; the stack has the last on top.
            scope.bound.setdefault(node.name, node)
            continue
        if isinstance(
            node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
        ):
            continue
        if isinstance(node, ast.Global | ast.Nonlocal):
            scope.elsewhere.update(node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                # `import a.b` binds `a`; `import a.b as c` binds `c` to `a.b`.
                name = alias.asname or alias.name.partition(".")[0]
                scope.bound.setdefault(name, Import(alias.name if alias.asname else name))
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            for alias in node.names:
                scope.bound.setdefault(alias.asname or alias.name, Import(module, alias.name))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            scope.bound.setdefault(node.id, None)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            scope.bound.setdefault(node.name, None)
        stack.extend(ast.iter_child_nodes(node))


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])
