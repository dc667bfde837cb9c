"""
What a forward pre-hook may return
==================================

My pre-hook returns the new input, sometimes as it is and sometimes in a tuple.
Which is right?

Both: what is no tuple becomes the only argument. A list is no tuple. With
``with_kwargs=True`` the rules are others: a pair of positional arguments and
keywords, and what is in the pair is not looked at. A full backward hook needs
a tuple there.
"""

import torch
from torch import nn


class Received(nn.Module):
    """Notes which arguments ``forward`` receives."""

    def forward(self, *args, **kwargs):
        self.received = args, kwargs


def received(answer, **options):
    """What forward receives for one answer of a pre-hook, or the error."""
    module = Received()
    module.register_forward_pre_hook(lambda *seen: answer, **options)
    try:
        module(1, 2)
    except (RuntimeError, TypeError) as error:
        return type(error).__name__, str(error)
    args, kwargs = module.received
    texts = [repr(a) for a in args]
    return ", ".join([*texts, *(f"{k}={v!r}" for k, v in kwargs.items())])


# %%
# The call is ``module(1, 2)``, and the hook ignores what it is given.

PLAIN = [None, 3, (3,), (), [3, 4], (3, (4, 5)), {"q": 3}]
plain = [received(answer) for answer in PLAIN]

print("the hook returns -> forward receives")
for answer, arguments in zip(PLAIN, plain, strict=True):
    print(f"    {answer!s:12} -> {arguments}")
assert plain == ["1, 2", "3", "3", "", "[3, 4]", "3, (4, 5)", "{'q': 3}"]

# %%
# A hook that answers one value for two arguments takes one away, without a
# complaint from torch. Where ``forward`` has a default for it, nobody
# complains.
#
# The same with keywords. The first part of the pair is unpacked, whatever it
# is: of a lone tensor the rows become the arguments.

rows = torch.tensor([5.0, 6.0])
KEYWORDS = [
    None,
    ((3,), {}),
    ((3,), {"q": 4}),
    ([3, 4], {}),
    (rows, {}),
    (3,),
    {"q": 4},
    (3, {}),
]
pairs = [received(answer, with_kwargs=True) for answer in KEYWORDS]

print("with_kwargs=True")
for answer, arguments in zip(KEYWORDS, pairs, strict=True):
    if isinstance(arguments, tuple):
        arguments = " ".join(arguments)[:35] + " ..."
    print(f"    {answer!s:25} -> {arguments}")
assert pairs[:5] == ["1, 2", "3", "3, q=4", "3, 4", "tensor(5.), tensor(6.)"]
for answer, refused in zip(KEYWORDS[5:7], pairs[5:7], strict=True):
    assert refused == (
        "RuntimeError",
        "forward pre-hook must return None or a tuple of (new_args, "
        f"new_kwargs), but got {answer}.",
    )
kind, message = pairs[7]
assert kind == "TypeError"
assert message.endswith("argument after * must be an iterable, not int")

# %%
# The next pre-hook gets a list as it is. Where a gradient is recorded, torch
# builds the first part of the pair again for full backward hooks: that fails
# for a list of two, and a list of one tensor comes out as the tensor's rows.


class First(Received):
    def forward(self, *args):
        super().forward(*args)
        return args[0]


module, passed = First(), []
module.register_forward_pre_hook(
    lambda module, args, kwargs: ([*args], kwargs), with_kwargs=True
)
module.register_forward_pre_hook(
    lambda module, args: passed.append(type(args).__name__)
)
module.register_full_backward_pre_hook(print)
module(rows.requires_grad_())
received_args, _ = module.received
try:
    module(rows, 2)
except TypeError as error:
    message = str(error)

print("a list of one tensor:", [a.item() for a in received_args])
print("a list of two:", message)
assert passed == ["list", "list"]
assert [a.item() for a in received_args] == [5.0, 6.0]
assert message == "list expected at most 1 argument, got 2"

# %%
# Remember: return a tuple, ``(y,)``, and with keywords ``((y,), kwargs)``.
# What a pre-hook is for: :doc:`forward_pre_hook`; which keywords it sees:
# :doc:`keyword_hooks`.
