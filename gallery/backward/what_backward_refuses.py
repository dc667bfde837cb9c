"""
What backward refuses
=====================

Which mistakes does ``backward`` notice before it starts, and what does it say?

It checks its own arguments, and for each output whether the gradient fits.
What it checks is refused before the engine runs, so no ``.grad`` is half
written; a graph that was spent shows only in the walk. One message is wrong:
it hides the real mistake.
"""

import warnings
from collections import OrderedDict

import torch
from torch.autograd import backward

x = torch.ones(3, requires_grad=True)


def y():
    """A new result of three numbers, with a graph of its own."""
    return 2 * x


def nested(*lengths):
    """A nested tensor with rows of these lengths."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that nested tensors are a prototype
        return torch.nested.nested_tensor([torch.ones(n) for n in lengths])


def refusals(attempts):
    """What each attempt raises: the kind of error, and the message."""
    found = {}
    for call, attempt in attempts.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the old name, below
                attempt()
        except (RuntimeError, TypeError, AssertionError) as error:
            found[call] = type(error).__name__, str(error)
    return found


# %%
# First about ``inputs`` and the gradients as a whole. ``inputs`` may be a
# dict, but no other mapping, an ``OrderedDict`` included. ``grad_variables``
# is the old name of ``grad_tensors``. Inside ``torch.func.grad`` the walk is
# left to the transform.


def inside(t):
    t.sum().backward()
    return t.sum()


ones = torch.ones(3)
arguments = refusals(
    {
        "inputs=[]": lambda: backward(y(), ones, inputs=[]),
        "inputs=OrderedDict(x=x)": lambda: backward(
            y(), ones, inputs=OrderedDict(x=x)
        ),
        "both names": lambda: backward(y(), ones, grad_variables=ones),
        "in torch.func.grad": lambda: torch.func.grad(inside)(ones),
    }
)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    backward(y(), grad_variables=ones, inputs={"x": x})  # this still works

for call, (kind, message) in arguments.items():
    print(f"{call}: {kind}\n    {message[:75]}")
assert [message.partition(". ")[0] for _, message in arguments.values()] == [
    "`inputs` argument to `backward()` cannot be empty.",
    "`inputs` argument to `backward()` must be a dict, not OrderedDict",
    "`grad_tensors` and `grad_variables` (deprecated) arguments both passed "
    "to `backward()`",
    "backward() called inside a functorch transform",
]
deprecations = [str(w.message) for w in caught if w.category is FutureWarning]
assert deprecations == [
    "`grad_variables` is deprecated. Use `grad_tensors` instead."
]

# %%
# Then about each output and its gradient. Without a gradient, the output must
# be one real number.

fit = refusals(
    {
        "y().backward()": lambda: y().backward(),
        "(1j * y())[0].backward()": lambda: (1j * y())[0].backward(),
        "y().backward(two)": lambda: y().backward(ones[:2]),
        "y().backward(1j * ones)": lambda: y().backward(1j * ones),
        "nested, other lengths": lambda: (
            2 * nested(1, 2).requires_grad_()
        ).backward(nested(1, 3)),
        "backward([y()], [1.0])": lambda: backward([y()], [1.0]),
        "backward([1.0])": lambda: backward([1.0]),
    }
)

for call, (kind, message) in fit.items():
    print(f"{call}: {kind}\n    {' '.join(message.split())[:75]}")
START = "Mismatch in shape: grad_output[0] has a shape of "
assert [message for _, message in fit.values()] == [
    "grad can be implicitly created only for scalar outputs",
    "grad can be implicitly created only for real scalar outputs but got "
    "torch.complex64",
    START + "torch.Size([2]) and output[0] has a shape of torch.Size([3]).",
    "For complex Tensors, both grad_output and output are required to have "
    "the same dtype. Mismatch in dtype: grad_output[0] has a dtype of "
    "torch.complex64 and output[0] has a dtype of torch.float32.",
    START + "tensor([[1],\n        [3]]) and output[0] has a shape of "
    "tensor([[1],\n        [2]]).",
    "gradients can be either Tensors or None, but got float",
    "Expected output to be a torch.Tensor",
]

# %%
# The message says which gradient does not fit. To find its place it searches
# for it, and a search compares: here ``grads[0] == grads[1]``, two tensors.
# From the second place on it can be the comparison that fails, and then
# nothing is said about backward.

hidden = refusals(
    {
        "the second has the wrong shape": lambda: backward(
            [y(), y()], [ones, ones[:2]]
        )
    }
)
(message,) = (message for _, message in hidden.values())

print(f"the second does not fit:\n    {message[:75]}")
assert message == (
    "The size of tensor a (3) must match the size of tensor b (2) at "
    "non-singleton dimension 0"
)

# %%
# Each refusal came before the first step: only the one call that went through
# has left a gradient. A gradient for an output that needs none may be left
# out; the engine has the last word on such an output.

late = refusals({"no graph": lambda: backward([y().sum(), ones])})
print("x.grad", x.grad.tolist(), " engine:", late["no graph"][1])
assert x.grad.tolist() == [2, 2, 2]
assert late["no graph"][1] == (
    "element 1 of tensors does not require grad and does not have a grad_fn"
)

# %%
# What the engine finds in the middle of a walk is another matter. Part of this
# graph was spent by an earlier walk. ``x`` does not lie behind that part, and
# has its gradient already when the error comes.

z = torch.ones(1, requires_grad=True)
spent = z.exp()
spent.backward()
x.grad = None
halfway = refusals({"spent": lambda: (2 * x[:1] + spent).backward()})
print("halfway: x.grad", x.grad.tolist())
assert halfway["spent"][1].startswith("Trying to backward through the graph")

# %%
# Remember: a result that is not one real number needs a gradient of its own
# shape: :doc:`backward_gradient`. A puzzling message about sizes, with more
# than one output, may mean that a gradient does not fit.
