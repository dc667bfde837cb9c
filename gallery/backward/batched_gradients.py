"""
Many backward passes in one
===========================

I need the whole Jacobian: one backward pass for each number of the result. Do
I have to loop?

No: ``torch.autograd.grad`` with ``is_grads_batched=True`` takes all gradients
stacked, and the engine walks once with a batch in each step. For a result of
one dimension the identity matrix as the batch gives the Jacobian.
"""

import os

import torch
from torch.autograd import grad
from torch.autograd.graph import get_gradient_edge

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A result of three numbers. Row ``i`` of the Jacobian is the gradient of
# number ``i``.

x = torch.tensor([1.0, 2.0, 3.0], device=device, requires_grad=True)
walks = []


def result():
    """x squared plus the sum of x; its node notes each walk."""
    y = x**2 + x.sum()
    y.grad_fn.register_hook(lambda *_: walks.append(1))
    return y


rows = torch.eye(3, device=device)
y = result()
looped = torch.stack([grad(y, x, row, retain_graph=True)[0] for row in rows])
in_loop = len(walks)
(batched,) = grad(result(), x, rows, is_grads_batched=True)
at_once = len(walks) - in_loop

print("walks:", in_loop, "looped,", at_once, "batched")
print(*batched.tolist(), sep="\n")
assert (in_loop, at_once) == (3, 1)
assert torch.equal(looped, batched)
assert batched.tolist() == [[3, 1, 1], [1, 5, 1], [1, 1, 7]]

# %%
# What each step sees is a tensor without the batch: the dimension is hidden,
# as under ``torch.vmap``.

shapes = []
y = result()
y.register_hook(lambda g: shapes.append(tuple(g.shape)))
grad(y, x, torch.ones(5, 3, device=device), is_grads_batched=True)
print("a batch of 5; a hook sees", *shapes)
assert shapes == [(3,)]

# %%
# Gradients that do not fit are refused. The shape that the message gives is
# not that of the gradient: it leaves out the batch twice, so that of 2 by 4
# nothing remains.

ATTEMPTS = {
    "2 by 4, for three numbers": lambda: grad(
        result(), x, torch.ones(2, 4, device=device), is_grads_batched=True
    ),
    "the same, for an edge": lambda: grad(
        get_gradient_edge(result()),
        x,
        torch.ones(2, 4, device=device),
        is_grads_batched=True,
    ),
}
messages = {}
for cause, attempt in ATTEMPTS.items():
    try:
        attempt()
    except RuntimeError as error:
        messages[cause] = str(error)

for cause, message in messages.items():
    print(
        f"{cause}:\n    {message.partition(' detected: ')[2][:78] or message}"
    )
said = messages["2 by 4, for three numbers"]
assert said.startswith("If `is_grads_batched=True`, we interpret the first")
assert (
    "grad_output[0] has a shape of torch.Size([]) and output[0] has a shape "
    "of torch.Size([3])."
) in said
assert messages["the same, for an edge"] == (
    "Batched grads are not supported with GradientEdge"
)

# %%
# That says too much: an edge takes a batch, as long as it fits.

(fits,) = grad(get_gradient_edge(result()), x, rows, is_grads_batched=True)
assert torch.equal(fits, batched)

# %%
# Remember: batched gradients replace the loop over rows, at the price of a
# batch in memory. ``torch.func.jacrev`` does the same for a function.

jacobian = torch.func.jacrev(lambda t: t**2 + t.sum())(x.detach())
assert torch.equal(jacobian, batched)
