"""A module's state as a dictionary of tensors, and back.

*Kept from torch* (`torch.nn.Module`): keys are paths of attributes; tensors are handed out
detached, not copied; `_metadata` with the version of each module; hooks before and after; loading
copies in place, or with `assign` takes the tensors over; everything that fits is loaded before
anything is said of what does not; the text of every error.

*Left out*: positional arguments of `state_dict`; hooks under names that begin with `_`; extra
state; meta tensors; files.
"""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Mapping
from typing import Any

from ..grad_mode import no_grad
from ..hooks import Hook, RemovableHandle, add_hook, for_module
from ..tensor import Tensor
from .parameter import Parameter
from .routing import Routing


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What `load_state_dict` returns: keys that were not there, and that have no place."""

    __slots__ = ()

    def __repr__(self) -> str:
        return super().__repr__() if any(self) else "<All keys matched successfully>"

    __str__ = __repr__


class State(Routing):
    """Saving and loading."""

    _version = 1

    def register_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Run `hook(module, prefix, keep_vars)` before the module writes its state."""
        return add_hook(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Run `hook(module, state_dict, prefix, local_metadata)` after; it must return None."""
        return add_hook(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Run `hook(module, state_dict, prefix, local_metadata, strict, …)` before loading."""
        return add_hook(self._load_state_dict_pre_hooks, for_module(hook, self))

    def register_load_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Run `hook(module, incompatible_keys)` after loading; it may edit the two lists."""
        return add_hook(self._load_state_dict_post_hooks, hook)

    def state_dict(
        self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> Any:
        """All parameters and persistent buffers, by the paths of their attributes.

        >>> import annotated_src.distilled as torch
        >>> list(torch.nn.Sequential(torch.nn.Linear(1, 2)).state_dict())
        ['0.weight', '0.bias']
        """
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        local_metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = local_metadata
        for hook in self._state_dict_pre_hooks.values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                path = f"{prefix}{name}."
                module.state_dict(destination=destination, prefix=path, keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            if hook(self, destination, prefix, local_metadata) is not None:
                raise RuntimeError("state_dict post-hook must return None")
        return destination

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Write what is the module's own; children write theirs."""
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()

    def _own_state(self) -> dict[str, Tensor]:
        tensors, left_out = {**self._parameters, **self._buffers}, self._non_persistent_buffers_set
        return {n: t for n, t in tensors.items() if t is not None and n not in left_out}

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Copy the tensors into this module and its children, or with `assign` take them over."""
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        missing: list[str] = []
        unexpected: list[str] = []
        errors: list[str] = []
        metadata = getattr(state_dict, "_metadata", None)
        state: Any = OrderedDict(state_dict)
        if metadata is not None:
            state._metadata = metadata

        def load(module: Any, state: Any, prefix: str) -> None:
            local = {} if metadata is None else metadata.get(prefix[:-1], {})
            if assign:
                local["assign_to_params_buffers"] = assign
            module._load_from_state_dict(state, prefix, local, True, missing, unexpected, errors)
            for name, child in module._modules.items():
                if child is not None:
                    path = f"{prefix}{name}."
                    load(child, {k: v for k, v in state.items() if k.startswith(path)}, path)
            for hook in module._load_state_dict_post_hooks.values():
                if hook(module, _IncompatibleKeys(missing, unexpected)) is not None:
                    raise AssertionError(_NO_NEW_KEYS)

        load(self, state, "")
        for kind, keys in (("Unexpected", unexpected), ("Missing", missing)):
            if strict and keys:
                listed = ", ".join(f'"{key}"' for key in keys)
                errors.insert(0, f"{kind} key(s) in state_dict: {listed}. ")
        if errors:
            listed = "\n\t".join(errors)
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{listed}"
            )
        return _IncompatibleKeys(missing, unexpected)

    def _load_from_state_dict(self, *args: Any) -> None:
        """Load what is the module's own; what does not fit is noted, and raised at the end."""
        for hook in self._load_state_dict_pre_hooks.values():
            hook(*args)
        state_dict, prefix, local_metadata, strict, missing, unexpected, errors = args
        own = self._own_state()
        for name, tensor in own.items():
            key = prefix + name
            if key in state_dict:
                assign = local_metadata.get("assign_to_params_buffers", False)
                errors += self._load_tensor(name, key, tensor, state_dict[key], assign)
            elif strict:
                missing.append(key)
        for key in state_dict if strict else ():
            first, *rest = key[len(prefix) :].split(".", 1)
            if key.startswith(prefix) and first not in (self._modules if rest else own):
                unexpected.append(key)

    def _load_tensor(
        self, name: str, key: str, tensor: Tensor, given: Any, assign: bool
    ) -> list[str]:
        """Load one tensor; what is wrong with it, if anything."""
        where = f'While copying the parameter named "{key}", '
        if not isinstance(given, Tensor):
            wanted = "expected torch.Tensor or Tensor-like object from checkpoint but received"
            return [f"{where}{wanted} {type(given)}"]
        if tensor.dim() == 0 and given.shape == (1,):
            given = given[0]  # torch 0.3 saved numbers as vectors of one
        if given.shape != tensor.shape:
            shapes = f"{given.shape} from checkpoint, the shape in current model is {tensor.shape}"
            return [f"size mismatch for {key}: copying a param with shape {shapes}."]
        try:
            with no_grad():
                if not assign:
                    tensor.copy_(given)
                elif not isinstance(tensor, Parameter):
                    setattr(self, name, given)
                elif isinstance(given, Parameter):
                    setattr(self, name, given.requires_grad_(tensor.requires_grad))
                else:
                    setattr(self, name, Parameter(given, tensor.requires_grad))
        except Exception as error:  # whatever it is, the other tensors are loaded first
            model, checkpoint = (
                f"in the model are {tensor.size()}",
                f"the checkpoint are {given.size()}",
            )
            return [
                f"{where}whose dimensions {model} and whose dimensions in {checkpoint}, "
                f"an exception occurred : {error.args}."
            ]
        return []


_NO_NEW_KEYS = (
    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new "
    "values, if incompatible_keys need to be modified, it should be done inplace."
)
