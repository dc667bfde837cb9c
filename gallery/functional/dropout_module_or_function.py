"""
Dropout has a state: the training flag
======================================

``nn.Dropout`` has no parameter and no buffer. So is ``functional.dropout`` as
good?

Only with ``training=self.training``. State is more than parameters and
buffers: ``eval()`` sets a flag on modules, a function cannot see it, and the
default of this one's argument is True. Left out, the model drops values in
evaluation, without an error.
"""
# sphinx_gallery_programs = {"Functional 5": "train 0. or 2.; eval 1.", "Functional 6": "train 0. or 2.; eval 1."}

import os
import pickle

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Three ways to drop half of the values, the third with the mistake.


class WithModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        return self.dropout(x)


class WithFunction(nn.Module):
    def forward(self, x):
        return functional.dropout(x, 0.5, training=self.training)


class Forgetful(nn.Module):
    def forward(self, x):
        return functional.dropout(x, 0.5)


# %%
# Each is called 60 times with the number 1, in training and in evaluation. A
# value that is kept is doubled in training, so that the mean stays 1: that is
# why nothing has to be scaled in evaluation.

torch.manual_seed(0)
x = torch.tensor(1.0, device=device)
runs = {}
for kind in (WithModule, WithFunction, Forgetful):
    model = kind().to(device)
    for mode in (True, False):
        model.train(mode)
        values = [model(x).item() for _ in range(60)]
        runs[kind.__name__, "train" if mode else "eval"] = values
different = {key: sorted(set(values)) for key, values in runs.items()}

for (kind, mode), values in different.items():
    print(f"{kind:13} {mode:6}", *values)
assert different == {
    ("WithModule", "train"): [0.0, 2.0],
    ("WithModule", "eval"): [1.0],
    ("WithFunction", "train"): [0.0, 2.0],
    ("WithFunction", "eval"): [1.0],
    ("Forgetful", "train"): [0.0, 2.0],
    ("Forgetful", "eval"): [0.0, 2.0],
}

# %%
# The flag is state in every sense but one: no state dict holds it. A model is
# in training mode when it is made, and loading a state dict leaves it there.
# (A module that is pickled whole keeps its flag.)

evaluated = nn.Dropout(0.5).eval()
loaded = nn.Dropout(0.5)
report = loaded.load_state_dict(evaluated.state_dict())

print("state", dict(evaluated.state_dict()), "training", loaded.training)
assert list(evaluated.parameters()) == list(evaluated.buffers()) == []
assert list(evaluated.state_dict()) == []
assert report.missing_keys == []
assert (evaluated.training, loaded.training) == (False, True)
assert not pickle.loads(pickle.dumps(evaluated)).training

# %%
# The module reads its own flag, which the model's ``eval()`` reaches only if
# the module is registered. In a plain list it drops on, as the forgetful
# function does.


class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = [nn.Dropout(0.5)]

    def forward(self, x):
        return self.steps[0](x)


hidden = Hidden().eval()
hidden_values = sorted({hidden(x).item() for _ in range(60)})

print("in a plain list, eval ", *hidden_values)
assert hidden_values == [0.0, 2.0] and not hidden.training

# %%
# The 60 values of each run, spread a little so that they can be told apart.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, axes = plt.subplots(1, 3, sharey=True, figsize=(6, 2.5), facecolor="none")
fig.set_layout_engine("constrained")
fig.suptitle(
    "In evaluation dropout gives 1, unless training= was forgotten",
    color=GREY,
    fontsize=10,
)
for ax, kind in zip(
    axes, ("WithModule", "WithFunction", "Forgetful"), strict=True
):
    ax.set_facecolor("none")
    ax.spines[:].set_color(GREY)
    ax.tick_params(colors=GREY)
    for place, mode in enumerate(("train", "eval")):
        values = runs[kind, mode]
        spread = [place + (i % 15 - 7) / 25 for i in range(len(values))]
        wrong = mode == "eval" and set(values) != {1.0}
        colour = ORANGE if wrong else GREEN
        heights = [v + (i // 15 - 1.5) / 15 for i, v in enumerate(values)]
        ax.scatter(spread, heights, s=8, color=colour)
    ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 2.5), yticks=(0, 1, 2))
    ax.set_xticks((0, 1), ("train", "eval"))
    ax.set_xlabel(kind, color=GREY)
plt.show()

# %%
# Remember: with the function, hand over ``training=self.training``; with the
# module, there is nothing to forget but its registration, as
# :doc:`/gallery/containers/list_hides_modules` shows. The same flag holds the
# averages still in :doc:`/gallery/buffers/buffers_freeze_in_eval`.
