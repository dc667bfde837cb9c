"""
The arguments of ``state_dict``
===============================

What are ``prefix``, ``keep_vars`` and ``destination`` for?

They are how a module asks its children: each adds its part to one dict, under
its path. Used from outside, ``prefix`` names a part, ``keep_vars`` leaves the
tensors in the graph, and ``destination`` gathers several models.
"""

import os
import warnings

import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Two layers in one dict.

encoder = nn.Linear(1, 1, bias=False, device=device)
decoder = nn.Linear(1, 1, bias=False, device=device)
both = {}
returned = encoder.state_dict(destination=both, prefix="encoder.")
decoder.state_dict(destination=both, prefix="decoder.", keep_vars=True)

print("gathered", *both)
assert returned is both
assert list(both) == ["encoder.weight", "decoder.weight"]

# %%
# Without ``keep_vars`` the values are detached: new tensors, on the same
# memory, that need no gradient. With it they are the parameters.

for key, value in both.items():
    print(f"{key}: {type(value).__name__}, grad {value.requires_grad}")
detached, kept = both.values()
assert kept is decoder.weight
assert detached is not encoder.weight and not detached.requires_grad
assert detached.data_ptr() == encoder.weight.data_ptr()

# %%
# The prefix is taken as it is: the dot is the caller's. And what a plain dict
# cannot hold are the versions of the modules, which are an attribute of the
# dict that is made when none is given.

run_together = list(encoder.state_dict(prefix="encoder"))
own = encoder.state_dict(prefix="encoder.")

print("without the dot:", *run_together, "  versions", dict(own._metadata))
assert run_together == ["encoderweight"]
assert own._metadata == {"encoder": {"version": 1}}
assert not hasattr(both, "_metadata")

# %%
# The arguments can still be given by position, with a warning.

into = {}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    same = encoder.state_dict(into, "encoder.", True)
(warning,) = caught

print(warning.category.__name__, str(warning.message).split(" Refer")[0])
assert same is into and into == {"encoder.weight": encoder.weight}
assert warning.category is FutureWarning
assert str(warning.message).startswith(
    "Positional args are being deprecated, use kwargs instead."
)

# %%
# Remember: ``keep_vars=True`` for the parameters themselves, and a prefix that
# ends with a dot. That even detached values are no copy is the subject of
# :doc:`state_dict_is_no_copy`.
