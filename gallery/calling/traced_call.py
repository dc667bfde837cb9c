"""
A traced call notes where it is
===============================

``torch.jit.trace`` turns my model into a list of operations, and knows to
which module each of them belongs. Who told it?

The call did. While a trace is recorded, ``__call__`` does not go to
``forward`` directly, but by a method that enters the module's path as the
scope of what follows, and leaves it again even after an error. Tracing is
deprecated in torch 2.13; every call still asks whether a trace is recorded.
"""

import os
import warnings

import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Two squares, one of them in a plain list, which hides it. The forward hook of
# the other doubles.


class Square(nn.Module):
    def forward(self, x):
        return x * x


class Squares(nn.Module):
    def __init__(self):
        super().__init__()
        self.known = Square()
        self.hidden = [Square()]
        self.known.register_forward_hook(lambda module, args, y: 2 * y)

    def forward(self, x):
        return self.known(x) - self.hidden[0](x)


def traced(what):
    """What torch.jit.trace makes of a function or a module."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = torch.jit.trace(what, x)
    assert {w.category for w in caught} == {DeprecationWarning}
    assert "`torch.jit.trace` is deprecated" in str(caught[0].message)
    return result


def scopes(graph):
    """The computing operations, each with its scope."""
    return [
        (node.kind(), node.scopeName())
        for node in graph.nodes()
        if node.kind().startswith("aten::")
    ]


# %%
# Only the operation in ``known`` has a scope. The hook's product belongs to
# the module around it, because hooks run outside; and a module of which the
# tracer knows no path enters none, so what it does belongs there too.

x = torch.tensor(3.0, device=device)
model = Squares()
of_model = traced(model)

for kind, scope in scopes(of_model.inlined_graph):
    print(f"{kind:10} {scope or '-'}")
assert model(x).item() == of_model(x).item() == 9
assert scopes(of_model.inlined_graph) == [
    ("aten::mul", "__module.known"),
    ("aten::mul", ""),  # the hook
    ("aten::mul", ""),  # the hidden one
    ("aten::sub", ""),
]

# %%
# Paths are known only while a module is traced. In a function that calls the
# same module, no operation has a scope.

of_function = traced(lambda x: model(x))

print("of a function:", {scope for _, scope in scopes(of_function.graph)})
assert [kind for kind, _ in scopes(of_function.graph)] == [
    kind for kind, _ in scopes(of_model.inlined_graph)
]
assert {scope for _, scope in scopes(of_function.graph)} == {""}

# %%
# An error ends the scope too. What is computed after it is booked to the
# module that went on, not to the one that failed.


class Failing(nn.Module):
    def forward(self, x):
        raise ValueError


class GoesOn(nn.Module):
    def __init__(self):
        super().__init__()
        self.failing, self.square = Failing(), Square()

    def forward(self, x):
        try:
            self.failing(x)
        except ValueError:
            return self.square(x) + 1


after_error = scopes(traced(GoesOn()).inlined_graph)
print("after an error:", after_error)
assert after_error == [("aten::mul", "__module.square"), ("aten::add", "")]

# %%
# A module that is traced already is not recorded again: one call stands for
# all of it.

nested = traced(nn.Sequential(traced(Square())))
kinds = [node.kind() for node in nested.graph.nodes()]

print("traced twice:", *kinds)
assert kinds == ["prim::GetAttr", "prim::CallMethod"]
assert nested(x).item() == 9

# %%
# The way around is taken only during the trace, and by each call:
# ``model.forward`` skips it, as it skips the hooks.


class Direct(Squares):
    def forward(self, x):
        return self.known.forward(x)


direct = scopes(traced(Direct()).inlined_graph)
print("known.forward(x):", direct)
assert direct == [("aten::mul", "")]

# %%
# Remember: call modules, and a trace knows their names. What else goes missing
# with ``model.forward``: :doc:`call_or_forward`.
