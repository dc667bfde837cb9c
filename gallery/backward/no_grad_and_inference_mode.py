"""
Two ways not to record
======================

``no_grad`` or ``inference_mode``: what is the difference?

Neither records. ``no_grad`` makes ordinary tensors, which may enter a
computation with gradients later. ``inference_mode`` also leaves out what makes
that safe, the version counter and the tracking of views, and so the tensors
that it makes are refused there, unless nothing of them has to be saved.
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
# The same product, computed three ways.

w = torch.tensor([2.0, 3.0], device=device, requires_grad=True)
made = {"recorded": w * 2}
with torch.no_grad():
    made["no_grad"] = w * 2
with torch.inference_mode():
    made["inference_mode"] = w * 2


def succeeds(attempt):
    try:
        attempt()
    except RuntimeError as error:
        refused.append(str(error).partition(".")[0])
        return False
    return True


refused = []
facts = {}
for name, tensor in made.items():
    facts[name] = {
        "has a history": tensor.grad_fn is not None,
        "has a version": succeeds(lambda t=tensor: t._version),
        "in place outside": succeeds(lambda t=tensor: t.add_(0)),
        "may be saved": succeeds(lambda t=tensor: w * t),
    }

print(" " * 18 + "".join(f"{name:16}" for name in made).rstrip())
for fact in facts["recorded"]:
    row = "".join(f"{facts[name][fact]!s:16}" for name in made)
    print(f"{fact:18}{row}".rstrip())
print(*refused, sep="\n")
assert [list(f.values()) for f in facts.values()] == [
    [True, True, True, True],
    [False, True, True, True],
    [False, False, False, False],
]
assert refused == [
    "Inference tensors do not track version counter",
    "Inplace update to inference tensor outside InferenceMode is not allowed",
    "Inference tensors cannot be saved for backward",
]
assert all(t.tolist() == [4, 6] for t in made.values())

# %%
# What a later computation refuses is to save such a tensor for backward. Where
# nothing is saved, as in a sum, it may take part; a clone made outside is an
# ordinary tensor again.

late = made["inference_mode"]
assert (w + late).tolist() == [6, 9] and (w + late).requires_grad
assert (w * late.clone()).tolist() == [8, 18]
assert late.is_inference() and not late.clone().is_inference()

# %%
# Views are another matter. In ``inference_mode`` the view of an ordinary
# tensor is ordinary. A view made in ``no_grad`` may be read later, but not be
# written in place where the write would be recorded.

y = w * 2
with torch.inference_mode():
    assert not y[:1].is_inference() and (y + 0)[:1].is_inference()
with torch.no_grad():
    view = y[:1]
refused.clear()
assert succeeds(lambda: w[:1] * view) and not succeeds(lambda: view.add_(1))
print(*refused)
assert refused == [
    "A view was created in no_grad mode and is being modified inplace with "
    "grad mode enabled"
]

# %%
# Both are about what operations leave behind for autograd. What is created as
# a leaf in ``no_grad`` may well require a gradient; and ``eval()`` is a third
# thing altogether: it changes how dropout and the like behave, and records on.

with torch.no_grad():
    layer = nn.Dropout(0.5)
    leaf = torch.ones(2, device=device, requires_grad=True)
    parameter = nn.Parameter(torch.ones(2, device=device))
layer.eval()
through = layer(w * 2)

print("leaf in no_grad requires grad:", leaf.requires_grad)
print("after eval() still recorded:", through.requires_grad)
assert leaf.requires_grad and parameter.requires_grad
assert through.requires_grad and through.tolist() == [4, 6]

# %%
# A decorator serves for a whole function. ``enable_grad`` switches recording
# on again inside ``no_grad``, but not inside ``inference_mode``.


def recorded():
    return (w * 2).requires_grad


@torch.no_grad()
def decorated():
    with torch.enable_grad():
        inside = recorded()
    return recorded(), inside


with torch.inference_mode(), torch.enable_grad():
    in_inference = recorded()

print("decorated, enable_grad in it:", *decorated(), end="; ")
print("in inference_mode:", in_inference)
assert recorded() and decorated() == (False, True) and not in_inference

# %%
# The table again. Filled: yes.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "no_grad drops the history; inference_mode also the version counter",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

for place, name in zip((0.48, 0.66, 0.88), made, strict=True):
    ax.text(place, 0.87, name, color=GREY, ha="center", size=11)
    for height, (fact, yes) in zip(
        (0.68, 0.48, 0.28, 0.08), facts[name].items(), strict=True
    ):
        inside = GREEN if yes else "none"
        edge = GREEN if yes else ORANGE
        ax.scatter(place, height, s=160, facecolor=inside, edgecolor=edge)
        if name == "recorded":
            ax.text(0.34, height, fact, color=GREY, ha="right", va="center")
plt.show()

# %%
# Remember: ``inference_mode`` for results that never meet autograd again,
# ``no_grad`` for everything else, optimizer steps included. What the version
# is for: :doc:`../tensors/views_and_version`.
