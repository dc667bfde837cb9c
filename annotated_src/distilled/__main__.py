"""Run an unchanged script with this package in the place of torch.

``python -m annotated_src.distilled script.py``

*Kept from torch*: the names under which a script imports.

*Left out*: nothing else of torch can be imported then.
"""

from __future__ import annotations

import importlib
import runpy
import sys

PARTS = (
    "",
    ".autograd",
    ".autograd.function",
    ".autograd.graph",
    ".nn",
    ".nn.functional",
    ".nn.init",
    ".nn.modules",
    ".nn.modules.module",
    ".nn.parameter",
    ".utils.hooks",
)
PLACES = {
    ".autograd.function": ".function",
    ".autograd.graph": ".graph",
    ".nn.init": ".nn.functional",
    ".nn.modules": ".nn",
    ".nn.modules.module": ".nn.module",
    ".utils.hooks": ".hooks",
}
# Where torch defines the classes of `nn`; their names say so when they are printed.
CLASSES = {
    "activation": "ReLU Tanh",
    "container": "ModuleDict ModuleList ParameterDict ParameterList Sequential",
    "dropout": "Dropout",
    "linear": "Identity Linear",
    "loss": "MSELoss",
}


def install() -> None:
    """Answer ``import torch`` with this package, and show its classes as torch's."""
    for part in (*PARTS, ".optim"):
        module = importlib.import_module(__package__ + PLACES.get(part, part))
        sys.modules["torch" + part] = module
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__:
                value.__module__ = "torch" + part
    sys.modules["torch"].Tensor.__module__ = "torch"
    for place, names in CLASSES.items():
        for name in names.split():
            getattr(sys.modules["torch.nn"], name).__module__ = f"torch.nn.modules.{place}"


if __name__ == "__main__":
    install()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
