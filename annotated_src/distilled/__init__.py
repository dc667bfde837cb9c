"""The system that the reading describes, its heart small enough to read in an evening.

``import annotated_src.distilled as torch``, and most of a short program for torch runs as
it is. Begin with ``storage``, ``shapes`` and ``tensor``; then ``graph``, ``derivatives`` and
``engine``; then ``function``, and ``nn.module`` with what it is built on.

*Kept from torch*: names, behaviour, what is printed, and many messages.

*Left out*: all the rest. Most of it says so when it is asked for.

>>> import annotated_src.distilled as torch
>>> torch.conv2d
Traceback (most recent call last):
NotImplementedError: distilled has no conv2d; see torch.conv2d
"""

from __future__ import annotations

import importlib
from typing import Any

from . import storage
from .grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .operations import FUNCTIONS
from .refusals import refuse
from .shapes import Size as Size
from .storage import dtype as dtype
from .tensor import Tensor, typename

globals().update({kind.name: kind for kind in storage.KINDS}, **FUNCTIONS)
globals().update(float=storage.float32, double=storage.float64, long=storage.int64)


def __getattr__(name: str) -> Any:
    if name in {"nn", "optim"}:
        return importlib.import_module(f"{__name__}.{name}")
    return refuse("torch", name)
