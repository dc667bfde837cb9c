"""
"You are trying to call the hook of a dead Module!"
===================================================

The model is deleted, its result is not. Which hooks still run in
``backward``?

The full ones: the graph keeps their module alive. An old backward hook, and
one that runs before loading, hold it by a weak reference, which keeps nothing.
When its module is gone, the hook raises an error.
"""

import copy
import os
import pickle
import warnings
import weakref

import torch
from torch import nn
from torch.nn.modules.module import _WrappedHook

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The same module with either kind of hook, deleted between the passes.

ran = []


def note(module, *seen):
    """A hook that notes whose it is."""
    ran.append(type(module).__name__)


def backward_without(register):
    """Whether the module outlives its name, and the error of backward."""
    ran.clear()
    module = nn.ReLU()
    register(module, note)
    x = torch.tensor(5.0, device=device, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the old kind
        y = module(x)
    watched = weakref.ref(module)
    del module
    alive = watched() is not None
    try:
        y.backward()
    except RuntimeError as error:
        return alive, str(error)
    return alive, None


found = {}
for register in (
    nn.Module.register_full_backward_hook,
    nn.Module.register_backward_hook,
):
    alive, error = found[register.__name__] = backward_without(register)
    print(f"{register.__name__}: module alive {alive}, ran {ran}, {error}")
assert found == {
    "register_full_backward_hook": (True, None),
    "register_backward_hook": (
        False,
        "You are trying to call the hook of a dead Module!",
    ),
}

# %%
# What stands between is a small object that puts the module before the other
# arguments. There is no public way to see one, so this example takes those of
# the hooks that run before loading from the module's dict. The older of the
# two functions that register them can do without the module.

sizes = []


def count(state_dict, *others):
    """A hook that asks for no module."""
    sizes.append(len(state_dict))


model = nn.Linear(2, 1)
model.register_load_state_dict_pre_hook(note)
model._register_load_state_dict_pre_hook(count)
with_module, without = model._load_state_dict_pre_hooks.values()
ran.clear()
model.load_state_dict(model.state_dict())

print("before loading: ran", ran, "and counted", sizes)
assert type(with_module) is type(without) is _WrappedHook
assert with_module.module() is model
assert not without.with_module
assert ran == ["Linear"] and sizes == [2]

# %%
# A weak reference can be neither pickled nor usefully copied. So the module
# itself is written, and weakened again on the way back: the hooks of a copied
# model act on the copy.

twins = {
    "copy.deepcopy": copy.deepcopy(model),
    "pickle": pickle.loads(pickle.dumps(model)),
}
for way, twin in twins.items():
    hook, other = twin._load_state_dict_pre_hooks.values()
    assert hook.module() is twin, way
    assert hook.hook is note and not hasattr(hook, "__name__")
    assert not other.with_module
print("the hook of a copy belongs to the copy:", *twins, sep="  ")

# %%
# Without its module a wrapper has nothing to write. The copy is refused as
# soon as it is made, rather than when it is called.

kept = model._load_state_dict_pre_hooks
del model
try:
    copy.deepcopy(kept)
except RuntimeError as error:
    message = str(error)
print(message)
assert message == "You are trying to revive the hook of a dead Module!"

# %%
# Remember: as long as you call ``backward``, keep the model, or use the full
# kind. Which other things a handle keeps or does not: :doc:`handle_is_copied`.
