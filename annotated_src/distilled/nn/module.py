"""`Module`: a tree of modules with parameters and buffers, and what is done to all of it.

*Kept from torch* (`torch.nn.Module`): walking the tree, each object once; `apply`, `to`,
`train`, `zero_grad`; converting replaces `param.data`, so that an optimizer goes on holding the
right parameters; how a module prints.

*Left out*: `get_submodule` and its like, devices, half precision, memory formats, `compile`.

Routing of attributes, calling and saving have a module each: `routing`, `calling`, `state`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

from ..dtypes import dtype
from ..grad_mode import no_grad
from ..tensor import Tensor
from . import global_hooks
from .calling import Calling
from .parameter import Parameter
from .state import State

Named = Iterator[tuple[str, Any]]


class Module(Calling, State):
    """The base of everything in `nn`: has parameters, buffers and children, and a `forward`.

    >>> import annotated_src.distilled as torch
    >>> class Twice(torch.nn.Module):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> Twice()(torch.ones(2))
    tensor([2., 2.])
    """

    def forward(self, *input: Any) -> Any:  # torch's name
        """What the module computes. Each module has its own."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    # The tree, each object once.

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The children and their names."""
        seen = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        """The children."""
        for _, module in self.named_children():
            yield module

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Itself and all modules below it, with their paths.

        >>> import annotated_src.distilled as torch
        >>> relu = torch.nn.ReLU()
        >>> [name for name, _ in torch.nn.Sequential(relu, relu).named_modules()]
        ['', '0']
        """
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                path = f"{prefix}.{name}" if prefix else name
                yield from module.named_modules(memo, path, remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """Itself and all modules below it."""
        for _, module in self.named_modules(remove_duplicate=remove_duplicate):
            yield module

    def _named_members(
        self, members: Callable[[Module], Any], prefix: str, recurse: bool, once: bool
    ) -> Named:
        seen = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=once)
        for path, module in modules if recurse else [(prefix, self)]:
            for name, member in members(module).items():
                if member is None or member in seen:
                    continue
                if once:
                    seen.add(member)
                yield (f"{path}.{name}" if path else name), member

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters of this module and all below it, with their paths."""
        yield from self._named_members(lambda m: m._parameters, prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters; what an optimizer is given."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers of this module and all below it, with their paths."""
        yield from self._named_members(lambda m: m._buffers, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    # What is done to all of it.

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call a function with every module, children first."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Replace the data of every parameter and gradient, and every buffer, by `fn` of it."""
        for module in self.children() if recurse else []:
            module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is None:
                continue
            grad = parameter.grad  # asked for first: another dtype would refuse it
            with no_grad():
                parameter.data = fn(parameter)
                if grad is not None:
                    grad.data = fn(grad)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert what is floating point: `to(dtype)`, or `to(tensor)` for that tensor's dtype."""
        given = [value.dtype if isinstance(value, Tensor) else value for value in args]
        kinds = [kind for kind in (*given, *kwargs.values()) if isinstance(kind, dtype)]
        if not kinds:
            return self
        if not kinds[0].is_floating_point:
            raise TypeError(f"{_ONLY_FLOATING} but got desired dtype={kinds[0]}")
        return self._apply(lambda t: t.to(kinds[0]) if t.is_floating_point() else t)

    def float(self) -> Self:
        """Convert what is floating point to float32."""
        return self._apply(lambda t: t.float() if t.is_floating_point() else t)

    def double(self) -> Self:
        """Convert what is floating point to float64."""
        return self._apply(lambda t: t.double() if t.is_floating_point() else t)

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and below; `Dropout` asks for it."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        """Set `training` to False."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let autograd record what is done with the parameters, or not."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero."""
        clear_grads(self.parameters(), set_to_none)

    # How it prints.

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """What a module says of itself between its parentheses."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        said = extra.split("\n") if extra else []
        children = [f"({name}): {_indent(repr(m))}" for name, m in self._modules.items()]
        if not said and not children:
            return f"{self._get_name()}()"
        if len(said) == 1 and not children:
            return f"{self._get_name()}({extra})"
        return "\n  ".join([f"{self._get_name()}(", *said, *children]) + "\n)"


_ONLY_FLOATING = "nn.Module.to only accepts floating point or complex dtypes,"


def _indent(text: str) -> str:
    """All lines but the first moved to the right; blank ones are left empty."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(f"  {line}" if line.strip() else "" for line in rest)])


def clear_grads(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Forget the gradients, or set them to zero in place."""
    for parameter in parameters:
        grad = parameter.grad
        if grad is None:
            continue
        if set_to_none:
            parameter.grad = None
        else:
            if grad.grad_fn is not None:
                grad.detach_()
            else:
                grad.requires_grad_(False)
            grad.zero_()


def __getattr__(name: str) -> Any:
    """Global hooks and their tables are in this module too, as far as a program can tell."""
    return getattr(global_hooks, name)
