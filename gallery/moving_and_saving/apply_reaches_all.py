"""
``_apply`` reaches every tensor
===============================

My optimizer was made before ``model.to(...)``. Does it still train the model?

Nearly always, because the parameters remain the same objects. ``to``,
``half``, ``cuda`` and others hand a function to ``_apply``, which puts its
results *into* the parameters. Buffers are replaced.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A function that notes what it is given, and returns it. ``_apply`` works its
# way from the innermost module out; within a module first the parameters, each
# with its gradient, then the buffers.

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3, bias=False), nn.BatchNorm1d(3))
model.own = nn.Parameter(torch.ones(1))
model = model.to(device)
model(torch.randn(4, 2, device=device)).sum().backward()

names = {id(t): name for name, t in model.named_parameters()}
names |= {id(t): name for name, t in model.named_buffers()}
for name, t in model.named_parameters():
    if t.grad is not None:
        names[id(t.grad)] = name + ".grad"
seen = []


def note(tensor):
    seen.append(names[id(tensor)])
    return tensor


same = model._apply(note)
print(", ".join(seen[:6]))
print(", ".join(seen[6:]))
assert same is model
assert seen == [
    "0.weight",
    "0.weight.grad",
    "1.weight",
    "1.weight.grad",
    "1.bias",
    "1.bias.grad",
    "1.running_mean",
    "1.running_var",
    "1.num_batches_tracked",
    "own",
]

# %%
# Now a conversion. The parameter is the object that it was, and so is its
# gradient; only what is in them has changed. The buffer is a new tensor, and
# whoever kept the old one has the old one.

weight, mean = model[0].weight, model[1].running_mean
grad, memory = weight.grad, weight.data_ptr()
model.half()
survived = {
    "parameter": model[0].weight is weight,
    "its gradient": model[0].weight.grad is grad,
    "its memory": model[0].weight.data_ptr() == memory,
    "buffer": model[1].running_mean is mean,
}

print("after half(), the same:", survived)
assert weight.dtype == grad.dtype == torch.float16
assert model[1].running_mean.dtype == torch.float16
assert mean.dtype == torch.float32
assert survived == {
    "parameter": True,
    "its gradient": True,
    "its memory": False,
    "buffer": False,
}

# %%
# Therefore an optimizer made before still holds the right parameters. The
# exceptions are tensors of another sort, as on ``meta``: those cannot be put
# into the old object. ``_apply`` makes new parameters, and the optimizer
# trains what no model uses.

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
held = optimizer.param_groups[0]["params"]


def holds_all():
    return {id(p) for p in held} == {id(p) for p in model.parameters()}


after = {"float()": (model.float(), holds_all())[1]}
after['to("meta")'] = (model.to("meta"), holds_all())[1]

print("the optimizer holds the parameters after", after)
assert after == {"float()": True, 'to("meta")': False}

# %%
# Any function from tensor to tensor will do, and it gets *every* registered
# tensor: this one halves the statistics of the normalisation together with its
# weights. A parameter that two modules share it gets twice.

norm = nn.BatchNorm1d(1, device=device)
norm._apply(lambda tensor: tensor / 2)
halved = [norm.weight.item(), norm.running_var.item()]

print("halved: weight and running_var", halved)
assert halved == [0.5, 0.5]

one, two = (nn.Linear(1, 1, bias=False, device=device) for _ in range(2))
two.weight = nn.init.constant_(one.weight, 8.0)
nn.Sequential(one, two)._apply(lambda tensor: tensor / 2)
assert one.weight.item() == two.weight.item() == 2.0

# %%
# Before ``half()`` on the left, after it on the right. Open: it is another.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "half() keeps parameter and gradient, not their memory, no buffer",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
for row, (what, same) in enumerate(survived.items()):
    height = 0.86 - 0.24 * row
    for left, text in ((0.25, what), (0.72, what)):
        kept = same or left < 0.5
        colour = GREEN if same else ORANGE
        style = {"boxstyle": "round,pad=0.4", "ec": colour}
        style |= {"fc": colour if kept else "none"}
        box = ax.text(left, height, text, size=11, bbox=style)
        box.set(ha="center", va="center", color="white" if kept else GREY)
    word = "the same" if same else "another"
    ax.text(0.49, height, word, color=GREY, ha="center", va="center")
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: after ``to`` the old names for parameters hold, those for buffers
# do not. Ask the module for its buffers each time. What ``to`` hands to
# ``_apply`` is in :doc:`to_overloads`, and how to leave ``meta`` is in
# :doc:`meta_device`.
