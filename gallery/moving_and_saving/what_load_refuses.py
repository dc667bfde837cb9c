"""
What ``load_state_dict`` complains of
=====================================

Besides keys and shapes, what can be wrong with a state dict?

It may be no dict, a value may be no tensor, and copying may fail. Of these all
but the first are collected, and reported together after everything else was
loaded.
One shape that does not fit is accepted: one number in a row, for a scalar.
"""

import torch
from torch import nn

# %%
# Things that are easily mistaken for a state dict.

target = nn.Linear(1, 1)
CANDIDATES = {
    "the module": target,
    "its parameters": target.parameters(),
    "pairs": list(target.state_dict().items()),
}
messages = {}
for text, candidate in CANDIDATES.items():
    try:
        target.load_state_dict(candidate)
    except TypeError as error:
        messages[text] = str(error)

for text, message in messages.items():
    print(f"{text:15}", message)
START = "Expected state_dict to be dict-like, got <class "
assert messages == {
    "the module": f"{START}'torch.nn.modules.linear.Linear'>.",
    "its parameters": f"{START}'generator'>.",
    "pairs": f"{START}'list'>.",
}

# %%
# A model with a parameter for each thing that can be wrong with a value. One
# has three elements in a single place of memory, and cannot be written to; one
# is a scalar, for which the first versions of torch had a row of one.

model = nn.Module()
model.listed = nn.Parameter(torch.zeros(2))
model.shorter = nn.Parameter(torch.zeros(2))
model.expanded = nn.Parameter(torch.zeros(1).expand(3))
model.scalar = nn.Parameter(torch.tensor(0.0))
model.fits = nn.Parameter(torch.zeros(2))
state = {
    "listed": [1.0, 2.0],
    "shorter": torch.ones(1),
    "expanded": torch.ones(3),
    "scalar": torch.ones(1),
    "fits": torch.ones(2),
}
try:
    model.load_state_dict(state)
except RuntimeError as error:
    first, *complaints = [line.strip() for line in str(error).splitlines()]

print(first, *complaints[:2], complaints[2][:70] + " ...", sep="\n")
assert first == "Error(s) in loading state_dict for Module:"
assert complaints[0] == (
    'While copying the parameter named "listed", expected torch.Tensor or '
    "Tensor-like object from checkpoint but received <class 'list'>"
)
assert complaints[1].startswith("size mismatch for shorter: ")
assert complaints[2].startswith(
    'While copying the parameter named "expanded", whose dimensions in the '
    "model are torch.Size([3]) and whose dimensions in the checkpoint are "
    "torch.Size([3]), an exception occurred : "
)
assert "single memory location" in complaints[2]

# %%
# The rest was loaded, in spite of the error.

print("loaded:", "scalar", model.scalar.item(), " fits", model.fits.tolist())
assert model.scalar.item() == 1.0 and model.scalar.shape == ()
assert model.fits.tolist() == [1.0, 1.0]
assert model.shorter.tolist() == model.listed.tolist() == [0.0, 0.0]

# %%
# Remember: read all the lines of the error, and load anew after mending. Keys
# are the subject of :doc:`strict_loading`; why a copy into ``meta`` warns,
# that of :doc:`assign_on_load`.
