"""
Full backward hooks stand at both ends of a module
==================================================

My hook changes the gradient, but which gradients change with it?

That depends on the end. A full backward *pre*-hook replaces what comes in at
the module's output, and so changes the gradients of its parameters too. A full
backward hook replaces what leaves at the module's input, on which those of the
parameters do not depend, unless the input was itself made with them.
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
# One module with a parameter, and the logarithm of its output. The parameter
# is 1.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.powParam * x**q


def run(module, **kwargs):
    """The gradients of the parameter and of the inputs."""
    x = torch.tensor(5.0, device=device, requires_grad=True)
    q = torch.tensor(3.0, device=device, requires_grad=True)
    torch.log(module(x, kwargs.get("power", q))).backward()
    grads = (module.powParam.grad, x.grad, q.grad)
    return [None if g is None else round(g.item(), 4) for g in grads]


# %%
# Each hook doubles what it may replace. ``None`` would leave it as it is.


def double_output(module, grad_output):
    return tuple(2 * grad for grad in grad_output)


def double_input(module, grad_input, grad_output):
    return tuple(2 * grad for grad in grad_input)


by_hook = {"no hook": run(Power().to(device))}
module = Power().to(device)
module.register_full_backward_pre_hook(double_output)
by_hook["pre-hook doubles"] = run(module)
module = Power().to(device)
module.register_full_backward_hook(double_input)
by_hook["hook doubles"] = run(module)

print(f"{'':18}powParam.grad  x.grad  q.grad")
for label, (parameter, *inputs) in by_hook.items():
    print(f"{label:18}{parameter:<15.4f}{inputs[0]:.4f}  {inputs[1]:.4f}")
assert by_hook == {
    "no hook": [1.0, 0.6000, 1.6094],
    "pre-hook doubles": [2.0, 1.2000, 3.2189],
    "hook doubles": [1.0, 1.2000, 3.2189],
}

# %%
# A hook that replaces must return one gradient for each positional argument.
# What is no tensor has ``None`` in its place, here the power as a plain
# number. A tensor that needs no gradient has zeros, if another needs one.

seen = []
module = Power().to(device)
with module.register_full_backward_hook(
    lambda module, grad_input, grad_output: seen.extend(grad_input)
):
    by_number = run(module, power=3.0)
    run(module, power=torch.tensor(3.0, device=device))

print("power a plain number: grad_input", round(seen[0].item(), 4), seen[1])
assert round(seen[0].item(), 4) == 0.6000 and seen[1] is None
assert seen[3].item() == 0  # the power as a tensor
assert by_number == [1.0, 0.6000, None]

module.register_full_backward_hook(
    lambda module, grad_input, grad_output: grad_input[:1]
)
try:
    run(module)
except RuntimeError as error:
    message = str(error)

print(message)
assert message == (
    "Backward hook returned an invalid number of grad_input, "
    "got 1, but expected 2"
)

# %%
# The price: to stand at both ends, torch passes the inputs and the output
# through an identity function, and the caller receives a view. It cannot be
# changed in place, except under ``no_grad``; without the hook it can. And
# ``torch.func.grad`` refuses that function.

x = torch.tensor(5.0, device=device, requires_grad=True)
y = module(x, 3.0)
name = y.grad_fn.name()
try:
    y += 1
except RuntimeError as error:
    message = str(error)
with torch.no_grad():
    y += 1
plain = Power().to(device)(x, 3.0)
plain += 1

print(name, "in place:", message.split(".")[0])
assert name == "BackwardHookFunctionBackward"
assert message.startswith("Output 0 of BackwardHookFunction is a view")
assert plain.item() == y.item() == 126.0

try:
    torch.func.grad(lambda x: module(x, 3.0))(x.detach())
except RuntimeError as error:
    message = str(error)
assert message.startswith(
    "In order to use an autograd.Function with functorch"
)

# %%
# Gradients run from the right to the left. Orange: what is doubled.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The pre-hook doubles before the parameter, the hook after it",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

stages = {"grad_output": 0.82, "powParam.grad": 0.5, "grad_input": 0.18}
plain, *hooked = by_hook.items()
for height, (label, values) in zip((0.72, 0.24), hooked, strict=True):
    doubled = [values[0] != plain[1][0], values[1] != plain[1][1]]
    ax.text(0.5, height + 0.17, label, color=GREY, ha="center", size=10)
    colours = [ORANGE if doubled[0] else GREEN]  # from here on, as powParam
    colours += colours + [ORANGE if doubled[1] else GREEN]
    before = None
    for (stage, left), colour in zip(stages.items(), colours, strict=True):
        style = {"boxstyle": "round,pad=0.5", "fc": colour, "ec": "none"}
        place = {"ha": "center", "va": "center", "size": 12}
        box = ax.text(left, height, stage, color="white", bbox=style, **place)
        if before:
            ends = {"patchA": before.get_bbox_patch(), "shrinkA": 0}
            ends |= {"patchB": box.get_bbox_patch(), "shrinkB": 0}
            way = {"arrowstyle": "-|>", "color": GREY, **ends}
            ax.annotate(
                "", (left, height), before.get_position(), arrowprops=way
            )
        before = box
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: the pre-hook for what enters a module's backward, the hook for what
# leaves it. The hook sees positional arguments only (:doc:`keyword_hooks`),
# and if none requires grad, it runs early (:doc:`grad_is_none_in_hook`). The
# set-up on both sides of ``forward`` is read in
# :doc:`/walkthroughs/calling-a-module`.
