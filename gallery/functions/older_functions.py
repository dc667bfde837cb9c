"""
What is left of the older Functions
===================================

Old code subclasses ``InplaceFunction`` or ``NestedIOFunction``. Does it still
work?

The first does: it is a ``Function`` with a flag that nobody reads. The second
does not. It was written for objects that an engine called, and calls two
methods that are gone. Its idea, results in nested lists, still runs if
somebody stands in for that engine.
"""

import warnings

import torch
from torch.autograd.function import InplaceFunction, NestedIOFunction

# %%
# ``InplaceFunction`` gives an object of it the flag. What is in place is said
# today by ``ctx.mark_dirty``, in any ``Function``.


class Double(InplaceFunction):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.mul_(2)

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


def made(kind, *args):
    """An object of a Function, which warns, as objects are not used."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        instance = kind(*args)
    assert [w.category for w in caught] == [DeprecationWarning]
    return instance


x = torch.ones(2, requires_grad=True)
Double.apply(x.clone()).sum().backward()
print("in place: x.grad", x.grad.tolist(), end=", flag ")
print(made(Double).inplace, made(Double, True).inplace)
assert x.grad.tolist() == [2, 2]
assert not made(Double).inplace and made(Double, True).inplace


# %%
# ``NestedIOFunction`` takes and returns nested lists of tensors. One writes
# ``forward_extended`` and ``backward_extended``; flattening is its part. It
# fails both ways of calling it: by the class it reads what only an object has,
# and an object passes on to methods that no longer exist.


class Pair(NestedIOFunction):
    def forward_extended(self, x, more):
        self.save_for_backward(x, [more[0]])
        self.mark_dirty(x)
        self.mark_non_differentiable([more[0]])
        return x + 1, [2 * more[0], None]

    def backward_extended(self, grad, more):
        return grad, [2 * more[0], None]


y = torch.full((2,), 5.0, requires_grad=True)
pair = made(Pair)
messages = []
for attempt in (
    lambda: Pair.apply(x, y),
    lambda: pair(x, [y, None]),
    lambda: pair._do_backward((x, y), False),
):
    try:
        attempt()
    except AttributeError as error:
        messages.append(str(error))

print(*messages, sep="\n")
assert messages == [
    "'PairBackward' object has no attribute '_nested_input'",
    "'super' object has no attribute '_do_forward'",
    "'super' object has no attribute '_do_backward'",
]

# %%
# ``super()`` looks in whatever class comes next, and that may be one of ours:
# an engine of two lines, behind ``NestedIOFunction`` in the order of the
# bases. With it the old way runs to the end.


class Engine:
    """What the two missing methods have to do."""

    def _do_forward(self, *flat):
        return self.forward(*flat)

    def _do_backward(self, gradients, retain_variables):
        return self.backward(*gradients)


class Works(Pair, Engine):
    pass


works = made(Works)
result = works(x, [y, None])
saved = works.to_save, works._to_save_nested
kept = works._do_backward((x, y), True)
dropped = works._do_backward((x, y), False)

print("forward gives", [result[0].tolist(), [result[1][0].tolist(), None]])
print("backward gives", [g if g is None else g.tolist() for g in dropped])
assert result[0].tolist() == [2, 2] and result[1][0].tolist() == [10, 10]
assert result[1][1] is None and isinstance(result[1], list)
assert [t.tolist() for t in saved[0]] == [[1, 1], [5, 5]]
assert saved[1][1][0] is saved[0][1]
assert len(works.dirty_tensors) == len(works.non_differentiable) == 1
assert [g.tolist() for g in dropped[:2]] == [[1, 1], [10, 10]]
assert len(kept) == len(dropped) and not hasattr(works, "_nested_output")

# %%
# Nothing of it is in a graph: ``forward_extended`` was given the ``.data`` of
# the tensors. And what was saved cannot be read back, because that is kept
# with a node; only a saved ``None`` comes back.

assert result[0].grad_fn is None
lost = made(Pair)
lost.save_for_backward(x)
try:
    print(lost.saved_tensors)
except IndexError as error:
    message = str(error)
lost.save_for_backward(None)

print("saved tensors:", message, "; of nothing:", lost.saved_tensors)
assert message == "tuple index out of range"
assert lost.saved_tensors == (None,)

# %%
# The two methods that a subclass writes have defaults that only raise.

bare, empty = made(NestedIOFunction), []
for method in (bare.forward_extended, bare.backward_extended):
    try:
        method()
    except NotImplementedError:
        empty.append(method.__name__)
assert empty == ["forward_extended", "backward_extended"]

# %%
# Remember: write a ``Function`` with static methods, and flatten nested inputs
# before ``apply``. Why an object of it is good for nothing:
# :doc:`what_a_function_must_have`.
