"""
A linear layer is a function with a weight
==========================================

What is the difference between ``nn.Linear`` and ``functional.linear``?

Who owns the weight. The module makes, initialises and registers it; the
function is handed it with every call. Both compute the same and leave the same
graph, because the module's ``forward`` is a call of the function.
"""
# sphinx_gallery_programs = {"Functional 1": "6., SqueezeBackward0", "Functional 2": "6."}

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
# With the module. A linear layer works on vectors, so the number 3 goes in as
# a vector of one and comes out as a number again.


class WithModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1, bias=False)
        nn.init.constant_(self.linear.weight, 2.0)

    def forward(self, x):
        return self.linear(x.unsqueeze(0)).squeeze()


# %%
# With the function. The weight is a ``Parameter`` of one's own: its shape and
# its start are written out here, where the module has a rule for both.


class WithFunction(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.full((1, 1), 2.0))

    def forward(self, x):
        return functional.linear(x.unsqueeze(0), self.weight).squeeze()


def operations(node):
    """The names of a node and of all nodes before it."""
    names = [type(node).__name__]
    for before, _ in node.next_functions:
        names += operations(before) if before is not None else []
    return names


x = torch.tensor(3.0, device=device)
results, graphs, names, grads = {}, {}, {}, {}
for model in (WithModule().to(device), WithFunction().to(device)):
    kind = type(model).__name__
    z = model(x)
    z.backward()
    results[kind] = z.item()
    graphs[kind] = operations(z.grad_fn)
    names[kind] = [name for name, _ in model.named_parameters()]
    grads[kind] = [p.grad.item() for p in model.parameters()]
    print(f"{kind:13}", z.data, graphs[kind][0], *names[kind], *grads[kind])
assert results == {"WithModule": 6.0, "WithFunction": 6.0}
assert graphs["WithModule"] == graphs["WithFunction"]
assert graphs["WithModule"][0] == "SqueezeBackward0"
assert grads == {"WithModule": [3.0], "WithFunction": [3.0]}

# %%
# The one difference among the tensors of a checkpoint is the name: the module
# adds a level to the path. (The versions in ``_metadata`` have one entry more,
# that of the module.)

versions = [
    kind().state_dict()._metadata for kind in (WithModule, WithFunction)
]
assert [[*v] for v in versions] == [["", "linear"], [""]]
assert names == {"WithModule": ["linear.weight"], "WithFunction": ["weight"]}

# %%
# What the module's rule is: a start that is random and depends on the number
# of inputs. It matters as soon as the weight is not set by hand.

torch.manual_seed(0)
largest = nn.Linear(100, 1000, bias=False).weight.abs().max().item()

print(f"nn.Linear(100, ...) starts within {largest:.4f} of 0")
assert 0.0999 < largest <= 0.1  # 1 / sqrt(100)

# %%
# The function does without ownership, and that is its gain where a weight
# belongs to someone else. Here an output layer reads with the weight of an
# embedding: one parameter, two uses.


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(6, 4)

    def forward(self, tokens):
        return functional.linear(self.embedding(tokens), self.embedding.weight)


tied = Tied().to(device)
scores = tied(torch.tensor([0, 3], device=device))

print("tied:", tuple(scores.shape), *(n for n, _ in tied.named_parameters()))
assert scores.shape == (2, 6) and tied.embedding.weight.shape == (6, 4)
assert [n for n, _ in tied.named_parameters()] == ["embedding.weight"]

# %%
# The same computation; the dashed frame is what the module owns.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "nn.Linear (framed) owns the weight that functional.linear is handed",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, *sources, fill="none"):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=12, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


x_box = box(f"x = {x.item():g}", (0.12, 0.30))
weight = box("weight = 2", (0.5, 0.74), fill=ORANGE)
function = box("functional.linear", (0.5, 0.30), x_box, weight, fill=GREEN)
box(f"z = {z.item():g}", (0.88, 0.30), function)
ax.add_patch(
    plt.Rectangle((0.3, 0.12), 0.4, 0.84, ec=GREY, fc="none", ls="--")
)
ax.text(0.72, 0.84, "nn.Linear", color=GREY, size=12)
plt.show()

# %%
# Remember: take the module when there is a weight to own, the function when
# the weight is there already. Without any weight the choice is another one:
# :doc:`relu_module_or_function`.
