"""Where an attribute of a module goes: 17 attributes, and what assigning, reading and deleting do.

*Kept from torch* (`torch.nn.Module`): the 17 attributes in their order; assigning sorts into
`_parameters`, `_buffers`, `_modules` or the instance; an attribute is looked up there only if
the instance and its class have none; registration hooks; the text of every error.

*Left out*: scripted modules; a `register_buffer` of one's own that knows no `persistent`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ..hooks import Table
from ..tensor import Tensor, typename
from . import global_hooks
from .parameter import Buffer, Parameter

# What is no table of hooks starts as one of these.
_STARTS: dict[str, Callable[[], Any]] = {
    "training": lambda: True,
    "_parameters": dict,
    "_buffers": dict,
    "_non_persistent_buffers_set": set,
    "_is_full_backward_hook": lambda: None,
    "_modules": dict,
}


class Routing:
    """The state of a module, and the way to it. `Module` is built on it."""

    training: bool
    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _backward_pre_hooks: Table
    _backward_hooks: Table
    _is_full_backward_hook: bool | None
    _forward_hooks: Table
    _forward_hooks_with_kwargs: Table
    _forward_hooks_always_called: Table
    _forward_pre_hooks: Table
    _forward_pre_hooks_with_kwargs: Table
    _state_dict_hooks: Table
    _state_dict_pre_hooks: Table
    _load_state_dict_pre_hooks: Table
    _load_state_dict_post_hooks: Table
    _modules: dict[str, Any]

    call_super_init = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not self.call_super_init and (kwargs or args):
            given = f"takes 1 positional argument but {len(args) + 1} were given"
            if kwargs:
                given = f"got an unexpected keyword argument '{next(iter(kwargs))}'"
            raise TypeError(f"{type(self).__name__}.__init__() {given}")
        # The 17 annotated above. Not `self.x = …`: that is __setattr__, which needs them already.
        for name in list(Routing.__annotations__):
            super().__setattr__(name, _STARTS.get(name, OrderedDict)())
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: PLR0912  # as many kinds
        """Sort what is assigned: by its type, and by what the name stands for already."""
        state = self.__dict__
        if isinstance(value, Parameter):
            if "_parameters" not in state:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, state, self._buffers, self._modules)
            self.register_parameter(name, value)
        elif name in state.get("_parameters", ()):
            if value is not None:
                raise _refused(value, "as parameter", name, "torch.nn.Parameter or None expected")
            self.register_parameter(name, value)
        elif isinstance(value, Routing):
            if "_modules" not in state:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, state, self._parameters, self._buffers)
            self._modules[name] = self._after_hooks("module", name, value)
        elif name in state.get("_modules", ()):
            if value is not None:
                raise _refused(value, "as child module", name, "torch.nn.Module or None expected")
            self._modules[name] = self._after_hooks("module", name, value)
        elif isinstance(value, Buffer) or name in state.get("_buffers", ()):
            if value is not None and not isinstance(value, Tensor):
                wanted = "torch.nn.Buffer, torch.Tensor or None expected"
                raise _refused(value, "as buffer", name, wanted)
            if isinstance(value, Buffer):
                persistent = value.persistent
            else:  # another tensor under the same name
                persistent = name not in self._non_persistent_buffers_set
            self.register_buffer(name, value, persistent)
        else:
            super().__setattr__(name, value)

    def _forget(self, name: str, *places: dict[str, Any]) -> None:
        """A name is one thing at a time: what it was before is removed."""
        for place in places:
            place.pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __getattr__(self, name: str) -> Any:
        # Python calls this only when the usual look-up has found nothing.
        for table in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(table, ()):
                return self.__dict__[table][name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        for table in (self._parameters, self._buffers, self._modules):
            if name in table:
                return self._forget(name, table)
        return super().__delattr__(name)

    def __dir__(self) -> list[str]:
        own = (*self.__dict__, *self._parameters, *self._modules, *self._buffers)
        return sorted(name for name in (*dir(type(self)), *own) if not name[0].isdigit())

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a buffer; one that is not persistent stays out of `state_dict`."""
        self._check_name("buffer", name)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise _refused(tensor, "object to buffer", name, "torch Tensor or None required")
        self._buffers[name] = self._after_hooks("buffer", name, tensor)
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter, or a name for one that is None."""
        self._check_name("parameter", name)
        if param is not None and not isinstance(param, Parameter):
            wanted = "torch.nn.Parameter or None required"
            raise _refused(param, "object to parameter", name, wanted)
        if param is not None and param.grad_fn:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be "
                f"created explicitly. To express '{name}' as a function of another Tensor, "
                "compute the value in the forward() method."
            )
        # A parameter that is None is only a name; hooks are not told of it.
        new = None if param is None else self._after_hooks("parameter", name, param)
        self._parameters[name] = new

    def add_module(self, name: str, module: Routing | None) -> None:
        """Add a child; `register_module` is another name for it."""
        if not isinstance(module, Routing) and module is not None:
            raise TypeError(f"{typename(module)} is not a Module subclass")
        self._check_name("module", name)
        self._modules[name] = self._after_hooks("module", name, module)

    register_module = add_module

    def _check_name(self, kind: str, name: object) -> None:
        if f"_{kind}s" not in self.__dict__ and kind != "module":
            raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {typename(name)}")
        if "." in name:
            got = f", got: {name}" if kind == "module" else ""
            raise KeyError(f'{kind} name can\'t contain "."{got}')
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and name not in getattr(self, f"_{kind}s"):
            raise KeyError(f"attribute '{name}' already exists")

    def _after_hooks(self, kind: str, name: str, value: Any) -> Any:
        """What is registered: hooks of this kind may have put something else in its place."""
        for hook in getattr(global_hooks, f"_global_{kind}_registration_hooks").values():
            new = hook(self, name, value)
            value = value if new is None else new
        return value


def _refused(value: Any, where: str, name: str, wanted: str) -> TypeError:
    return TypeError(f"cannot assign '{typename(value)}' {where} '{name}' ({wanted})")
