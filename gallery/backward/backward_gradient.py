"""
backward of something that is not a scalar
==========================================

"grad can be implicitly created only for scalar outputs": what gradient am I
supposed to create?

The weights with which the elements of the result count. ``backward`` does not
compute a matrix of derivatives; it computes the derivative of *one* number. A
real tensor of one element, whatever its shape, is that number, and for
anything else ``gradient=`` says how to make one of it.
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
# Three results from two inputs, so six derivatives: the Jacobian, a matrix
# with a row for each result.

x = torch.tensor([2.0, 3.0], device=device, requires_grad=True)


def results():
    a, b = x
    return torch.stack([a + b, a * b, a * a])


try:
    results().backward()
except RuntimeError as error:
    message = str(error)

print(message)
assert message == "grad can be implicitly created only for scalar outputs"

# %%
# With weights. They are multiplied with the rows of the Jacobian and summed;
# the same as making the weighted sum yourself.

weights = torch.tensor([1.0, 10.0, 100.0], device=device)
results().backward(gradient=weights)
by_argument, x.grad = x.grad, None
(results() * weights).sum().backward()
by_sum = x.grad

print("by gradient=", by_argument.tolist(), " by hand", by_sum.tolist())
assert by_argument.tolist() == by_sum.tolist() == [431, 21]

# %%
# A weight of one, with zeros for the rest, picks a row. That is how a whole
# Jacobian is obtained: one backward for each row, over the same graph, or all
# of them in one batch.

y = results()
units = torch.eye(3, device=device)
rows = [torch.autograd.grad(y, x, u, retain_graph=True)[0] for u in units]
jacobian = torch.stack(rows)
(batched,) = torch.autograd.grad(y, x, units, is_grads_batched=True)

print("Jacobian", jacobian.tolist())
assert jacobian.tolist() == [[1, 1], [3, 2], [4, 0]]
assert torch.equal(batched, jacobian)
assert torch.equal(weights @ jacobian, by_argument)

# %%
# For a scalar the weight is 1, and a different one scales. The shape of the
# weights must be that of the result: nothing is broadcast.

x.grad = None
results()[:1].backward()  # one element, although no scalar
assert x.grad.tolist() == [1, 1]
x.grad = None
results().sum().backward(gradient=torch.tensor(0.5, device=device))
try:
    results().backward(gradient=torch.ones(2, device=device))
except RuntimeError as error:
    message = str(error)

print("half of the sum", x.grad.tolist())
print(message)
assert x.grad.tolist() == [4.0, 1.5]
assert message == (
    "Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and "
    "output[0] has a shape of torch.Size([3])."
)

# %%
# Weights times Jacobian gives the gradient, column by column.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The weights times the rows of the Jacobian, summed, are the gradient",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))


def table(left, top, values, fill):
    """Draw rows of numbers as cells."""
    for row, numbers in enumerate(values):
        for column, number in enumerate(numbers):
            corner = (left + 0.1 * column, top - 0.2 * (row + 1))
            ax.add_patch(plt.Rectangle(corner, 0.1, 0.2, fc=fill, ec=GREY))
            middle = (corner[0] + 0.05, corner[1] + 0.1)
            drawn = ax.text(*middle, f"{number:g}", color="white", size=12)
            drawn.set(ha="center", va="center")


table(0.05, 0.7, [weights.tolist()], GREY)
table(0.47, 0.9, jacobian.tolist(), GREEN)
table(0.77, 0.7, [by_argument.tolist()], ORANGE)
for left, sign in ((0.4, "@"), (0.71, "=")):
    ax.text(left, 0.57, sign, color=GREY, size=13, ha="center")
for left, name in ((0.2, "gradient="), (0.57, "Jacobian"), (0.87, "x.grad")):
    ax.text(left, 0.1, name, color=GREY, size=12, ha="center")
plt.show()

# %%
# Remember: ``gradient=`` has the shape of the result, and says what each of
# its elements is worth. The engine multiplies from that side on, which is why
# one walk builds no Jacobian. The same argument of :doc:`autograd_grad` is
# called ``grad_outputs``.
