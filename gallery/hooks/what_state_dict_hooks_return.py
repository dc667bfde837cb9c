"""
What hooks of a state dict may return
=====================================

"``state_dict`` post-hook must return ``None``": can a hook not hand back a
dict of its own?

No: the hooks of saving and loading change what they are given. What those
before return is ignored; those after may return only ``None``. An older,
private kind of hook may return a dict, which counts for the module that was
asked, and is lost for its children.
"""

import torch
from torch import nn

# %%
# Returning something after saving and after loading. The values are loaded
# before the second error.


def returns(*arguments):
    return arguments[1]


saves, loads = nn.Linear(1, 1), nn.Linear(1, 1)
saves.register_state_dict_post_hook(returns)
loads.register_load_state_dict_post_hook(returns)
state = {"weight": torch.full((1, 1), 7.0), "bias": torch.zeros(1)}
errors = []
for action in (saves.state_dict, lambda: loads.load_state_dict(state)):
    try:
        action()
    except (AssertionError, RuntimeError) as error:
        errors.append(f"{type(error).__name__}: {error}")

print(*errors, sep="\n")
assert errors == [
    "RuntimeError: state_dict post-hook must return None",
    "AssertionError: Hooks registered with "
    "``register_load_state_dict_post_hook`` are not expected to return new "
    "values, if incompatible_keys need to be modified, it should be done "
    "inplace.",
]
assert loads.weight.item() == 7.0

# %%
# In place is enough: here the keys are shortened.


def shorten(module, state, prefix, metadata):
    for key in list(state):
        state[key.replace("weight", "w").replace("bias", "b")] = state.pop(key)


linear = nn.Linear(1, 1)
linear.register_state_dict_post_hook(shorten)
print("in place:", *linear.state_dict())
assert list(linear.state_dict()) == ["w", "b"]

# %%
# The older kind has no public name, and is what the public one was built from;
# FSDP, for one, uses it. Its returned dict replaces the result for the module
# itself. For a child, torch's recursion throws the result away.


def only_keys(module, state, prefix, metadata):
    return dict.fromkeys(state)


root, parent = nn.Linear(1, 1), nn.Sequential(nn.Linear(1, 1))
root._register_state_dict_hook(only_keys)
parent[0]._register_state_dict_hook(only_keys)
of_root, of_parent = root.state_dict(), parent.state_dict()

print("of the module:", of_root, "  of its parent:", *of_parent)
assert of_root == {"weight": None, "bias": None}
assert of_parent["0.weight"] is not None

# %%
# The two kinds are told apart by a mark on the function. So one that was
# registered in public is refused in private, even on another module. The other
# way round it is accepted, and the mark then counts for both. A bound method
# takes no mark, and cannot be registered in public.

first, second = nn.Linear(1, 1), nn.Linear(1, 1)
first.register_state_dict_post_hook(shorten)
try:
    second._register_state_dict_hook(shorten)
except RuntimeError as error:
    message = str(error)

print(message)
assert shorten._from_public_api
first.register_state_dict_post_hook(only_keys)
for register, error in (
    (root.state_dict, RuntimeError),  # the mark counts there too
    (lambda: first.register_state_dict_post_hook(first.to), AttributeError),
):
    try:
        register()
    except error:
        continue
    raise AssertionError("accepted")
assert message == (
    "Cannot register the same function as the state dict post hook that was "
    "previously registered via register_state_dict_post_hook"
)

# %%
# Remember: change the dict, return nothing. What the four public hooks are
# for: :doc:`state_dict_hooks`.
