"""
Is it the same parameter after ``to``?
======================================

I made an optimizer and then moved the model. Does the optimizer still hold the
model's parameters?

Between dtypes, and between a CPU and a GPU, it does: torch puts new data into
the old objects. It does not where the new data is of another kind of tensor,
as on ``meta``, and where a flag asks for new objects. A second flag keeps the
objects in all these cases, by exchanging their contents, or fails.
"""

import torch
from torch import nn

# %%
# Two flags in ``torch.__future__`` choose among three ways. Setting one for a
# while:


def converted(convert, *, overwrite=False, swap=False):
    """What is the same after converting a layer, and the dtypes after it."""
    layer = nn.Linear(1, 1)
    layer.weight.grad = torch.ones(1, 1)
    weight, grad = layer.weight, layer.weight.grad
    future = torch.__future__
    before = future.get_overwrite_module_params_on_conversion()
    swapped_before = future.get_swap_module_params_on_conversion()
    future.set_overwrite_module_params_on_conversion(overwrite)
    future.set_swap_module_params_on_conversion(swap)
    try:
        convert(layer)
    finally:
        future.set_overwrite_module_params_on_conversion(before)
        future.set_swap_module_params_on_conversion(swapped_before)
    same = (layer.weight is weight, layer.weight.grad is grad)
    assert layer.weight.dtype == layer.weight.grad.dtype
    assert layer.weight.device == layer.weight.grad.device
    assert layer.weight.requires_grad and layer.weight.is_leaf
    return same


FLAGS = {
    "no flag": {},
    "overwrite": {"overwrite": True},
    "swap": {"swap": True},
}
CONVERT = {
    "double()": lambda layer: layer.double(),
    'to("meta")': lambda layer: layer.to("meta"),
}
table = {
    (text, name): converted(convert, **flags)
    for text, convert in CONVERT.items()
    for name, flags in FLAGS.items()
}

print(f"{'':11}{'':11}parameter  gradient")
for (text, name), kept in table.items():
    words = ["same" if k else "new" for k in kept]
    print(f"{text:11}{name:11}{words[0]:11}{words[1]}")
assert table == {
    ("double()", "no flag"): (True, True),
    ("double()", "overwrite"): (False, False),
    ("double()", "swap"): (True, True),
    ('to("meta")', "no flag"): (False, False),
    ('to("meta")', "overwrite"): (False, False),
    ('to("meta")', "swap"): (True, True),
}

# %%
# What "new" means for an optimizer: it goes on with what the model had, and
# its steps change nothing that the model uses.

model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
model.to("meta").to_empty(device="cpu")
nn.init.zeros_(model.weight)
nn.init.zeros_(model.bias)
model(torch.ones(1)).sum().backward()
optimizer.step()
held = {id(p) for group in optimizer.param_groups for p in group["params"]}

print(
    "after meta and back: the weight is", model.weight.item(), "after a step"
)
assert model.weight.grad.item() == 1.0 and model.weight.item() == 0.0
assert held.isdisjoint(id(p) for p in model.parameters())

# %%
# The two objects that a swap exchanges keep their identities. That is all it
# takes for a list of parameters made earlier to stay right.

one, two = torch.ones(1), torch.zeros(2, dtype=torch.float64)
alias = one
torch.utils.swap_tensors(one, two)
assert alias is one
assert one.tolist() == [0, 0] and two.tolist() == [1]
assert one.dtype == torch.float64

# %%
# Remember: make the optimizer after a move through ``meta``; in the common
# moves it keeps the right parameters. Some things cannot be exchanged:
# :doc:`what_to_refuses`. How the flag changes loading:
# :doc:`tensors_decide_how_to_load`.
