"""
Which hooks can change what?
============================

My hook returns something. Does it reach the result, the gradients, or nobody?

That depends on when the hook runs: it changes all that is computed after it.
Below, each kind of hook alone returns the double of what it is shown, and the
result and two gradients are compared with those of a run without hooks.
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
# For each kind: on what it is registered, by which method, and which of the
# hook's arguments it may replace. A forward hook, for instance, is called with
# module, arguments and output, and may replace the last.

KINDS = {
    "forward pre-hook": ("model", "register_forward_pre_hook", 1),
    "forward hook": ("model", "register_forward_hook", 2),
    "full backward pre-hook": ("model", "register_full_backward_pre_hook", 1),
    "full backward hook": ("model", "register_full_backward_hook", 1),
    "hook of x": ("x", "register_hook", 0),
    "hook of factor": ("factor", "register_hook", 0),
    "hook of z": ("z", "register_hook", 0),
    "pre-hook of z.grad_fn": ("z.grad_fn", "register_prehook", 0),
    "hook of z.grad_fn": ("z.grad_fn", "register_hook", 0),
}


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.factor * torch.log(x**q)


def run(on=None, method=None, place=None):
    """The result and two gradients, with one hook or with none."""

    def double(*shown):
        value = shown[place]
        if isinstance(value, tuple):
            return tuple(2 * item for item in value)
        return 2 * value

    def register(**owners):
        if on in owners:
            getattr(owners[on], method)(double)

    model = LogOfPower().to(device)
    x = torch.tensor(5.0, device=device, requires_grad=True)
    q = torch.tensor(3.0, device=device, requires_grad=True)
    register(model=model, x=x, factor=model.factor)
    z = model(x, q)
    register(**{"z": z, "z.grad_fn": z.grad_fn})
    z.backward()
    return [round(t.item(), 4) for t in (z, x.grad, model.factor.grad)]


# %%
# A dash stands for "as without a hook".

plain = run()
table = {kind: run(*where) for kind, where in KINDS.items()}

print(f"{'':24}z       x.grad  factor.grad")
print(f"{'no hook':24}" + "  ".join(f"{v:.4f}" for v in plain))
for kind, values in table.items():
    pairs = zip(values, plain, strict=True)
    cells = ["-" if v == p else f"{v:.4f}" for v, p in pairs]
    print(f"{kind:24}" + "  ".join(f"{cell:6}" for cell in cells).rstrip())

assert plain == [4.8283, 0.6000, 4.8283]
assert table == {
    "forward pre-hook": [13.8155, 1.2000, 13.8155],
    "forward hook": [9.6566, 1.2000, 9.6566],
    "full backward pre-hook": [4.8283, 1.2000, 9.6566],
    "full backward hook": [4.8283, 1.2000, 4.8283],
    "hook of x": [4.8283, 1.2000, 4.8283],
    "hook of factor": [4.8283, 0.6000, 9.6566],
    "hook of z": [4.8283, 1.2000, 9.6566],
    "pre-hook of z.grad_fn": [4.8283, 1.2000, 9.6566],
    "hook of z.grad_fn": [4.8283, 1.2000, 9.6566],
}

# %%
# Two kinds of tensors' hooks are missing: they replace nothing, though they
# may write in place. What a hook for several gradients returns is ignored, and
# it is an error if a post-accumulate hook returns anything but ``None`` or the
# leaf itself.

x = torch.tensor(5.0, device=device, requires_grad=True)
ran = []


def double_all(grads):
    ran.append("multi-grad hook")
    return [2 * grad for grad in grads]


with torch.autograd.graph.register_multi_grad_hook((x,), double_all):
    torch.log(x**3).backward()
by_multi = round(x.grad.item(), 4)
x.grad = None
with torch.autograd.graph.register_multi_grad_hook(
    (x,), lambda grad: 2 * grad, mode="any"
):
    torch.log(x**3).backward()
assert round(x.grad.item(), 4) == 0.6000
x.register_post_accumulate_grad_hook(lambda leaf: 2 * leaf.grad)
try:
    torch.log(x**3).backward()
except RuntimeError as error:
    message = str(error)

print(message)
assert ran == ["multi-grad hook"] and by_multi == 0.6000
assert message == "Tensor post accumulate grad hooks should return None."

# %%
# Filled: the hook changed the value. Open: it did not.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Forward hooks change the result; backward hooks change gradients only",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
columns = dict(zip((0.52, 0.69, 0.87), range(3), strict=True))
names = ("z", "x.grad", "factor.grad")
for left, column in columns.items():
    ax.text(left, 0.92, names[column], color=GREY, ha="center", size=10)
for row, (kind, values) in enumerate(table.items()):
    height = 0.85 - 0.098 * row
    ax.text(0.4, height, kind, color=GREY, ha="right", va="center", size=10)
    for left, column in columns.items():
        changed = values[column] != plain[column]
        colour = ORANGE if changed else GREEN
        inside = ORANGE if changed else "none"
        ax.scatter(left, height, s=90, facecolor=inside, edgecolor=colour)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: a forward hook changes the computation, and with it the gradients;
# a backward hook changes gradients from its place on. The places, one after
# the other, are in :doc:`every_hook`.
