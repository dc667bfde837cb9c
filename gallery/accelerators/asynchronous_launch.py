"""
A launch is not a result
========================

My matrix product takes no time at all on the accelerator. Can that be?

No: the call returned before the work was done. An accelerator has a queue;
Python puts the operation in and goes on. A clock stopped then has measured the
launch. Wait for the device first, or let the device itself take the time.
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Such a queue can be had on any machine: one worker thread that takes the
# orders as they come. The gate holds it up, so that what follows is certain
# and not a matter of luck. Both orders are accepted at once; nothing has been
# computed.

gate = threading.Event()
events = []
a = torch.arange(4.0).reshape(2, 2)


def product(one, other):
    gate.wait(timeout=60)
    events.append("computed")
    return one @ other


queue = ThreadPoolExecutor(max_workers=1)
first = queue.submit(product, a, a)
events.append("launched")
second = queue.submit(lambda: product(first.result(), a))
events.append("launched")
done_at_launch = [first.done(), second.done()]

# %%
# The second order uses the result of the first, and that is no problem: the
# queue keeps the order. Only whoever wants to *see* a number has to wait, and
# whoever stops a clock.

gate.set()
value = second.result()  # waits, as ``.item()`` or ``.cpu()`` would
done_at_end = [first.done(), second.done()]

print(*events, sep=", ")
print("done at launch", done_at_launch, " at the end", done_at_end)
assert events == ["launched", "launched", "computed", "computed"]
assert done_at_launch == [False, False] and done_at_end == [True, True]
assert torch.equal(value, a @ a @ a)
assert value.tolist() == [[6, 11], [22, 39]]

# %%
# Errors come late for the same reason. An order that cannot be carried out is
# accepted; the error is raised where somebody waits, many lines further down.
# The queue here takes shapes that do not fit. Torch would refuse those in the
# call, which computes the shape of the result; late are the errors that only
# the numbers show, such as an index out of range.

broken = queue.submit(lambda: a @ torch.ones(3, 3))
try:
    broken.result()
except RuntimeError as error:
    late = str(error)
queue.shutdown()

print("late:", late)
assert late == "mat1 and mat2 shapes cannot be multiplied (2x2 and 3x3)"

# %%
# Now the real device. ``torch.accelerator.synchronize()`` waits until all its
# queues are empty. The first products are not timed: they load libraries and
# reserve memory. On the CPU there is nothing to wait for, because an operation
# is finished when its call returns.

kind = torch.device(device).type
size, repeats = (256, 4) if kind == "cpu" else (2048, 20)


def wait():
    """Wait until the device has done what it was given."""
    order.append("wait")
    if kind != "cpu":
        torch.accelerator.synchronize()


def work():
    """Multiply: each product moves all rows down by one."""
    order.append("work")
    matrix = eye
    for _ in range(repeats):
        matrix = step @ matrix
    return matrix


order = []
eye = torch.eye(size, device=device)
step = eye.roll(1, dims=0)
work()
wait()

start = time.perf_counter()
result = work()
launched = time.perf_counter()
wait()
finished = time.perf_counter()

who = "the CPU, no accelerator" if kind == "cpu" else f"a {kind} device"
print(f"{who}: returned after {1000 * (launched - start):.2f} ms,", end=" ")
print(f"finished after {1000 * (finished - start):.2f} ms")
assert start < launched <= finished
assert order == ["work", "wait", "work", "wait"]
assert torch.equal(result, eye.roll(repeats, dims=0))

# %%
# A device can take the time itself, with an event put into the queue before
# and after. It measures on the device, and Python need not wait in between.

if kind == "cpu":
    print("events need an accelerator")
else:
    before, after = (torch.Event(kind, enable_timing=True) for _ in range(2))
    before.record()
    result = work()
    after.record()
    after.synchronize()
    print(f"by events: {before.elapsed_time(after):.2f} ms")
    assert before.query() and after.query()
    assert before.elapsed_time(after) > 0

# %%
# On ``meta`` a launch is all there is. This product would take a million
# billion operations; here only its shape is computed.

huge = torch.empty(100_000, 50_000, device="meta")
shape = (huge @ huge.T).shape

print("on meta:", list(shape))
assert shape == (100_000, 100_000)
assert 2 * len(huge) * huge.numel() == 10**15

# %%
# Python's time above, the device's below. The first clock stops with the last
# launch, the second when the device has nothing left to do.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A clock stopped after the launches misses the work on the device",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

for height, label in ((0.66, "Python"), (0.36, "device")):
    ax.text(0.14, height + 0.09, label, color=GREY, ha="right", va="center")
for number in range(4):
    launch = (0.18 + 0.05 * number, 0.66)
    ax.add_patch(plt.Rectangle(launch, 0.04, 0.18, fc=GREY))
    kernel = (0.22 + 0.18 * number, 0.36)
    ax.add_patch(plt.Rectangle(kernel, 0.17, 0.18, fc=GREEN))
ax.add_patch(
    plt.Rectangle((0.38, 0.66), 0.55, 0.18, fc="none", ec=GREY, ls="--")
)
ax.text(0.655, 0.75, "synchronize()", color=GREY, ha="center", va="center")
for end, text, colour in (
    (0.375, "wrong", ORANGE),
    (0.935, "right", GREEN),
):
    ax.plot((end, end), (0.16, 0.92), color=colour, lw=2)
    ax.text(end, 0.03, text, color=GREY, ha="center", size=11)
plt.show()

# %%
# Remember: warm up, wait, start the clock, work, wait, stop the clock. Every
# ``.item()``, ``.cpu()`` or ``print`` of a tensor waits too, so keep them out
# of inner loops. What else happens outside your thread is shown in
# :doc:`backward_thread`.
