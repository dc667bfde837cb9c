"""
``super()`` and ``super(C, self)``
==================================

Old code writes ``super(Net, self).__init__()``. Is that another thing than
``super().__init__()``?

No. Both call the same function with the same object. The long form names its
class by hand, and that is where it can go wrong.
"""

import matplotlib.pyplot as plt
from torch import nn

# %%
# Two modules that differ in this line only.


class Short(nn.Module):
    def __init__(self):
        self.found = super().__init__.__func__
        super().__init__()
        self.layer = nn.Linear(2, 1)


class Long(nn.Module):
    def __init__(self):
        self.found = super(Long, self).__init__.__func__  # noqa: UP008
        super(Long, self).__init__()  # noqa: UP008
        self.layer = nn.Linear(2, 1)


short, long = Short(), Long()

print("both find", short.found.__qualname__)
assert short.found is long.found is nn.Module.__init__
assert list(vars(short)) == list(vars(long))
assert list(short.state_dict()) == list(long.state_dict())
assert list(short.state_dict()) == ["layer.weight", "layer.bias"]
assert long.layer.weight.shape == short.layer.weight.shape == (1, 2)

# %%
# Where does the short form get its class from? The compiler gives a method
# that mentions ``super`` a hidden variable ``__class__``, which is the class
# in whose body the method stands. Only the long form looks for its class by
# name. (A function that is put into a class from outside has no ``__class__``:
# there the short form is a ``RuntimeError``.)

by_name = {
    c.__name__: c.__name__ in c.__init__.__code__.co_names
    for c in (Short, Long)
}

print("looks its class up by name:", by_name)
assert by_name == {"Short": False, "Long": True}
assert Short.__init__.__code__.co_freevars == ("__class__",)

# %%
# The name is looked up when the line runs. In copied code it is easily that of
# another class. If the object does not belong to that class, Python refuses.
# If it does, the search starts behind that class: after ``nn.Module`` only
# ``object`` is left, whose ``__init__`` creates nothing.


class Stranger(nn.Module):
    def __init__(self):
        super(Short, self).__init__()


try:
    Stranger()
except TypeError as error:
    assert str(error).startswith("super(type, obj): obj")
else:
    raise AssertionError("accepted")


class Copied(nn.Module):
    def __init__(self):
        super(nn.Module, self).__init__()
        self.layer = nn.Linear(2, 1)


try:
    Copied()
except AttributeError as error:
    message = str(error)

print(message)
assert message == "cannot assign module before Module.__init__() call"
assert [c.__name__ for c in Copied.__mro__] == ["Copied", "Module", "object"]

# %%
# Both forms follow the order of the classes, and if each class hands the call
# on, both end at ``Module``, which by default does not. A second base class
# behind it remains without its ``__init__``, unless the class asks for it.


class Named:
    def __init__(self):
        self.name = "named"


class Net(nn.Module, Named):
    def __init__(self):
        super().__init__()


class Asking(nn.Module, Named):
    call_super_init = True

    def __init__(self):
        super().__init__()


has_name = {c.__name__: hasattr(c(), "name") for c in (Net, Asking)}

print("Named.__init__ ran", has_name)
assert has_name == {"Net": False, "Asking": True}
assert Net.__mro__[1:3] == Asking.__mro__[1:3] == (nn.Module, Named)

# %%
# Each form starts its search for ``__init__`` behind the class that it is
# given.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "super() and super(Long, self) find Module; the copied line misses it",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

rows = {
    "super()": (Short, Short),
    "super(Long, self)": (Long, Long),
    "super(nn.Module, self)": (Copied, nn.Module),
}
for height, (text, (kind, given)) in zip(
    (0.8, 0.48, 0.16), rows.items(), strict=True
):
    ax.text(0.36, height, text, color=GREY, ha="right", va="center", size=11)
    found = kind.__mro__[kind.__mro__.index(given) + 1]
    for left, c in zip((0.49, 0.7, 0.9), kind.__mro__, strict=True):
        colour = GREEN if found is nn.Module else ORANGE
        style = {"boxstyle": "round,pad=0.4", "ec": colour}
        style |= {"fc": colour if c is found else "none"}
        box = ax.text(left, height, c.__name__, size=11, bbox=style)
        box.set(ha="center", va="center")
        box.set_color("white" if c is found else GREY)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: write ``super().__init__()``. What happens without it is in
# :doc:`without_init`.
