"""Random programs over the operations: torch decides what each step gives.

A program is a list of instructions. Each names an operation and carries four numbers, from
which operands and arguments are chosen, so that hypothesis can shorten what fails. It is
run with torch and with the distilled system, and everything that can be seen is compared.
"""

from __future__ import annotations

import itertools
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import annotated_src.distilled as distilled

from .both import TIMES

NUMBERS = [0, 1, 2, -1, 0.5, -1.5, 3, True, 0.1, -2, 7.25]
SHAPES = [
    (),
    (1,),
    (2,),
    (3,),
    (2, 3),
    (3, 2),
    (1, 3),
    (2, 1),
    (2, 2),
    (0,),
    (2, 0),
    (2, 1, 3),
    (3, 2, 2),
    (9,),
]
KINDS = ["float32", "float32", "float32", "float64", "int64", "bool"]
INEXACT = {
    "exp",
    "log",
    "tanh",
    "sqrt",
    "pow",
    "rpow",
    "power",
    "exp_",
    "log_",
    "tanh_",
    "pow_",
    "mm",
}
# Messages that are torch's word for word; of other errors the type is compared.
WORD_FOR_WORD = (
    "leaf Variable", "modified by an inplace", "a second time", "implicitly created",
    "does not require grad", "more than one element", "can't be cast",
    "doesn't match the broadcast", "must match the size of tensor b", "only change requires_grad",
)  # fmt: skip

Instruction = tuple[str, int, int, int, int]
Operation = Callable[..., Any]
OPERATIONS: dict[str, Operation] = {}


def operation(function: Operation) -> Operation:
    OPERATIONS[function.__name__.removeprefix("do_")] = function
    return function


def number(b: int) -> Any:
    return NUMBERS[b % len(NUMBERS)]


def dimension(x: Any, c: int) -> int:
    """A dimension of a tensor; now and then one that it has not."""
    count: int = x.dim()
    return c % (2 * count + 2) - count - 1 if c % 7 == 0 else c % max(count, 1)


def key(L: Any, x: Any, b: int, c: int) -> Any:
    """Something to put between brackets."""
    choices: list[Callable[[], Any]] = [
        lambda: c % 3,
        lambda: -1,
        lambda: slice(None),
        lambda: slice(c % 3, None),
        lambda: slice(None, None, 1 + c % 2),
        lambda: slice(0, c % 3, 2),
        lambda: ...,
        lambda: None,
        lambda: (..., 0),
        lambda: (slice(None), c % 2),
        lambda: (None, slice(1, None)),
        lambda: (..., None, slice(0, 1)),
        lambda: L.tensor(c % 2),
        lambda: (0, c % 2),
        lambda: (slice(None), None, 0),
        lambda: 1.5,
        lambda: (slice(1, None, 2), 0),
    ]
    return choices[b % len(choices)]()


def overlap(x: Any, y: Any) -> bool:
    """Whether two tensors share a storage: torch may refuse to write to one and read the other."""
    return x is not y and bool(x.untyped_storage().data_ptr() == y.untyped_storage().data_ptr())


for binary in ("add", "sub", "mul", "div"):
    for form in ("", "_"):

        def tensors(L: Any, x: Any, y: Any, b: int, c: int, name: str = binary + form) -> Any:
            if name == "sub_" and L.bool in {x.dtype, y.dtype}:
                return None  # refused for two reasons, either of which may come first
            if name[-1] == "_" and overlap(x, y):
                return None
            return getattr(x, name)(y)

        def numbers(L: Any, x: Any, y: Any, b: int, c: int, name: str = binary + form) -> Any:
            if name == "sub_" and x.dtype == L.bool:
                return None
            return getattr(x, name)(number(b))

        OPERATIONS[binary + form] = tensors
        OPERATIONS[binary + form + "number"] = numbers

for unary in ("exp", "log", "tanh", "relu", "neg", "exp_", "log_", "tanh_", "relu_", "neg_"):

    def one(L: Any, x: Any, y: Any, b: int, c: int, name: str = unary) -> Any:
        if name == "relu_" and x.dtype == L.bool:
            return None
        return getattr(x, name)()

    OPERATIONS[unary] = one

for plain in ("clone", "contiguous", "detach", "t", "sum", "mean", "squeeze", "double", "float",
              "long", "bool", "zero_"):  # fmt: skip

    def same(L: Any, x: Any, y: Any, b: int, c: int, name: str = plain) -> Any:
        return getattr(x, name)()

    OPERATIONS[plain] = same


