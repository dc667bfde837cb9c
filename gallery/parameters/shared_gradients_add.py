"""
Shared parameters add up their gradients
========================================

What happens to the gradient of a parameter that is used twice?

Each use contributes a gradient of its own, and the backward pass adds them.
So a model may use a module as often as it likes: the sum is the derivative
with respect to the one number that all uses have in common.
"""
# sphinx_gallery_programs = {"Parameter 4": "Parameter 3 to the last digit; DivBackward0"}

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
# A branch computes ``logParam * log(powParam * x**q)``. ``Once`` uses it once,
# ``Twice`` uses the same branch twice and takes the mean: the same value, by
# a way on which both parameters stand twice.


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


class Once(nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def branch(self, x, q):
        return self.logModel(self.powModel(x, q))

    def forward(self, x, q):
        return self.branch(x, q)


class Twice(Once):
    def forward(self, x, q):
        return (self.branch(x, q) + self.branch(x, q)) / 2


x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
twice = Twice().to(device)
z = twice(x, q)

print(f"z {z.item():.4f}, {type(z.grad_fn).__name__}, parameters", end=" ")
print(len(list(twice.parameters())))
assert round(z.item(), 4) == 4.8283
assert type(z.grad_fn).__name__ == "DivBackward0"
assert len(list(twice.parameters())) == 2

# %%
# The parts of the sum, made visible: ``detach`` cuts a use off from the
# gradient without changing its value.

power = twice.powModel.powParam


def gradient(first, second):
    """The gradient of powParam for a target of 10."""
    return torch.autograd.grad(((first + second) / 2 - 10).square(), power)[0]


one, two = twice.branch(x, q), twice.branch(x, q)
by_first = gradient(one, two.detach()).item()
one, two = twice.branch(x, q), twice.branch(x, q)
by_second = gradient(one.detach(), two).item()
one, two = twice.branch(x, q), twice.branch(x, q)
by_both = gradient(one, two).item()

print(f"powParam: {by_first:.4f} + {by_second:.4f} = {by_both:.4f}")
assert round(by_first, 4) == -5.1717
assert round(by_second, 4) == -5.1717
assert round(by_both, 4) == -10.3434
assert by_first + by_second == by_both

# %%
# Ten steps of descent each way. The mean halves each contribution, the sum of
# two puts the half back, and in binary numbers that is exact: the two descents
# agree in every bit.


def descend(model):
    """Ten steps towards z = 10: z before each, parameters after each."""
    rows = []
    for _ in range(10):
        z = model(x, q)
        model.zero_grad()
        (z - 10).square().backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.01 * parameter.grad
        rows.append([z.item(), *(p.item() for p in model.parameters())])
    return rows


by_once, by_twice = descend(Once().to(device)), descend(twice)
last = by_twice[-1]
end = twice(x, q).item()

print(f"step 0: powParam {by_twice[0][1]:.4f} logParam {by_twice[0][2]:.4f}")
print(f"step 9: powParam {last[1]:.4f} logParam {last[2]:.4f}")
print(f"then z {end:.4f}; the same as once: {by_once == by_twice}")
assert by_once == by_twice
assert [round(value, 4) for value in by_twice[0]] == [4.8283, 1.1034, 1.4994]
assert [round(value, 4) for value in last] == [9.9958, 1.2430, 1.9815]
assert round(end, 4) == 9.9982

# %%
# Sharing is also a matter of names. A module that was assigned to two
# attributes is saved under both and trained once: ``state_dict`` follows the
# names, ``parameters()`` leaves out what it has given already.

pair = nn.Module()
pair.first = pair.second = Power()

print("saved ", list(pair.state_dict()))
print("listed", [name for name, _ in pair.named_parameters()])
assert list(pair.state_dict()) == ["first.powParam", "second.powParam"]
listed = [name for name, _ in pair.named_parameters()]
assert listed == ["first.powParam"]

# %%
# The backward pass runs along the arrows, from the loss to the parameter.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Two uses of powParam send back a gradient each, and the two are added",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, *sources, fill="none", size=11):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.5", "fc": fill, "ec": GREEN}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=size, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": ORANGE, "lw": 1.5, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


loss = box("loss", (0.92, 0.5))
mean = box("mean", (0.74, 0.5), loss)
first = box("first use", (0.5, 0.8), mean)
second = box("second use", (0.5, 0.2), mean)
label = f"powParam\ngrad {by_both:.4f}"
box(label, (0.13, 0.5), first, second, fill=GREEN, size=12)
for height, part in ((0.8, by_first), (0.2, by_second)):
    ax.text(0.30, height, f"{part:.4f}", color=GREY, ha="center", size=11)
plt.show()

# %%
# Remember: one parameter, one gradient, and the uses are added in it. If each
# use is to learn for itself, give it a parameter of its own;
# :doc:`four_modules_spread` shows what that does to the descent.
