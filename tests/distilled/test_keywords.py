"""Arguments given by name, in every spelling that torch takes; and those that are not offered."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import annotated_src.distilled as distilled

from .both import same

CALLS = [
    "x.add(other=2)",
    "x.add(other=y, alpha=3)",
    "x.add_(other=y, alpha=3)",
    "x.sub_(other=2)",
    "x.div_(other=y)",
    "x.pow(exponent=2)",
    "x.exp().copy_(other=y)",
    "x.fill_(value=3)",
    "x.eq(other=y)",
    "L.mul(input=x, other=y)",
    "L.mul(x, other=y)",
    "L.add(input=x, other=y, alpha=2)",
    "L.exp(input=x)",
    "L.pow(self=2, exponent=x)",
    "L.where(condition=x > 2, input=x, other=y)",
    "L.relu(input=x - 2)",
    "L.sum(input=x)",
    "x.sum(axis=0)",
    "L.sum(x, dim=(0, 1), keepdim=True)",
    "x.mean(axis=1, keepdims=True)",
    "x.matmul(other=y.t())",
    "L.mm(input=x, mat2=y.t())",
    "L.addmm(input=L.ones(2), mat1=x, mat2=y.t())",
    "x.transpose(dim0=0, dim1=-1)",
    "L.transpose(input=x, dim0=0, dim1=1)",
    "L.t(input=x)",
    "x.permute(dims=(1, 0))",
    "x.view(size=(3, 2))",
    "x.reshape(shape=(-1,))",
    "L.reshape(input=x, shape=(6,))",
    "x.expand(size=(2, 2, 3))",
    "x.squeeze(dim=0)",
    "x.unsqueeze(dim=-1)",
    "L.unsqueeze(input=x, dim=1)",
    "x.select(dim=1, index=0)",
    "x.as_strided(size=(2,), stride=(1,), storage_offset=1)",
    "x.type()",
    "x.type(L.float64)",
    "L.zeros(size=(2, 3))",
    "L.zeros(2, device='cpu')",
    "L.ones(2, out=None, dtype=L.int64)",
    "L.full(size=(2,), fill_value=1.5)",
    "L.full_like(input=x, fill_value=2)",
    "L.zeros_like(input=x, dtype=L.bool)",
    "L.ones_like(input=x, requires_grad=True)",
    "L.arange(end=3)",
    "L.arange(start=1, end=2, step=0.5)",
    "L.rand(size=(2, 3)).shape",
    "L.randn(2, requires_grad=True, generator=None).requires_grad",
    "L.tensor(data=[1, 2], device=None)",
    "L.nn.Linear(2, 3, device='cpu', dtype=L.float64).weight.dtype",
    "L.nn.Linear(in_features=2, out_features=3, bias=False)",
    "x.exp().backward(gradient=y)",
    "x.exp().backward(gradient=y, retain_graph=True, create_graph=False, inputs=[z])",
    "L.autograd.grad(outputs=[(z * y).sum()], inputs=[z], allow_unused=True)",
    # Mistakes.
    "x.mul(factor=2)",
    "x.mul()",
    "x.mul(2, other=2)",
    "x.exp(inplace=True)",
    "x.view(shape=(6,))",
    "L.arange()",
    "L.zeros(2, dtypes=L.float64)",
    "L.nn.Linear(2, 3, sizes=1)",
]


@pytest.mark.parametrize("grad", [False, True], ids=["plain", "recorded"])
@pytest.mark.parametrize("call", CALLS)
def test_as_in_torch(call: str, grad: bool) -> None:
    def program(L: Any) -> Any:
        z = L.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=grad)
        x, y = z * 1, L.tensor([[2.0, 1.0, 3.0], [1.0, 2.0, 2.0]])
        try:
            return eval(call, {"L": L, "x": x, "y": y, "z": z}), x, z.grad
        except (TypeError, RuntimeError) as error:
            return type(error).__name__

    same(program)


NOT_OFFERED = {
    "x.div(x, rounding_mode='floor')": "rounding_mode; see torch.Tensor.div",
    "x.sub(x, alpha=2)": "alpha; see torch.Tensor.sub",
    "L.add(x, x, out=x)": "out; see torch.Tensor.add",
    "x.copy_(x, non_blocking=True)": "non_blocking; see torch.Tensor.copy_",
    "L.zeros(2, device='cuda')": "device; see torch.zeros",
    "L.nn.Linear(2, 3, device='meta')": "device; see torch.empty",
    "x.normal_(generator=x)": "generator; see torch.Tensor.normal_",
}


@pytest.mark.parametrize("call", NOT_OFFERED)
def test_not_offered(call: str) -> None:
    with pytest.raises(NotImplementedError, match=f"distilled has no {NOT_OFFERED[call]}"):
        eval(call, {"L": distilled, "x": distilled.ones(2)})
    if "out=" not in call and "generator=" not in call and "cuda" not in call:
        eval(call, {"L": torch, "x": torch.ones(2)})
