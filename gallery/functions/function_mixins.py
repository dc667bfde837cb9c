"""
Mixins that bring methods and no state
======================================

``Function`` inherits from three classes, and so does the class of its nodes.
Why does so much multiple inheritance do no harm?

Because two of the three are mixins: they have methods and no ``__init__``, so
there is nothing to set up and nothing to forget. Where two of them define the
same name, ``mro()`` says which one counts.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch.autograd import Function
from torch.autograd.function import (
    BackwardCFunction,
    FunctionCtx,
    _HookMixin,
    _SingleLevelFunction,
)

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The three bases. Only ``_FunctionBase`` is written in C++ and has state; the
# other two consist of functions.


def methods(cls):
    return [name for name, value in vars(cls).items() if callable(value)]


bases = _SingleLevelFunction.__bases__
print("bases", *(base.__name__ for base in bases))
print("FunctionCtx has", *methods(FunctionCtx))
assert bases == BackwardCFunction.__bases__
assert bases == (torch._C._FunctionBase, FunctionCtx, _HookMixin)
for mixin in (FunctionCtx, _HookMixin):
    assert "__init__" not in vars(mixin) and not vars(mixin())
assert methods(FunctionCtx) == [
    "save_for_backward",
    "save_for_forward",
    "mark_dirty",
    "mark_shared_storage",
    "mark_non_differentiable",
    "set_materialize_grads",
]

# %%
# The methods of a mixin work on whatever object they are mixed into. Those of
# ``FunctionCtx`` at most write an attribute, and the C++ base reads it once
# ``forward`` and ``setup_context`` have returned (what
# ``set_materialize_grads`` writes also later, when a walk comes by). An object
# without that base accepts the call, and nothing comes of it.

alone = FunctionCtx()
alone.save_for_backward(torch.ones(1, device=device))

print("a mixin alone stores", *vars(alone))
assert list(vars(alone)) == ["to_save"]
assert not hasattr(alone, "saved_tensors")

# %%
# Mixins with attributes are another matter. Each of these two sets up its own
# in ``__init__``, and Python calls one of the two.


class Counted:
    def __init__(self):
        self.count = 0

    def label(self):
        return "counted"


class Named:
    def __init__(self):
        self.name = "nameless"

    def label(self):
        return "named"


class Both(Named, Counted):
    pass


try:
    print(Both().count)
except AttributeError as error:
    message = str(error)

print(message)
assert message == "'Both' object has no attribute 'count'"
assert Both().name == "nameless"

# %%
# That can be cured: if each ``__init__`` calls ``super().__init__()``, all of
# them run, in the order of ``mro()``. The same order decides between the two
# methods of one name: the first in the line wins.


class Other(Counted, Named):
    pass


print(Both().label(), "|", Other().label())
assert [c.__name__ for c in Both.mro()[1:3]] == ["Named", "Counted"]
assert Both().label() == "named" and Other().label() == "counted"
assert Other().count == 0

# %%
# ``Function`` itself is abstract in the old way: the methods that are yours to
# write exist, and raise until you have.


class Unwritten(Function):
    pass


try:
    Unwritten.apply(torch.ones(1, device=device))
except NotImplementedError as error:
    message = str(error)

print(message)
assert message.startswith("You must implement the forward function")

# %%
# Two classes from the same three bases. The methods are needed on the node,
# since that is the ``ctx``; ``Function`` has kept them from the time when it
# was its own context. (It inherits them through ``_SingleLevelFunction``.)


class Square(Function):
    @staticmethod
    def forward(ctx, x):
        return x * x


node_class = Square._backward_cls
for cls in (Square, node_class):
    assert set(bases) < set(cls.mro())
    assert cls.save_for_backward is FunctionCtx.save_for_backward
assert Function.__bases__ == (_SingleLevelFunction,)
assert Square.apply(torch.tensor(3.0, device=device)).item() == 9

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Square and SquareBackward inherit from the same three bases",
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


tops = [
    box(base.__name__, (left, 0.84), fill=GREY if base is bases[0] else GREEN)
    for left, base in zip((0.2, 0.52, 0.82), bases, strict=True)
]
kinds = [Function, BackwardCFunction]
for left, kind in zip((0.3, 0.74), kinds, strict=True):
    # Arrows from a class to its bases.
    low = box(kind.__name__, (left, 0.48), edge=GREY)
    for top in tops:
        ends = {"patchA": low.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": top.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", top.get_position(), low.get_position(), arrowprops=way)
    own = Square if kind is Function else node_class
    bottom = box(own.__name__, (left, 0.12), fill=ORANGE)
    ends = {"patchA": bottom.get_bbox_patch(), "shrinkA": 0}
    ends |= {"patchB": low.get_bbox_patch(), "shrinkB": 0}
    way = {"arrowstyle": "-|>", "color": GREY, **ends}
    ax.annotate("", (left, 0.48), (left, 0.12), arrowprops=way)
ax.text(0.5, 0.08, "green: mixins", color=GREY, ha="center", size=10)
plt.show()

# %%
# Remember: a mixin without state can be added anywhere, and the order of the
# bases matters only for names that several define. What ``save_for_backward``
# is good for: :doc:`save_for_backward`.
