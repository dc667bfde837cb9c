"""What torch has and this has not: it says so, and where to look.

*Kept from torch*: its names; ``hasattr`` of a tensor answers False for what is not offered.

*Left out*: a name that is in no list is unknown, as if it were misspelt.
"""

from typing import Any


class NotOffered(NotImplementedError, AttributeError):
    """What torch has and this has not. ``hasattr`` answers False."""

    __module__, __qualname__ = "builtins", "NotImplementedError"  # as which it is shown


def refuse(place: str, name: str) -> Any:
    """Say that something is not offered, and where torch has it."""
    # ``from torch import x`` would hide an AttributeError behind an ImportError; ``hasattr`` of a
    # tensor needs one, and so do the names with underscores that Python asks modules for.
    module = AttributeError if name.startswith("__") else NotImplementedError
    kind = NotOffered if place == "torch.Tensor" else module
    raise kind(f"distilled has no {name}; see {place}.{name}")


# Each name refuses by itself. A ``__getattr__`` would answer for names that torch has not either,
# and a mistyped one would be said to be torch's.
NOT_OFFERED = """
    abs all allclose amax amin any argmax argmin argsort as_subclass bmm broadcast_to ceil chunk
    clamp clamp_ clip cos cpu cuda cumprod cumsum det device diag diagonal diff element_size equal
    expand_as flatten flip floor gather half index_select int inverse is_cuda isclose isfinite
    isinf isnan itemsize log2 log_softmax logical_and logical_or logsumexp mT masked_fill
    masked_fill_ masked_select max maximum median min minimum movedim multinomial narrow nbytes
    ndimension new_full new_ones new_tensor new_zeros nonzero norm numpy outer prod random_ ravel
    repeat reshape_as roll round rsqrt scatter scatter_add sigmoid sign sin softmax sort split
    sqrt_ square square_ squeeze_ std swapaxes t_ take tan tile topk trace tril triu type_as unbind
    unfold unique unsqueeze_ var view_as
"""
