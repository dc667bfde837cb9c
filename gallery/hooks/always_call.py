"""
``always_call`` hooks run even if ``forward`` raises
====================================================

My hooks open something before ``forward`` and close it after. Who closes it
when ``forward`` raises?

A forward hook registered ``always_call=True``: it runs then too, with ``None``
for the output, and the error goes on its way. Ordinary forward hooks are
skipped.
"""

import os
import warnings

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A pair of hooks keeps the names of the modules that are running. The pre-hook
# puts a name on the stack, the forward hook takes it off.


class Log(nn.Module):
    error = ValueError

    def forward(self, y):
        if y <= 0:
            raise self.error("no logarithm of a number that is not positive")
        return torch.log(y)


class Shifted(nn.Module):
    def __init__(self, always):
        super().__init__()
        self.log = Log()
        self.stack, self.outputs = [], []
        for name, module in (("model", self), ("model.log", self.log)):
            module.register_forward_pre_hook(self.entering(name))
            module.register_forward_hook(self.leaving, always_call=always)

    def entering(self, name):
        return lambda module, args: self.stack.append(name)

    def leaving(self, module, args, output):
        self.stack.pop()
        self.outputs.append(None if output is None else output.item())

    def forward(self, x):
        return self.log(x - 4)


def run(model, value):
    """The error that the call ended in, if any."""
    try:
        model(torch.tensor(value, device=device))
    except (ValueError, KeyboardInterrupt) as error:
        return type(error).__name__
    return None


# %%
# While all goes well, both keep their books in order. After an error the
# ordinary pair still believes that two modules are running.

left, outputs, errors = {}, {}, {}
for always in (False, True):
    model = Shifted(always)
    errors[always] = [run(model, 5.0), run(model, 3.0)]
    left[always], outputs[always] = list(model.stack), model.outputs
    print(f"always_call={always!s:6} outputs {outputs[always]}")
    print(f"{'':13}left on the stack {left[always]}")

assert errors[False] == errors[True] == [None, "ValueError"]
assert left == {False: ["model", "model.log"], True: []}
assert outputs == {False: [0.0, 0.0], True: [0.0, 0.0, None, None]}

# %%
# The hook cannot save the call: what it returns reaches only the hooks after
# it, and the first error is raised. An error of its own is turned into a
# warning, so that it does not hide the first, unless warnings are errors.

model = Log()
model.register_forward_hook(
    lambda module, args, output: {}["missing"], always_call=True
)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    raised = run(model, -1.0)

model = Log()
model.register_forward_hook(lambda *seen: torch.zeros(1), always_call=True)
rescued = run(model, -1.0)

print(
    "raised", raised, "and warned:", str(caught[0].message).split(" that")[0]
)
assert raised == rescued == "ValueError"
assert len(caught) == 1
assert str(caught[0].message).endswith("raised in forward: 'missing'")

opened, closed = [], []
model = nn.Identity()
model.register_forward_pre_hook(lambda *seen: {}["missing"])
model.register_forward_pre_hook(lambda *seen: opened.append("open"))
model.register_forward_hook(lambda *seen: closed.append(1), always_call=True)
try:
    model(1)
except KeyError:
    pass
assert opened == [] and closed == [1]  # closed what was never opened

# %%
# After an error the hooks are not listed beforehand. One that then removes
# itself, with another behind it, does hide the first error.

model = Log()
once = model.register_forward_hook(
    lambda *seen: once.remove(), always_call=True
)
model.register_forward_hook(lambda *seen: None, always_call=True)
try:
    run(model, -1.0)
except RuntimeError as error:
    mutated = str(error)
assert mutated == "OrderedDict mutated during iteration"

# %%
# "Always" has a limit: only an ``Exception`` is caught. Ctrl-C is none, and
# leaves the stack as it was.

model = Shifted(always=True)
assert run(model, 3.0) == "ValueError" and model.stack == []
model.log.error = KeyboardInterrupt
interrupted = run(model, 3.0)

print("after", interrupted, "the stack holds", model.stack)
assert interrupted == "KeyboardInterrupt"
assert model.stack == ["model", "model.log"]
assert not issubclass(KeyboardInterrupt, Exception)

# %%
# Filled: the hook ran for the module when ``forward`` of ``model.log`` raised.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "forward raises: only hooks with always_call=True leave both modules",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

for height, always in ((0.7, False), (0.25, True)):
    ends = [f"leave {n}" for n in ("model.log", "model")]
    steps = {"enter model": True, "enter model.log": True, "raise": None}
    steps |= {end: end[6:] not in left[always] for end in ends}
    text = f"always_call={always}"
    ax.text(0.02, height + 0.18, text, color=GREY, size=11)
    places = (0.11, 0.315, 0.49, 0.665, 0.875)
    for place, (step, ran) in zip(places, steps.items(), strict=True):
        colour = ORANGE if ran is None else GREEN
        style = {
            "boxstyle": "round,pad=0.45",
            "ls": "--" if ran is False else "-",
        }
        style |= {"fc": "none" if ran is False else colour, "ec": colour}
        box = ax.text(place, height, step, size=9.5, bbox=style)
        box.set(ha="center", va="center")
        box.set_color(GREY if ran is False else "white")
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: whatever a pre-hook opens, close in a forward hook with
# ``always_call=True``, and let that hook expect ``None``, and nothing open:
# it also runs if a pre-hook before the opening one raised. The ``except``
# branch that runs it is read in :doc:`/walkthroughs/calling-a-module`; an error
# that is no failure comes in :doc:`always_call_for_all`.
