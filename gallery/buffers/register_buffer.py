"""
register_buffer makes a tensor part of the state
================================================

How do I save a tensor that is not a parameter?

Give it to ``register_buffer``. It is then an attribute as before, and also
saved, loaded and moved with the module. Nothing trains it.
"""
# sphinx_gallery_programs = {"Buffer 2": "state powParam, powBuff, logParam, logBuff"}

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
# Against :doc:`plain_tensor_is_not_saved` one line in each ``__init__`` is
# different. ``forward`` assigns to the attribute as before: a name that is
# registered stays registered when another tensor is assigned to it. The
# averages need no ``device`` either, because ``.to(device)`` finds them.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = nn.Parameter(torch.tensor(1.0))
        self.register_buffer("powBuff", torch.tensor(0.0))

    def forward(self, x, q):
        self.powBuff = (0.6 * self.powBuff + 0.4 * x).detach()
        return self.powParam * self.powBuff**q


class Log(nn.Module):
    def __init__(self):
        super().__init__()
        self.logParam = nn.Parameter(torch.tensor(1.0))
        self.register_buffer("logBuff", torch.tensor(0.0))

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
of_z = [round(model(x, q).item(), 4) for _ in range(10)]
state = {name: t.item() for name, t in model.state_dict().items()}

print(f"z {of_z[0]:.4f} to {of_z[-1]:.4f}, state:")
for name, value in state.items():
    print(f"    {name:18} {value:.4f}")
assert (of_z[0], of_z[-1]) == (1.1632, 4.7567)
assert [name.split(".")[1] for name in state] == [
    "powParam",
    "powBuff",
    "logParam",
    "logBuff",
]
assert [round(value, 4) for value in state.values()] == [
    *(1.0, 4.9698, 1.0, 116.3565),
]

# %%
# The buffers are tensors of the module, and no parameters: no optimizer is
# given them. That they require no gradient is ``detach``'s doing, not
# ``register_buffer``'s.

buffers = dict(model.named_buffers())

print("buffers   ", *buffers)
print("parameters", *(name for name, _ in model.named_parameters()))
assert list(buffers) == ["powModel.powBuff", "logModel.logBuff"]
assert not any(buffer.requires_grad for buffer in buffers.values())
assert [name.split(".")[1] for name, _ in model.named_parameters()] == [
    "powParam",
    "logParam",
]

# %%
# A fresh model that loads this state goes on where the first one is.

resumed = LogOfPower().to(device)
resumed.load_state_dict(model.state_dict())
restarted = LogOfPower().to(device)
report = restarted.load_state_dict(
    dict(model.named_parameters()), strict=False
)
after = {"the model": model, "with buffers": resumed}
after |= {"without": restarted}
after = {
    name: [round(m(x, q).item(), 4) for _ in range(10)]
    for name, m in after.items()
}

for name, values in after.items():
    print(f"next z, {name:12} {values[0]:.4f} {values[1]:.4f}")
assert after["the model"][:2] == [4.7814, 4.7977]
assert after["with buffers"] == after["the model"]
assert after["without"] == of_z
assert report.missing_keys == list(buffers)

# %%
# Ten calls, saved, loaded, and ten calls more.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(
    figsize=(6, 2.5), facecolor="none", layout="constrained"
)
fig.suptitle(
    "After loading, z goes on if the averages were buffers, else starts over",
    color=GREY,
    fontsize=10,
)
ax.set_facecolor("none")
ax.spines[:].set_color(GREY)
ax.tick_params(colors=GREY)
ax.plot(range(1, 11), of_z, color=GREY, marker="o", ms=4)
calls = range(11, 21)
ax.plot(calls, after["with buffers"], color=GREEN, marker="o", ms=4)
ax.plot(calls, after["without"], color=ORANGE, marker="s", ms=4, ls="--")
ax.axvline(10.5, color=GREY, ls=":")
ax.text(10.3, 1.2, "saved", color=GREY, ha="right", size=11)
ax.text(15.5, 5.1, "averages are buffers", color=GREY, ha="center", size=11)
ax.text(12.8, 2.0, "averages are plain tensors", color=GREY, size=11)
ax.set_xlabel("call", color=GREY)
ax.set_ylabel("z", color=GREY)
ax.set(ylim=(0.9, 5.8), xticks=(1, 5, 10, 15, 20))
plt.show()

# %%
# Remember: ``register_buffer`` for what a module has to know and does not
# learn by gradients. :doc:`buffers_freeze_in_eval` says when it may change,
# :doc:`persistent_or_not` how it stays out of the file.
