"""
Every argument reaches ``forward``
==================================

A speech recogniser is called with three positional arguments and a keyword.
How do they get into its ``forward``, when ``__call__`` knows none of them?

``__call__`` takes ``*args, **kwargs`` and passes both on, the objects
themselves as long as no hook puts others in their place. Only hooks tell the
two apart: an ordinary hook sees the positional arguments, and one registered
``with_kwargs=True`` sees the keywords too.
"""

import inspect
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
# The call's signature says nothing; ``forward`` alone decides what a module
# accepts.

print("__call__", inspect.signature(nn.Module.__call__))
assert str(inspect.signature(nn.Module.__call__)) == "(self, *args, **kwargs)"

# %%
# A small recogniser: an encoder averages each clip over its valid frames, and
# a decoder emits one token a step from that average and the token before. With
# teacher forcing, the token before is the transcript's; without, its own
# guess.


class Recogniser(nn.Module):
    def __init__(self, features=4, hidden=8, tokens=6):
        super().__init__()
        self.encoder = nn.Linear(features, hidden)
        self.embedding = nn.Embedding(tokens, hidden)
        self.decoder = nn.Linear(hidden, tokens)

    def forward(self, clips, lengths, transcripts, *, teacher_forcing=1.0):
        self.received = (clips, lengths, transcripts, teacher_forcing)
        steps = torch.arange(clips.shape[1], device=clips.device)
        valid = (steps < lengths[:, None]).unsqueeze(-1)
        heard = (self.encoder(clips) * valid).sum(1) / lengths[:, None]
        before, scores = transcripts[:, 0], []
        for step in range(1, transcripts.shape[1]):
            scores.append(self.decoder(heard + self.embedding(before)))
            forced = torch.rand(()).item() < teacher_forcing
            guess = scores[-1].argmax(-1)
            before = transcripts[:, step] if forced else guess
        return torch.stack(scores, dim=1)


torch.manual_seed(0)
model = Recogniser().to(device)
clips = torch.randn(2, 7, 4).to(device)
lengths = torch.tensor([7, 5], device=device)
transcripts = torch.tensor([[0, 3, 1, 4], [0, 2, 5, 1]], device=device)

scores = model(clips, lengths, transcripts, teacher_forcing=0.0)
sent = (clips, lengths, transcripts, 0.0)

print("scores", tuple(scores.shape))
assert scores.shape == (2, 3, 6)
assert all(a is b for a, b in zip(model.received, sent, strict=True))

# %%
# A keyword that ``forward`` does not know is refused by ``forward``, as in any
# call of a Python function.

try:
    model(clips, lengths, transcripts, teacher_forcing_ratio=0.0)
except TypeError as error:
    message = str(error)

print(message)
assert message.endswith(
    "forward() got an unexpected keyword argument 'teacher_forcing_ratio'"
)

# %%
# Now two forward pre-hooks. The ordinary one is handed the positional
# arguments only. The other gets the keywords as well, and whatever pair it
# returns is what ``forward`` gets: here it turns teacher forcing on.

seen = {}


def ordinary(module, args):
    seen["ordinary"] = (len(args), [])


def with_keywords(module, args, kwargs):
    seen["with_kwargs"] = (len(args), list(kwargs))
    return args, {**kwargs, "teacher_forcing": 1.0}


forced = model(clips, lengths, transcripts, teacher_forcing=1.0)
model.register_forward_pre_hook(ordinary)
model.register_forward_pre_hook(with_keywords, with_kwargs=True)
hooked = model(clips, lengths, transcripts, teacher_forcing=0.0)

for hook, (positional, keywords) in seen.items():
    print(f"{hook:12} hook: {positional} positional, keywords {keywords}")
assert seen == {
    "ordinary": (3, []),
    "with_kwargs": (3, ["teacher_forcing"]),
}
assert model.received[3] == 1.0
torch.testing.assert_close(hooked, forced)
assert not torch.allclose(scores, forced)  # the keyword makes a difference

# %%
# The way an argument is written decides where hooks find it. Name one that was
# positional, and the ordinary hook loses sight of it. ``forward`` does not
# notice.

drawn = dict(seen)
model(clips, lengths, transcripts=transcripts)

print("transcripts named:", seen["ordinary"][0], "positional")
assert seen["ordinary"] == (2, [])
assert seen["with_kwargs"] == (2, ["transcripts"])
assert model.received[2] is transcripts

# %%
# A full backward hook, or pre-hook, replaces without being asked: while
# gradients are on and one positional tensor requires one, every positional
# tensor arrives as a view of itself.

model.register_full_backward_hook(lambda *seen: None)
model(clips.requires_grad_(), lengths, transcripts=transcripts)

print("with a full backward hook, the same:", model.received[0] is clips)
assert model.received[0] is not clips and model.received[2] is transcripts
assert model.received[1] is not lengths  # of integers, and a view all the same

# %%
# Filled: what each receives in ``model(clips, lengths, transcripts,
# teacher_forcing=0.0)``. Dashed: what it does not see.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The keyword reaches forward and the keyword hook, not the ordinary hook",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

names = list(inspect.signature(Recogniser.forward).parameters)[1:]
rows = {"ordinary hook": drawn["ordinary"]}
rows |= {"with_kwargs hook": drawn["with_kwargs"]}
rows |= {"forward": (3, names[3:])}
for height, (label, (positional, keywords)) in zip(
    (0.8, 0.5, 0.2), rows.items(), strict=True
):
    ax.text(0.25, height, label, color=GREY, ha="right", va="center")
    known = names[:positional] + keywords
    for left, name in zip((0.33, 0.47, 0.64, 0.86), names, strict=True):
        style = {"boxstyle": "round,pad=0.4", "fc": "none", "ls": "--"}
        if name in known:
            style |= {"fc": GREEN, "ls": "-"}
        box = ax.text(left, height, name, size=10, bbox={"ec": GREEN, **style})
        box.set(ha="center", va="center")
        box.set_color("white" if name in known else GREY)
plt.show()

# %%
# Remember: the call passes everything on and checks nothing. Register a hook
# ``with_kwargs=True`` if it must see all arguments however they were written.
# :doc:`/walkthroughs/calling-a-module` shows the lines that do it.
