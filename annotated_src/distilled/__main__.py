"""Run an unchanged script with this package in the place of torch.

``python -m annotated_src.distilled script.py``

*Kept from torch*: the names under which a script imports, and where classes say they are from.

*Left out*: nothing else of torch can be imported then.
"""

import os
import runpy
import sys

from . import nn, optim
from .tensor import Tensor

# Where torch has what is elsewhere here; all other modules are found under their own names.
PLACES = {
    "function": "autograd.function", "graph": "autograd.graph", "hooks": "utils.hooks",
    "nn": "nn.modules", "nn.module": "nn.modules.module", "nn.functional": "nn.init",
    "nn.layers": "nn.modules.linear", "nn.containers": "nn.modules.container",
}  # fmt: skip
LAYERS = {"ReLU": "activation", "Tanh": "activation", "Dropout": "dropout", "MSELoss": "loss"}


def install() -> None:
    """Answer ``import torch`` with this package, and show its classes as torch's."""
    # ``import torch.nn`` looks into ``sys.modules`` before it looks for a file.
    for name, module in [*sys.modules.items()]:
        if name.startswith(f"{__package__}."):
            own = name.removeprefix(f"{__package__}.")
            place = f"torch.{PLACES.get(own, own)}"
            sys.modules[f"torch.{own}"] = sys.modules[place] = module
            for value in vars(module).values():
                if isinstance(value, type) and value.__module__ == name:
                    value.__module__ = place
    # These are in one module here and in several there.
    for name, place in LAYERS.items():
        getattr(nn, name).__module__ = f"torch.nn.modules.{place}"
        sys.modules[f"torch.nn.modules.{place}"] = nn
    sys.modules["torch"], Tensor.__module__ = sys.modules[__package__], "torch"


if __name__ == "__main__":
    install()
    if len(sys.argv) < 2:
        sys.exit("usage: python -m annotated_src.distilled script.py")
    # The script finds its arguments, and its neighbours, as if it had been run by itself.
    del sys.argv[0]
    sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
    runpy.run_path(sys.argv[0], run_name="__main__")
