"""State dictionaries, and what is said of those that do not fit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.distilled.both import TIMES, cases, plain, same, seen


def net(library: Any) -> Any:
    """Parameters, buffers of both kinds, children in children, one of them twice."""
    nn = library.nn
    top = nn.Module()
    top.scale = nn.Parameter(library.tensor(2.0))
    top.register_buffer("count", library.tensor(3))
    top.register_buffer("passing", library.ones(1), persistent=False)
    top.register_buffer("none", None)
    top.body = nn.Sequential(nn.Linear(2, 1), nn.ReLU())
    top.again = top.body[0]
    library.nn.init.constant_(top.again.weight, 0.5)
    library.nn.init.constant_(top.again.bias, -1.0)
    return top


def saving(library: Any) -> object:
    top = net(library)
    state = top.state_dict()
    with library.no_grad():
        top.scale.fill_(5.0)
    return (
        state,
        state._metadata,
        top.state_dict(prefix="net.", keep_vars=True),
        state["scale"].requires_grad,
        top.state_dict(keep_vars=True)["scale"] is top.scale,
    )


def saving_into(library: Any) -> object:
    plain_dict: dict[str, Any] = {"before": 1}
    returned = net(library).state_dict(destination=plain_dict)
    return returned is plain_dict, plain_dict


def versions(library: Any) -> object:
    class Newer(library.nn.Module):  # type: ignore[misc]
        _version = 4

    top = net(library)
    top.newer = Newer()
    return top.state_dict()._metadata


def loading(library: Any) -> object:
    top, other = net(library), net(library)
    with library.no_grad():
        for parameter in other.parameters():
            parameter.mul_(3)
    before = top.scale
    said = top.load_state_dict(other.state_dict())
    return str(said), said, top.scale is before, top.state_dict(), top.scale._version


def loading_other_kinds(library: Any) -> object:
    top = net(library)
    top.load_state_dict(net(library).double().state_dict())
    return top.state_dict()


def number_for_a_vector_of_one(library: Any) -> object:
    top = net(library)
    state = top.state_dict()
    state["scale"] = library.tensor([7.0])
    return top.load_state_dict(state), top.scale


def no_dictionary(library: Any) -> object:
    return net(library).load_state_dict([1, 2])


def keys_of_the_answer(library: Any) -> object:
    said = net(library).load_state_dict({"other": library.ones(1)}, strict=False)
    return said.missing_keys, said.unexpected_keys, repr(said), tuple(said)


def saving_hooks(library: Any) -> object:
    log: list[Any] = []
    top = net(library)
    top.register_state_dict_pre_hook(lambda *args: log.append(("pre", seen(args[1:]))))
    top.body.register_state_dict_post_hook(lambda *args: log.append(("post", seen(args[1:]))))
    state = top.state_dict()
    handle = top.register_state_dict_post_hook(lambda m, state, *rest: state.clear())
    emptied = top.state_dict()
    handle.remove()
    return log, state, emptied, top.state_dict()


def saving_hook_that_must_not_return(library: Any) -> object:
    top = net(library)
    top.register_state_dict_post_hook(lambda *args: {})
    return top.state_dict()


def loading_hooks(library: Any) -> object:
    log: list[Any] = []
    top = net(library)

    def rename(module: Any, state: Any, prefix: str, metadata: Any, *rest: Any) -> None:
        log.append((type(module).__name__, prefix, seen(metadata), seen(rest)))
        if prefix + "size" in state:
            state[prefix + "scale"] = state.pop(prefix + "size")

    top.register_load_state_dict_pre_hook(rename)
    top.body.register_load_state_dict_pre_hook(rename)
    top.again.register_load_state_dict_pre_hook(lambda *args: log.append(len(args)))
    top.body.register_load_state_dict_post_hook(lambda m, keys: log.append((seen(m), seen(keys))))
    state = net(library).state_dict()
    state["size"] = state.pop("scale") * 4
    top.load_state_dict(state)
    return log, top.scale


def hook_forgives(library: Any) -> object:
    top = net(library)
    top.register_load_state_dict_post_hook(lambda m, keys: keys.missing_keys.clear())
    return top.load_state_dict({})


def hook_complains(library: Any) -> object:
    top = net(library)
    top.register_load_state_dict_post_hook(lambda m, keys: keys.unexpected_keys.append("this"))
    return top.load_state_dict(top.state_dict())


def hook_returns(library: Any) -> object:
    top = net(library)
    top.register_load_state_dict_post_hook(lambda m, keys: keys)
    return top.load_state_dict(top.state_dict())


def loaded_by_a_method_of_ones_own(library: Any) -> object:
    class Renamed(library.nn.Module):  # type: ignore[misc]
        _version = 2

        def __init__(self) -> None:
            super().__init__()
            self.new = library.nn.Parameter(library.zeros(1))

        def _load_from_state_dict(self, state: Any, prefix: str, metadata: Any, *rest: Any) -> None:
            if metadata.get("version", 1) < 2:
                state[prefix + "new"] = state.pop(prefix + "old")
            super()._load_from_state_dict(state, prefix, metadata, *rest)

    module = library.nn.Sequential(Renamed())
    state = OrderedDict({"0.old": library.ones(1)})
    module.load_state_dict(state)
    return module.state_dict(), state


@cases(
    saving,
    saving_into,
    versions,
    loading,
    loading_other_kinds,
    number_for_a_vector_of_one,
    no_dictionary,
    keys_of_the_answer,
    saving_hooks,
    saving_hook_that_must_not_return,
    loading_hooks,
    hook_forgives,
    hook_complains,
    hook_returns,
    loaded_by_a_method_of_ones_own,
)
def test_state(program: Callable[[Any], object]) -> None:
    same(program)


KEYS = (
    "scale",
    "count",
    "passing",
    "none",
    "body.0.weight",
    "body.0.bias",
    "again.weight",
    "again.bias",
    "body",
    "body.1.weight",
    "body.7.bias",
    "scale.deeper",
    "stranger",
)
VALUES: dict[str, Callable[[Any], Any]] = {
    "as it was": lambda library: None,
    "number": lambda library: library.tensor(4.0),
    "one": lambda library: library.tensor([4.0]),
    "row": lambda library: library.ones(1, 2),
    "column": lambda library: library.ones(2, 1),
    "whole": lambda library: library.tensor([[1, 2]]),
    "parameter": lambda library: library.nn.Parameter(library.ones(1, 2)),
    "no tensor": lambda library: "text",
}


@settings(
    max_examples=300 * TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([*VALUES, "gone"])), max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_random_dictionaries(
    changes: list[tuple[str, str]], strict: bool, with_metadata: bool
) -> None:
    def program(library: Any) -> object:
        top = net(library)
        state = net(library).state_dict()
        for key, value in changes:
            if value == "gone":
                state.pop(key, None)
            elif value != "as it was":
                state[key] = VALUES[value](library)
        given = state if with_metadata else dict(state)
        try:
            said: Any = top.load_state_dict(given, strict=strict)
        except RuntimeError as error:
            said = plain(error)
        return seen(said), list(top.named_parameters()), list(top.named_buffers())

    same(program)
