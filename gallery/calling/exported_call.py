"""
A call under ``torch.export``
=============================

Do hooks run when a model is exported, and are they in the result?

Those of ``forward`` run, once, and what they compute is exported like the
rest. ``forward`` is called as always, with fake tensors, which have no data,
while what is done to them is recorded. (With ``strict=True``, which is not the
default, a compiler reads the code of both instead of running it.) One thing is
different: after an error, hooks with ``always_call=True`` are skipped.
"""

import os

import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A forward hook doubles the output of the inner module. Both note what they
# find.

found = []


class Log(nn.Module):
    def forward(self, y):
        found.append((type(y).__name__, torch.compiler.is_compiling()))
        return torch.log(y)


def double(module, args, output):
    found.append(("hook", torch.compiler.is_compiling()))
    return 2 * output


model = nn.Sequential(Log())
model[0].register_forward_hook(double)
x = torch.tensor(5.0, device=device)

z = model(x)
called, found = found, []
exported = torch.export.export(model, (x,), strict=False)
while_exporting, found = found, []

for way, steps in {"call": called, "export": while_exporting}.items():
    print(f"{way:7}", *(f"{what}, compiling {flag}" for what, flag in steps))
assert called == [("Tensor", False), ("hook", False)]
assert while_exporting == [("FakeTensor", True), ("hook", True)]

# %%
# The exported program computes what the call did, and calls neither
# ``forward`` nor the hook.

program = exported.module()
operations = [
    node.target.__name__
    for node in exported.graph.nodes
    if node.op == "call_function"
]

print("exported:", *operations, f" z {program(x).item():.4f}")
assert operations == ["log.default", "mul.Tensor"]
assert round(program(x).item(), 4) == round(z.item(), 4) == 3.2189
assert found == []

# %%
# A module that fails has a hook that always runs. In a call it runs after the
# error; under export the ``try`` that it hangs on is left out, to spare
# compilers the work.


class Failing(nn.Module):
    def forward(self, x):
        raise ValueError("no value")


model, ran = Failing(), {"call": [], "export": []}
for way, steps in ran.items():
    with model.register_forward_hook(
        lambda *seen, steps=steps: steps.append("hook"), always_call=True
    ):
        try:
            if way == "call":
                model(x)
            else:
                torch.export.export(model, (x,), strict=False)
        except ValueError as error:
            steps.append(str(error))

print("after an error:", ran)
assert ran == {"call": ["hook", "no value"], "export": ["no value"]}

# %%
# Remember: what a hook does is exported, that it was a hook is not. Take off
# those that only watch before you export. The lines are read in
# :doc:`/walkthroughs/calling-a-module`.
