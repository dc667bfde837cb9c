"""A module's state as a dictionary of tensors, and back.

*Kept from torch* (`torch.nn.Module`): keys are paths of attributes; tensors are handed out
detached, not copied; `_metadata` with the version of each module; hooks before and after; loading
copies in place; everything that fits is loaded before anything is said of what does not; then
all of it is said in one error, in torch's words.

*Left out*: hooks under names that begin with `_`; extra state; `assign`; meta tensors; files.
"""

from collections import OrderedDict, namedtuple
from collections.abc import Iterator, Mapping
from functools import partialmethod
from typing import Any

from ..grad_mode import no_grad
from ..hooks import Hook, for_module
from ..tensor import Tensor
from .routing import Routing


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What `load_state_dict` returns: keys that were not there, and that have no place."""

    def __repr__(self) -> str:
        return super().__repr__() if any(self) else "<All keys matched successfully>"


class State(Routing):
    """Saving and loading."""

    _version = 1

    # `hook(module, prefix, keep_vars)` before the module writes its state.
    register_state_dict_pre_hook = partialmethod(Routing._hook, "_state_dict_pre_hooks")
    # `hook(module, state_dict, prefix, local_metadata)` after it; it must return None.
    register_state_dict_post_hook = partialmethod(Routing._hook, "_state_dict_hooks")
    # `hook(module, incompatible_keys)` after loading; it may edit the two lists.
    register_load_state_dict_post_hook = partialmethod(Routing._hook, "_load_state_dict_post_hooks")

    def register_load_state_dict_pre_hook(self, hook: Hook) -> Any:
        """Run `hook(module, state_dict, prefix, local_metadata, strict, …)` before loading."""
        return Routing._hook(self, "_load_state_dict_pre_hooks", for_module(hook, self))

    def state_dict(self, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """All parameters and persistent buffers, by the paths of their attributes.

        >>> import annotated_src.distilled as torch
        >>> list(torch.nn.Sequential(torch.nn.Linear(1, 2)).state_dict())
        ['0.weight', '0.bias']
        """
        # The metadata are an attribute of the dictionary, so that its values are all tensors. What
        # a comprehension makes of it has lost them.
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        if hasattr(self, "get_extra_state"):  # not to be lost without a word
            raise NotImplementedError("distilled has no extra state; see torch.nn.Module")
        local_metadata = {"version": self._version}
        getattr(destination, "_metadata", {})[prefix[:-1]] = local_metadata
        for hook in self._state_dict_pre_hooks.values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                below = f"{prefix}{name}."
                module.state_dict(destination=destination, prefix=below, keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            if hook(self, destination, prefix, local_metadata) is not None:
                raise RuntimeError("state_dict post-hook must return None")
        return destination

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Write what is the module's own; children write theirs."""
        # Detached, so that what is saved requires no gradient; not copied, so that it costs nothing
        # and goes on changing with the model.
        for name, tensor in State._own_state(self).items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()

    def _own_state(self) -> dict[str, Tensor]:
        tensors, left_out = {**self._parameters, **self._buffers}, self._non_persistent_buffers_set
        return {n: t for n, t in tensors.items() if t is not None and n not in left_out}

    def load_state_dict(self, state_dict: Any, strict: bool = True) -> _IncompatibleKeys:
        """Copy the tensors into this module and its children, and complain afterwards."""
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        errors: list[str] = []
        report, metadata = _IncompatibleKeys([], []), getattr(state_dict, "_metadata", {})

        def load(module: Any, state: dict[str, Any], prefix: str) -> None:
            local = metadata.get(prefix[:-1], {})
            # Not `strict` but True: what is missing is returned, even if it is no error.
            module._load_from_state_dict(state, prefix, local, True, *report, errors)
            # A child's `load_state_dict` is not called: it would raise before others had a turn.
            for name, child in module._modules.items():
                if child is not None:
                    path = f"{prefix}{name}."
                    load(child, {k: v for k, v in state.items() if k.startswith(path)}, path)
            for hook in module._load_state_dict_post_hooks.values():
                if hook(module, report) is not None:
                    raise AssertionError("hooks must not return values")

        # A copy of the dictionary, as hooks may change it; the tensors in it are the caller's.
        load(self, OrderedDict(state_dict), "")
        for kind, keys in zip(("Unexpected", "Missing"), reversed(report), strict=True):
            if strict and keys:
                listed = ", ".join(f'"{key}"' for key in keys)
                errors.insert(0, f"{kind} key(s) in state_dict: {listed}. ")
        if errors:
            errors.insert(0, f"Error(s) in loading state_dict for {type(self).__name__}:")
            raise RuntimeError("\n\t".join(errors))
        return report

    def _load_from_state_dict(self, *args: Any, **named: Any) -> None:
        """Load what is the module's own; what does not fit is noted, and raised at the end."""
        args += tuple(named.values())  # in their order
        for hook in self._load_state_dict_pre_hooks.values():
            hook(*args)
        # A hook may have renamed keys in the very dictionary that is read from here on.
        state_dict, prefix, _, strict, missing, unexpected, errors = args
        own = State._own_state(self)
        for name, tensor in own.items():
            if prefix + name in state_dict:
                errors.extend(_copy_into(tensor, prefix + name, state_dict[prefix + name]))
            elif strict:
                missing.append(prefix + name)
        # The state of children is in the same dictionary. A key with a point has to begin with the
        # name of a child, which will judge the rest of it; one without has to be in `own`.
        for key in state_dict if strict else ():
            first, *rest = key[len(prefix) :].split(".", 1)
            if key.startswith(prefix) and first not in (self._modules if rest else own):
                unexpected.append(key)


def _copy_into(tensor: Tensor, key: str, given: Any) -> Iterator[str]:
    """Load one tensor, and say what is wrong with it, if anything."""
    where = f'While copying the parameter named "{key}", '
    if not isinstance(given, Tensor):
        wanted = "expected torch.Tensor or Tensor-like object from checkpoint but received"
        yield f"{where}{wanted} {type(given)}"
    elif given.shape != tensor.shape and (tensor.dim(), *given.shape) != (0, 1):
        shapes = f"{given.shape} from checkpoint, the shape in current model is {tensor.shape}"
        yield f"size mismatch for {key}: copying a param with shape {shapes}."
    else:
        try:
            # In place: an optimizer, and other modules, go on holding the tensor. Unrecorded, as it
            # may be a leaf that requires a gradient. `copy_` converts to its dtype.
            with no_grad():
                tensor.copy_(given.view(tensor.shape))  # torch 0.3 saved a number as a row of one
        except Exception as error:  # whatever it is, the other tensors are loaded first
            where += f"whose dimensions in the model are {tensor.shape} and "
            where += f"whose dimensions in the checkpoint are {given.shape}, "
            yield f"{where}an exception occurred : {error.args}."
