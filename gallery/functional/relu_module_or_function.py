"""
nn.ReLU has nothing to remember
===============================

``nn.ReLU()`` in ``__init__``, or ``functional.relu`` in ``forward``?

For the result it makes no difference. The module has no state, so the function
says the same in one place instead of two. What the module has is an address:
it can stand in a ``Sequential``, and a hook can be put on it.
"""
# sphinx_gallery_programs = {"Functional 3": "3. and 0.", "Functional 4": "3. and 0."}

import os

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
# The module has to be made before it is used; the function is used.


class WithModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x)


class WithFunction(nn.Module):
    def forward(self, x):
        return functional.relu(x)


for model, owned in ((WithModule(), ["relu"]), (WithFunction(), [])):
    inputs = torch.tensor([3.0, -3.0], device=device, requires_grad=True)
    outputs = model(inputs)
    outputs.sum().backward()
    children = [name for name, _ in model.named_children()]
    print(f"{type(model).__name__:13}", outputs.data, "children", children)
    assert inputs.tolist() == [3.0, -3.0]
    assert outputs.tolist() == [3.0, 0.0]
    assert inputs.grad.tolist() == [1.0, 0.0]
    assert children == owned

# %%
# No parameter, no buffer, nothing to save. ``training`` is there, as in every
# module, and ``forward`` does not ask for it.

relu, in_eval = nn.ReLU(), nn.ReLU().eval()
evaluated = in_eval(inputs.detach() - 1)

print("state", dict(relu.state_dict()), "in eval", evaluated.tolist())
assert list(relu.parameters()) == list(relu.buffers()) == []
assert list(relu.state_dict()) == []
assert relu.training and not in_eval.training
assert torch.equal(evaluated, relu(inputs.detach() - 1))
assert evaluated.tolist() == [2.0, 0.0]

# %%
# The address. A ``Sequential`` is a row of modules and takes no functions; a
# forward hook is registered with a module, and a function has no place for it.

try:
    nn.Sequential(nn.Linear(1, 1), functional.relu)
except TypeError as error:
    message = str(error)

network = nn.Sequential(nn.Linear(1, 2, bias=False), nn.ReLU()).to(device)
with torch.no_grad():
    network[0].weight.copy_(torch.tensor([[1.0], [-1.0]]))
active = []
handle = network[1].register_forward_hook(
    lambda module, args, output: active.append((output > 0).tolist())
)
result = network(torch.tensor([[3.0]], device=device))
handle.remove()
network(torch.tensor([[-3.0]], device=device))

print(message)
print("active units, seen by a hook:", *active)
assert message == "torch.nn.functional.relu is not a Module subclass"
assert result.tolist() == [[3.0, 0.0]]
assert active == [[[True, False]]]  # the second call had no hook

# %%
# One module may stand in several places, for it remembers nothing of any. But
# then it is one address: a hook on it runs for every place.

shared = nn.ReLU()
deep = nn.Sequential(nn.Linear(1, 1), shared, nn.Linear(1, 1), shared)
runs = []
shared.register_forward_hook(lambda module, args, output: runs.append(1))
deep(torch.ones(1, 1))

print("one module in two places:", len(runs), "runs of its hook")
assert len(runs) == 2
assert len(list(deep.children())) == 3

# %%
# The function, and the two figures on it.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(
    figsize=(6, 2.5), facecolor="none", layout="constrained"
)
fig.suptitle(
    "relu takes 3 to 3 and -3 to 0, as a module and as a function",
    color=GREY,
    fontsize=10,
)
ax.set_facecolor("none")
ax.spines[:].set_color(GREY)
ax.tick_params(colors=GREY)
line = torch.linspace(-5, 5, 101)
ax.plot(line, functional.relu(line), color=GREEN, lw=2)
ax.scatter(inputs.tolist(), outputs.tolist(), s=90, color=ORANGE, zorder=3)
for at, value in zip(inputs.tolist(), outputs.tolist(), strict=True):
    ax.text(at - 0.2, value + 0.45, f"{value:g}.", color=GREY, ha="right")
    ax.texts[-1].set_size(13)
ax.set_xlabel("x", color=GREY)
ax.set_ylabel("relu(x)", color=GREY)
plt.show()

# %%
# Remember: without state, take the function, unless something needs the
# module: a ``Sequential``, a name in the printed model, or a hook, which runs
# in the call that :doc:`/walkthroughs/calling-a-module` reads. Dropout looks
# stateless too, and is not: :doc:`dropout_module_or_function`.
