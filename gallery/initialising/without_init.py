"""
Without ``super().__init__()``
==============================

Why "cannot assign module before Module.__init__() call"?

Because ``Module.__init__`` creates the dicts in which parameters, buffers and
modules are kept, and ``Module.__setattr__`` looks for them. Five ways of
registering complain, each in its own words; a plain tensor needs no dict and
is accepted.
"""

import matplotlib.pyplot as plt
import torch
from torch import nn

# %%
# A module whose ``__init__`` does not call that of ``Module``, and six things
# to do with it.


class Forgetful(nn.Module):
    def __init__(self):
        pass


ATTEMPTS = {
    "m.x = nn.Linear(1, 1)": lambda m: setattr(m, "x", nn.Linear(1, 1)),
    "m.x = nn.Parameter(t)": lambda m: setattr(m, "x", nn.Parameter(t)),
    'm.register_parameter("x", p)': lambda m: m.register_parameter("x", p),
    'm.register_buffer("x", t)': lambda m: m.register_buffer("x", t),
    'm.add_module("x", nn.Linear(1, 1))': lambda m: m.add_module(
        "x", nn.Linear(1, 1)
    ),
    "m.x = t": lambda m: setattr(m, "x", t),
}
t = torch.zeros(1)
p = nn.Parameter(t)


def outcome(module, attempt):
    """The message of the AttributeError, or "accepted"."""
    try:
        attempt(module)
    except AttributeError as error:
        return str(error)
    return "accepted"


messages = {text: outcome(Forgetful(), a) for text, a in ATTEMPTS.items()}
for text, message in messages.items():
    print(text)
    print("   ", message)

assert list(messages.values()) == [
    "cannot assign module before Module.__init__() call",
    "cannot assign parameters before Module.__init__() call",
    "cannot assign parameter before Module.__init__() call",
    "cannot assign buffer before Module.__init__() call",
    "'Forgetful' object has no attribute '_modules'",
    "accepted",
]

# %%
# The second and the third differ by one letter, which tells whether the
# parameter came by assignment or through ``register_parameter``. The fifth is
# no message of its own: ``add_module`` does not check, and fails when it reads
# the dict.
#
# With the line in place, all six are accepted.


class Complete(nn.Module):
    def __init__(self):
        super().__init__()


assert {outcome(Complete(), a) for a in ATTEMPTS.values()} == {"accepted"}

# %%
# That a tensor is accepted does not make it a buffer. It is an ordinary
# attribute, as it would be after the line too, under a new name. Wrapped in
# ``nn.Buffer``, it is more.


class Late(nn.Module):
    def __init__(self):
        self.scale = torch.ones(1)
        super().__init__()
        self.shift = nn.Buffer(torch.zeros(1))


late = Late()
print(
    "Late saves", list(late.state_dict()), "and has scale", late.scale.tolist()
)
assert list(late.state_dict()) == ["shift"]
assert late.scale.item() == 1.0

# %%
# Filled: refused. Open: accepted.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Before Module.__init__, five are refused, a plain tensor is not",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
for row, (text, message) in enumerate(messages.items()):
    height = 0.9 - 0.16 * row
    refused = message != "accepted"
    colour = ORANGE if refused else GREEN
    inside = ORANGE if refused else "none"
    ax.scatter(0.05, height, s=110, facecolor=inside, edgecolor=colour)
    ax.text(0.09, height, text, color=GREY, va="center", size=11)
    short = message.split(" before")[0].split("object ")[-1]
    ax.text(0.97, height, short, color=colour, ha="right", va="center")
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: call ``super().__init__()`` before you assign anything. What it
# creates is listed in :doc:`seventeen_attributes`; how assignments are sorted
# is in :doc:`attribute_routing`.
