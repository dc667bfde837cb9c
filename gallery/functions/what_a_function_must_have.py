"""
What a Function must have
=========================

Which methods of a ``Function`` do I have to write, and what does torch say
when one is missing?

``forward`` always, each of the others when somebody needs it. The base class
has a default for every one, and all that a default does is to say that it is
missing. So the error comes late: with the first walk or transform that asks.
"""

import warnings

import torch
from torch.autograd import Function, forward_ad

x = torch.ones(3, requires_grad=True)
FORWARD = staticmethod(lambda ctx, t: 2 * t)
ALONE = staticmethod(lambda t: 2 * t)  # with a setup_context
SETUP = staticmethod(lambda ctx, inputs, output: None)
RULE = staticmethod(lambda ctx, grad: 2 * grad)


def function(**methods):
    """A new Function that has these methods."""
    return type("Mine", (Function,), methods)


def refusal(action):
    """The kind and the message of the error that an action raises."""
    try:
        action()
    except (NotImplementedError, RuntimeError, AttributeError) as error:
        return type(error).__name__, str(error)
    raise AssertionError("it was not refused")


# %%
# One that lacks each method, and what needs it. ``vjp`` is another name for
# ``backward``; who writes both has to choose, and ``torch.func`` knows
# ``backward`` only.


def dual(mine):
    """Apply a Function in forward mode."""
    with forward_ad.dual_level():
        mine.apply(forward_ad.make_dual(x, torch.ones(3)))


def walk(mine):
    """Apply a Function, and walk back."""
    mine.apply(x).sum().backward()


MISSING = {
    "forward": lambda: function().apply(x),
    "backward, in a walk": lambda: walk(function(forward=FORWARD)),
    "not one of two": lambda: walk(
        function(forward=FORWARD, backward=RULE, vjp=RULE)
    ),
    "jvp, in forward mode": lambda: dual(function(forward=FORWARD)),
    "setup_context, in vmap": lambda: torch.vmap(
        function(forward=FORWARD, backward=RULE).apply
    )(x),
    "vmap, in vmap": lambda: torch.vmap(
        function(forward=ALONE, setup_context=SETUP, backward=RULE).apply
    )(x),
}
found = {what: refusal(action) for what, action in MISSING.items()}
for what, (kind, message) in found.items():
    print(f"{what}: {kind}\n    {message[:75]}")

SAID = {
    "forward": "You must implement the forward function for custom",
    "backward, in a walk": "You must implement either the backward or vjp",
    "not one of two": "Implementing both 'backward' and 'vjp' for a custom",
    "jvp, in forward mode": "You must implement the jvp function for custom",
    "setup_context, in vmap": "In order to use an autograd.Function with",
    "vmap, in vmap": "You tried to vmap over Mine, but it does not have vmap",
}
assert all(found[what][1].startswith(text) for what, text in SAID.items())
assert found.keys() == SAID.keys()

# %%
# Two of the defaults are never asked like this, since torch looks first
# whether there is anything but the default. Here they are asked directly.

for default, arguments, text in (
    (Function.setup_context, (None, (x,), x), "setup_context is not"),
    (Function.vmap, (None, (0,), x), "To use autograd.Function with vmap,"),
):
    kind, message = refusal(lambda f=default, a=arguments: f(*a))
    print(f"default of {default.__name__}: {kind}\n    {message[:75]}")
    assert kind == "NotImplementedError" and message.startswith(text)

# %%
# ``apply`` is called on the class. An object of it can be made, with a
# warning, and is good for nothing: Functions were once objects that were
# called. An old method of ``ctx``, ``mark_shared_storage``, does nothing any
# more but warn.

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    instance = function(forward=FORWARD)()
    called = refusal(lambda: instance(x))
    result = function(
        forward=staticmethod(
            lambda ctx, t: ctx.mark_shared_storage((t, t)) or 2 * t
        )
    ).apply(x)

print("called:", called[1].partition(". ")[0])
for warning in caught:
    print(f"{warning.category.__name__}: {str(warning.message)[:62]}")
assert called[1].startswith("Legacy autograd function with non-static forward")
assert [w.category for w in caught] == [DeprecationWarning, FutureWarning]
assert "should not be instantiated" in str(caught[0].message)
assert str(caught[1].message).startswith("`mark_shared_storage` is deprecated")
assert result.tolist() == [2, 2, 2]

# %%
# Remember: test a ``Function`` in every mode that it will be used in; that it
# runs forward says nothing about the rest. The two ways to write ``forward``
# are in :doc:`setup_context`, ``jvp`` in :doc:`forward_mode` and ``vmap`` in
# :doc:`function_under_vmap`.
