"""`Module`: a tree of modules with parameters and buffers, and what is done to all of it.

*Kept from torch* (`torch.nn.Module`): walking the tree, each object once; `apply`, `to`,
`train`, `zero_grad`; converting replaces `param.data`, so that an optimizer goes on holding the
right parameters; how a module prints.

*Left out*: `get_submodule` and its like, `remove_duplicate`, devices, half precision, memory
formats, `compile`.

Routing of attributes, calling and saving have a module each: `routing`, `calling`, `state`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial, partialmethod
from textwrap import indent
from typing import Any, Self

from ..grad_mode import no_grad
from ..storage import dtype, float32, float64
from ..tensor import Tensor
from .calling import EVERYWHERE, Calling
from .state import State

Named = Iterator[tuple[str, Any]]


def _without_names(named: str) -> Any:
    """A method that gives what another one gives, without the names."""
    # `parameters(False)` is `named_parameters("", False)`: that begins with a prefix.
    return lambda self, *of, **how: (
        x for _, x in getattr(self, named)(*[""] * len(of), *of, **how)
    )


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
        name = type(self).__name__
        raise NotImplementedError(f'Module [{name}] is missing the required "forward" function')

    # The tree, each object once.

    def named_modules(self, memo: Any = None, prefix: str = "") -> Named:
        """Itself and all modules below it, with their paths.

        >>> import annotated_src.distilled as torch
        >>> relu = torch.nn.ReLU()
        >>> [name for name, _ in torch.nn.Sequential(relu, relu).named_modules()]
        ['', '0']
        """
        # One module may stand in several places. It is given under its first path.
        memo = set() if memo is None else memo
        if self in memo:
            return
        memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                path = f"{prefix}.{name}".lstrip(".")
                yield from module.named_modules(memo, path)

    def _named_members(self, table: str, prefix: str = "", recurse: bool = True) -> Named:
        """What stands in a table of this module and of all below it, with its path."""
        # A tensor that two modules share is given once, or an optimizer would move it twice.
        seen = set()
        for path, module in self.named_modules(None, prefix) if recurse else [(prefix, self)]:
            for name, member in getattr(module, table).items():
                if member is not None and member not in seen:
                    yield f"{path}.{name}".lstrip("."), member
                    seen.add(member)

    # Their arguments are `prefix` and `recurse`.
    named_parameters = partialmethod(_named_members, "_parameters")
    named_buffers = partialmethod(_named_members, "_buffers")
    named_children = partialmethod(_named_members, "_modules", recurse=False)

    parameters, buffers = map(_without_names, ("named_parameters", "named_buffers"))
    children, modules = map(_without_names, ("named_children", "named_modules"))

    # What is done to all of it.

    def apply(self, fn: Callable[[Any], Any]) -> Self:
        """Call a function with every module, children first."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Replace the data of every parameter and gradient, and every buffer, by `fn` of it."""
        for module in self.children() if recurse else ():
            module._apply(fn)
        # The parameter stays the same object: an optimizer may hold it.
        for parameter in [x for x in self._parameters.values() if x is not None]:
            grad = parameter.grad
            # What `fn` computes is only to be the data of a leaf: a history would be of no use.
            with no_grad():
                parameter.data = fn(parameter)
                if grad is not None:
                    grad.data = fn(grad)
        # A buffer is replaced: who took it from the module before has the old one.
        for name, buffer in self._buffers.items():
            self._buffers[name] = None if buffer is None else fn(buffer)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert what is floating point: `to(dtype)`, or `to(tensor)` for that tensor's dtype."""
        for target in (*args, *kwargs.values()):
            if isinstance(target, dtype) and not target.is_floating_point:
                raise TypeError("nn.Module.to only accepts floating point or complex dtypes")
            self._apply(partial(_converted, target=target))
        return self

    float, double = partialmethod(to, float32), partialmethod(to, float64)

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and below; `Dropout` asks for it."""
        # Anything true would pass for a mode otherwise, such as a model handed in by mistake.
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

    def extra_repr(self) -> str:
        """What a module says of itself between its parentheses."""
        return ""

    def __repr__(self) -> str:
        children = [f"({name}): {module!r}" for name, module in self._modules.items()]
        return framed(type(self).__name__, self.extra_repr(), children)


def framed(name: str, extra: str, lines: list[str]) -> str:
    """What a module prints: its name, and between parentheses what it says and what it holds."""
    if not lines and "\n" not in extra:
        return f"{name}({extra})"
    inside = "\n".join([extra, *lines] if extra else lines)
    return f"{name}(\n{indent(inside, '  ')}\n)"


def _converted(tensor: Tensor, target: Any) -> Tensor:
    # Whole numbers stay what they are: they are counters and indices.
    return tensor.to(target) if tensor.is_floating_point() else tensor


def clear_grads(parameters: Iterable[Any], set_to_none: bool) -> None:
    """Forget the gradients, or set them to zero in place."""
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        # After `backward(create_graph=True)` a gradient has a history, which ends here: else this
        # change would become a part of it.
        elif (grad := parameter.grad) is not None:
            (grad.detach_() if grad.grad_fn else grad.requires_grad_(False)).zero_()


def __getattr__(name: str) -> Any:
    """`register_module_…hook`, for all modules at once, is `register_…hook` of one more module."""
    return getattr(EVERYWHERE, name.replace("_module", "", 1))
