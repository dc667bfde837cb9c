"""
Hooks for saving and loading
============================

I renamed a layer, and old checkpoints no longer load. Can a module translate
them by itself?

Yes, with a hook that runs before its part of a state dict is loaded. There are
four such hooks, before and after saving and before and after loading, and they
change what they are given in place: the module, the dict twice, the list of
complaints.
"""

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
# The layer ``fc`` of old is called ``head`` now. The hook is handed what is
# being loaded into this module, a dict, and the prefix with which its keys
# begin, and renames those of ``fc``. It takes part wherever the module sits in
# a model.


class Classifier(nn.Module):
    def __init__(self, translate):
        super().__init__()
        self.head = nn.Linear(2, 1)
        if translate:
            self.register_load_state_dict_pre_hook(self.rename)

    @staticmethod
    def rename(module, state, prefix, *other):
        for key in list(state):
            if key.startswith(prefix + "fc."):
                new = prefix + "head." + key.removeprefix(prefix + "fc.")
                state[new] = state.pop(key)


weight = torch.tensor([[1.0, 2.0]], device=device)
old = {"0.fc.weight": weight, "0.fc.bias": torch.zeros(1, device=device)}
errors, loaded = {}, {}
for translate in (False, True):
    model = nn.Sequential(Classifier(translate)).to(device)
    try:
        model.load_state_dict(old)
    except RuntimeError as error:
        errors[translate] = str(error).splitlines()
    loaded[translate] = model[0].head.weight.tolist()

print(*[line.strip() for line in errors[False]], sep="\n")
print("with the hook: head.weight", loaded[True])
assert errors.keys() == {False}
assert "Missing key(s)" in errors[False][1] and "0.head" in errors[False][1]
assert "Unexpected key(s)" in errors[False][2] and "0.fc" in errors[False][2]
assert loaded[True] == [[1.0, 2.0]] != loaded[False]
assert list(old) == ["0.fc.weight", "0.fc.bias"]  # the caller's dict is whole

# %%
# All four on one module, each with a small task: count the saves, drop a key
# from what is saved, fill it in when it is loaded, and forgive what is
# missing.

order = []


class Counted(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.register_buffer("saves", torch.tensor(0))
        self.register_buffer("cache", torch.zeros(1))
        self.register_state_dict_pre_hook(Counted.before_save)
        self.register_state_dict_post_hook(Counted.after_save)
        self.register_load_state_dict_pre_hook(Counted.before_load)
        self.register_load_state_dict_post_hook(Counted.after_load)

    @staticmethod
    def before_save(module, prefix, keep_vars):
        order.append("before saving")
        module.saves += 1

    @staticmethod
    def after_save(module, state, prefix, local_metadata):
        order.append("after saving")
        del state[prefix + "cache"]

    @staticmethod
    def before_load(module, state, prefix, *other):
        order.append("before loading")
        state.setdefault(prefix + "saves", torch.tensor(0))

    @staticmethod
    def after_load(module, incompatible_keys):
        order.append("after loading")
        incompatible_keys.missing_keys.remove("cache")


model = Counted().to(device)
state = model.state_dict()
saved = {key: value.item() for key, value in state.items()}
del state["saves"]
report = model.load_state_dict(state)

print(", ".join(order))
print("saved", saved, "then loaded: saves", model.saves.item())
assert order == [
    "before saving",
    "after saving",
    "before loading",
    "after loading",
]
assert saved == {"weight": 1.0, "saves": 1}
assert model.saves.item() == 0
assert report.missing_keys == [] and report.unexpected_keys == []

# %%
# These hooks change things in place and answer nothing. torch insists on it
# after saving, as here, and after loading.

model = nn.Identity()
model.register_state_dict_post_hook(lambda module, state, *other: dict(state))
try:
    model.state_dict()
except RuntimeError as error:
    message = str(error)

print(message)
assert message == "state_dict post-hook must return None"

# %%
# The four hooks in their places around the dict.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Two hooks on the way into the state dict, two on the way out of it",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, fill, source=None):
    """Draw a box, and an arrow to it from its source."""
    style = {"boxstyle": "round,pad=0.45", "fc": fill, "ec": "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    if source:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


first = last = box("module", (0.1, 0.5), "none")
for name, left in zip(order[:2], (0.3, 0.68), strict=True):
    last = box(name, (left, 0.82), ORANGE, last)
last = box(f"dict: {', '.join(saved)}", (0.84, 0.5), GREEN, last)
for name, left in zip(order[2:], (0.68, 0.3), strict=True):
    last = box(name, (left, 0.18), ORANGE, last)
ends = {"patchA": last.get_bbox_patch(), "shrinkA": 0}
ends |= {"patchB": first.get_bbox_patch(), "shrinkB": 0}
way = {"arrowstyle": "-|>", "color": GREY, **ends}
ax.annotate("", first.get_position(), last.get_position(), arrowprops=way)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: translate old keys in a load pre-hook, so that ``strict`` loading
# still reports what is really wrong. What ``strict`` means is in
# :doc:`/gallery/moving_and_saving/strict_loading`.
