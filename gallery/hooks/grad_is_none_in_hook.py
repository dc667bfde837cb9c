"""
Why is ``param.grad`` None in my backward hook?
===============================================

A module's backward hook looks at ``module.weight.grad`` and finds ``None``.
Has the gradient not been computed?

Not yet. The hook runs when the gradients of the module's *inputs* are there.
If no tensor among the positional arguments requires grad, as with ordinary
data, torch runs it at the output instead, before any parameter has a gradient
that comes through that output.
"""

import os
import warnings

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The gradient of ``factor`` in ``factor * x`` is ``x``, here 5. Four hooks
# note what they find in ``factor.grad``.


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(1.0))

    def forward(self, x):
        return self.factor * x


def look(requires_grad, passes=1):
    """What each hook finds in the last of some passes, and what is left."""
    model = Scaled().to(device)
    found = {}

    def note(kind):
        def hook(*seen):
            grad = model.factor.grad
            found[kind] = None if grad is None else grad.item()

        return hook

    model.register_full_backward_pre_hook(note("full backward pre-hook"))
    model.register_full_backward_hook(note("full backward hook"))
    model.factor.register_hook(note("tensor hook of factor"))
    model.factor.register_post_accumulate_grad_hook(
        note("post-accumulate of factor")
    )
    for _ in range(passes):
        x = torch.tensor(5.0, device=device, requires_grad=requires_grad)
        model(x).backward()
    return found, model.factor.grad.item()


# %%
# First with plain data. torch warns that it runs the hook elsewhere than
# usual.

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    data, after_data = look(requires_grad=False)

print(f"{caught[0].category.__name__}:", str(caught[0].message)[:68], "...")
for kind, grad in data.items():
    print(f"{kind:26}{grad}")
assert len(caught) == 1
assert "since no inputs require gradients" in str(caught[0].message)
assert data == {
    "full backward pre-hook": None,
    "full backward hook": None,
    "tensor hook of factor": None,
    "post-accumulate of factor": 5.0,
}
assert list(data)[1] == "full backward hook"  # before both hooks of factor
assert after_data == 5.0

model, shown = Scaled().to(device), []
model.register_full_backward_hook(lambda *seen: shown.append(seen[1]))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model(x=torch.ones(1, device=device, requires_grad=True)).backward()
assert shown == [()] and len(caught) == 1  # a keyword is no input here

# %%
# With an input that requires grad, the hook waits for the input's gradient. In
# this module the parameter has its own by then, if the module is called once:
# of two calls in one graph, the hook that runs first finds ``None``. All that
# follows from the order in which autograd visits the graph; the hook's
# contract speaks of inputs and outputs, never of parameters.

inner, after_inner = look(requires_grad=True)

print("input requires grad: full backward hook", inner["full backward hook"])
assert inner == data | {"full backward hook": 5.0}
assert list(inner)[-1] == "full backward hook"  # after both hooks of factor
assert after_inner == 5.0

model, shown = Scaled().to(device), []
model.register_full_backward_hook(
    lambda *seen: shown.append(model.factor.grad)
)
x = torch.tensor(5.0, device=device, requires_grad=True)
model(model(x)).backward()
assert shown[0] is None and shown[1].item() == 10.0

# %%
# ``None`` is the lucky case, because it is noticed. From the second pass on,
# unless ``zero_grad()`` set ``.grad`` to ``None`` between, the hook finds a
# number, and it is the sum of the passes *before*.

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    second, after_second = look(requires_grad=False, passes=2)

print(f"second pass: hook {second['full backward hook']}", end=", ")
print(f"post-accumulate {second['post-accumulate of factor']}")
assert second["full backward hook"] == 5.0
assert second["post-accumulate of factor"] == after_second == 10.0

# %%
# One backward pass, from the left to the right. Filled: ``factor.grad`` is
# there.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The backward hook finds a gradient only if the input requires grad",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

rows = {"x is data": data, "x requires grad": inner}
for height, (label, found) in zip((0.66, 0.18), rows.items(), strict=True):
    ax.text(0.02, height + 0.19, label, color=GREY, size=11)
    for index, (kind, grad) in enumerate(found.items()):
        colour = ORANGE if kind == "full backward hook" else GREEN
        style = {"boxstyle": "round,pad=0.4", "ec": colour}
        style |= {"fc": "none" if grad is None else colour}
        text = kind.replace(" of factor", "").replace("full ", "")
        place = (0.14 + 0.243 * index, height)
        box = ax.text(*place, text, size=9.5, bbox=style)
        box.set(ha="center", va="center")
        box.set_color(GREY if grad is None else "white")
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: a module's backward hook is for the gradients of its inputs and
# outputs. For those of parameters there is :doc:`post_accumulate_grad_hook`. A
# tensor hook on a parameter gets the gradient as its argument, before it is
# added to ``.grad``: :doc:`tensor_hooks`.
