"""
An old checkpoint of a BatchNorm
================================

A checkpoint from before torch 0.4.1 has no ``num_batches_tracked``. Why does
it load with ``strict=True``?

Because a state dict carries the version of each module, and ``BatchNorm`` adds
what an old version lacks before it loads. What it adds is its own counter, so
that loading does not reset it. Without a version a dict counts as old.
"""

import torch
from torch import nn

# %%
# The version is a class attribute. ``state_dict`` writes it into an attribute
# of the dict, by the path of the module.

model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
metadata = model.state_dict()._metadata
versions = {path or "(root)": m["version"] for path, m in metadata.items()}

print("versions", versions)
assert versions == {"(root)": 1, "0": 1, "1": 2}
assert nn.BatchNorm1d._version == 2 and nn.Module._version == 1

# %%
# A checkpoint without the counter, under three versions: today's, the old one,
# and none, as in a dict that was made by hand.


def checkpoint(version):
    state = nn.BatchNorm1d(2).state_dict()
    del state["num_batches_tracked"]
    if version is None:
        return dict(state)  # loses the attribute
    state._metadata[""]["version"] = version
    return state


def loaded(version, *, count=7, device="cpu", assign=False):
    """The counter after loading, or the complaint."""
    norm = nn.BatchNorm1d(2, device=device)
    if count is None:
        norm.num_batches_tracked = None
    elif device == "cpu":
        norm.num_batches_tracked.fill_(count)
    try:
        norm.load_state_dict(checkpoint(version), assign=assign)
    except RuntimeError as error:
        return str(error).splitlines()[1].strip()
    return norm.num_batches_tracked.item()


found = {version: loaded(version) for version in (2, 1, None)}
for version, outcome in found.items():
    print(f"version {version}:", outcome)
assert found == {
    2: 'Missing key(s) in state_dict: "num_batches_tracked".',
    1: 7,
    None: 7,
}

# %%
# The counter had been 7 before, and still is: what is loaded is the model's
# own. It matters with ``momentum=None``, where the running mean is the mean of
# all batches and the counter is its weight. Here a layer that has seen four
# batches loads the averages of another one, and gives the next batch one
# fifth.

norm = nn.BatchNorm1d(2, momentum=None)
for _ in range(4):
    norm(torch.ones(2, 2))
norm.load_state_dict(checkpoint(1))
norm(torch.full((2, 2), 5.0))
mean = norm.running_mean[0].item()

print(
    "running mean", mean, "after one batch of 5, with the counter at", end=" "
)
print(norm.num_batches_tracked.item())
assert mean == 1.0 and norm.num_batches_tracked == 5

# %%
# On ``meta`` there is no counter to read, so it is 0. And a layer whose
# counter is ``None`` is given one all the same, then complains about it: the
# checkpoint is innocent.

on_meta = loaded(1, device="meta", assign=True)
without = loaded(1, count=None)

print("on meta:", on_meta, "  without a counter:", without)
assert on_meta == 0
assert without == 'Unexpected key(s) in state_dict: "num_batches_tracked".'

# %%
# Remember: after loading an old checkpoint the counter is still the model's
# own. With ``momentum=None``, set it to the number of batches behind the
# averages. A version and a ``_load_from_state_dict`` of your own do the same
# for your modules; how keys are checked is in :doc:`strict_loading`.
