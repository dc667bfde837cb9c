"""
Which hooks see keyword arguments?
==================================

I call ``model(x, q=q)``. Why does my hook not get ``q``?

Because hooks are older than their interest in keywords. A forward hook or
pre-hook is handed the keywords only if it was registered ``with_kwargs=True``,
which a pre-hook for all modules cannot be. A full backward hook never is: it
knows the gradients of positional arguments alone.
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
# Five hooks note which arguments they find.


class LogOfPower(nn.Module):
    def forward(self, x, q):
        return torch.log(x**q)


seen = {}


def before(module, args):
    seen["forward pre-hook"] = (len(args), [])


def before_with(module, args, kwargs):
    seen["forward pre-hook, with_kwargs"] = (len(args), list(kwargs))


def after(module, args, output):
    seen["forward hook"] = (len(args), [])


def after_with(module, args, kwargs, output):
    seen["forward hook, with_kwargs"] = (len(args), list(kwargs))


def backward(module, grad_input, grad_output):
    seen["full backward hook"] = (len(grad_input), [])


model = LogOfPower()
model.register_forward_pre_hook(before)
model.register_forward_pre_hook(before_with, with_kwargs=True)
model.register_forward_hook(after)
model.register_forward_hook(after_with, with_kwargs=True)
model.register_full_backward_hook(backward)

x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device, requires_grad=True)
z = model(x, q=q)
z.backward()

for kind, (positional, keywords) in seen.items():
    print(f"{kind:30}{positional} positional, keywords {keywords}")
print(f"z {z.item():.4f}, x.grad {x.grad.item():.4f}, ", end="")
print(f"q.grad {q.grad.item():.4f}")
assert seen == {
    "forward pre-hook": (1, []),
    "forward pre-hook, with_kwargs": (1, ["q"]),
    "forward hook": (1, []),
    "forward hook, with_kwargs": (1, ["q"]),
    "full backward hook": (1, []),
}
assert round(z.item(), 4) == 4.8283
assert round(x.grad.item(), 4) == 0.6000
assert round(q.grad.item(), 4) == 1.6094

# %%
# ``q`` has its gradient all the same: autograd does not ask how an argument
# was written. Only the module's hook is blind to it.
#
# A pre-hook ``with_kwargs=True`` changes arguments by returning a *pair*, the
# positional ones and the keywords. Keywords alone are refused.

drawn = dict(seen)
model = LogOfPower()
with model.register_forward_pre_hook(
    lambda module, args, kwargs: (args, {"q": 2 * kwargs["q"]}),
    with_kwargs=True,
):
    changed = model(x, q=q)

model.register_forward_pre_hook(
    lambda module, args, kwargs: {"q": 6.0}, with_kwargs=True
)
try:
    model(x, q=q)
except RuntimeError as error:
    message = str(error)

print(f"q doubled: z {changed.item():.4f}")
print(message)
assert round(changed.item(), 4) == 9.6566
assert message == (
    "forward pre-hook must return None or a tuple of (new_args, new_kwargs), "
    "but got {'q': 6.0}."
)

# %%
# Filled: the hook sees the argument of ``model(x, q=q)``. Dashed: it does not.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "All five hooks see x; only the two registered with_kwargs see q=q",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
for row, (kind, (positional, keywords)) in enumerate(drawn.items()):
    height = 0.88 - 0.19 * row
    ax.text(0.6, height, kind, color=GREY, ha="right", va="center", size=11)
    known = {"x": positional > 0, "q=q": "q" in keywords}
    for left, (name, sees) in zip((0.7, 0.85), known.items(), strict=True):
        style = {"boxstyle": "round,pad=0.35", "ls": "-" if sees else "--"}
        style |= {"fc": GREEN if sees else "none", "ec": GREEN}
        box = ax.text(left, height, name, size=11, bbox=style)
        box.set(ha="center", va="center", color="white" if sees else GREY)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: register forward hooks ``with_kwargs=True`` unless you know how the
# module is called, and pass by position, and not within a list, what a
# backward hook must see. What a call does with its arguments is shown in
# :doc:`/gallery/calling/arguments_reach_forward` and read in
# :doc:`/walkthroughs/calling-a-module`.
