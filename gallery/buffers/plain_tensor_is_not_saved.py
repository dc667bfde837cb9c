"""
A plain tensor is not saved
===========================

My module keeps a running average. Why does it start from zero again after
loading a checkpoint?

Because the average is a plain tensor attribute. It computes, but of a module's
own attributes ``state_dict`` holds parameters and persistent buffers only, and
so does the file.
"""
# sphinx_gallery_programs = {"Buffer 1": "z 1.1632 2.7099 3.4999 3.9672 4.2616 4.4529 4.5793 4.6633 4.7194 4.7567; powBuff 2.0000 to 4.9698; logBuff 3.2000 to 116.3565; state powParam, logParam"}

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
# Each step averages what it is given, and computes from the average. The
# average is kept detached: it is a number to go on from, and without
# ``detach`` the graph of every earlier call would hang on it.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = nn.Parameter(torch.tensor(1.0))
        self.powBuff = torch.tensor(0.0, device=device)

    def forward(self, x, q):
        self.powBuff = (0.6 * self.powBuff + 0.4 * x).detach()
        return self.powParam * self.powBuff**q


class Log(nn.Module):
    def __init__(self):
        super().__init__()
        self.logParam = nn.Parameter(torch.tensor(1.0))
        self.logBuff = torch.tensor(0.0, device=device)

    def forward(self, y):
        average = 0.6 * self.logBuff + 0.4 * y
        self.logBuff = average.detach()
        return self.logParam * torch.log(average)


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device)
model = LogOfPower().to(device)

of_z, of_power, of_log = [], [], []
for _ in range(10):
    of_z.append(round(model(x, q).item(), 4))
    of_power.append(round(model.powModel.powBuff.item(), 4))
    of_log.append(round(model.logModel.logBuff.item(), 4))

print("z", *(f"{value:.4f}" for value in of_z))
print(f"powBuff {of_power[0]:.4f} to {of_power[-1]:.4f}")
print(f"logBuff {of_log[0]:.4f} to {of_log[-1]:.4f}")
assert of_z == [
    *(1.1632, 2.7099, 3.4999, 3.9672, 4.2616),
    *(4.4529, 4.5793, 4.6633, 4.7194, 4.7567),
]
assert (of_power[0], of_power[-1]) == (2.0, 4.9698)
assert (of_log[0], of_log[-1]) == (3.2, 116.3565)
assert not model.powModel.powBuff.requires_grad
assert not model.logModel.logBuff.requires_grad

# %%
# What would be saved: the parameters. A fresh model that loads it has the same
# parameters and no memory. Its next result is that of a first call, and
# nothing was missing from the checkpoint that could have been reported.

state = model.state_dict()
fresh = LogOfPower().to(device)
report = fresh.load_state_dict(state)
first, next_z = fresh(x, q).item(), model(x, q).item()

print("state", *state)
print(f"next z {next_z:.4f}, after loading {first:.4f}")
assert list(state) == ["powModel.powParam", "logModel.logParam"]
assert report.missing_keys == report.unexpected_keys == []
assert round(first, 4) == 1.1632
assert round(next_z, 4) == 4.7814
assert "powBuff" in vars(model.powModel)  # an ordinary attribute

# %%
# The averages approach what they average, the second with the delay of both.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, axes = plt.subplots(
    1, 2, figsize=(6, 2.5), facecolor="none", layout="constrained"
)
fig.suptitle(
    "powBuff approaches 5 in ten calls; logBuff averages its cube, and lags",
    color=GREY,
    fontsize=10,
)
panels = {"powBuff": (of_power, 5, GREEN), "logBuff": (of_log, 125, ORANGE)}
for ax, (name, (values, goal, colour)) in zip(
    axes, panels.items(), strict=True
):
    ax.set_facecolor("none")
    ax.spines[:].set_color(GREY)
    ax.tick_params(colors=GREY)
    ax.axhline(goal, color=GREY, ls=":")
    ax.plot(range(1, 11), values, color=colour, marker="o", ms=4)
    ax.text(9.8, 0.1 * goal, name, color=GREY, ha="right", size=12)
    ax.set(ylim=(0, 1.1 * goal), xticks=(1, 4, 7, 10))
    ax.set_xlabel("call", color=GREY)
plt.show()

# %%
# Remember: a tensor that is part of what the module knows has to be
# registered. :doc:`register_buffer` changes one line in each class, and the
# average survives. What else a plain tensor misses is in :doc:`what_to_moves`.
