"""Modules: what is trained, and what it is built from.

*Kept from torch* (`torch.nn`): `Module` with everything that it does, `Parameter` and `Buffer`,
the containers.

*Left out*: all layers but `Linear`, `ReLU`, `Tanh`, `Dropout`, `MSELoss` and `Identity`.
"""

# ruff: noqa: F401  # what is imported here is offered here
import sys
from functools import partial

from ..tensor import refuse
from . import functional
from .containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from .layers import Dropout, Identity, Linear, MSELoss, ReLU, Tanh
from .module import Module
from .parameter import Buffer, Parameter

# In torch these are modules of their own; `modules` has the hooks of all modules in it.
init, modules = functional, sys.modules[__name__]


__getattr__ = partial(refuse, "torch.nn")
