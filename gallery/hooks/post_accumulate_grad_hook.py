"""
A hook for when ``.grad`` is complete
=====================================

Can I use each gradient as soon as it is there, instead of keeping all of them
until ``backward()`` returns?

Yes: ``register_post_accumulate_grad_hook`` calls a function with the parameter
right after ``backward`` wrote its ``.grad``. Step there and drop the gradient,
and only one ``.grad`` is alive at any time.
"""

import copy
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
# Three layers, trained twice from the same start: with an optimizer that steps
# after ``backward()``, and with hooks that step within it.

LR = 0.1
torch.manual_seed(0)
usual = nn.Sequential(*(nn.Linear(4, 4, bias=False) for _ in range(3)))
usual = usual.to(device)
fused = copy.deepcopy(usual)
x = torch.randn(8, 4).to(device)


def alive(model):
    return sum(p.grad is not None for p in model.parameters())


counts = {"after backward": [], "within backward": []}


def watch(parameter):
    counts["after backward"].append(alive(usual))


def step(parameter):
    counts["within backward"].append(alive(fused))
    with torch.no_grad():
        parameter -= LR * parameter.grad
    parameter.grad = None


for parameter in usual.parameters():
    parameter.register_post_accumulate_grad_hook(watch)
for parameter in fused.parameters():
    parameter.register_post_accumulate_grad_hook(step)

optimizer = torch.optim.SGD(usual.parameters(), lr=LR)
start = usual[0].weight.detach().clone()
usual(x).square().mean().backward()
optimizer.step()
fused(x).square().mean().backward()

for label, alive_now in counts.items():
    print(f"step {label:16}gradients alive: {alive_now}")
assert counts == {"after backward": [1, 2, 3], "within backward": [1, 1, 1]}
assert alive(usual) == 3 and alive(fused) == 0

# %%
# Both arrive at the same weights. Changing a weight so early is safe here: its
# gradient is complete when each of its uses has sent a share, and a use that
# has sent its share needs the weight no more, unless the graph is retained for
# a second walk. A use of ``weight.detach()`` sends none, and may come later.

pairs = zip(usual.parameters(), fused.parameters(), strict=True)
for one, other in pairs:
    torch.testing.assert_close(one, other)
expected = start - 0.1 * usual[0].weight.grad
torch.testing.assert_close(usual[0].weight.detach(), expected)
moved = (usual[0].weight - start).abs().max().item()

print("same weights; the first layer moved:", moved > 0)
assert moved > 0

# %%
# "Accumulate" says where it belongs: to leaves, since only they collect a
# gradient unasked. And it says when: a tensor hook on the same parameter runs
# before. ``torch.autograd.grad`` accumulates nothing and does not call it.

order = []
weight = usual[0].weight
weight.grad = None
weight.register_hook(lambda grad: order.append(("tensor hook", weight.grad)))
weight.register_post_accumulate_grad_hook(
    lambda leaf: order.append(("post-accumulate hook", leaf.grad))
)
usual(x).square().mean().backward()
again = order.copy()
torch.autograd.grad(usual(x).square().mean(), weight)
assert [kind for kind, _ in order[len(again) :]] == ["tensor hook"]
order = again
messages = []
for tensor in (2 * weight, weight.detach()):
    try:
        tensor.register_post_accumulate_grad_hook(print)
    except RuntimeError as error:
        messages.append(str(error))

for kind, grad in order:
    print(f"{kind:22}.grad", "None" if grad is None else "written")
print("refused:", *messages, sep="\n    ")
assert [kind for kind, _ in order] == ["tensor hook", "post-accumulate hook"]
assert order[0][1] is None and order[1][1] is weight.grad
assert messages == [
    "post accumulate grad hooks cannot be registered on non-leaf tensors",
    "cannot register a hook on a tensor that doesn't require gradient",
]

# %%
# Gradients that exist at once, each time another one has been completed.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, axes = plt.subplots(1, 2, figsize=(6, 2.5), sharey=True, facecolor="none")
fig.suptitle(
    "Gradients alive: 1, 2, 3 if the step comes after; 1, 1, 1 if within",
    color=GREY,
    fontsize=10,
)
firsts = {k: values[:3] for k, values in counts.items()}
for ax, (label, values) in zip(axes, firsts.items(), strict=True):
    colour = ORANGE if max(values) > 1 else GREEN
    for place, value in enumerate(values):
        for level in range(value):
            ax.add_patch(
                plt.Rectangle((place - 0.4, level), 0.8, 0.85, fc=colour)
            )
    ax.set_xlabel(f"step {label}", color=GREY, size=11)
    ax.set(facecolor="none", xticks=[], yticks=[])
    ax.set(xlim=(-0.7, 2.7), ylim=(0, 3))
    ax.spines[:].set_visible(False)
fig.subplots_adjust(left=0.02, right=0.98, top=0.88, bottom=0.14)
plt.show()

# %%
# Remember: in this hook ``parameter.grad`` is there, unless a hook before it
# dropped it or a function of yours sent ``None`` as the only share, as in
# :doc:`tensor_hooks`; and it is there in full, unless ``backward`` starts
# others within itself: reentrant checkpointing does, and each calls the hook.
# That makes it the right place for what people try in a module's backward
# hook, where it may not be: :doc:`grad_is_none_in_hook`.
