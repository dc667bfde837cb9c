"""
In which thread backward runs
=============================

My hook finds nothing in its thread-local variables, but only on the GPU. In
which thread does it run?

In the one that runs the node. Nodes of CPU tensors are run by the thread that
called ``backward`` (unless more than sixty such calls are nested); nodes of an
accelerator's tensors by a thread that the engine keeps for that device, while
the caller waits.
"""

import os
import threading

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A computation that begins on the CPU and continues on the device. A hook at
# each place notes its thread, and what it finds in a thread-local variable.

kind = torch.device(device).type
local = threading.local()


def backward():
    """Run backward, and tell what each hook saw."""
    local.value = "set by the caller"
    seen = {}

    def note(place):
        def hook(gradient):
            found = getattr(local, "value", None)
            seen[place] = threading.get_ident(), found

        return hook

    leaf = torch.ones(2, requires_grad=True)
    here = leaf * 2
    there = here.to(device) * 3
    here.register_hook(note("on the CPU"))
    there.register_hook(note("on the device"))
    there.sum().backward()
    assert leaf.grad.tolist() == [6, 6]
    return threading.get_ident(), seen


caller, seen = backward()
who = "the CPU, no accelerator" if kind == "cpu" else f"a {kind} device"

print("the device is", who)
for place, (thread, found) in seen.items():
    which = "the caller's" if thread == caller else "another"
    print(f"{place:14} {which} thread, thread-local {found}")
assert list(seen) == ["on the device", "on the CPU"]  # backward's order
assert seen["on the CPU"] == (caller, "set by the caller")
if kind == "cpu":
    assert seen["on the device"] == (caller, "set by the caller")
else:
    assert seen["on the device"][0] != caller
    assert seen["on the device"][1] is None

# %%
# "The caller" is whoever calls, not the main thread. From a second thread, the
# nodes of CPU tensors run in that one. The device's thread is the same as
# before: there is one for each device, whoever calls.

answers = []
worker = threading.Thread(target=lambda: answers.append(backward()))
worker.start()
worker.join()
second_caller, seen_second = answers[0]

print("from a second thread: CPU nodes in it:", end=" ")
print(seen_second["on the CPU"][0] == second_caller)
assert seen_second["on the CPU"] == (second_caller, "set by the caller")
if kind == "cpu":
    assert seen_second["on the device"][0] == second_caller
else:
    assert seen_second["on the device"][0] == seen["on the device"][0]

# %%
# An error crosses over: raised by a hook in whatever thread, it comes out of
# ``backward`` in the caller's, with its type.


def refuse(gradient):
    raise ValueError("raised in a hook")


x = torch.ones(2, device=device, requires_grad=True)
y = x * 2
y.register_hook(refuse)
try:
    y.sum().backward()
except ValueError as error:
    message = str(error)

print("caught by the caller:", message)
assert message == "raised in a hook"
assert x.grad is None

# %%
# On ``meta`` there is no device that could work, and so no thread for it: the
# caller runs these nodes, on any machine.

x = torch.ones(2, device="meta", requires_grad=True)
y = x * 2
of_meta = []
y.register_hook(lambda gradient: of_meta.append(threading.get_ident()))
y.sum().backward()

print("on meta in the caller's thread:", of_meta == [threading.get_ident()])
assert of_meta == [threading.get_ident()]
assert x.grad.device.type == "meta" and x.grad.shape == (2,)

# %%
# The hooks in the order in which they ran, each in its thread. Filled: as
# found above. Dashed: where it would run if there were an accelerator.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "CPU nodes run in the caller's thread, those of a device in its own",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))


def box(text, at, *sources, fill="none", edge="none", line="-"):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": edge, "ls": line}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


for height, label in ((0.7, "caller's thread"), (0.24, "device's thread")):
    ax.text(0.03, height + 0.14, label, color=GREY, size=11)
before = box("backward()", (0.13, 0.7), fill=GREY)
for left, (place, (thread, _)) in zip((0.45, 0.8), seen.items(), strict=True):
    inside, height = (ORANGE, 0.7) if thread == caller else (GREEN, 0.24)
    before = box(place, (left, height), before, fill=inside)
if kind == "cpu":
    box("on the device", (0.45, 0.24), edge=GREEN, line="--")
plt.show()

# %%
# Remember: do not rely on thread-local state in hooks or in the ``backward``
# of a ``Function``; keep what you need in the closure or in ``ctx``. What the
# device does after ``backward`` has returned: :doc:`asynchronous_launch`.
