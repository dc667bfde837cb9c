"""
What ``model.to`` can fail with
===============================

"Couldn't swap Linear.weight", "param must be a leaf tensor": what did I do?

Mostly, something other than ``nn.Parameter(...)`` was put where a parameter
belongs, or something holds on to an object that is to be exchanged. Here are
the messages that come while tensors are converted, each with what provokes it,
and the one warning that ``to`` itself gives.
"""

import warnings
import weakref

import torch
from torch import nn

# %%
# Each function does something to a layer that makes it fail to move. What it
# returns is kept for the while.


def tensor_in_store(layer):
    layer._parameters["weight"] = layer.weight.detach()


def result_in_store(layer):
    """Marked as parameters of custom tensor types are."""
    layer._parameters["weight"] = result = 2 * layer.weight
    result._is_param = True


def graph_in_grad(layer):
    layer.weight.square().sum().backward(create_graph=True)


def weak_reference(layer):
    layer.weight.grad = torch.ones(1, 1)
    return weakref.ref(layer.weight)


def weak_reference_to_grad(layer):
    layer.weight.grad = torch.ones(1, 1)
    return weakref.ref(layer.weight.grad)


class Stays(torch.Tensor):
    def to(self, *args, **kwargs):
        raise NotImplementedError("Stays does not move")


def unmovable(layer):
    layer.weight = nn.Parameter(torch.ones(1, 1).as_subclass(Stays))


def on_meta(layer):
    layer.to("meta")


# %%
# Those with weak references fail only with the flag that exchanges parameters.
# The rest fail without it; the first three on the way to ``meta``, where a new
# parameter has to be made, and not in a change of dtype, which keeps the old.


def attempt(prepare, move, *, swap=False):
    """The layer, and the message it failed to move with."""
    layer = nn.Linear(1, 1, bias=False)
    future = torch.__future__
    before = future.get_swap_module_params_on_conversion()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of graphs in .grad
        kept = prepare(layer)
        future.set_swap_module_params_on_conversion(swap)
        try:
            move(layer)
        except (
            AssertionError,
            NotImplementedError,
            RuntimeError,
            TypeError,
        ) as error:
            return layer, f"{type(error).__name__}: {error}"
        finally:
            future.set_swap_module_params_on_conversion(before)
            del kept
    raise AssertionError(f"moves after {prepare.__name__}")


found = {
    prepare.__name__: attempt(prepare, lambda m: m.to("meta"))[1]
    for prepare in (tensor_in_store, result_in_store, graph_in_grad, unmovable)
}
weights = []
found["on_meta"] = attempt(on_meta, lambda m: m.to("cpu"))[1]
for prepare in (weak_reference, weak_reference_to_grad):
    layer, message = attempt(prepare, lambda m: m.double(), swap=True)
    found[prepare.__name__] = message
    weights.append(layer.weight)

for name, message in found.items():
    print(name, "\n   ", message)
assert found == {
    "tensor_in_store": "AssertionError: param must be a Parameter",
    "result_in_store": "AssertionError: param must be a leaf tensor",
    "graph_in_grad": "AssertionError: param_grad must be a leaf tensor",
    "unmovable": "NotImplementedError: Stays does not move",
    "on_meta": "NotImplementedError: Cannot copy out of meta tensor; no data! "
    "Please use torch.nn.Module.to_empty() instead of torch.nn.Module.to() "
    "when moving module from meta to a different device.",
    "weak_reference": "RuntimeError: _apply(): Couldn't swap Linear.weight",
    "weak_reference_to_grad": "RuntimeError: _apply(): Couldn't swap "
    "Linear.weight.grad",
}

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for prepare in (tensor_in_store, result_in_store, graph_in_grad):
        layer = nn.Linear(1, 1, bias=False)
        prepare(layer)
        assert layer.double().weight.dtype == torch.float64

# %%
# The weight that cannot be exchanged stays as it was, with its gradient. The
# last one leaves its layer between two states: the weight has been converted,
# and its gradient is gone.

states = [(weight.dtype, weight.grad is not None) for weight in weights]
for name, (dtype, has_grad) in zip(list(found)[-2:], states, strict=True):
    print(f"{name:24}{dtype}", "with its grad" if has_grad else "no grad")
assert states == [(torch.float32, True), (torch.float64, False)]

# %%
# A conversion of one's own can fail in one more way, by dropping the gradient
# that is being converted. ``_apply`` is private; all of torch's conversions go
# through it.


def careless(layer):
    def convert(tensor):
        if not tensor.requires_grad:  # the gradient, after its parameter
            layer.weight.grad = None
        return tensor.clone()

    layer._apply(convert)


def with_grad(layer):
    layer.weight.grad = torch.ones(1, 1)


message = attempt(with_grad, careless)[1]
print(message)
assert message == "AssertionError: out_param.grad must not be None"

# %%
# A complex dtype is accepted, with a warning.

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    layer = nn.Linear(1, 1).to(torch.complex64)
(warning,) = caught

print(str(warning.message).split(" under")[0], "...")
assert layer.weight.dtype == torch.complex64
assert str(warning.message).startswith("Complex modules are a new feature")

# %%
# Remember: assign ``nn.Parameter(...)`` and leave the stores alone. Integer
# dtypes are refused too, see :doc:`to_overloads`; ``to_empty`` is in
# :doc:`meta_device`, the flag in :doc:`same_parameter_after_to`.
