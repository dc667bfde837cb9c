"""
Four modules spread the gradient
================================

My model takes the mean of two equal branches. Does it matter whether they
share their parameters?

For the value, not at first. For the training it does: with modules of its own,
each branch gets half of the gradient, and plain descent is half as fast.
"""
# sphinx_gallery_programs = {"Parameter 5": "z ends at 9.7706; step 0: 1.0517 and 1.2497; step 9: 1.2401 and 1.9373"}

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
# A branch is two modules with a parameter each, and a model is the mean of its
# branches. Which branches are the same object is decided when it is made.


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


class Branch(nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


class Mean(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x, q):
        results = [branch(x, q) for branch in self.branches]
        return sum(results) / len(results)


x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
one, other = Branch(), Branch()
models = {
    "shared": Mean(Branch()),
    "shared twice": Mean(one, one),
    "four modules": Mean(other, Branch()),
}
counts = [len(list(model.parameters())) for model in models.values()]
assert counts == [2, 2, 4]

# %%
# The same ten steps for all three, towards ``z = 10``.


def descend(model, rate=0.01):
    """Ten steps: z before each and after all, parameters after each."""
    model.to(device)
    values, numbers = [], []
    for _ in range(10):
        z = model(x, q)
        values.append(z.item())
        model.zero_grad()
        (z - 10).square().backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= rate * parameter.grad
        numbers.append([round(p.item(), 4) for p in model.parameters()])
    return [*values, model(x, q).item()], numbers


descents = {name: descend(model) for name, model in models.items()}
ends = {name: round(values[-1], 4) for name, (values, _) in descents.items()}
_, numbers = descents["four modules"]

for name, (values, _) in descents.items():
    print(f"{name:13} z {values[0]:.4f} ... {values[-1]:.4f}")
for step in (0, 9):
    print(f"four modules, step {step}:", *(f"{n:.4f}" for n in numbers[step]))
assert all(round(v[0], 4) == 4.8283 for v, _ in descents.values())
assert ends == {
    "shared": 9.9982,
    "shared twice": 9.9982,
    "four modules": 9.7706,
}
assert descents["shared"] == descents["shared twice"]
assert numbers[0] == [1.0517, 1.2497, 1.0517, 1.2497]
assert numbers[9] == [1.2401, 1.9373, 1.2401, 1.9373]

# %%
# Half as fast, and no worse. The two branches start equal and get equal
# gradients, so they stay equal; only each step is half as long. With twice the
# learning rate, the four modules go the way of the shared ones exactly.

doubled, _ = descend(Mean(Branch(), Branch()), rate=0.02)

print(f"four modules, twice the rate: z ends at {doubled[-1]:.4f}")
assert doubled == descents["shared"][0]

# %%
# An optimizer that divides by the size of the gradients does not notice the
# half.

with_adam = []
for model in (Mean(Branch()), Mean(Branch(), Branch())):
    optimizer = torch.optim.Adam(model.to(device).parameters(), lr=0.01)
    for _ in range(10):
        optimizer.zero_grad()
        (model(x, q) - 10).square().backward()
        optimizer.step()
    with_adam.append(round(model(x, q).item(), 3))

print("by Adam, shared and four modules: z ends at", *with_adam)
assert with_adam == [5.414, 5.414]

# %%
# Equal is not the same. Branches of their own can learn different things as
# soon as something tells them apart: here a start of its own.

apart = Mean(Branch(), Branch())
with torch.no_grad():
    apart.branches[1].powModel.powParam.fill_(2.0)
values, numbers = descend(apart)
*_, last = numbers

print("told apart, step 9:", *(f"{number:.4f}" for number in last))
assert round(values[0], 4) == 5.1749
assert last == [1.2009, 1.8041, 2.1101, 1.9094]

# %%
# The three descents against each other. Two of them are one line.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(
    figsize=(6, 2.5), facecolor="none", layout="constrained"
)
fig.suptitle(
    "Shared once or twice, z reaches 10 alike; four modules are slower",
    color=GREY,
    fontsize=10,
)
ax.set_facecolor("none")
ax.spines[:].set_color(GREY)
ax.tick_params(colors=GREY)
ax.axhline(10, color=GREY, ls=":")
looks = {
    "shared": {"color": GREEN, "lw": 2},
    "shared twice": {"color": GREEN, "marker": "o", "ls": "none"},
    "four modules": {"color": ORANGE, "marker": "s", "ls": "--", "ms": 5},
}
for name, (values, _) in descents.items():
    ax.plot(values, label=name, **looks[name])
ax.legend(loc="lower right", frameon=False, labelcolor=GREY)
ax.set_xlabel("step", color=GREY)
ax.set_ylabel("z", color=GREY)
ax.set_xticks(range(11))
plt.show()

# %%
# Remember: sharing decides how many numbers are trained, and with that how
# fast plain descent goes. :doc:`shared_gradients_add` takes the shared
# gradient apart, and :doc:`descent_by_hand` shows the ten steps one by one.
