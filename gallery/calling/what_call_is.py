"""
``__call__`` is a class attribute
=================================

Which code runs first when I write ``model(x)``, and can I replace it?

Python looks up ``__call__`` on the class, where torch has put the function
``_wrapped_call_impl``. What you set on the instance is not asked for; but a
``forward`` set on the instance is.
"""

import inspect
import os
import traceback

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# There is no ``def __call__`` in ``Module``. The name is assigned: it is a
# second name for another function.

print("__call__ is", nn.Module.__call__.__name__)
assert "__call__" in vars(nn.Module)
assert nn.Module.__call__ is nn.Module._wrapped_call_impl

# %%
# To see the way from there to ``forward``, let ``forward`` look at the stack
# and keep the frames whose code is in the file of ``nn.Module``.

MODULE_PY = inspect.getsourcefile(nn.Module)


class LogOfPower(nn.Module):
    def forward(self, x, q):
        stack = traceback.extract_stack()
        self.way = [f for f in stack if f.filename == MODULE_PY]
        return torch.log(x**q)


x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
model = LogOfPower()
z = model(x, q)
short = [frame.name for frame in model.way]

for frame in model.way:
    print(f"{frame.name:18} {frame.line}")
assert round(z.item(), 4) == 4.8283
assert short == ["_wrapped_call_impl", "_call_impl"]
assert model.way[0].line == "return self._call_impl(*args, **kwargs)"
assert model.way[1].line == "return forward_call(*args, **kwargs)"

# %%
# Two frames, because there are no hooks, neither its own nor global ones. With
# a hook on calls or on backward, ``_call_impl`` goes through its nested
# function ``inner``, which runs the hooks before and after ``forward``. You
# know these names from the traceback of any error that is raised in
# ``forward``.

handle = model.register_forward_hook(lambda module, args, output: None)
model(x, q)
long = [frame.name for frame in model.way]
try:
    model("five", q)
except TypeError as error:
    raised = [f.name for f in traceback.extract_tb(error.__traceback__)]
handle.remove()

print("with a hook:", *long)
assert long == ["_wrapped_call_impl", "_call_impl", "inner"]
assert raised[1:5] == [*long, "forward"]

# %%
# Python takes special methods from the type, so a ``__call__`` set on the
# instance is found by name only, never by a call. ``forward`` is no special
# method: ``_call_impl`` reads ``self.forward``, which the instance can
# override; with a function, that is: a module set as ``forward`` becomes a
# child, and the method of the class still runs.

model.__call__ = lambda x, q: "mine"
by_call, by_name = model(x, q), model.__call__(x, q)
model.forward = lambda x, q: "my forward"

print(f"model(x, q) {by_call:.4f}, model.__call__(x, q) {by_name!r}")
print(f"with a forward of its own: {model(x, q)!r}")
assert round(by_call.item(), 4) == 4.8283
assert by_name == "mine"
assert model(x, q) == "my forward"
with_child = LogOfPower()
with_child.forward = nn.Identity()
assert round(with_child(x, q).item(), 4) == 4.8283

# %%
# The frames as recorded above. Those of torch are filled.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Frames from model(x, q) to forward: two of torch's, three with a hook",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

rows = {"no hooks": short, "one hook": long}
for height, (label, names) in zip((0.68, 0.18), rows.items(), strict=True):
    ax.text(0.03, height + 0.17, label, color=GREY, size=11)
    before = None
    places = [0.11, 0.375, 0.62, 0.76][: 1 + len(names)] + [0.91]
    steps = ["model(x, q)", *names, "forward"]
    for place, name in zip(places, steps, strict=True):
        inside = GREEN if name in names else "none"
        style = {"boxstyle": "round,pad=0.4", "fc": inside, "ec": GREEN}
        box = ax.text(place, height, name, size=10, bbox=style)
        box.set(ha="center", va="center")
        box.set_color("white" if name in names else GREY)
        if before:
            ends = {"patchA": before.get_bbox_patch(), "shrinkA": 0}
            ends |= {"patchB": box.get_bbox_patch(), "shrinkB": 0}
            way = {"arrowstyle": "-|>", "color": GREY, **ends}
            start = before.get_position()
            ax.annotate("", (place, height), start, arrowprops=way)
        before = box
plt.show()

# %%
# Remember: ``model(x)`` runs ``type(model).__call__``, that is
# ``_wrapped_call_impl``, then ``_call_impl``, then ``self.forward``. (More may
# stand between: :doc:`compiled_call`, :doc:`traced_call`.) Override
# ``forward`` and leave ``__call__`` alone.
# :doc:`/walkthroughs/calling-a-module` reads every line on this way.
