"""
Mistakes with dropout
=====================

Which mistakes with dropout are noticed, and when?

A probability above 1 is: when an ``nn.Dropout`` is made, and again at each
call, which is when a later change of ``p`` comes to light. A mode that is not
a bool is refused by ``train()``, or at the call where it was assigned to
``training``. A forgotten ``training=self.training`` is not noticed at all.
"""

import os

import torch
from torch import nn
from torch.nn import functional as F

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Six mistakes. The last two pass.

x = torch.ones(100, device=device)
changed = nn.Dropout(0.5)
changed.p = 50  # per cent?
changed.eval()


class Forgets(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5)


ATTEMPTS = {
    "nn.Dropout(50)": lambda: nn.Dropout(50),
    "F.dropout(x, -0.5)": lambda: F.dropout(x, -0.5),
    "p = 50 in eval": lambda: changed(x),
    "train(0)": lambda: nn.Dropout().train(0),
    "nn.Dropout(nan)": lambda: nn.Dropout(float("nan")),
    "no training=": lambda: Forgets().eval()(x),
}
answers = {}
for text, attempt in ATTEMPTS.items():
    try:
        attempt()
        answers[text] = "passes"
    except ValueError as error:
        answers[text] = str(error)

for text, answer in answers.items():
    print(f"{text:20}", answer)
BETWEEN = "dropout probability has to be between 0 and 1, but got"
assert answers == {
    "nn.Dropout(50)": f"{BETWEEN} 50",
    "F.dropout(x, -0.5)": f"{BETWEEN} -0.5",
    "p = 50 in eval": f"{BETWEEN} 50",
    "train(0)": "training mode is expected to be boolean",
    "nn.Dropout(nan)": "passes",
    "no training=": "passes",
}

# %%
# Both ends are allowed: 0 changes nothing, 1 leaves zeros of all that is
# finite (it multiplies by 0, which makes ``nan`` of infinity). And a
# comparison with ``nan`` is false either way, so that C++ is the first to
# refuse it.

none, all_ = nn.Dropout(0.0)(x), nn.Dropout(1.0)(x)
try:
    nn.Dropout(float("nan"))(x)
except RuntimeError as error:
    message = str(error)

print("sums for 0 and 1:", none.sum().item(), all_.sum().item())
assert torch.equal(none, x) and all_.sum().item() == 0
assert nn.Dropout(1.0)(x / 0).isnan().all()
assert message == f"{BETWEEN} nan"

assigned = nn.Dropout()
assigned.training = 0
try:
    assigned(x)
except TypeError as error:
    assert "must be bool, not int" in str(error)
else:
    raise AssertionError("accepted")

# %%
# Remember: prefer the module, which knows its mode. What the forgotten
# argument does is shown in :doc:`dropout_module_or_function`.
