"""What ordinary programs do and random ones hardly ever: rows, copies, conversions, operators."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import unittest.mock
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import annotated_src.distilled as distilled
from tests.paths import ROOT

from .both import same


def told(action: Callable[[], Any]) -> Any:
    """What an action gives, or the type of its error."""
    try:
        return action()
    except Exception as error:
        return type(error).__name__


def rows_of_a_parameter(L: Any) -> Any:
    w = L.ones(2, 3, requires_grad=True)
    with L.no_grad():
        for row in w:
            row.mul_(2)
        first, second = w
        first.add_(1)
        second.copy_(first)
        view = w.view(-1)
        view[0] = 7
        view.mul_(2)
    return w, w.tolist(), w._version


def unpacked(L: Any) -> Any:
    w = L.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    a, b = w
    (a * b).sum().backward()
    return a, list(w), sum(w), w.grad, a._base is w


def changed_rows(L: Any) -> Any:
    """Rows come out of one operation: changing one of them alone is refused if it is recorded."""
    w = L.ones(3, requires_grad=True)

    def first_row(of: Any, change: Callable[[Any], Any]) -> Any:
        return told(lambda: (change(next(iter(of))), of))

    def after(change: Callable[[Any], Any], recorded: bool) -> Any:
        x = L.ones(2, 3) * w
        rows = [*x]
        with L.enable_grad() if recorded else L.no_grad():
            change(x)
        return x, told(lambda: rows[1].grad_fn), str(rows[1])

    results = [first_row(L.ones(2, 3), lambda row: row.mul_(w))]
    for of in (L.ones(2, 3), L.ones(2, 3) * w, L.ones(2, 3, requires_grad=True)):
        results += [first_row(of, lambda row: row.add_(1)), first_row(of, lambda row: row * 2)]
        results += [first_row(of, lambda row: row[1:].add_(1))]
        results += [first_row(of, lambda row: row.detach().add_(1))]
    return results, after(lambda x: x.add_(1), True), after(lambda x: x.add_(1), False)


def part_of_every_second(L: Any) -> Any:
    """A tensor that leaves gaps in its storage; its gradient is laid out as it is."""
    w = L.tensor([2.0, 4.0], requires_grad=True)
    x = L.arange(6.0)[::2].detach()
    x[1:].mul_(w)
    x.sum().backward()
    return x, x.stride(), w.grad, w.grad.stride()


def powers_in_place(L: Any) -> Any:
    i = j = L.arange(3)
    i **= 2
    x = L.ones(2, requires_grad=True)

    def of_a_leaf() -> None:
        nonlocal x
        x **= 2

    return i is j, j, told(of_a_leaf)


def copies(L: Any) -> Any:
    w = L.ones(2, requires_grad=True)
    handle = w.register_hook(lambda grad: grad * 100)
    loss = (w * 2).sum()
    deep = copy.deepcopy(w)
    handle.remove()
    shallow = copy.copy(w)
    for x in (deep, shallow):
        (x * 3).sum().backward()
    loss.backward()
    restored = pickle.loads(pickle.dumps(w))  # our own bytes
    result = told(lambda: copy.deepcopy(w * 2))
    view = copy.deepcopy(L.arange(6).view(2, 3)[:, 1])
    return w.grad, deep.grad, deep.is_leaf, restored, result, view, view._base


def conversions(L: Any) -> Any:
    x = L.tensor([1.5, -2.5])
    kinds = [x.to(float), x.to(int), x.to(bool), x.to(dtype=L.float64), x.to("cpu", L.float64)]
    kinds += [x.to(L.arange(2)), x.to("cpu"), x.to(L.float64, non_blocking=True)]
    made = [L.zeros(2, dtype=float), L.ones(2, dtype=int), L.tensor([1, 0], dtype=bool)]
    made += [L.full((1,), 3, dtype=float), L.zeros_like(x, dtype=int), L.arange(2, dtype=float)]
    return [*kinds, *made, x.to(L.float32) is x]


def sizes(L: Any) -> Any:
    shape = L.zeros(2, 3).shape
    return [type(s).__name__ for s in ((1, *shape), (1,) + shape, shape + (1,))], (1,) + shape


def not_of_numbers(L: Any) -> Any:
    return ~L.tensor([True, False])


def drawn(L: Any) -> Any:
    x = L.rand(2, requires_grad=True)
    return x._version, L.randn(2)._version, x.is_leaf, x.requires_grad


def lists_in_places(L: Any) -> Any:
    x = L.zeros(2)

    def put() -> None:
        x[0:2] = [1, 2]

    return told(put)


def function_with_other_results(L: Any) -> Any:
    seen: list[Any] = []

    class Named(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2, "name", None

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            seen.extend(grads)
            return grads[0]

    x = L.ones(2, requires_grad=True)
    Named.apply(x)[0].sum().backward()
    return seen


def training_in_double(L: Any) -> Any:
    L.manual_seed(0)
    w = L.tensor([0.1, -0.7, 1.3], dtype=L.float64, requires_grad=True)
    optimizer = L.optim.SGD([w], lr=0.1, momentum=0.9)
    for _ in range(20):
        optimizer.zero_grad()
        ((w * w * w - 0.3) * w).sum().backward()
        optimizer.step()
    return w, w.tolist(), (w * 0).add(-w * 0, alpha=2).tolist()


def hooks_without_a_gradient(L: Any) -> Any:
    seen: list[Any] = []
    x = L.ones(2, requires_grad=True)
    x.register_post_accumulate_grad_hook(lambda leaf: seen.append(leaf.grad))
    y = (x * 2).sum()
    x.requires_grad_(False)
    y.backward()
    return seen, x.grad


def lists_of_tensors(L: Any) -> Any:
    one, two = L.tensor(1.0, dtype=L.float64), L.tensor(2)
    made = [L.tensor([one]), L.tensor([two, 1.5]), L.tensor([[one], [two]])]
    return made, told(lambda: L.tensor([L.ones(2)]))


def own_state_dict(L: Any) -> Any:
    class Renamed(L.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.weight = L.nn.Parameter(L.ones(1))

        def state_dict(self, *args: Any, **kwargs: Any) -> Any:
            assert not args
            return super().state_dict(**kwargs)

    return list(L.nn.Sequential(Renamed()).state_dict(prefix="net."))


def gradients_refused(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)

    def its_own() -> None:
        x.grad = x

    return told(its_own), told(lambda: L.autograd.grad(x.sum(), []))


def all_dropped(L: Any) -> Any:
    L.manual_seed(0)
    x = L.ones(3, requires_grad=True)
    y = L.nn.functional.dropout(x, p=1.0)
    y.sum().backward()
    return y, x.grad, L.rand(2)


def options_of_sgd(L: Any) -> Any:
    def trained(*args: Any, **options: Any) -> Any:
        w = L.tensor([1.0, -2.0], requires_grad=True)
        group = {"params": w, **options.pop("group", {})}
        optimizer = L.optim.SGD([group], *args, **options)
        for _ in range(4):
            optimizer.zero_grad()
            (w * w * w).sum().backward()
            optimizer.step()
        return w.tolist(), optimizer.param_groups[0] is group, list(group)[:2]

    return [
        trained(0.01, weight_decay=0.5),
        trained(0.01, 0.9, 0.1, 0.2),
        trained(0.01, 0.9, nesterov=True),
        trained(lr=0.01, momentum=0.5, maximize=True),
        trained(lr=0.01, group={"weight_decay": 0.5, "lr": 0.02, "name": "all"}),
        told(lambda: trained(0.01, nesterov=True)),
        told(lambda: trained(0.01, 0.9, 0.1, nesterov=True)),
    ]


def names_of_ones_own(L: Any) -> Any:
    """What the distilled modules call their helpers is free for others."""

    class Own(L.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.line = L.nn.Linear(2, 1)
            self._hook = self.line.register_forward_hook(lambda *seen: None)
            self._both = self._after = self._own_state = 3
            self._register = self._check_name = self._make_room = "mine"
            self.register_buffer("mean", L.ones(1))
            self.weight = L.nn.Parameter(L.ones(1))
            self.add_module("last", L.nn.ReLU())

        def forward(self, x: Any) -> Any:
            return self.last(x)

    model = Own()
    for register in (model.register_forward_hook, model.register_full_backward_hook):
        register(lambda *seen: None)
    model.register_forward_pre_hook(lambda *seen: None)
    model(L.ones(1, requires_grad=True)).backward()
    return list(model.state_dict()), model.load_state_dict(model.state_dict())


def parameters_of_ones_own(L: Any) -> Any:
    class Frozen(L.nn.Linear):  # type: ignore[misc]
        def parameters(self, recurse: bool = True) -> Any:
            return (p for p in super().parameters(recurse) if p.requires_grad)

        def _load_from_state_dict(self, state_dict: Any, prefix: str, *args: Any) -> None:
            names = ["local_metadata", "strict", "missing_keys", "unexpected_keys", "error_msgs"]
            named = dict(zip(names, args, strict=True))
            super()._load_from_state_dict(state_dict=state_dict, prefix=prefix, **named)

    model = L.nn.Sequential(Frozen(2, 3))
    model[0].weight.requires_grad = False
    kinds = [p.dtype for p in model.double()[0].state_dict().values()]
    report = model.load_state_dict(model.state_dict())
    return kinds, report, len(list(model.parameters())), len(list(model.parameters(False)))


def hooks_of_copies(L: Any) -> Any:
    seen: list[Any] = []
    model = L.nn.Linear(1, 1)
    model.handle = model.register_forward_hook(lambda module, *_: seen.append(module is model))
    model.register_load_state_dict_pre_hook(lambda module, *_: seen.append(module is model))
    twin = copy.deepcopy(model)
    twin.handle.remove()
    for each in (twin, model):
        each(L.ones(1))
        each.load_state_dict(each.state_dict())
    model = None
    twin.load_state_dict(twin.state_dict())
    return seen


def parameters_in_files(L: Any) -> Any:
    p = L.nn.Parameter(L.ones(2), requires_grad=False)
    q = pickle.loads(pickle.dumps(p))  # our own bytes
    r = copy.copy(p)
    r.data.fill_(3)
    mock = unittest.mock.MagicMock()
    return q, type(q).__name__, r, p, isinstance(mock, L.nn.Parameter)


PROGRAMS = (
    rows_of_a_parameter, unpacked, changed_rows, part_of_every_second, powers_in_place, copies,
    conversions, sizes, not_of_numbers, drawn, lists_in_places, function_with_other_results,
    training_in_double, hooks_without_a_gradient, lists_of_tensors, own_state_dict,
    gradients_refused, all_dropped, options_of_sgd, names_of_ones_own, parameters_of_ones_own,
    hooks_of_copies, parameters_in_files,
)  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_programs_of_users(program: Callable[[Any], object]) -> None:
    assert "returned" in same(program)


@pytest.mark.parametrize(
    ("action", "name"),
    [
        (lambda x: abs(x), "__abs__; see torch.Tensor.__abs__"),
        (lambda x: x // 2, "__floordiv__"),
        (lambda x: (x > 0) & (x > 1), "__and__"),
        (lambda x: ~x, "bitwise_not; see torch.bitwise_not"),
        (lambda x: x.device, "device; see torch.Tensor.device"),
        (lambda x: distilled.autograd.gradcheck, "gradcheck; see torch.autograd.gradcheck"),
    ],
)
def test_operators_say_what_is_not_offered(action: Callable[[Any], Any], name: str) -> None:
    with pytest.raises(NotImplementedError, match=f"distilled has no {name}"):
        action(distilled.arange(3))


SCRIPT = """
import pickle
import helper
from torch import nn
from torch.nn.modules.activation import ReLU
print(helper.ONE, pickle.loads(pickle.dumps(nn.ReLU())), ReLU is nn.ReLU)
from torch.nn.functional import softmax
"""


def test_a_script_finds_its_neighbours_and_hears_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("ONE = 1\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "annotated_src.distilled"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=tmp_path.parent, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = run(str(tmp_path / "script.py"))
    assert done.stdout == "1 ReLU() True\n"
    missing = "NotImplementedError: distilled has no softmax; see torch.nn.functional.softmax"
    assert done.stderr.splitlines()[-1] == missing
    alone = run()
    assert alone.returncode == 1
    assert alone.stderr == "usage: python -m annotated_src.distilled script.py\n"
