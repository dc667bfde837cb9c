"""Modules: what is trained, and what it is built from.

*Kept from torch* (`torch.nn`): `Module`, `Parameter` and `Buffer`, the containers.

*Left out*: all layers but `Linear`, `ReLU`, `Tanh`, `Dropout`, `MSELoss` and `Identity`.
"""

import sys
from functools import partial

from ..refusals import refuse
from . import functional
from .containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from .layers import Dropout, Identity, Linear, MSELoss, ReLU, Tanh
from .module import Module
from .parameter import Buffer, Parameter

# In torch both are modules of their own. Here `functional` has what `init` offers, and `modules`
# is this package, so that `nn.modules.module.register_module_forward_hook` is found.
init, modules = functional, sys.modules[__name__]

# Python calls this for a name that is not in the module.
__getattr__ = partial(refuse, "torch.nn")
