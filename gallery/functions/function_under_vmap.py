"""
A function of your own under vmap
=================================

``torch.vmap`` turns a function of one example into one of a whole batch. Does
it do that with my ``Function`` too?

Not by itself: it cannot look into your methods. Either you say that they
consist of operations that ``vmap`` knows, and it derives a rule
(``generate_vmap_rule = True``), or you write the rule: a static method
``vmap``. A class with both is refused.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch.autograd import Function

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A function of a vector and a factor, without a rule. Both it and a function
# of the old form, without ``setup_context``, are refused; the error says what
# is missing.


class Scaled(Function):
    @staticmethod
    def forward(vector, factor):
        shapes.append(list(vector.shape))
        return vector * factor

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        vector, factor = ctx.saved_tensors
        return grad * factor, (grad * vector).sum()


shapes = []
columns = torch.arange(6.0, device=device).reshape(2, 3)  # 3 vectors of 2
factor = torch.tensor(10.0, device=device)
try:
    torch.vmap(Scaled.apply, in_dims=(1, None))(columns, factor)
except RuntimeError as error:
    message = str(error)

print(message.partition(". ")[0])
assert message.startswith(
    "You tried to vmap over Scaled, but it does not have vmap support."
)

# %%
# The first way: one line, and ``forward`` and ``backward`` are themselves run
# under ``vmap``. They see one example, while the work is done for all.


class Derived(Scaled):
    generate_vmap_rule = True


batched = torch.vmap(Derived.apply, in_dims=(1, None))(columns, factor)

print("forward saw", shapes[-1], " result", batched.tolist())
assert shapes[-1] == [2]
assert batched.tolist() == [[0, 30], [10, 40], [20, 50]]

# %%
# The second way: a rule by hand. It gets the whole batch, and ``in_dims`` says
# in which dimension of each argument the examples lie (``None``: not batched,
# shared by all). It returns the result and the dimension of its batch. Here
# scaling a batch is again a scaling, so the function calls itself once.

calls = []


class ByHand(Scaled):
    @staticmethod
    def vmap(info, in_dims, vectors, factor):
        calls.append((info.batch_size, in_dims, list(vectors.shape)))
        return ByHand.apply(vectors, factor), in_dims[0]


again = torch.vmap(ByHand.apply, in_dims=(1, None))(columns, factor)

print("the rule saw", *calls[0], " forward saw", shapes[-1])
assert calls == [(3, (1, None), [2, 3])]
assert shapes[-1] == [2, 3]
assert torch.equal(again, batched)

# %%
# What it is for: gradients for each example, which ``backward`` alone would
# have summed. The derivative by the factor is the sum of each vector, and by
# each element of a vector it is the factor.


def total(vector, factor):
    return Derived.apply(vector, factor).sum()


slope = torch.func.grad(total, argnums=1)
each = torch.vmap(slope, in_dims=(1, None))(columns, factor)

print("by example", each.tolist(), " by hand", columns.sum(0).tolist())
assert each.tolist() == [3, 5, 7] == columns.sum(0).tolist()
slope = torch.func.grad(total, argnums=0)
each = torch.vmap(slope, in_dims=(1, None))(columns, factor)
assert each.tolist() == [[10, 10]] * 3

# %%
# The rule by hand is believed, right or wrong. Test it against a loop, for
# each way of batching: this one is made for a shared factor, and wrong if only
# the factor is batched.

loop = torch.stack([Scaled.apply(v, factor) for v in columns.unbind(1)])
assert torch.equal(loop, batched)
assert shapes[-3:] == [[2], [2], [2]]

vector, factors = columns[:, 0], torch.tensor([1.0, 2.0], device=device)
one_vector = {
    rule.__name__: torch.vmap(rule.apply, in_dims=(None, 0))(vector, factors)
    for rule in (Derived, ByHand)
}
assert one_vector["Derived"].tolist() == [[0, 3], [0, 6]]
assert one_vector["ByHand"].tolist() == [[0, 6], [0, 6]]  # wrong

# %%
# Three vectors through ``forward``: by a loop, by a derived rule, by hand.
# Filled is what one call of ``forward`` sees.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A loop calls forward three times, vmap once, a rule by hand with all",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

for left, label, groups in (
    (0.08, "loop: 3 calls", 3),
    (0.4, "derived: 1 call,\nsees one", 1),
    (0.72, "by hand: 1 call,\nsees all", 1),
):
    whole = label.endswith("all")
    for column in range(3):
        gap = 0.03 if groups == 3 else 0
        corner = left + column * (0.055 + gap), 0.4
        lit = GREEN if column == 0 or whole or groups == 3 else "none"
        for row in (0, 1):
            place = (corner[0], corner[1] + row * 0.2)
            ax.add_patch(plt.Rectangle(place, 0.055, 0.2, fc=lit, ec=GREY))
    ax.text(left + 0.1, 0.12, label, color=GREY, ha="center", size=11)
plt.show()

# %%
# Remember: ``setup_context`` and one of the two rules make a function fit for
# ``vmap``. The form that it needs: :doc:`setup_context`.
