"""
What registering refuses
========================

Which names and values are refused by ``register_parameter``,
``register_buffer`` and ``add_module``, and in which words?

A name has to be a string, not empty, without a dot, and free or of the same
kind already. A value has to be of the kind (a parameter also a leaf), or
``None``. An assignment is less strict for modules, and can make a model that
refuses what it saved.
"""

import torch
from torch import nn

# %%
# Four names that are refused, in the words of each method. ``register_module``
# is ``add_module`` under a name that fits the others.

t = torch.zeros(1)
REGISTER = {
    "register_parameter": nn.Parameter(t),
    "register_buffer": t,
    "add_module": nn.ReLU(),
    "register_module": nn.ReLU(),
}


def answer(method, name, value):
    """The error of a method, or "accepted"."""
    module = nn.Module()
    module.taken = 1
    try:
        getattr(module, method)(name, value)
    except (KeyError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error.args[0]}"
    return "accepted"


names = {
    (name, method): answer(method, name, value)
    for name in (1, "a.b", "", "taken")
    for method, value in REGISTER.items()
}
for (name, method), text in names.items():
    if method != "register_module":
        print(f"{name!r:8}{method:20}{text}")

KINDS = dict(zip(REGISTER, ("parameter", "buffer", "module"), strict=False))
for method, kind in KINDS.items():
    assert [names[name, method] for name in (1, "", "taken")] == [
        f"TypeError: {kind} name should be a string. Got int",
        f"""KeyError: {kind} name can't be empty string \"\"""",
        "KeyError: attribute 'taken' already exists",
    ]
    more = ", got: a.b" if kind == "module" else ""
    text = f"""KeyError: {kind} name can't contain \".\"{more}"""
    assert names["a.b", method] == text
for name in (1, "a.b", "", "taken"):
    assert names[name, "register_module"] == names[name, "add_module"]
module = nn.Module()
for method, value in 2 * [*REGISTER.items()]:  # the second replaces the first
    getattr(module, method)(f"x_{method}", value)

# %%
# The values that each accepts, and its words for the rest. A class is a common
# slip for an object of it. (Only a tensor class passes, as a buffer: anything
# with a ``__torch_function__`` does.) A parameter that an operation in place
# has made part of a graph is refused too.

VALUES = {
    "1": 1,
    "tensor": t,
    "Parameter": nn.Parameter(t),
    "2 * Parameter": 2 * nn.Parameter(t),
    "nn.ReLU()": nn.ReLU(),
    "nn.ReLU": nn.ReLU,
    "None": None,
}
values = {
    method: {
        text: answer(method, "x", value) for text, value in VALUES.items()
    }
    for method in KINDS
}
for method, answers in values.items():
    accepted = [text for text, said in answers.items() if said == "accepted"]
    print(f"{method} accepts", ", ".join(accepted))
    for said in dict.fromkeys(answers.values()):
        if said != "accepted":
            print("   ", said)

OF_KIND = "'x' (torch.nn.Parameter or None required)"
assert values["register_parameter"] == {
    "1": f"TypeError: cannot assign 'int' object to parameter {OF_KIND}",
    "tensor": "TypeError: cannot assign 'torch.FloatTensor' object to "
    f"parameter {OF_KIND}",
    "Parameter": "accepted",
    "2 * Parameter": "TypeError: cannot assign 'torch.FloatTensor' object to "
    f"parameter {OF_KIND}",
    "nn.ReLU()": "TypeError: cannot assign "
    f"'torch.nn.modules.activation.ReLU' object to parameter {OF_KIND}",
    "nn.ReLU": "TypeError: cannot assign "
    f"'torch.nn.modules.activation.ReLU' object to parameter {OF_KIND}",
    "None": "accepted",
}
buffer = values["register_buffer"]
assert [text for text in VALUES if buffer[text] == "accepted"] == [
    "tensor",
    "Parameter",
    "2 * Parameter",
    "None",
]
assert buffer["1"] == (
    "TypeError: cannot assign 'int' object to buffer 'x' "
    "(torch Tensor or None required)"
)
module = values["add_module"]
assert [module[text] for text in ("1", "tensor", "nn.ReLU()", "None")] == [
    "TypeError: int is not a Module subclass",
    "TypeError: torch.FloatTensor is not a Module subclass",
    "accepted",
    "accepted",
]
assert answer("register_buffer", "x", torch.Tensor) == "accepted"
changed = nn.Parameter(torch.ones(1), requires_grad=False)
changed.mul_(nn.Parameter(t))
assert answer("register_parameter", "x", changed).startswith(
    "ValueError: Cannot assign non-leaf Tensor to parameter 'x'"
)

# %%
# An assigned module is written to its store under any string. A dot separates
# the names of a path, so the check of ``load_state_dict`` reads the keys of
# such a model as those of a module ``a``, which is not there. With
# ``strict=False`` there is no check, and the values are loaded.

model = nn.Module()
setattr(model, "a.b", nn.Linear(1, 1, bias=False))
state = model.state_dict()
try:
    model.load_state_dict(state)
except RuntimeError as error:
    message = str(error).splitlines()[1].strip()

print("saved", list(state), " loaded:", message)
assert list(state) == ["a.b.weight"]
assert message == 'Unexpected key(s) in state_dict: "a.b.weight".'
model.load_state_dict({"a.b.weight": torch.full((1, 1), 5.0)}, strict=False)
assert model.state_dict()["a.b.weight"].item() == 5.0

# %%
# Remember: let ``add_module`` check names that you compute. Assignments have
# messages of their own: :doc:`name_changes_kind`.
