"""
What a container takes in
=========================

``nn.ModuleDict(...)`` says "update sequence element #0 has length 3; 2 is
required". What do the containers accept?

The two lists take any iterable, the two dicts a mapping or an iterable of
pairs. Those that hold modules refuse what is neither a module nor ``None``;
those that hold parameters make one of each floating-point or complex tensor,
and keep a number or a string as an attribute that is not trained. A tensor of
integers has no place there.
"""

import torch
from torch import nn

# %%
# Each container, and what it was offered. A single tensor is an iterable too,
# of its rows, but a ``ParameterList`` does not take it apart.

t = torch.zeros(2)
relu = nn.ReLU()
OFFERS = [
    ("ModuleList", 3),
    ("ParameterList", 3),
    ("ParameterList", t),
    ("ModuleDict", 3),
    ("ParameterDict", 3),
    ("ModuleDict", [relu]),
    ("ParameterDict", [1]),
    ("ModuleDict", [("a", relu, 1)]),
    ("ParameterDict", [("a", t, 1)]),
    ("ModuleDict", [(1, relu)]),
    ("ParameterDict", [(1, t)]),
    ("ModuleDict", {"keys": relu}),
    ("ParameterDict", {"keys": t}),
    ("ParameterList", [t.long()]),
    ("ModuleList", [t]),
    ("Sequential", [relu]),
]


def answer(name, offer):
    """The error that a container answers an offer with."""
    container = getattr(nn, name)
    try:
        container(offer)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error.args[0]}"
    raise AssertionError(f"{name} takes {offer}")


def short(offer):
    text = str(offer).replace("tensor([0., 0.])", "t").replace("()", "")
    return text.replace("tensor([0, 0])", "t.long()")


answers = [answer(*offer) for offer in OFFERS]
for (name, offer), text in zip(OFFERS, answers, strict=True):
    print(f"{name}({short(offer)})\n    {text}")

CALLED = "should be called with an iterable"
assert answers == [
    f"TypeError: ModuleList.extend {CALLED}, but got int",
    f"TypeError: ParameterList.extend {CALLED}, but got int",
    f"TypeError: ParameterList.extend {CALLED}, but got Tensor",
    f"TypeError: ModuleDict.update {CALLED} of key/value pairs, but got int",
    f"TypeError: ParametersDict.update {CALLED} of key/value pairs, "
    "but got int",
    "TypeError: ModuleDict update sequence element #0 should be Iterable; "
    "isReLU",
    "TypeError: ParameterDict update sequence element #0 should be Iterable; "
    "isint",
    "ValueError: ModuleDict update sequence element #0 has length 3; "
    "2 is required",
    "ValueError: ParameterDict update sequence element #0 has length 3; "
    "2 is required",
    "TypeError: module name should be a string. Got int",
    "TypeError: Index given to ParameterDict cannot be used as a key as it is "
    "not a string (type is 'int'). Open an issue on github if you need "
    "non-string keys.",
    "KeyError: attribute 'keys' already exists",
    "KeyError: attribute 'keys' already exists",
    "RuntimeError: Only Tensors of floating point and complex dtype can "
    "require gradients",
    "TypeError: torch.FloatTensor is not a Module subclass",
    "TypeError: list is not a Module subclass",
]

# %%
# The keys of the dicts are attributes of the module, and so share a name space
# with its methods: ``keys``, ``train`` or ``type`` cannot be the key of a
# module in a ``ModuleDict``, nor of a parameter in a ``ParameterDict``.
#
# What they do accept. A pair is any sequence of length two, so that even a
# string of two letters is taken for a key and a value.

pairs = nn.ModuleDict([("first", relu), ["second", nn.Tanh()]])
letters = nn.ParameterDict(["ab"])

print("pairs", list(pairs), " letters", dict(letters.items()))
assert list(pairs) == ["first", "second"]
assert dict(letters.items()) == {"a": "b"}

# %%
# Remember: a mapping or pairs for a dict, an iterable for a list, and the
# modules themselves, not a list of them, for ``nn.Sequential``, or a single
# ``OrderedDict``. Two ways in are checked less: an assignment by index lets a
# ``Parameter`` in among modules, and for the other see
# :doc:`editing_a_module_list`.
