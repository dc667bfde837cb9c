"""Where an attribute of a module goes: 17 attributes, and what assigning, reading and deleting do.

*Kept from torch* (`torch.nn.Module`): the 17 attributes in their order; assigning sorts into
`_parameters`, `_buffers`, `_modules` or the instance; an attribute is looked up there only if
the instance and its class have none; registration hooks.

*Left out*: scripted modules; a `register_buffer` of one's own that knows no `persistent`; `dir`
of what is registered.
"""

from collections import OrderedDict
from typing import Any

from ..hooks import Hook, Table, add_hook
from ..refusals import NOT_OFFERED_BY_MODULE, refuse
from ..tensor import Tensor, typename
from .parameter import Buffer, Parameter

# The 17 attributes that a module has from the beginning, and what each starts as.
STARTS: dict[str, Any] = {
    "training": lambda: True,
    "_parameters _buffers": dict,
    "_non_persistent_buffers_set": set,
    "_backward_pre_hooks _backward_hooks": OrderedDict,
    "_is_full_backward_hook": lambda: None,
    "_forward_hooks _forward_hooks_with_kwargs _forward_hooks_always_called": OrderedDict,
    "_forward_pre_hooks _forward_pre_hooks_with_kwargs": OrderedDict,
    "_state_dict_hooks _state_dict_pre_hooks": OrderedDict,
    "_load_state_dict_pre_hooks _load_state_dict_post_hooks": OrderedDict,
    "_modules": dict,
}
# Hooks that see what any module registers, and may put something else in its place.
registration_hooks: dict[str, Table] = {"parameter": Table(), "buffer": Table(), "module": Table()}


# Helpers that torch has not are called by their class: users' attributes may have the same names.
class Routing:
    """The state of a module, and the way to it. `Module` is built on it."""

    call_super_init = False
    _is_full_backward_hook: bool | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # With `call_super_init` arguments go on to another base class. Without it nobody would take
        # them, and one given by mistake would be lost.
        if not self.call_super_init and (args or kwargs):
            given = f"takes 1 positional argument but {len(args) + 1} were given"
            if kwargs:
                given = f"got an unexpected keyword argument '{next(iter(kwargs))}'"
            raise TypeError(f"{type(self).__name__}.__init__() {given}")
        for names, start in STARTS.items():
            # Not `self.x = …`: all the questions of __setattr__ would be asked 17 times, for every
            # module that is made. In torch too they are passed by, for speed.
            self.__dict__.update({name: start() for name in names.split()})
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        """Sort what is assigned: by its type, or by what the name stands for already."""
        # By `get`, as a class may assign before it calls `super().__init__()`, which makes the
        # tables. Plain values are let through then, members are refused below.
        state = self.__dict__
        if isinstance(value, Parameter) or name in state.get("_parameters", ()):
            # A parameter's name takes nothing but a parameter or None: a plain tensor would end the
            # training of that weight without a word.
            Routing._make_room(self, name, "parameters", "_buffers", "_modules")
            self.register_parameter(name, value)
        elif isinstance(value, Routing) or name in state.get("_modules", ()):
            Routing._make_room(self, name, "module", "_parameters", "_buffers")
            Routing._register(self, "module", name, value)
        elif isinstance(value, Buffer) or name in state.get("_buffers", ()):
            # A plain tensor under the name of a buffer becomes the buffer, saved or not as before:
            # so `self.mean = 0.9 * self.mean + …` does what it looks like.
            persistent = name not in state.get("_non_persistent_buffers_set", ())
            self.register_buffer(name, value, getattr(value, "persistent", persistent))
        else:
            # Plain tensors end here, and lists of modules: neither moved, nor trained, nor saved.
            super().__setattr__(name, value)

    def _make_room(self, name: str, kind: str, *others: str) -> None:
        """A name is one thing at a time: what it was before is removed."""
        if "_modules" not in self.__dict__:
            raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
        # What stands in `__dict__` would be found first, and hide what is registered.
        for place in ("__dict__", *others):
            getattr(self, place).pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __getattr__(self, name: str) -> Any:
        # Python calls this only when the usual look-up has found nothing. Tables are taken from
        # `__dict__`: where there are none yet, `self._parameters` would end up here again.
        for table in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(table, ()):
                return self.__dict__[table][name]
        if name in NOT_OFFERED_BY_MODULE:
            refuse("torch.nn.Module", name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        for table in (self._parameters, self._buffers, self._modules):
            if name in table:
                self._non_persistent_buffers_set.discard(name)
                del table[name]
                return
        super().__delattr__(name)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter, or a name for one that is None."""
        Routing._check_name(self, "parameter", name)
        # A result gets no `.grad`, where an optimizer looks, and is out of date after one step.
        if isinstance(param, Parameter) and param.grad_fn:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be "
                f"created explicitly. To express '{name}' as a function of another Tensor, "
                "compute the value in the forward() method."
            )
        Routing._register(self, "parameter", name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a buffer; one that is not persistent stays out of `state_dict`."""
        Routing._check_name(self, "buffer", name)
        Routing._register(self, "buffer", name, tensor)
        passing = self._non_persistent_buffers_set
        (passing.discard if persistent else passing.add)(name)

    def add_module(self, name: str, module: Any) -> None:
        """Add a child; `register_module` is another name for it."""
        if not (module is None or isinstance(module, Routing)):
            raise TypeError(f"{typename(module)} is not a Module subclass")
        Routing._check_name(self, "module", name)
        Routing._register(self, "module", name, module)

    register_module = add_module

    def _check_name(self, kind: str, name: str) -> None:
        if kind != "module" and "_modules" not in self.__dict__:
            raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {typename(name)}")
        # Points join the names of a path: with one inside, a key of the state has two readings.
        if name == "" or "." in name:
            wrong = 'contain "."' if name else 'be empty string ""'
            raise KeyError(f"{kind} name can't {wrong}")
        # The attribute would be found first, and the member never.
        if hasattr(self, name) and name not in getattr(self, f"_{kind}s"):
            raise KeyError(f"attribute '{name}' already exists")

    def _register(self, kind: str, name: str, value: Any) -> None:
        """Write into the table of a kind what is of its type, after its hooks."""
        (cls, called, wanted), table = KINDS[kind], getattr(self, f"_{kind}s")
        if not (value is None or isinstance(value, cls)):
            how, needed = ("as", "expected") if name in table else ("object to", "required")
            where = f"{how} {called} '{name}' ({wanted} or None {needed})"
            raise TypeError(f"cannot assign '{typename(value)}' {where}")
        # A parameter that is None is only a name; hooks are not told of it.
        hooks = {} if value is None and cls is Parameter else registration_hooks[kind]
        for hook in hooks.values():
            new = hook(self, name, value)
            value = value if new is None else new
        table[name] = value

    def _hook(self, table: str, hook: Hook, prepend: bool = False, **marks: bool) -> Any:
        """Put a hook into a table, and mark it in those that say more about it."""
        marked = [getattr(self, f"{table}_{mark}") for mark, wanted in marks.items() if wanted]
        return add_hook(getattr(self, table), hook, prepend, marked)


# For each kind the type of its members, and what messages call the member and the type.
KINDS: dict[str, tuple[type, str, str]] = {
    "parameter": (Parameter, "parameter", "torch.nn.Parameter"),
    "buffer": (Tensor, "buffer", "torch.nn.Buffer, torch.Tensor"),
    "module": (Routing, "child module", "torch.nn.Module"),
}
