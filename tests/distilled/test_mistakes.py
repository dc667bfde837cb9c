"""Wrong shapes, dtypes and arguments raise what they raise in torch, and change nothing."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import annotated_src.distilled as distilled

MISTAKES = [
    "x.dot(y)",
    "x.mv(x[0][:2])",
    "x[0].mv(x[0])",
    "L.where(x, 1, x)",
    "x.uniform_(1, 0)",
    "x.normal_(0, -1)",
    "x.bernoulli_(2)",
    "x.mean(3)",
    "x.sum(5)",
    "L.arange(3).mean(3)",
    "x.view(4)",
    "x.view(-1, 4)",
    "x.view(-1, -1)",
    "x.reshape(4)",
    "x.expand(3, 3)",
    "x.expand(2)",
    "x.transpose(0, 2)",
    "x.permute(0)",
    "x.permute(0, 0)",
    "x.squeeze(3)",
    "x.unsqueeze(4)",
    "x[5]",
    "x[0, 0, 0]",
    "x[1.5]",
    "x @ x",
    "x @ 3",
    "x.mm(x[0])",
    'x + "a"',
    "x + [1, 2]",
    "x + None",
    "x + L.ones(4)",
    "L.zeros(-1)",
    'L.zeros("a")',
    "L.zeros(1.5)",
    'L.tensor("a")',
    "L.tensor([[1], [2, 3]])",
    'L.full((2,), "a")',
    "L.ones(2).item()",
    "float(x)",
    "int(x)",
    "bool(x)",
    "len(L.tensor(1.))",
    "list(L.tensor(1.))",
    "x.tolist(1)",
    "x.item(1)",
    "x.size(5)",
    "x.stride(5)",
    "L.arange(3).requires_grad_()",
    "L.tensor(1, requires_grad=True)",
    "L.arange(3) ** -1",
    "L.ones(2, dtype=L.bool) - L.ones(2, dtype=L.bool)",
    "-L.ones(2, dtype=L.bool)",
    "L.ones(2, dtype=L.bool).relu()",
    "x.add_(L.ones(3, 2, 3))",
    "L.arange(3).add_(1.5)",
    "L.arange(3).div_(2)",
    "x.copy_(L.ones(4))",
    "x.fill_(L.ones(2))",
    'x.fill_("a")',
    "x.t().t().t().view(6)",
    "x.backward()",
    "x.sum().backward()",
    "z.backward()",
    "z.sum().backward(L.ones(2))",
    "L.autograd.grad(z.sum(), x)",
    "L.autograd.grad(x.sum(), z)",
    "L.autograd.grad(z, z)",
    "z.add_(1)",
    "z.t().add_(1)",
    "z.data = 3",
    "z.grad = 3",
    "x.register_hook(print)",
    "x.retain_grad()",
    "z.t().detach_()",
    "L.nn.Linear(3, 2)(L.ones(4))",
    "L.nn.Linear(3, 2)(L.ones(2, 4))",
    "L.nn.Linear(3, 2)()",
    "L.nn.Linear(3, 2)(L.arange(3))",
    'L.nn.Linear("a", 2)',
    "L.nn.Linear(3)",
    "L.nn.Dropout(2)",
    "L.nn.Module()(x)",
    "L.nn.MSELoss()(x, L.ones(4))",
    "L.nn.Sequential(3)",
    "L.nn.ModuleList([3])",
    'L.nn.ModuleDict({"a": 3})',
    'L.nn.ModuleDict({"a.b": L.nn.ReLU()})',
    "L.nn.Parameter(L.arange(3))",
    "L.nn.functional.mse_loss(x, 3)",
    "L.nn.functional.dropout(x, 3)",
    "L.optim.SGD([], lr=1)",
    "L.optim.SGD([3], lr=1)",
    "L.optim.SGD([x], lr=-1)",
    "L.optim.SGD(x, lr=1)",
    "L.optim.SGD([z * 1], lr=1)",
    'x.pow("a")',
    "L.pow(2, 3)",
    "L.mul(x)",
    "L.exp()",
    "L.exp(3)",
    "L.matmul(x, 3)",
    'L.rand("a")',
    "L.arange(0, 3, 0)",
    "L.arange(3, 0)",
    "L.ones(2).expand(-2)",
    "L.tensor(1.)[0]",
    "x[::-1]",
    "x[0:1:0]",
    "x[0] = L.ones(4)",
    "x[5] = 1",
    "x == L.ones(4)",
    'x < "a"',
    '"a" in x',
    'format(x, ".2f")',
]


def raised(L: Any, mistake: str) -> tuple[str, Any]:
    """The type of the error, and the tensors after it."""
    x, y = L.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), L.tensor([1.0, 2.0, 3.0])
    z = L.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    with pytest.raises(Exception) as error:  # noqa: PT011
        exec(mistake, {"L": L, "x": x, "y": y, "z": z})
    kind = NotImplementedError if issubclass(error.type, NotImplementedError) else error.type
    return kind.__name__, (x.tolist(), y.tolist(), z.tolist(), z.requires_grad)


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("mistake", MISTAKES)
def test_raises_as_torch(mistake: str) -> None:
    assert raised(distilled, mistake) == raised(torch, mistake)
