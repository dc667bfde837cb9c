"""
A forward hook can replace the output
=====================================

How do I look at the output of a layer, or change it, from outside?

With a forward hook. It is called with the module, its positional arguments and
its output; whatever it returns, unless that is ``None``, is the new output.
"""
# sphinx_gallery_programs = {"Hook 2": "z 9.6566; grads 1.2000 and 3.2189"}

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
# Two modules with one parameter each, both 1.


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


def run(base=5.0):
    """The value and all gradients of one forward and backward pass."""
    x = torch.tensor(base, device=device, requires_grad=True)
    q = torch.tensor(3.0, device=device, requires_grad=True)
    model.zero_grad()
    z = model(x, q)
    z.backward()
    named = {"z": z, "x.grad": x.grad, "q.grad": q.grad}
    for name, parameter in model.named_parameters():
        named[name.split(".")[1] + ".grad"] = parameter.grad
    return {name: round(t.item(), 4) for name, t in named.items()}


# %%
# The hook doubles the output of ``logModel``. The product is recorded by
# autograd like any other, so every gradient behind it doubles as well.


def double(module, args, output):
    return 2 * output


before = run()
handle = model.logModel.register_forward_hook(double)
after = run()
handle.remove()

for key, value in after.items():
    print(f"{key:14}{before[key]:.4f}  with the hook {value:.4f}")
assert list(before.values()) == [4.8283, 0.6000, 1.6094, 1.0, 4.8283]
assert list(after.values()) == [9.6566, 1.2000, 3.2189, 2.0, 9.6566]
assert run() == before

# %%
# A hook that only looks must return ``None``, and a short ``lambda`` easily
# returns something else. This one is meant to keep the first output that it
# sees. But ``setdefault`` returns what it kept: from the second call on, the
# model answers every question with its first answer.

first = {}
handle = model.register_forward_hook(
    lambda module, args, output: first.setdefault("z", output.detach())
)
with torch.no_grad():
    q = torch.tensor(3.0, device=device)
    answers = [
        round(model(torch.tensor(base, device=device), q).item(), 4)
        for base in (5.0, 10.0)
    ]
handle.remove()

print("careless hook: x = 5 gives", answers[0], "and x = 10 gives", answers[1])
assert answers == [4.8283, 4.8283]
assert run(10.0)["z"] == 6.9078

# %%
# Everything that is computed before the hook feels the factor.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A hook doubles the output; the value and all gradients double",
    color=GREY,
    fontsize=10,
)
rows = range(len(after))
ax.barh([r - 0.2 for r in rows], before.values(), 0.34, color=GREEN)
ax.barh([r + 0.2 for r in rows], after.values(), 0.34, color=ORANGE)
for row, key in enumerate(after):
    ax.text(before[key] + 0.1, row - 0.2, f"{before[key]:.4f}", va="center")
    ax.text(after[key] + 0.1, row + 0.2, f"{after[key]:.4f}", va="center")
ax.text(8.5, 1.0, "without the hook", color=GREEN, ha="center", size=10)
ax.text(8.5, 1.9, "with the hook", color=ORANGE, ha="center", size=10)
for text in ax.texts[:-2]:
    text.set(color=GREY, size=8)
ax.set_yticks(rows, after)
ax.set(xlim=(0, 11), facecolor="none")
ax.invert_yaxis()
ax.tick_params(colors=GREY, length=0, labelsize=10, labelbottom=False)
ax.spines[:].set_visible(False)
fig.subplots_adjust(left=0.2, right=0.98, top=0.9, bottom=0.02)
plt.show()

# %%
# Remember: ``None`` keeps the output, anything else replaces it. Write a hook
# that looks as a ``def`` without a ``return``. Before ``forward`` runs,
# :doc:`forward_pre_hook` has its turn; the lines that call both are read in
# :doc:`/walkthroughs/calling-a-module`.
