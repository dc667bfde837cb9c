"""
Ten steps of descent by hand
============================

What does an optimizer do with my parameters?

Gradient descent takes a little of its gradient from each parameter. Written
out, a step is three lines: clear the old gradients, run the backward pass, and
subtract. The first and the last are all that ``torch.optim.SGD`` does in its
plainest form.
"""
# sphinx_gallery_programs = {"Parameter 3": "z 4.8283 to 9.9982; powParam 1.1034 1.1744 1.2114 1.2288 1.2367 1.2403 1.2418 1.2425 1.2428 1.2430; logParam 1.4994 1.7569 1.8801 1.9365 1.9618 1.9730 1.9779 1.9801 1.9811 1.9815"}

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
# Two parameters in two modules, and a target. The loss is the squared distance
# of ``z`` from 10.


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


x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
model = LogOfPower().to(device)

# %%
# In each row ``z`` was computed before the step, the parameters are those
# after it. The subtraction stands under ``no_grad`` because it is no part of
# the model: an in-place change of a leaf that requires a gradient is refused
# otherwise.

rows = []
for _ in range(10):
    z = model(x, q)
    model.zero_grad()
    (z - 10).square().backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.01 * parameter.grad
    values = (z, model.powModel.powParam, model.logModel.logParam)
    rows.append([round(value.item(), 4) for value in values])

z_after = round(model(x, q).item(), 4)

print("step  z       powParam  logParam")
for step, (value, power, log) in enumerate(rows):
    print(f"{step:<6}{value:.4f}  {power:.4f}    {log:.4f}")
print(f"then  {z_after:.4f}")
of_z, of_power, of_log = (list(column) for column in zip(*rows, strict=True))
assert of_z == [
    *(4.8283, 7.3872, 8.7652, 9.4381, 9.7490),
    *(9.8888, 9.9509, 9.9784, 9.9905, 9.9958),
]
assert z_after == 9.9982
assert of_power == [
    *(1.1034, 1.1744, 1.2114, 1.2288, 1.2367),
    *(1.2403, 1.2418, 1.2425, 1.2428, 1.2430),
]
assert of_log == [
    *(1.4994, 1.7569, 1.8801, 1.9365, 1.9618),
    *(1.9730, 1.9779, 1.9801, 1.9811, 1.9815),
]

# %%
# The same by ``torch.optim.SGD``: it is given the list of parameters once, and
# its ``step`` is the subtraction.

trained = LogOfPower().to(device)
optimizer = torch.optim.SGD(trained.parameters(), lr=0.01)
for _ in range(10):
    optimizer.zero_grad()
    (trained(x, q) - 10).square().backward()
    optimizer.step()

for mine, theirs in zip(model.parameters(), trained.parameters(), strict=True):
    torch.testing.assert_close(mine, theirs)

# %%
# What the two other lines are for. Without ``no_grad`` the subtraction raises;
# without clearing, each step would use the sum of all gradients so far, and
# the descent overshoots.

try:
    model.powModel.powParam -= 0.01
except RuntimeError as error:
    message = str(error)

careless = LogOfPower().to(device)
overshot = []
for _ in range(10):
    z = careless(x, q)
    overshot.append(z.item())
    (z - 10).square().backward()
    with torch.no_grad():
        for parameter in careless.parameters():
            parameter -= 0.01 * parameter.grad

print(message)
print(f"not cleared: z up to {max(overshot):.4f}, then {overshot[-1]:.4f}")
assert message.startswith("a leaf Variable that requires grad is being used")
assert max(of_z) < 10
assert round(max(overshot), 4) == 15.2323
assert round(overshot[-1], 4) == 7.1949

# %%
# ``z`` on its way to 10, and what becomes of it when gradients are not
# cleared.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(
    figsize=(6, 2.5), facecolor="none", layout="constrained"
)
fig.suptitle(
    "z reaches its target 10 in ten steps; uncleared gradients overshoot",
    color=GREY,
    fontsize=10,
)
ax.set_facecolor("none")
ax.spines[:].set_color(GREY)
ax.tick_params(colors=GREY)
ax.axhline(10, color=GREY, ls=":")
ax.plot(of_z, color=GREEN, marker="o")
ax.plot(overshot, color=ORANGE, ls="--", marker="s", ms=4)
ax.text(8, 8.2, "cleared", color=GREY, ha="center", size=11)
peak = overshot.index(max(overshot))
ax.text(peak + 1, max(overshot) - 1.6, "not cleared", color=GREY, size=11)
ax.set_xlabel("step", color=GREY)
ax.set_ylabel("z", color=GREY)
ax.set_xticks(range(10))
plt.show()

# %%
# Remember: ``backward`` adds to ``.grad``, and only you or an optimizer
# change a parameter. What the adding is good for shows in
# :doc:`shared_gradients_add`.
