"""
A module that was pickled long ago
==================================

``torch.save(model)`` writes the module itself. How does a file from an early
torch still open, when a module has gained attributes since?

``__setstate__`` adds those that are missing, all of them empty. It does so for
torch's own attributes; those that your class has gained are your part.
"""

import pickle

import torch
from torch import nn

# %%
# An old file, made by taking away: a module's state without what came later.
# Pickle hands such a state to ``__setstate__`` of an object whose ``__init__``
# has not run.

FIRST = {
    "training",
    "_parameters",
    "_buffers",
    "_modules",
    "_backward_hooks",
    "_forward_hooks",
}
linear = nn.Linear(2, 1)
old_state = {
    key: value
    for key, value in linear.__getstate__().items()
    if key in FIRST or not key.startswith("_")
}


class OldFile(nn.Linear):
    """Pickled as an early torch would have."""

    def __reduce__(self):
        return nn.Linear.__new__, (nn.Linear,), old_state


data = pickle.dumps(OldFile(2, 1))
opened = pickle.loads(data)
added = [key for key in vars(opened) if key not in old_state]

print(*added, sep="\n")
assert added == [
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
    "_non_persistent_buffers_set",
    "_is_full_backward_hook",
    "_backward_pre_hooks",
]
assert not any(getattr(opened, key) for key in added)  # all empty
assert vars(opened).keys() == vars(linear).keys()

# %%
# It computes as the original does.

x = torch.ones(1, 2)
assert type(opened) is nn.Linear
assert torch.equal(opened(x), linear(x))

# %%
# An attribute of your own that came later is missing. ``__setstate__`` is also
# the place for it.


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = 2.0  # since version 2

    def forward(self, x):
        return self.factor * x


class Tolerant(Scaled):
    def __setstate__(self, state):
        super().__setstate__(state)
        vars(self).setdefault("factor", 1.0)


results = {}
for kind in (Scaled, Tolerant):
    state = kind().__getstate__()
    del state["factor"]
    module = kind.__new__(kind)
    module.__setstate__(state)
    try:
        results[kind.__name__] = module(torch.tensor(3.0)).item()
    except AttributeError as error:
        results[kind.__name__] = str(error)

for name, result in results.items():
    print(f"{name:9}", result)
assert results == {
    "Scaled": "'Scaled' object has no attribute 'factor'",
    "Tolerant": 3.0,
}

# %%
# Remember: save the state dict, not the module, and there is nothing to add.
# The attributes themselves: :doc:`/gallery/initialising/seventeen_attributes`.
