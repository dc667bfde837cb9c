"""Modules: what is trained, and what it is built from.

*Kept from torch* (`torch.nn`): `Module` with everything that it does, `Parameter` and `Buffer`,
the containers.

*Left out*: all layers but `Linear`, `ReLU`, `Tanh`, `Dropout`, `MSELoss` and `Identity`.
"""

from __future__ import annotations

import sys

from . import functional as functional
from . import init as init
from . import module as module
from . import parameter as parameter
from .containers import ModuleDict as ModuleDict
from .containers import ModuleList as ModuleList
from .containers import Sequential as Sequential
from .layers import Dropout as Dropout
from .layers import Identity as Identity
from .layers import Linear as Linear
from .layers import MSELoss as MSELoss
from .layers import ReLU as ReLU
from .layers import Tanh as Tanh
from .module import Module as Module
from .parameter import Buffer as Buffer
from .parameter import Parameter as Parameter
from .parameter_containers import ParameterDict as ParameterDict
from .parameter_containers import ParameterList as ParameterList

# Where torch keeps `Module` and the hooks of all modules: `torch.nn.modules.module`.
modules = sys.modules[__name__]


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    raise NotImplementedError(f"distilled has no {name}; see torch.nn.{name}")
