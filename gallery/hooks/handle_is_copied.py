"""
What a copied handle removes
============================

I copied a model together with the handles of its hooks. Which hooks do the
copied handles remove?

Those of the copied model, if both are copied at once. A handle that is
deep-copied or pickled alone comes back dead: what it points at is copied with
it, and nobody keeps that. Files of an early torch, with less in them, are
still read.
"""

import copy
import pickle

from torch import nn
from torch.utils.hooks import RemovableHandle

# %%
# A handle holds a weak reference to the dict in which the hook stands, the
# number of the hook there, and weak references to the dicts with its flags. To
# pickle it, or to deep-copy it, means to copy these dicts; ``copy.copy`` makes
# a second handle of the same ones.


def say(module, args, output):
    """A hook."""


model = nn.Identity()
handle = model.register_forward_hook(say)
store, number, flags = handle.__getstate__()

assert store is model._forward_hooks
assert store[number] is say
assert list(flags) == [{}, {}]  # with_kwargs, always_call

twin, its = copy.deepcopy((model, handle))
its.remove()
left = {"model": len(model._forward_hooks), "copy": len(twin._forward_hooks)}

print("hooks left:", left)
assert left == {"model": 1, "copy": 0}

# %%
# Alone it removes nothing. Nor does it complain: a handle never does.

lonely = pickle.loads(pickle.dumps(handle))
lonely.remove()
alive = lonely.hooks_dict_ref() is not None

print("alone:", "alive" if alive else "dead")
assert not alive and lonely.id == handle.id
assert len(model._forward_hooks) == 1

# %%
# A handle of a model that is gone can be copied as well, as long as it had no
# flags beside it. For the dead flags of a forward hook nothing is provided.

gone = {
    kind: getattr(nn.Identity(), f"register_{kind}")(say)
    for kind in ("full_backward_hook", "forward_hook")
}
results = {}
for kind, dead in gone.items():
    assert dead.hooks_dict_ref() is None
    try:
        results[kind] = type(copy.copy(dead)).__name__
    except TypeError as error:
        results[kind] = str(error)

for kind, result in results.items():
    print(f"gone, {kind}: {result}")
assert results == {
    "full_backward_hook": "RemovableHandle",
    "forward_hook": "cannot create weak reference to 'NoneType' object",
}

# %%
# Before 2.0 there were no flags, and a file holds two parts in place of three.
# ``__setstate__`` takes either.

old = RemovableHandle.__new__(RemovableHandle)
old.__setstate__((model._forward_hooks, handle.id))
old.remove()

print("flags:", old.extra_dict_ref, "hooks left:", len(model._forward_hooks))
assert old.extra_dict_ref == ()
assert len(model._forward_hooks) == 0

# %%
# Numbers are given out by one counter in each process. A handle that was read
# moves it on, so that no hook to come is given the number of one in the file.

counter = RemovableHandle.next_id
ahead = RemovableHandle.__new__(RemovableHandle)
ahead.__setstate__((None, counter + 100))
following = model.register_forward_hook(say)

print("number after reading:", following.id - counter, "further on")
assert following.id == counter + 101

# %%
# A module that is read without its handles moves nothing. In a process that
# has not counted so far, a new hook may then replace one from the file.

read = pickle.loads(pickle.dumps(model))
RemovableHandle.next_id = following.id  # as in another process
read.register_forward_hook(print)

print("hooks:", *read._forward_hooks.values())
assert list(read._forward_hooks.values()) == [print]  # say is lost

# %%
# Remember: copy or save a model and its handles in one call, as one tuple.
