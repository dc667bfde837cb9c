"""
Old and full backward hooks do not mix
======================================

Why "Cannot use both regular backward hooks and full backward hooks", when the
other hook was removed long ago?

Because one flag says of which kind the hooks are, and removing a hook leaves
it set. Each module has such a flag, and all modules together have another; the
two may differ.
"""

import warnings

import torch
from torch import nn
from torch.nn.modules import module as module_py
from torch.nn.modules.module import (
    register_module_backward_hook,
    register_module_full_backward_hook,
)


def refusal(register, hook=print):
    """What is said to a hook that is not wanted."""
    try:
        register(hook)
    except RuntimeError as error:
        return str(error)
    return None


# %%
# The first hook of a module decides, in both directions. A full backward
# *pre*-hook decides nothing, and is accepted beside either kind.

old, full = nn.ReLU(), nn.ReLU()
assert old._is_full_backward_hook is None  # not decided yet
old.register_backward_hook(print).remove()
full.register_full_backward_hook(print).remove()

refused = {
    "full after old": refusal(old.register_full_backward_hook),
    "old after full": refusal(full.register_backward_hook),
}
for order, message in refused.items():
    print(f"{order}: {message}")
assert set(refused.values()) == {
    "Cannot use both regular backward hooks and full backward hooks on a "
    "single Module. Please use only one of them."
}
assert not old._backward_hooks and not full._backward_hooks  # both are gone
assert refusal(old.register_backward_hook) is None  # the same kind may
assert refusal(old.register_full_backward_pre_hook) is None

# %%
# For the hooks of all modules the flag is a variable of ``module.py``. No
# public function sets it back, so this example does it by hand, for itself and
# for whatever runs after it in the process.

before = module_py._global_is_full_backward_hook
module_py._global_is_full_backward_hook = None
register_module_full_backward_hook(print).remove()
everywhere = {"old after full": refusal(register_module_backward_hook)}
module_py._global_is_full_backward_hook = None
register_module_backward_hook(print).remove()
everywhere["full after old"] = refusal(register_module_full_backward_hook)

print("for all modules:", everywhere["full after old"])
assert set(everywhere.values()) == {
    "Cannot use both regular backward hooks and full backward hooks as a "
    "global Module hook. Please use only one of them."
}

# %%
# The two flags are asked one at a time. So an old hook for all modules and a
# full hook of one module are both accepted, and both run.

order, module = [], nn.ReLU()
module.register_full_backward_hook(lambda *seen: order.append("full, its own"))
with (
    register_module_backward_hook(lambda *seen: order.append("old, for all")),
    warnings.catch_warnings(record=True) as caught,
):
    warnings.simplefilter("always")
    x = torch.tensor(5.0, requires_grad=True)
    module(x).backward()
module_py._global_is_full_backward_hook = before

print("both ran:", order)
assert order == ["old, for all", "full, its own"]
assert x.grad.item() == 1

# %%
# The old hook did not hang on ``relu``. The full hook has put an identity
# function of torch's before and behind it; the second one is the last
# operation, and what goes into that is not what went into the module. Hence
# the usual warning of the old kind.

node, (warning,) = module(x).grad_fn.name(), caught
print("hung on", node)
print("warned:", str(warning.message).split(". ")[1])
assert node == "BackwardHookFunctionBackward"
assert "This hook will be missing some grad_input" in str(warning.message)

# %%
# Remember: choose the full kind, in tools above all, because for a global hook
# the choice holds for the whole process. What the old kind is shown:
# :doc:`old_backward_hook`; when it warns: :doc:`old_hook_warnings`.
