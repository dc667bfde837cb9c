"""
Averages move while training only
=================================

Why does my model give a different answer each time it sees the same input?

Because its ``forward`` changes its buffers, and nothing stops it. ``eval()``
sets a flag, ``self.training``, on every module; what the flag means is for
each ``forward`` to decide.
"""
# sphinx_gallery_programs = {"Buffer 3": "ten eval calls, each z 4.7567; powBuff 4.9698, logBuff 116.3565"}

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
# The averages move in training. In evaluation both steps compute from the
# averages as they stand. ``Log`` can be told to ignore the flag: a mistake
# that this example will make on purpose.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = nn.Parameter(torch.tensor(1.0))
        self.register_buffer("powBuff", torch.tensor(0.0))

    def forward(self, x, q):
        if self.training:
            self.powBuff = (0.6 * self.powBuff + 0.4 * x).detach()
        return self.powParam * self.powBuff**q


class Log(nn.Module):
    def __init__(self, careful):
        super().__init__()
        self.careful = careful
        self.logParam = nn.Parameter(torch.tensor(1.0))
        self.register_buffer("logBuff", torch.tensor(0.0))

    def forward(self, y):
        average = self.logBuff
        if self.training or not self.careful:
            average = 0.6 * average + 0.4 * y
            self.logBuff = average.detach()
        return self.logParam * torch.log(average)


class LogOfPower(nn.Module):
    def __init__(self, careful=True):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log(careful)

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device)
model = LogOfPower().to(device)


def ten_calls(model):
    return [round(model(x, q).item(), 4) for _ in range(10)]


def averages(model):
    return {name: round(b.item(), 4) for name, b in model.named_buffers()}


trained = ten_calls(model)
before = averages(model)
model.eval()
evaluated = ten_calls(model)

print(f"training: z {trained[0]:.4f} to {trained[-1]:.4f}")
print("eval:     z", *(f"{value:.4f}" for value in evaluated))
print("averages", *before.values(), "then", *averages(model).values())
assert (trained[0], trained[-1]) == (1.1632, 4.7567)
assert evaluated == [4.7567] * 10
assert before == {"powModel.powBuff": 4.9698, "logModel.logBuff": 116.3565}
assert averages(model) == before
assert not any(buffer.requires_grad for buffer in model.buffers())
assert len(list(model.parameters())) == 2

# %%
# ``eval()`` at the top reaches every module below, and is undone by
# ``train()``, which also switches on what was off before. It sets the flag and
# does nothing else: gradients are computed as before, until ``no_grad`` says
# otherwise.

flags = [module.training for module in model.modules()]
model.train()
moved = round(model(x, q).item(), 4)

print("flags in eval", flags, "and z after train()", f"{moved:.4f}")
assert flags == [False] * 3
assert moved == 4.7814
assert model.eval()(x, q).requires_grad

# %%
# The mistake. The flag arrives, but ``Log`` does not ask for it, and so each
# evaluation leaves a trace in the model.

careless = LogOfPower(careful=False).to(device)
careless_trained = ten_calls(careless)
drifted = ten_calls(careless.eval())

print(f"careless: z {drifted[0]:.4f} to {drifted[-1]:.4f} in eval")
assert careless_trained == trained
assert not careless.logModel.training
assert (drifted[0], drifted[-1]) == (4.7784, 4.8098)

# %%
# Ten calls in training, then ten in evaluation.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(
    figsize=(6, 2.5), facecolor="none", layout="constrained"
)
fig.suptitle(
    "z moves during training and stands still in evaluation, from call 11 on",
    color=GREY,
    fontsize=10,
)
ax.set_facecolor("none")
ax.spines[:].set_color(GREY)
ax.tick_params(colors=GREY)
ax.axvspan(0.5, 10.5, color=GREEN, alpha=0.15, lw=0)
ax.plot(range(1, 11), trained, color=GREEN, marker="o", ms=4)
ax.plot(range(11, 21), evaluated, color=ORANGE, marker="o", ms=4)
ax.text(5.5, 1.3, "train()", color=GREY, ha="center", size=12)
ax.text(15.5, 1.3, "eval()", color=GREY, ha="center", size=12)
ax.set_xlabel("call", color=GREY)
ax.set_ylabel("z", color=GREY)
ax.set(xlim=(0.5, 20.5), ylim=(0.9, 5.3), xticks=(1, 5, 10, 15, 20))
plt.show()

# %%
# Remember: ask ``self.training`` before you change a buffer.
# :doc:`batchnorm_buffers` is the module in torch that does it this way.