@operation
def do_radd(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return number(b) + x


@operation
def do_rsub(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return number(b) - x


@operation
def do_rdiv(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return number(b) / x


@operation
def do_alpha(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.add(y, alpha=2 if c % 2 else -0.5) if x.is_floating_point() else None


@operation
def do_pow(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x ** number(b)


@operation
def do_pow_(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.pow_(2)


@operation
def do_rpow(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return None if x.dtype == L.bool or number(b) is True else number(b) ** x


@operation
def do_power(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return None if x.dtype == y.dtype == L.bool else x**y


@operation
def do_compare(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    name = ["__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"][c % 6]
    return getattr(x, name)(y if b % 2 else number(b))


@operation
def do_where(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return L.where(x > 0, x, y)


@operation
def do_mm(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    if x.dtype == L.bool or (max(x.dim(), y.dim()) > 2 and (y.dim() > 2 or x.dtype != y.dtype)):
        return None
    return x @ y


@operation
def do_sum_dim(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    dims = (0, 1) if c % 5 == 4 and x.dim() > 1 else dimension(x, c)
    return x.sum(dims, keepdim=b % 2 == 0)


@operation
def do_mean_dim(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.mean(dimension(x, c), keepdim=b % 2 == 0)


@operation
def do_view(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    shape = [(-1,), (x.numel(),), (1, -1), (2, -1), (-1, 3), (3, 2), (1, 1)][c % 7]
    return x.view(*shape) if b % 2 else x.view(shape)


@operation
def do_reshape(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.reshape([(-1,), (1, -1), (3, -1), (-1, 2), (2, 2)][c % 5])


@operation
def do_expand(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.expand([(2, *x.shape), tuple(x.shape), (3, -1), (2, 3), (2, 2, 3)][c % 5])


@operation
def do_transpose(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.transpose(dimension(x, c), dimension(x, b))


@operation
def do_permute(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    order = list(range(x.dim()))
    return x.permute(order[c % 3 :] + order[: c % 3] if x.dim() > 2 else order[::-1])


@operation
def do_unsqueeze(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.unsqueeze(dimension(x, c)) if x.dim() < 4 else None


@operation
def do_squeeze_dim(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.squeeze(dimension(x, c)) if b % 3 else x.squeeze((0, -1))


@operation
def do_index(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x[key(L, x, b, c)]


@operation
def do_put(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    if x.numel():
        x[key(L, x, b, c)] = number(c)


@operation
def do_put_tensor(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    if x.is_floating_point():  # others can be made to require a gradient by this, in torch
        x[key(L, x, b, c)] = y.clone()


@operation
def do_copy_(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    repeats = any(n > 1 and not step for n, step in zip(x.shape, x.stride(), strict=True))
    return None if x is y or overlap(x, y) or repeats else x.copy_(y)


@operation
def do_fill_(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.fill_(number(b)) if c % 2 or not x.is_floating_point() else x.fill_(y.sum())


@operation
def do_requires_grad_(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    if x._base is None:  # a view that asks for itself keeps its wish when its base is changed
        x.requires_grad_(x.is_leaf or c % 3 > 0)


@operation
def do_retain_grad(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    x.retain_grad()


@operation
def do_hook(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    if x._base is not None and x.is_leaf:
        return  # torch does not survive this where the view was made under no_grad
    x.register_hook(lambda grad: None if grad is None else grad * (1 + b % 3))


@operation
def do_data(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return x.data


@operation
def do_like(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return L.ones_like(x) if c % 2 else L.zeros_like(x)


@operation
def do_arange(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    return L.arange(c % 9, c % 9 + 4, 1 + b % 2) if c % 2 else L.arange(0, 1 + b % 3, 0.25)


@operation
def do_backward(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    retain = b % 2 == 0
    if c % 3 == 0:
        x.backward(retain_graph=retain)
    elif x.requires_grad:
        x.sum().backward(retain_graph=retain, create_graph=c % 3 == 1 and b % 5 == 0)


@operation
def do_grad(L: Any, x: Any, y: Any, b: int, c: int) -> Any:
    if x.requires_grad and y.requires_grad:
        options = {"create_graph": b % 2 == 0, "retain_graph": True, "allow_unused": True}
        # Of squares: the gradient then depends on the operands, and has a graph behind it.
        (grad,) = L.autograd.grad((x * x if c % 2 else x).sum(), y, **options)
        # Where nobody else holds a sum of gradients, torch adds in place, which a version tells.
        return grad if grad is None or b % 2 == 0 else grad.clone()
    return None


def start(L: Any, leaves: list[int]) -> list[Any]:
    """The tensors with which a program begins."""
    result = []
    for i, choice in enumerate(leaves):
        shape, kind = SHAPES[choice % len(SHAPES)], KINDS[choice // 16 % len(KINDS)]
        count = math.prod(shape)
        numbers = [((j * 7 + choice + i) % 13 - 5) / 4 for j in range(count)]
        if kind in {"int64", "bool"}:
            numbers = [int(n * 2) for n in numbers]
        x = L.tensor(numbers, dtype=getattr(L, kind)).reshape(shape).clone()
        result.append(x.requires_grad_() if "float" in kind and choice % 3 else x)
    return result


def graph(tensors: list[Any]) -> list[Any]:
    """The nodes behind tensors, and where their edges lead."""
    known: dict[Any, int] = {}
    nodes = [x.grad_fn for x in tensors if x.grad_fn is not None]
    rows: list[Any] = []
    for node in nodes:
        if node in known:
            continue
        known[node] = len(rows)
        leaf = getattr(node, "variable", None)
        which = [i for i, x in enumerate(tensors) if leaf is not None and x is leaf]
        edges = [(after, nr) for after, nr in node.next_functions]
        rows.append((node.name(), which, edges))
        nodes += [after for after, _ in edges if after is not None]
    return [(name, which, [(known.get(n), nr) for n, nr in edges]) for name, which, edges in rows]


def look(x: Any, tensors: list[Any]) -> Any:
    """What can be seen of one tensor, but its elements."""
    return (
        str(x.dtype), tuple(x.shape), steps(x), x.storage_offset(), x.requires_grad, x.is_leaf,
        x._version, x.is_contiguous(),
        next((i for i, t in enumerate(tensors) if t is x._base), None),
    )  # fmt: skip


def run(L: Any, leaves: list[int], program: list[Instruction]) -> tuple[list[Any], list[Any]]:
    """Everything that a program shows under one library; and its numbers, apart."""
    tensors = start(L, leaves)
    log: list[Any] = []
    for name, a, b, c, d in program:
        x, y = tensors[a % len(tensors)], tensors[d % len(tensors)]
        try:
            with L.set_grad_enabled((a + b + c) % 6 > 0):
                result = OPERATIONS[name](L, x, y, b, c)
            if result is not None and result.numel() < 300 and result is not x:
                tensors.append(result)
            log.append((name, result is x))
        except (RuntimeError, IndexError, TypeError, ValueError) as error:
            assert not isinstance(error, NotImplementedError), error
            if name in {"put", "put_tensor"}:  # of two errors either may come first,
                return [*log, "refused"], []  # and torch may have written a part
            log.append((name, type(error).__name__, shown(error)))
    try:
        log += [[look(x, tensors) for x in tensors], graph(tensors)]
    except RuntimeError as error:
        log.append(shown(error))
    for x in tensors:
        try:
            if x.requires_grad and not x.is_leaf:
                x.sum().backward(retain_graph=True)
        except RuntimeError as error:
            log.append(shown(error))
    grads = [x.grad if x.is_leaf or x.retains_grad else None for x in tensors if readable(x)]
    log.append([g if g is None else (tuple(g.shape), steps(g), str(g.dtype)) for g in grads])
    return log, [x.tolist() for x in [*tensors, *(g for g in grads if g is not None)]]


def steps(x: Any) -> list[int]:
    """Strides, but those of sizes of 1, which mean nothing, nor do any without elements."""
    if not x.numel():
        return []
    return [step for size, step in zip(x.shape, x.stride(), strict=True) if size != 1]


def readable(x: Any) -> bool:
    """Whether it is still known where a tensor came from."""
    try:
        return x.grad_fn is None or True
    except RuntimeError:
        return False


def shown(error: Exception) -> str:
    text = str(error)
    # A result saved by a change in place of a view is named by the view's node in torch.
    text = re.sub(r", which is output 0 of (AsStrided|Exp|Relu|Tanh),", "", text)
    text = re.sub(r"(flags of leaf variables\.).*", r"\1", text)
    return text if any(part in text for part in WORD_FOR_WORD) else ""


def told(ours: Any, theirs: Any) -> Any:
    """What we logged; without the text of an error of which torch has said another thing."""
    if isinstance(theirs, tuple) and len(theirs) == 3 and theirs[-1] == "" and len(ours) == 3:
        return (*ours[:2], "")
    return "" if theirs == "" and isinstance(ours, str) else ours


def close(a: Any, b: Any, exact: bool) -> bool:
    if isinstance(a, list):
        return len(a) == len(b) and all(close(x, y, exact) for x, y in zip(a, b, strict=True))
    if type(a) is not type(b):
        return False
    if isinstance(a, float) and not exact:
        return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-5) or a == b or (a != a and b != b)
    return bool(a == b or (a != a and b != b))


instructions = st.tuples(
    st.sampled_from(sorted(OPERATIONS)), *[st.integers(0, 99) for _ in range(4)]
)


@settings(
    max_examples=2500 * TIMES,
    deadline=None,
    derandomize=TIMES == 1,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.lists(st.integers(0, 1000), min_size=2, max_size=4),
    st.lists(instructions, min_size=1, max_size=9),
)
def test_random_programs(leaves: list[int], program: list[Instruction]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, their_numbers = run(torch, leaves, program)
        ours, our_numbers = run(distilled, leaves, program)
    assert [told(*pair) for pair in itertools.zip_longest(ours, theirs)] == theirs
    exact = not any(name in INEXACT for name, *_ in program)
    assert close(our_numbers, their_numbers, exact), (our_numbers, their_numbers)
