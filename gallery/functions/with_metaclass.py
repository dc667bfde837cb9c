"""
A metaclass without its syntax
==============================

Up to torch 1.13, ``Function`` was declared with a call among its bases:
``with_metaclass(FunctionMeta, ...)``. What is that for?

It names a metaclass in a spelling that Python 2 and 3 both accept. The call
returns a stand-in class, whose only purpose is to be inherited from once, and
to replace itself at that moment with what was really wanted.
"""

import importlib.util

import matplotlib.pyplot as plt
from torch.autograd import Function
from torch.autograd.function import FunctionMeta

# %%
# A metaclass that notes every class it makes, and gives each a partner, as the
# one of ``Function`` does.

made = []


class Partnered(type):
    def __init__(cls, name, bases, body):
        super().__init__(name, bases, body)
        made.append(name)
        cls.partner = type(f"{name}Partner", (), {"of": cls})


class Base:
    pass


# %%
# Today the metaclass has its own place in the ``class`` statement. (Python 2
# had another: an attribute ``__metaclass__`` in the body.)


class Modern(Base, metaclass=Partnered):
    pass


assert made == ["Modern"] and Modern.__bases__ == (Base,)

# %%
# What both languages share is that a metaclass is inherited. So a first
# attempt: let the metaclass make a helper class, and inherit from it. It
# works, but the helper stays: it is an ancestor for ever, and has a partner
# that nobody wants.


def helper_with(metaclass, *bases):
    return metaclass("Helper", bases, {})


made.clear()


class Simple(helper_with(Partnered, Base)):
    pass


print("helper:  made", *made, "| ancestors", end=" ")
print(*(c.__name__ for c in Simple.__mro__[1:]))
assert made == ["Helper", "Simple"]
assert [c.__name__ for c in Simple.__mro__] == [
    "Simple",
    "Helper",
    "Base",
    "object",
]

# %%
# The trick is that a metaclass may return something else than it was asked
# for. This stand-in belongs to a metaclass of its own, ``Replace``. When a
# class inherits from the stand-in, Python asks ``Replace`` to make it, and
# ``Replace`` passes the order on, with the real bases instead of itself.


def stand_in_for(metaclass, *bases):
    class Replace(type):
        def __new__(cls, name, stand_ins, body):
            replaced.append((name, [s.__name__ for s in stand_ins]))
            return metaclass(name, bases, body)

    return type.__new__(Replace, "StandIn", (), {})


made.clear()
replaced = []


class Classic(stand_in_for(Partnered, Base)):
    pass


print("stand-in: made", *made, "| ancestors", end=" ")
print(*(c.__name__ for c in Classic.__mro__[1:]))
print("asked for", *replaced)
assert replaced == [("Classic", ["StandIn"])]
assert made == ["Classic"]
assert Classic.__mro__ == (Classic, Base, object)

# %%
# The result cannot be told from the modern form, and nor can its subclasses.
# (If the metaclass has a ``__prepare__``, which makes the dictionary of the
# body, a stand-in must pass that on too; this one does not.)


class Child(Classic):
    pass


for declared in (Modern, Classic, Child):
    assert type(declared) is Partnered
    assert declared.partner.__name__ == f"{declared.__name__}Partner"
    assert declared.partner.of is declared
assert len(replaced) == 1  # the stand-in was used once

# %%
# Torch dropped Python 2 years before it dropped the spelling; the file that
# held it, ``torch/_six.py``, went with 2.0.

print("torch._six:", importlib.util.find_spec("torch._six"))
print("Function is made by", type(Function).__name__)
assert importlib.util.find_spec("torch._six") is None
assert type(Function) is FunctionMeta

# %%
# The ancestors of the three classes, drawn from their ``__mro__``.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A helper class stays among the ancestors; the stand-in has left none",
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


for height, declared, how in (
    (0.82, Modern, "metaclass="),
    (0.5, Simple, "a helper class"),
    (0.18, Classic, "a stand-in"),
):
    ax.text(0.26, height, how, color=GREY, ha="right", va="center", size=11)
    before = ()
    line = declared.__mro__
    places = (0.4, 0.6, 0.77, 0.92) if len(line) == 4 else (0.4, 0.77, 0.92)
    for place, ancestor in zip(places, line, strict=True):
        inside = GREEN if ancestor is declared else "none"
        edge = ORANGE if ancestor.__name__ == "Helper" else GREEN
        drawn = box(ancestor.__name__, (place, height), *before, fill=inside)
        drawn.get_bbox_patch().set(edgecolor=edge)
        before = (drawn,)
plt.show()

# %%
# Remember: ``with_metaclass(M, Base)`` meant ``(Base, metaclass=M)``. When you
# meet it in the source of an old torch, read it so. What the metaclass of
# ``Function`` makes: :doc:`function_metaclass`.
