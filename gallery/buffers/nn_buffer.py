"""
nn.Buffer marks a tensor for registration
=========================================

Is there for buffers what ``nn.Parameter`` is for parameters?

Yes, ``nn.Buffer``, since torch 2.5: assign it to an attribute, and it is
registered. But it is not a type of tensor. The call returns a plain
``torch.Tensor`` (of a subclass, a tensor of that class) that carries a mark,
and every operation that makes another tensor loses the mark.
"""

import copy
import os

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Two lines that do the same.


class Average(nn.Module):
    def __init__(self):
        super().__init__()
        self.assigned = nn.Buffer(torch.tensor(0.0), persistent=False)
        self.register_buffer("by_name", torch.tensor(0.0), persistent=False)

    def forward(self, x):
        self.assigned = 0.6 * self.assigned + 0.4 * x
        self.by_name = 0.6 * self.by_name + 0.4 * x
        return self.assigned, self.by_name


model = Average().to(device)
x = torch.tensor(5.0, device=device)
for _ in range(10):
    results = [round(average.item(), 4) for average in model(x)]

print("averages", *results, "named", *(n for n, _ in model.named_buffers()))
assert results == [4.9698, 4.9698]
assert [name for name, _ in model.named_buffers()] == ["assigned", "by_name"]
assert list(model.state_dict()) == []  # persistent=False, for both

# %%
# What the call returns. ``type`` says a plain tensor; ``isinstance`` says a
# buffer, for a metaclass answers it by looking for the mark.

buffer = nn.Buffer(torch.ones(2))
parameter = nn.Parameter(torch.ones(2))

print("Buffer   ", type(buffer).__name__, vars(buffer))
print("Parameter", type(parameter).__name__, vars(parameter))
assert type(buffer) is torch.Tensor
assert isinstance(buffer, nn.Buffer)
assert vars(buffer) == {"persistent": True, "_is_buffer": True}
assert type(parameter) is nn.Parameter and vars(parameter) == {}

# %%
# The mark sits on one object. The tensor handed in does not get it, though the
# memory is the same; results computed from the buffer do not have it; a deep
# copy does, and so does what an operation in place returns: the buffer itself.

source = torch.ones(2)
marked = {
    "nn.Buffer(t)": nn.Buffer(source),
    "t itself": source,
    "buffer * 2": buffer * 2,
    "buffer[:1]": buffer[:1],
    "deepcopy(buffer)": copy.deepcopy(buffer),
}
same_memory = marked["nn.Buffer(t)"].data_ptr() == source.data_ptr()
marked = {name: isinstance(t, nn.Buffer) for name, t in marked.items()}

print("marked", ", ".join(name for name, has in marked.items() if has))
assert same_memory
assert list(marked.values()) == [True, False, False, False, True]
assert isinstance(nn.Buffer(source).add_(0), nn.Buffer)

# %%
# So where the mark is lost, the assignment of a new name registers nothing.

holder = nn.Module()
holder.kept = buffer
holder.lost = buffer * 2

print("registered", *(name for name, _ in holder.named_buffers()))
assert [name for name, _ in holder.named_buffers()] == ["kept"]
assert holder.lost.tolist() == [2.0, 2.0]

# %%
# A name that is registered does not need the mark any more. Converting the
# module puts an unmarked tensor in the buffer's place, and it is a buffer
# nevertheless: the module's list of names counts.

holder.to(torch.bfloat16)

print("after to(): marked", isinstance(holder.kept, nn.Buffer), end=", ")
print("registered", *(name for name, _ in holder.named_buffers()))
assert not isinstance(holder.kept, nn.Buffer)
assert [name for name, _ in holder.named_buffers()] == ["kept"]
assert list(holder.state_dict()) == ["kept"]

# %%
# From tensor to registered name. Filled: marked.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A marked tensor (filled) is registered when assigned, a result of it not",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, source=None, has_mark=False, colour=GREEN):
    """Draw a box, and an arrow to it from its source."""
    style = {"boxstyle": "round,pad=0.5", "ec": colour}
    style |= {"fc": colour if has_mark else "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color="white" if has_mark else GREY)
    if source:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


tensor = box("t", (0.06, 0.75), has_mark=marked["t itself"])
first = box("nn.Buffer(t)", (0.26, 0.75), tensor, marked["nn.Buffer(t)"])
box("self.kept: a buffer", (0.78, 0.75), first, marked["nn.Buffer(t)"])
second = box("buffer * 2", (0.26, 0.25), first, marked["buffer * 2"])
box("self.lost: an attribute", (0.78, 0.25), second, colour=ORANGE)
plt.show()

# %%
# Remember: write ``self.name = nn.Buffer(tensor)``, with nothing between the
# call and the assignment. :doc:`register_buffer` does the same under a name
# that may be computed.
