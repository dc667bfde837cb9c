"""
A frozen parameter stays frozen
===============================

I froze a layer and then loaded a checkpoint. Is the layer still frozen?

Yes, in every way of loading: whether a parameter is trained is the model's
business, not the checkpoint's. With ``assign=True`` this can reach the other
way, and freeze the model that the parameters came from.
"""

import torch
from torch import nn

# %%
# A frozen weight and a trained bias, and a checkpoint that says the opposite.
# ``keep_vars=True`` puts parameters into it instead of detached tensors.


def layer(*, weight, bias):
    """A linear layer, and which of its parameters are trained."""
    made = nn.Linear(1, 1)
    made.weight.requires_grad_(weight)
    made.bias.requires_grad_(bias)
    return made


def trained(module):
    return [name for name, p in module.named_parameters() if p.requires_grad]


def loaded(*, keep_vars, assign, swap):
    """Which parameters are trained after loading, there and here."""
    source = layer(weight=True, bias=False)
    target = layer(weight=False, bias=True)
    state = source.state_dict(keep_vars=keep_vars)
    future = torch.__future__
    before = future.get_swap_module_params_on_conversion()
    future.set_swap_module_params_on_conversion(swap)
    try:
        target.load_state_dict(state, assign=assign)
    finally:
        future.set_swap_module_params_on_conversion(before)
    assert torch.equal(target.weight, source.weight)
    return trained(target), trained(source), target.weight is source.weight


cases = [
    (keep_vars, assign, swap)
    for swap in (False, True)
    for assign in (False, True)
    for keep_vars in (False, True)
]
table = {
    case: loaded(keep_vars=case[0], assign=case[1], swap=case[2])
    for case in cases
}

print("keep_vars assign swap   target    source")
for (keep_vars, assign, swap), (here, there, _) in table.items():
    print(f"{keep_vars!s:9} {assign!s:6} {swap!s:6}", *here, "    ", *there)
assert all(here == ["bias"] for here, _, _ in table.values())
odd = [case for case, (_, there, _) in table.items() if there != ["weight"]]
assert odd == [(True, True, False)]
assert [case for case, outcome in table.items() if outcome[2]] == odd

# %%
# One row differs: both models hold the same parameters afterwards, and their
# ``requires_grad`` was set to what the target had. The source has been frozen.
#
# With the flag (``swap``), each parameter says what is to be swapped in. For
# an answer that is a parameter already, ``requires_grad`` is set in the same
# way. The class here gives such an answer.


class Quiet(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func is torch.Tensor.module_load:
            value = args[1].detach().clone().as_subclass(cls)
            return nn.Parameter(value, requires_grad=True)
        return super().__torch_function__(func, types, args, kwargs)


target = nn.Module()
frozen = torch.zeros(2).as_subclass(Quiet)
target.weight = nn.Parameter(frozen, requires_grad=False)
before = torch.__future__.get_swap_module_params_on_conversion()
torch.__future__.set_swap_module_params_on_conversion(True)
try:
    target.load_state_dict({"weight": torch.ones(2)})
finally:
    torch.__future__.set_swap_module_params_on_conversion(before)

print("answered with a trained parameter: trained", trained(target))
assert trained(target) == []
assert target.weight.tolist() == [1, 1] and type(target.weight) is Quiet

# %%
# Remember: never assign from ``keep_vars=True``, unless two models are to
# share their parameters. Freezing itself: :doc:`/gallery/parameters/freezing`.
