"""
A forward pre-hook sees the arguments as a tuple
================================================

Can I change what goes into a layer without touching its ``forward``?

Yes, with a forward pre-hook: torch calls it with the module and the tuple of
positional arguments, and what it returns takes their place.
"""
# sphinx_gallery_programs = {"Hook 1": "z 5.5215; logParam.grad 5.5215"}

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
# Two modules with one parameter each, both 1, so that at first they do not
# change the value.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.powParam * x**q


class Log(nn.Module):
    def __init__(self):
        super().__init__()
        self.logParam = nn.Parameter(torch.tensor(1.0))

    def forward(self, y):
        return self.logParam * torch.log(y)


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


model = LogOfPower().to(device)


def run():
    """The value and all gradients of one forward and backward pass."""
    x = torch.tensor(5.0, device=device, requires_grad=True)
    q = torch.tensor(3.0, device=device, requires_grad=True)
    model.zero_grad()
    z = model(x, q)
    z.backward()
    named = {"z": z, "x.grad": x.grad, "q.grad": q.grad}
    for name, parameter in model.named_parameters():
        named[name.split(".")[1] + ".grad"] = parameter.grad
    return {name: round(t.item(), 4) for name, t in named.items()}


# %%
# The hook doubles the input of ``logModel``. The input arrives in a tuple,
# because ``forward`` may take several arguments.

seen = []


def double(module, args):
    seen.append((type(module).__name__, args))
    (y,) = args
    return (2 * y,)


before = run()
handle = model.logModel.register_forward_pre_hook(double)
after = run()

name, args = seen[0]
print(f"hook of {name}: {type(args).__name__} with {args[0].item():.1f}")
for key, value in after.items():
    print(f"{key:14}{before[key]:.4f}  with the hook {value:.4f}")

assert name == "Log" and len(seen) == 1
assert (
    type(args) is tuple
    and len(args) == 1
    and round(args[0].item(), 3) == 125.0
)
assert list(before.values()) == [4.8283, 0.6000, 1.6094, 1.0, 4.8283]
assert list(after.values()) == [5.5215, 0.6000, 1.6094, 1.0, 5.5215]

# %%
# ``z`` is now the logarithm of 250. The doubling is a part of the computation
# that autograd records, yet ``x`` and ``q`` keep their gradients: a constant
# factor inside a logarithm only adds a constant. ``logParam`` multiplies the
# logarithm and feels the change.
#
# A single value that is not a tuple is wrapped into one, so ``return 2 * y``
# would have done. What does not do is to double the tuple: Python repeats it.

handle.remove()
handle = model.logModel.register_forward_pre_hook(
    lambda module, args: 2 * args
)
try:
    run()
except TypeError as error:
    message = str(error)
handle.remove()

print(message)
assert message.endswith("takes 2 positional arguments but 3 were given")
assert run() == before

# %%
# Above, the values as they pass; below, what the hook does to the gradients of
# the two parameters.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A pre-hook doubles 125 to 250 between powModel and logModel",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, source=None, fill="none"):
    """Draw a box, and an arrow to it from its source."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    if source:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


last = box("x, q", (0.05, 0.62))
last = box("powModel", (0.21, 0.62), last, GREEN)
last = box(f"{args[0].item():g}", (0.365, 0.62), last)
last = box("hook", (0.485, 0.62), last, ORANGE)
last = box(f"{2 * args[0].item():g}", (0.605, 0.62), last)
last = box("logModel", (0.75, 0.62), last, GREEN)
box(f"{after['z']:.4f}", (0.92, 0.62), last)
for left, key in zip((0.21, 0.75), list(after)[3:], strict=True):
    box(f"{key}\n{before[key]:.4f} to {after[key]:.4f}", (left, 0.2))
plt.show()

# %%
# Remember: a forward pre-hook gets a tuple (or what a hook with keywords put
# in its place, see :doc:`what_pre_hooks_return`) and returns a tuple, a single
# value, or ``None`` for no change. Keywords it does not see:
# :doc:`keyword_hooks`. The other side of ``forward`` is :doc:`forward_hook`;
# the lines that call both are read in :doc:`/walkthroughs/calling-a-module`.
