"""
``Module.__init__`` takes no arguments
======================================

"``__init__()`` got an unexpected keyword argument": but my class takes none
and defines no ``__init__``. Who complains?

``nn.Module`` does, in the words of Python and the name of your class. It
lets any arguments through where a class sets ``call_super_init = True``, and
leaves it to the ``__init__`` that it hands them on to whether they fit.
"""

from torch import nn

# %%
# ``Module.__init__`` is written with ``*args`` and ``**kwargs``, so that
# Python lets everything through; the messages are made by hand. A plain class
# gives Python's own, for comparison.


class Layer(nn.Module):
    pass


class Plain:
    def __init__(self):
        pass


def message(make):
    try:
        make()
    except TypeError as error:
        return str(error)
    return "accepted"


CALLS = {
    "Layer(bias=True)": lambda: Layer(bias=True),
    "Layer(2, 3)": lambda: Layer(2, 3),
    "Layer(2, bias=True)": lambda: Layer(2, bias=True),
    "Plain(bias=True)": lambda: Plain(bias=True),
    "Plain(2, 3)": lambda: Plain(2, 3),
}
messages = {text: message(make) for text, make in CALLS.items()}

for text, said in messages.items():
    print(f"{text:20} {said}")
KEYWORD = "__init__() got an unexpected keyword argument 'bias'"
NUMBER = "__init__() takes 1 positional argument but 3 were given"
assert messages == {
    "Layer(bias=True)": f"Layer.{KEYWORD}",
    "Layer(2, 3)": f"Layer.{NUMBER}",
    "Layer(2, bias=True)": f"Layer.{KEYWORD}",
    "Plain(bias=True)": f"Plain.{KEYWORD}",
    "Plain(2, 3)": f"Plain.{NUMBER}",
}

# %%
# The switch. A class with a further ancestor behind ``nn.Module`` sets it, and
# ``Module`` hands all arguments on to the ``__init__`` of that one. Without
# such an ancestor it is ``object`` that refuses them.


class Named:
    def __init__(self, name):
        self.name = name


class NamedLayer(nn.Module, Named):
    call_super_init = True


layer = NamedLayer(name="first")
print("NamedLayer has the name", layer.name)
assert layer.name == "first" and layer.training
assert message(NamedLayer).endswith(
    "missing 1 required positional argument: 'name'"
)


class Alone(nn.Module):
    call_super_init = True


assert message(lambda: Alone(2)).startswith("object.__init__() takes exactly")

# %%
# Remember: the message is about your class's missing ``__init__``, or one that
# passes its arguments on to ``super().__init__``. The switch is tried in both
# positions in :doc:`super_both_ways`.
