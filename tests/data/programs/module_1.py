"""A module wraps a computation; calling it calls ``forward``."""

import torch


class LogOfPower(torch.nn.Module):
    """z = log(x ** q)."""

    def forward(self, x, q):
        return torch.log(x**q)


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = LogOfPower()
z = model(x, q)
z.backward()

print(model)
print("z", z)
print(f"z {z:.4f}")
print("z.grad_fn", type(z.grad_fn).__name__)
print("next", [type(node).__name__ for node, _ in z.grad_fn.next_functions])
print("dz/dx", x.grad, "dz/dq", q.grad)
print("the same by hand", 3 / x.detach(), x.detach().log())
print("children", list(model.named_children()))
