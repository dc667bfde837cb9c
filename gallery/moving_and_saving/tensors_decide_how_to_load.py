"""
A tensor decides how it is loaded
=================================

My model holds tensors of a class of its own, say compressed ones. Can they
load from a checkpoint of ordinary tensors?

Yes, with ``torch.__future__.set_swap_module_params_on_conversion(True)``.
``load_state_dict`` then asks each tensor what to make of the value in the
checkpoint, with ``module_load``, and swaps the answer in. Without the flag the
numbers are copied, and ``module_load`` is not called.
"""

import torch
from torch import nn

# %%
# What every tensor answers: its own memory with the new numbers, or, with
# ``assign=True``, the memory of the checkpoint. Either way a new object.

current, incoming = torch.zeros(2), torch.ones(2)
copied = current.module_load(incoming)
assigned = current.module_load(incoming, assign=True)


def shares(a, b):
    """Whether two tensors are on one storage."""
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


print("copied: into the present memory", shares(copied, current))
print("assigned: the checkpoint's memory", shares(assigned, incoming))
assert copied.tolist() == current.tolist() == [1, 1]
assert copied is not current and shares(copied, current)
assert assigned is not incoming and shares(assigned, incoming)

# %%
# A tensor that counts in halves, and converts what is loaded into it. It
# overrides ``module_load`` by way of ``__torch_function__``, which would also
# see a value of this class that is loaded into another tensor.


class Halves(torch.Tensor):
    asked = []

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func is torch.Tensor.module_load:
            cls.asked.append([type(a).__name__ for a in args])
            target, value = (a.as_subclass(torch.Tensor) for a in args)
            target.copy_(2 * value)
            return target.detach().as_subclass(cls)
        return super().__torch_function__(func, types, args, kwargs)


def loaded(kind, *, swap):
    """What a buffer of a class is and holds after loading ones."""
    module = nn.Module()
    module.register_buffer("factor", torch.zeros(2).as_subclass(kind))
    before = torch.__future__.get_swap_module_params_on_conversion()
    torch.__future__.set_swap_module_params_on_conversion(swap)
    try:
        module.load_state_dict({"factor": torch.ones(2)})
    finally:
        torch.__future__.set_swap_module_params_on_conversion(before)
    return type(module.factor).__name__, module.factor.tolist()


found = {swap: loaded(Halves, swap=swap) for swap in (False, True)}
print("without the flag", *found[False], "  with it", *found[True])
print("asked with", *Halves.asked)
assert found == {False: ("Halves", [1, 1]), True: ("Halves", [2, 2])}
assert Halves.asked == [["Halves", "Tensor"]]

# %%
# What it answers must be new: an object cannot be swapped with itself, and
# that of the checkpoint is still the caller's.


class Lazy(Halves):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func is torch.Tensor.module_load:
            return args[0]
        return super().__torch_function__(func, types, args, kwargs)


try:
    loaded(Lazy, swap=True)
except RuntimeError as error:
    message = str(error)
TEXT = "module_load returned one of self or other, please .detach() the result"
print("refused:", TEXT)
assert TEXT in message

# %%
# Remember: the flag turns loading from copying into asking and swapping, and
# ``module_load`` is the question. What ``assign=True`` does without the flag:
# :doc:`assign_on_load`.
