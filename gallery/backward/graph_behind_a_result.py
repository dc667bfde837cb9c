"""
The graph behind a result
=========================

What does autograd know about how my result was computed?

A graph of nodes, one for each operation that autograd records (a function may
consist of several), each knowing the nodes that get the gradient next. It
hangs on the result's ``grad_fn`` and ends in one ``AccumulateGrad`` for each
leaf that requires a gradient. Beside that, each node keeps the tensors that
its derivative needs.
"""

import os

import matplotlib.pyplot as plt
import networkx
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Four operations on two leaves, one of which is used twice. ``x`` requires no
# gradient.

w = torch.tensor(2.0, device=device, requires_grad=True)
b = torch.tensor(-5.0, device=device, requires_grad=True)
x = torch.tensor(3.0, device=device)
y = torch.tanh(w * x + b) * w

# %%
# Walk it from ``grad_fn`` along ``next_functions``. Each entry is a pair of a
# node and the number of that node's input at which the gradient arrives; the
# node is ``None`` where an input of the operation required no gradient.


def walk(node, graph):
    """Add a node and all that comes after it to the graph."""
    for following, _ in node.next_functions:
        if following is not None:
            graph.add_edge(node, following)
            walk(following, graph)
    return graph


graph = walk(y.grad_fn, networkx.DiGraph())
leaves = {id(w): "w", id(b): "b"}
names = {}
for node in graph:
    name = type(node).__name__
    if name == "AccumulateGrad":
        name += " " + leaves[id(node.variable)]
    names[node] = name

for node, name in names.items():
    after = [str(names.get(n)) for n, _ in node.next_functions]
    if after:
        print(f"{name:13} -> {', '.join(after)}")
assert list(names.values()) == [
    "MulBackward0",
    "TanhBackward0",
    "AddBackward0",
    "MulBackward0",
    "AccumulateGrad w",
    "AccumulateGrad b",
]
assert [(names[one], names[other]) for one, other in graph.edges] == [
    ("MulBackward0", "TanhBackward0"),
    ("MulBackward0", "AccumulateGrad w"),
    ("TanhBackward0", "AddBackward0"),
    ("AddBackward0", "MulBackward0"),
    ("AddBackward0", "AccumulateGrad b"),
    ("MulBackward0", "AccumulateGrad w"),
]

# %%
# Two edges arrive at ``w``'s ``AccumulateGrad``, for the two uses: there is
# one such node for a leaf, and what arrives is added. ``x`` does not occur.

last, tanh, add, first, to_w, to_b = graph
assert graph.in_degree(to_w) == 2 and graph.in_degree(to_b) == 1
assert [n for n, _ in first.next_functions] == [to_w, None]
assert to_w.variable is w

# %%
# What a node of torch's own saved for its derivative can be read from
# attributes whose names begin with ``_saved_`` (that of a ``Function`` has
# ``saved_tensors``). A product keeps a factor only if the other one wants a
# gradient, ``tanh`` keeps its result, a sum keeps no tensor.


def saved(node):
    """The tensors that a node keeps."""
    names = [name for name in dir(node) if name.startswith("_saved_")]
    values = {name[7:]: getattr(node, name) for name in names}
    return {
        name: round(value.item(), 4)
        for name, value in values.items()
        if isinstance(value, torch.Tensor)
    }


kept = {node: saved(node) for node in (last, tanh, add, first)}

for node, tensors in kept.items():
    print(f"{names[node]:13} saved {tensors}")
assert list(kept.values()) == [
    {"other": 2.0, "self": 0.7616},
    {"result": 0.7616},
    {},
    {"other": 3.0},  # x, for w; nothing for x
]

# %%
# The gradients that the walk brings to the leaves, by the chain rule.

y.backward()

print(f"w.grad {w.grad.item():.4f}, b.grad {b.grad.item():.4f}")
assert round(b.grad.item(), 4) == 0.8399  # (1 - tanh(1)**2) * 2
assert round(w.grad.item(), 4) == 3.2814  # 3 * b.grad + tanh(1)

# %%
# The graph as walked. The arrows point the way that gradients go; above each
# node stands what it saved.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The graph of tanh(w * x + b) * w, from grad_fn to the leaves w and b",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

places = {last: (0.1, 0.66), tanh: (0.31, 0.66), add: (0.52, 0.66)}
places |= {first: (0.73, 0.66), to_w: (0.86, 0.14), to_b: (0.52, 0.14)}
drawn = {}
for node, (left, height) in places.items():
    leaf = node in (to_w, to_b)
    text = names[node].replace("Backward0", "").replace(" ", "\n")
    style = {"boxstyle": "round,pad=0.4", "fc": ORANGE if leaf else GREEN}
    drawn[node] = ax.text(left, height, text, bbox=style | {"ec": "none"})
    drawn[node].set(ha="center", va="center", color="white", size=10)
    if kept.get(node):
        above = "saved " + ", ".join(f"{v:g}" for v in kept[node].values())
        ax.text(left, height + 0.18, above, color=GREY, size=9, ha="center")
for one, other in graph.edges:
    ends = {"patchA": drawn[one].get_bbox_patch(), "shrinkA": 0}
    ends |= {"patchB": drawn[other].get_bbox_patch(), "shrinkB": 0}
    way = {"arrowstyle": "-|>", "color": GREY, **ends}
    ax.annotate("", places[other], places[one], arrowprops=way)
plt.show()

# %%
# Remember: the graph is made of nodes and not of tensors; it begins at
# ``grad_fn`` and ends at the leaves. What is saved is what costs memory, and
# :doc:`retain_graph` shows how long it stays. More on leaves:
# :doc:`../tensors/leaf_and_non_leaf`.
