"""
A tensor is saved without its hooks
===================================

"Backward hook ... on tensor will not be serialized": what is lost, and how do
I say that I know?

Hooks of a tensor are never in the file. torch warns of each one that comes
from ``register_hook``, unless it is marked with ``unserializable_hook``. Of
other hooks, and for parameters, it says nothing.
"""

import io
import warnings

import torch
from torch import nn
from torch.utils.hooks import unserializable_hook


def saved(tensor):
    """The tensor as it comes back from a file, and the warnings."""
    file = io.BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.save(tensor, file)
    file.seek(0)
    loaded = torch.load(file, weights_only=False)
    return loaded, [str(w.message) for w in caught]


def watch(grad):
    """A hook."""


@unserializable_hook
def known(grad):
    """A hook whose owner knows that it is not saved."""


# %%
# One leaf for each case. A post-accumulate hook stands in another place, where
# nobody looks before the tensor is written.

plain, marked, both, late = (
    torch.tensor([1.0, 2.0], requires_grad=True) for _ in range(4)
)
parameter = nn.Parameter(torch.tensor([1.0, 2.0]))
plain.register_hook(watch)
marked.register_hook(known)
both.register_hook(known)
both.register_hook(watch)
late.register_post_accumulate_grad_hook(watch)
parameter.register_hook(watch)
CASES = {
    "register_hook": plain,
    "register_hook, marked": marked,
    "one of each": both,
    "post-accumulate": late,
    "of a parameter": parameter,
}

said = {}
for what, tensor in CASES.items():
    loaded, said[what] = saved(tensor)
    assert torch.equal(loaded, tensor) and loaded.requires_grad
    assert not loaded._backward_hooks
    assert not loaded._post_accumulate_grad_hooks

for what, messages in said.items():
    print(f"{what:22}warnings: {len(messages)}")
assert [len(messages) for messages in said.values()] == [1, 0, 1, 0, 0]
for (message,) in (said["register_hook"], said["one of each"]):
    assert message.startswith("backward hook <function watch at ")
    assert "on tensor will not be serialized" in message

# %%
# The mark is an attribute of the function, and not everything that can be
# called takes one. A method does not, but the function behind it does, and a
# method shows the attributes of its function.


class Watcher:
    def look(self, grad):
        pass

    @unserializable_hook
    def marked(self, grad):
        pass


watcher, refused = Watcher(), {}
for what, hook in {"a method": watcher.look, "print": print}.items():
    try:
        unserializable_hook(hook)
    except AttributeError as error:
        refused[what] = str(error)
plain = torch.tensor([1.0, 2.0], requires_grad=True)
plain.register_hook(watcher.marked)

for what, message in refused.items():
    print(f"{what}: {message}")
assert known.__torch_unserializable__
assert list(refused.values()) == [
    f"'{kind}' object has no attribute '__torch_unserializable__'"
    for kind in ("method", "builtin_function_or_method")
]
assert saved(plain)[1] == []

# %%
# Remember: register hooks again after loading. Hooks of modules are another
# matter: they are in the dict of the module, and pickled with it.
