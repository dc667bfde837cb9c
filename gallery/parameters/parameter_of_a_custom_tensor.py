"""
A parameter of a tensor class of your own
=========================================

What is ``nn.Parameter(t)`` if ``t`` is no plain tensor?

An object of the class of ``t``, with a mark: it is trained as a parameter,
passes ``isinstance(p, nn.Parameter)``, and is none by its ancestors. A plain
tensor does become a ``Parameter``, which is deep-copied and pickled by methods
of its own.
"""

import copy
import pickle

import torch
from torch import nn

# %%
# A class that counts in another unit, and both kinds of parameter.


class Metres(torch.Tensor):
    pass


plain = nn.Parameter(torch.ones(2))
custom = nn.Parameter(torch.ones(2).as_subclass(Metres))
model = nn.Module()
model.plain, model.custom = plain, custom

for name, p in model.named_parameters():
    print(f"{name:7}{type(p).__name__:11}", end="")
    print("isinstance", isinstance(p, nn.Parameter), end="")
    print("  in its ancestors", nn.Parameter in type(p).__mro__)
assert dict(model.named_parameters()) == {"plain": plain, "custom": custom}
assert type(plain) is nn.Parameter and type(custom) is Metres
assert isinstance(custom, nn.Parameter) and custom._is_param
assert not issubclass(Metres, nn.Parameter)
assert custom.requires_grad and custom.is_leaf

# %%
# Results remember their class: a plain parameter gives plain tensors, one of
# another class goes on in it.

results = [type(p * 2).__name__ for p in (plain, custom)]
print("results", results, "  printed as", repr(plain).splitlines()[0])
assert results == ["Tensor", "Metres"]
assert repr(plain).startswith("Parameter containing:\ntensor([1., 1.]")

# %%
# The object is made by ``detach``. A class whose ``detach`` returns an object
# of another class is refused.


class Leaves(torch.Tensor):
    def detach(self):
        return super().detach().as_subclass(torch.Tensor)


try:
    nn.Parameter(torch.ones(2).as_subclass(Leaves))
except RuntimeError as error:
    message = str(error)

print(message.split(". ")[0])
assert message.startswith(
    "Creating a Parameter from an instance of type Leaves requires that "
    "detach() returns an instance of the same type, but return type Tensor "
    "was found instead."
)

# %%
# What copies keep of a plain parameter. An attribute of yours survives pickle
# and not a deep copy; a gradient neither of them; and what occurs twice is
# copied once.

plain.unit, plain.grad = "m", torch.ones(2)
copies = {
    "copy.deepcopy": copy.deepcopy(plain),
    "pickle": pickle.loads(pickle.dumps(plain)),
}
for way, new in copies.items():
    unit = getattr(new, "unit", "gone")
    print(f"{way:14} {type(new).__name__}, unit {unit}, grad {new.grad}")
    assert type(new) is nn.Parameter and new.requires_grad
    assert new is not plain and new.tolist() == [1, 1] and new.grad is None
assert not hasattr(copies["copy.deepcopy"], "unit")
assert copies["pickle"].unit == "m"

first, second = copy.deepcopy([plain, plain])
assert first is second
memo = {}  # a copy that was made is looked up, also when asked directly
assert plain.__deepcopy__(memo) is plain.__deepcopy__(memo)
rebuild = [p.__reduce_ex__(2)[0].__name__ for p in (nn.Parameter(), plain)]
assert rebuild == ["_rebuild_parameter", "_rebuild_parameter_with_state"]
assert nn.Parameter().shape == (0,)  # without data: an empty one

# %%
# A subclass of ``Parameter`` is plain all the same, so it is pickled by the
# same method. That names ``Parameter``, not the subclass.


class Frozen(nn.Parameter):
    pass


frozen = Frozen(torch.ones(2), requires_grad=False)
kinds = {
    "copy.deepcopy": type(copy.deepcopy(frozen)).__name__,
    "pickle": type(pickle.loads(pickle.dumps(frozen))).__name__,
}
print("a Frozen comes back", kinds)
assert kinds == {"copy.deepcopy": "Frozen", "pickle": "Parameter"}

# %%
# Remember: test with ``isinstance``, never with ``type(p) is``. What a deep
# copy asks of a tensor class: :doc:`/gallery/tensors/deepcopy_of_a_subclass`.
