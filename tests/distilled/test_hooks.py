"""Random modules with random hooks of every kind: the same log under both."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotated_src.distilled.nn import routing
from tests.distilled.both import TIMES, cases, plain, same, seen

LEAVES = (
    "scale",
    "scale",
    "square",
    "product",
    "sum",
    "pair",
    "same",
    "dict",
    "list",
    "nested",
    "detached",
    "frozen",
    "number",
    "raise",
)
OWN = (
    "forward_pre_hook",
    "forward_hook",
    "full_backward_pre_hook",
    "full_backward_hook",
    "backward_hook",
)
EVERYWHERE = (
    "module_forward_pre_hook",
    "module_forward_hook",
    "module_full_backward_pre_hook",
    "module_full_backward_hook",
    "module_backward_hook",
)
OF_TENSORS = ("hook", "post_accumulate_grad_hook", "node_hook", "node_prehook")
ACTIONS = ("look", "look", "look", "double", "double", "raise", "nonsense", "none", "remove")


@dataclass(frozen=True)
class Hook:
    """Which kind, where, and what it does when it is called."""

    kind: str
    place: int
    action: str
    prepend: bool
    with_kwargs: bool
    always_call: bool


@dataclass(frozen=True)
class SetUp:
    """A tree of modules, its hooks, what it is called with, and how often."""

    leaves: tuple[str, ...]
    groups: int  # leaves from here on are in a module of their own
    hooks: tuple[Hook, ...]
    inputs: tuple[bool, ...]  # whether each requires its gradient
    keyword: bool
    recorded: bool
    removed: tuple[int, ...]  # between the first and the second call
    full: bool | None  # the kind of backward hooks; both at once (None) are refused


def hook(kinds: tuple[str, ...]) -> st.SearchStrategy[Hook]:
    return st.builds(
        Hook,
        st.sampled_from(kinds),
        st.integers(0, 5),
        st.sampled_from(ACTIONS),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    )


set_ups = st.builds(
    SetUp,
    st.lists(st.sampled_from(LEAVES), min_size=1, max_size=4).map(tuple),
    st.integers(0, 4),
    st.lists(hook(OWN + OWN + EVERYWHERE + OF_TENSORS), min_size=1, max_size=7).map(tuple),
    st.lists(st.booleans(), min_size=1, max_size=2).map(tuple),
    st.booleans(),
    st.sampled_from([True, True, True, False]),
    st.lists(st.integers(0, 7), max_size=3).map(tuple),
    st.sampled_from([True, False, None]),
)


@contextmanager
def no_kind_chosen(library: Any) -> Iterator[Any]:
    """The process has global backward hooks of neither kind yet, and none are left behind."""
    where = library.nn.modules.module
    if hasattr(where, "EVERYWHERE"):
        where, flag = where.EVERYWHERE, "_is_full_backward_hook"
        tables = [*vars(where).values(), *routing.registration_hooks.values()]
    else:
        flag = "_global_is_full_backward_hook"
        tables = [value for name, value in vars(where).items() if name.startswith("_global_")]
    setattr(where, flag, None)
    try:
        yield
    finally:
        setattr(where, flag, None)
        for table in tables:
            if isinstance(table, dict):
                table.clear()


def double(value: Any) -> Any:
    """Twice what it is, for every tensor in it."""
    if hasattr(value, "grad_fn"):
        return value * 2
    if isinstance(value, tuple):
        return tuple(double(part) for part in value)
    return value


class Run:
    """One set-up under one library, and the log of it."""

    def __init__(self, library: Any, setup: SetUp) -> None:
        self.library, self.setup = library, setup
        self.log: list[Any] = []
        self.handles: list[Any] = []
        self.modules: list[Any] = []
        self.names: dict[int, str] = {}
        with_modules = self.make_modules()
        self.top = with_modules(setup.leaves, setup.groups)
        self.vectors = [
            library.tensor([float(n), -1.5], requires_grad=wanted)
            for n, wanted in enumerate(setup.inputs, 2)
        ]

    def note(self, *entry: Any) -> None:
        self.log.append([seen(part) for part in entry])

    def make_modules(self) -> Callable[..., Any]:
        library: Any = self.library
        run = self

        class Leaf(library.nn.Module):  # type: ignore[misc]
            def __init__(self, does: str) -> None:
                super().__init__()
                self.does = does
                self.weight = library.nn.Parameter(library.tensor([0.5, 3.0]))
                if does == "frozen":
                    self.requires_grad_(False)
                run.know(self, f"{does} {len(run.modules)}")

            def forward(self, *args: Any, factor: float = 1.0) -> Any:
                run.note("forward", run.names[id(self)], args, factor)
                if self.does == "raise":
                    raise ValueError(f"{self.does} {factor}")
                return run.compute(self.does, self.weight, args, factor)

        class Group(library.nn.Module):  # type: ignore[misc]
            def __init__(self, leaves: tuple[str, ...], rest: tuple[str, ...]) -> None:
                super().__init__()
                run.know(self, f"group {len(run.modules)}")
                self.steps = library.nn.ModuleList([Leaf(does) for does in leaves])
                if rest:
                    self.rest = Group(rest, ())

            def forward(self, *args: Any, factor: float = 1.0) -> Any:
                run.note("forward", run.names[id(self)], args, factor)
                for step in self.steps:
                    result = step(*args, factor=factor) if factor != 1.0 else step(*args)
                    args = run.tensors(result)
                if hasattr(self, "rest"):
                    return self.rest(*args, factor=factor)
                return args[0] if len(args) == 1 else args

        def build(leaves: tuple[str, ...], groups: int) -> Any:
            return Group(leaves[:groups], leaves[groups:])

        return build

    def know(self, module: Any, name: str) -> None:
        self.modules.append(module)
        self.names[id(module)] = name

    def compute(self, does: str, weight: Any, args: Any, factor: float) -> Any:
        first, last = args[0], args[-1]
        choices: dict[str, Callable[[], Any]] = {
            "scale": lambda: first * weight * factor,
            "square": lambda: first * first,
            "product": lambda: first * last * weight,
            "sum": lambda: (first * weight + last).sum(),
            "pair": lambda: (first * factor, last + weight),
            "same": lambda: first,
            "dict": lambda: {"kind": 1, "value": first * weight, "last": last},
            "list": lambda: [first - weight],
            "nested": lambda: ((first * weight,), 3),
            "detached": lambda: (first.detach() * 2, first * weight),
            "frozen": lambda: last * weight,
            "number": lambda: (3, first * weight, None),
        }
        return choices[does]()

    def tensors(self, value: Any) -> tuple[Any, ...]:
        """The tensors in what a module returned."""
        if isinstance(value, self.library.Tensor):
            return (value,)
        if isinstance(value, dict):
            value = tuple(value.values())
        if isinstance(value, (list, tuple)):
            found = tuple(tensor for part in value for tensor in self.tensors(part))
            return found[:2]
        return ()

    def register(self, number: int, hook: Hook, result: Any = None) -> None:
        """Register a hook, or note why not."""
        run, kind = self, hook.kind
        if kind.endswith("backward_hook") and self.setup.full is not None:
            full = "full_" if self.setup.full else ""
            kind = kind.replace("full_", "").replace("backward_hook", f"{full}backward_hook")
        module = self.modules[hook.place % len(self.modules)]

        def called(*seen_by_hook: Any) -> Any:
            who = seen_by_hook[0]
            named = [run.names.get(id(who), who), *seen_by_hook[1:]]
            run.note(number, kind, hook.action, *named)
            if hook.action == "raise":
                raise KeyError(f"hook {number}")
            if hook.action == "remove":
                run.handles[(number + 1) % len(run.handles)].remove()
            if hook.action == "nonsense" and not kind.startswith("post"):
                return (1, 2, 3)
            if hook.action == "double":
                return run.doubled(kind, hook, seen_by_hook)
            return None

        options: dict[str, Any] = {}
        if ("module" not in kind and "forward" in kind) or kind.startswith("full"):
            options["prepend"] = hook.prepend
        if "module" not in kind and "forward" in kind:
            options["with_kwargs"] = hook.with_kwargs
        if kind.endswith("forward_hook"):
            options["always_call"] = hook.always_call
        if kind == "module_forward_hook":
            # In torch it may get no keyword arguments when something raises, and get them
            # still when it was removed during the call; in distilled it is as with own hooks.
            removes = any(other.action == "remove" for other in self.setup.hooks)
            options["with_kwargs"] = hook.with_kwargs and not (hook.always_call or removes)
        if kind in OWN:
            handle = getattr(module, f"register_{kind}")(called, **options)
        elif kind in EVERYWHERE:
            where = self.library.nn.modules.module
            handle = getattr(where, f"register_{kind}")(called, **options)
        elif kind == "hook":
            target = self.vectors[hook.place % len(self.vectors)]
            target = target if target.requires_grad else module_weight(self, hook)
            handle = target.register_hook(called)
        elif kind == "post_accumulate_grad_hook":
            handle = module_weight(self, hook).register_post_accumulate_grad_hook(called)
        else:
            if result is None or result.grad_fn is None:
                return
            handle = getattr(result.grad_fn, kind.replace("node", "register"))(called)
        self.handles.append(handle)

    def doubled(self, kind: str, hook: Hook, args: tuple[Any, ...]) -> Any:
        """What the hook is there to change, twice as large."""
        if kind.endswith("forward_pre_hook"):
            return (double(args[1]), args[2]) if len(args) == 3 else double(args[1])
        if kind.endswith("forward_hook"):
            return double(args[-1])
        if kind in ("hook", "node_hook", "node_prehook"):
            return double(args[0])
        return None if kind.startswith("post") else double(args[1])

    def call(self) -> None:
        """Forward and backward, and what is there afterwards."""
        keywords = {"factor": 2.0} if self.setup.keyword else {}
        for vector in self.vectors:
            vector.grad = None
        self.top.zero_grad()
        try:
            with self.library.set_grad_enabled(self.setup.recorded):
                result = self.top(*self.vectors, **keywords)
            self.note("result", result)
            tensors = [t for t in self.tensors(result) if t.requires_grad]
            for number, hook in enumerate(self.setup.hooks):
                if hook.kind.startswith("node") and tensors:
                    self.register(number, hook, tensors[0])
            if tensors:
                sum((tensor.sum() for tensor in tensors[1:]), tensors[0].sum()).backward()
        except Exception as error:
            self.note("raised", type(error).__name__, plain(error))
        self.note("gradients", [vector.grad for vector in self.vectors])
        self.note("gradients", [parameter.grad for parameter in self.top.parameters()])

    def whole(self) -> list[Any]:
        for number, hook in enumerate(self.setup.hooks):
            if hook.kind.startswith("node"):
                continue
            try:
                self.register(number, hook)
            except RuntimeError as error:
                self.note("refused", number, plain(error))
        self.call()
        for number in self.setup.removed:
            if self.handles:
                self.handles[number % len(self.handles)].remove()
        self.call()
        return self.log


def module_weight(run: Run, hook: Hook) -> Any:
    """The weight of a leaf, one that requires its gradient."""
    weights = [p for p in run.top.parameters() if p.requires_grad]
    return weights[hook.place % len(weights)] if weights else run.vectors[0].requires_grad_()


@settings(
    max_examples=1000 * TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    suppress_health_check=list(HealthCheck),
)
@given(set_ups)
def test_random_hooks(setup: SetUp) -> None:
    def program(library: Any) -> object:
        with no_kind_chosen(library):
            return Run(library, setup).whole()

    same(program)


def handles(library: Any) -> object:
    """Numbers are given out once, marks go with their hook, and `with` removes."""
    module = library.nn.Identity()
    first = module.register_forward_hook(print, with_kwargs=True, always_call=True)
    second = module.register_forward_pre_hook(print, with_kwargs=True, prepend=True)
    with module.register_forward_hook(print) as third:
        inside = len(module._forward_hooks)
    numbers = [first.id - first.id, second.id - first.id, third.id - first.id]
    tables = (
        module._forward_hooks,
        module._forward_hooks_with_kwargs,
        module._forward_hooks_always_called,
        module._forward_pre_hooks,
        module._forward_pre_hooks_with_kwargs,
    )
    before = [list(table.values()) for table in tables]
    first.remove()
    first.remove()
    second.remove()
    return numbers, inside, before, [len(table) for table in tables]


def handle_of_a_dead_module(library: Any) -> object:
    """A handle holds its table weakly, and removing from a dead one is no error."""
    module = library.nn.Identity()
    handle = module.register_forward_hook(print)
    table = weakref.ref(module._forward_hooks)
    del module
    return table() is None, handle.remove()


def no_hooks_no_markers(library: Any) -> object:
    """The fast path calls `forward` and nothing else."""
    x = library.ones(2, requires_grad=True)
    return library.nn.Identity()(x) is x


def hook_of_a_dead_module(library: Any) -> object:
    """A non-full hook does not keep its module alive."""
    x = library.ones(2, requires_grad=True)
    module = library.nn.ReLU()
    module.register_backward_hook(lambda *args: None)
    y = module(x)
    del module
    return y.sum().backward()


def changed_in_place(library: Any) -> object:
    """What went through a marker must not be changed in place."""
    module = library.nn.ReLU(inplace=True)
    module.register_full_backward_hook(lambda *args: None)
    return module(library.ones(2, requires_grad=True) * 1)


def result_changed_in_place(library: Any) -> object:
    """Nor what comes out of one."""
    module = library.nn.ReLU()
    module.register_full_backward_hook(lambda *args: None)
    return module(library.ones(2, requires_grad=True)).mul_(2)


def differentiated_twice(library: Any) -> object:
    """Full hooks run in the second backward pass as well, where they can."""
    log: list[Any] = []

    class Cube(library.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x * x * x

    module = Cube()
    module.register_full_backward_hook(lambda m, i, o: log.append((seen(i), seen(o))))
    x = library.tensor(2.0, requires_grad=True)
    (grad,) = library.autograd.grad(module(x), x, create_graph=True)
    (second,) = library.autograd.grad(grad, x)
    return log, second


def hooks_are_copied(library: Any) -> object:
    """A copied module has its hooks, and they are handed the copy."""
    import copy

    log: list[Any] = []
    module = library.nn.Linear(1, 1, bias=False)
    library.nn.init.ones_(module.weight)
    module.tag = "original"
    module.register_forward_hook(lambda m, args, out: log.append(m.tag))
    copied = copy.deepcopy(module)
    copied.tag = "copy"
    copied(library.ones(1, 1))
    return log


def named_tuples_stay(library: Any) -> object:
    """A named tuple goes through a marker as what it is."""
    from collections import namedtuple

    pair = namedtuple("pair", ["first", "second"])

    class Pairs(library.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return pair(x * 2, x * 3)

    module = Pairs()
    module.register_full_backward_hook(lambda *args: None)
    result = module(library.ones(2, requires_grad=True))
    return type(result).__name__, result._fields, tuple(result)


def kinds_exclude_each_other(library: Any) -> object:
    """Also after the hook of the other kind was removed."""
    refused = []
    with no_kind_chosen(library):
        for where, first, second in (
            (library.nn.Identity(), "backward_hook", "full_backward_hook"),
            (library.nn.Identity(), "full_backward_hook", "backward_hook"),
            (library.nn.modules.module, "module_backward_hook", "module_full_backward_hook"),
        ):
            getattr(where, f"register_{first}")(print).remove()
            with pytest.raises(RuntimeError) as error:
                getattr(where, f"register_{second}")(print)
            refused.append(str(error.value))
    return refused


def registration_hooks(library: Any) -> object:
    """Each kind sees what is registered, by whatever way, and may put another in its place."""
    log: list[Any] = []
    where = library.nn.modules.module
    nn = library.nn
    with no_kind_chosen(library):

        def note(kind: str, instead: Any) -> Callable[..., Any]:
            def hook(module: Any, name: str, value: Any) -> Any:
                log.append((kind, type(module).__name__, name, seen(value)))
                return instead if name.startswith("other") else None

            return hook

        where.register_module_parameter_registration_hook(
            note("parameter", nn.Parameter(library.zeros(3)))
        )
        where.register_module_buffer_registration_hook(note("buffer", library.zeros(4)))
        where.register_module_module_registration_hook(note("module", nn.Identity()))
        module = nn.Module()
        module.a = nn.Parameter(library.ones(1))
        module.other_a = nn.Parameter(library.ones(1))
        module.register_parameter("none", None)
        module.b = nn.Buffer(library.ones(1))
        module.register_buffer("other_b", library.ones(1), persistent=False)
        module.b = library.ones(2)
        module.c = nn.ReLU()
        module.add_module("other_c", nn.ReLU())
        module.c = None
        nn.Sequential(nn.Dropout(0.5))
    return log, module, list(module.state_dict()), dict(module.named_parameters())


@cases(
    handles,
    handle_of_a_dead_module,
    no_hooks_no_markers,
    hook_of_a_dead_module,
    changed_in_place,
    result_changed_in_place,
    differentiated_twice,
    hooks_are_copied,
    named_tuples_stay,
    kinds_exclude_each_other,
    registration_hooks,
)
def test_hooks(program: Callable[[Any], object]) -> None:
    same(program)
