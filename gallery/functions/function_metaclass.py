"""
Every Function has a second class
=================================

My class is called ``Square``, but the result's ``grad_fn`` is a
``SquareBackward``. Who wrote that class?

The metaclass of ``Function`` did, when the ``class`` statement ended. A
``Function`` need not be instantiated; what stands in the graph, and what your
methods know as ``ctx``, is an object of the second class. (The transforms of
``torch.func`` make a third, as they need it, and a rule derived for
``torch.vmap`` wraps the object.)
"""

import os

import matplotlib.pyplot as plt
import torch
from torch.autograd import Function
from torch.autograd.function import BackwardCFunction, FunctionMeta
from torch.autograd.graph import Node

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# ``forward`` and ``backward`` keep the context that they are given.

contexts = []


class Square(Function):
    @staticmethod
    def forward(ctx, x):
        contexts.append(ctx)
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        contexts.append(ctx)
        (x,) = ctx.saved_tensors
        return 2 * x * grad


x = torch.tensor(3.0, device=device, requires_grad=True)
y = Square.apply(x)
node = y.grad_fn
y.backward()

print("class", type(node).__name__, " metaclass", type(Square).__name__)
print("the context is the node:", all(ctx is node for ctx in contexts))
assert y.item() == 9 and x.grad.item() == 6
assert type(Square) is FunctionMeta
assert type(node) is Square._backward_cls
assert type(node).__name__ == node.name() == "SquareBackward"
assert len(contexts) == 2 and all(ctx is node for ctx in contexts)

# %%
# The two classes know each other. The engine calls ``apply`` of the node (or
# ``apply_boxed``: :doc:`boxed_gradients`), and that looks up ``backward`` or
# ``vjp`` in the class that you wrote.

node_class = Square._backward_cls
print("and back:", node_class._forward_cls.__name__)
assert node_class._forward_cls is Square
assert "apply" in vars(BackwardCFunction)
assert not issubclass(node_class, Square)  # partners, not relatives

# %%
# How the metaclass makes it fits in one line: a call of ``type`` with a name,
# a base and one attribute. Done by hand, on a class of one's own:


class Cube:
    """No Function at all."""


by_hand = type("CubeBackward", (BackwardCFunction,), {"_forward_cls": Cube})

assert by_hand.__bases__ == node_class.__bases__ == (BackwardCFunction,)
assert by_hand.__name__ == "CubeBackward"
assert not hasattr(Cube, "_backward_cls")  # nobody has run it for us

# %%
# A metaclass is inherited, which an ordinary class attribute would be too; but
# the metaclass *runs* for every subclass. So each has a node class of its own
# instead of its parent's.


class SquareAgain(Square):
    pass


print(SquareAgain._backward_cls.__name__, "knows", end=" ")
print(SquareAgain._backward_cls._forward_cls.__name__)
assert SquareAgain._backward_cls.__name__ == "SquareAgainBackward"
assert SquareAgain._backward_cls._forward_cls is SquareAgain

# %%
# A built-in operation has a node of a class without any of this: its
# derivative is C++ code, and nothing is inherited in Python. Both pass as a
# ``Node``, which is not in either line of ancestors: it is an abstract class
# that recognises them.

built_in = type((x * x).grad_fn)
lines = {
    "Square.apply(x)": [c.__name__ for c in node_class.__mro__],
    "x * x": [c.__name__ for c in built_in.__mro__],
}

for made, names in lines.items():
    print(f"{made}:", " > ".join(names))
assert lines["Square.apply(x)"] == [
    "SquareBackward",
    "BackwardCFunction",
    "_FunctionBase",
    "FunctionCtx",
    "_HookMixin",
    "object",
]
assert lines["x * x"] == ["MulBackward0", "object"]
for kind in (node_class, built_in):
    assert issubclass(kind, Node) and Node not in kind.__mro__

# %%
# Both lines of ancestors, with the generated class filled.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Five ancestors of a node of your own, and one of a built-in node",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))


def box(text, at, *sources, fill="none", edge="none", line="-"):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": edge, "ls": line}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


own = lines["Square.apply(x)"]
places = [(0.14, 0.72), (0.45, 0.72), (0.8, 0.72)]
places += [(0.8, 0.42), (0.5, 0.42), (0.2, 0.42)]
before = ()
for name, place in zip(own, places, strict=True):
    inside = GREEN if name == "SquareBackward" else "none"
    before = (box(name, place, *before, fill=inside, edge=GREEN),)
ax.text(0.05, 0.88, "Square.apply(x)", color=GREY, size=10)
ax.text(0.05, 0.22, "x * x", color=GREY, size=10)
first = box(lines["x * x"][0], (0.14, 0.08), fill=ORANGE)
box(lines["x * x"][1], (0.45, 0.08), first, edge=ORANGE)
plt.show()

# %%
# Remember: ``class MyFn(Function)`` makes two classes, ``MyFn`` and
# ``MyFn._backward_cls``; the second is the type of ``grad_fn`` and of ``ctx``.
# What its ancestors are for: :doc:`function_mixins`. How a metaclass was
# written before: :doc:`with_metaclass`.
