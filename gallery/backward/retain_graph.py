"""
The second backward fails
=========================

"Trying to backward through the graph a second time": why does it matter, and
is ``retain_graph=True`` the cure?

Backward throws away what was saved as soon as it has been used, because that
is most of the memory. ``retain_graph=True`` keeps it, and is right if you want
two walks. More often the graph should not have been shared: then detach.
"""

import os

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# ``exp`` saves its result. After the first walk it is gone, and to ask for it
# is the error that a second walk runs into.

x = torch.tensor(0.0, device=device, requires_grad=True)
y = x.exp()
before = y.grad_fn._saved_result.item()
y.backward()
messages = []
for attempt in (lambda: y.grad_fn._saved_result, y.backward):
    try:
        attempt()
    except RuntimeError as error:
        messages.append(str(error))

print("saved before", before, " x.grad", x.grad.item())
print(messages[1].partition(". ")[0])
assert before == 1 and x.grad.item() == 1
assert len(messages) == 2 and messages[0] == messages[1]
assert messages[0].startswith(
    "Trying to backward through the graph a second time"
)

# %%
# With ``retain_graph=True`` the walk can be repeated, until one goes without.
# The gradients add up, as always.

x.grad = None
y = x.exp()
y.backward(retain_graph=True)
y.backward(retain_graph=True)
y.backward()

print("three walks: x.grad", x.grad.item())
assert x.grad.item() == 3

# %%
# Where nothing was saved, nothing is missing: a sum goes through twice without
# any argument. Do not conclude that it is allowed; the next operation may
# save.

x.grad = None
y = x + 1
y.backward()
y.backward()

print("a sum, twice: x.grad", x.grad.item())
assert y.item() == 1 and x.grad.item() == 2

# %%
# How the error really comes about: a state is carried from one step to the
# next, and with it the graph of all the steps before. The second backward
# walks into the first step's part, which is spent.


def train(carry, steps=3):
    """Carry a state through steps, with a backward in each."""
    w = torch.tensor(0.5, device=device, requires_grad=True)
    state, sums = torch.ones((), device=device), []
    for step in range(steps):
        state = torch.tanh(w * state)
        try:
            state.backward(retain_graph=carry == "retain")
        except RuntimeError:
            return f"fails in step {step}"
        sums.append(round(w.grad.item(), 4))
        w.grad = None
        if carry == "detach":
            state = state.detach()
    return sums


found = {carry: train(carry) for carry in ("plain", "retain", "detach")}

for carry, outcome in found.items():
    print(f"{carry:7}", outcome)
assert found["plain"] == "fails in step 1"
assert found["retain"] == [0.7864, 0.8113, 0.6246]
assert found["detach"] == [0.7864, 0.4383, 0.2241]

# %%
# Both cures run, and they compute different things. ``retain_graph`` walks
# back through all the steps, and every step walks farther and keeps more.
# ``detach`` takes the state as a number: each backward sees its own step.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "How far backward walks in each step: retained further, detached one step",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))


for left, carry in ((0.17, "retain"), (0.63, "detach")):
    ax.text(left - 0.1, 0.88, carry, color=GREY, size=12)
    for step in range(3):
        height = 0.66 - 0.26 * step
        label = f"backward {step}"
        drawn = ax.text(left - 0.02, height + 0.08, label, color=GREY, size=9)
        drawn.set(ha="right", va="center")
        for part in range(3):
            walked = part <= step if carry == "retain" else part == step
            inside = ORANGE if walked and part < step else GREEN
            inside = inside if walked else "none"
            corner = (left + 0.1 * part, height)
            ax.add_patch(plt.Rectangle(corner, 0.09, 0.16, fc=inside, ec=GREY))
            number = f"step {part}"
            drawn = ax.text(corner[0] + 0.045, height + 0.08, number, size=8)
            drawn.set(ha="center", va="center")
            drawn.set_color("white" if walked else GREY)
plt.show()

# %%
# Remember: backward spends what it walks of a graph. Build a new one for the
# next step, cut what you carry over with ``detach``, and use ``retain_graph``
# where two walks over one graph are what you mean. What is saved, and where:
# :doc:`graph_behind_a_result`.
