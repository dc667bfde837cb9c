"""Modules in a plain dict are not seen either."""

import torch


class Power(torch.nn.Module):
    def forward(self, x, q):
        return x**q


class Log(torch.nn.Module):
    def forward(self, y):
        return y.log()


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = {"powModel": Power(), "logModel": Log()}

    def forward(self, x, q):
        return self.steps["logModel"](self.steps["powModel"](x, q))


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = Model()
z = model(x, q)
z.backward()

print(model)
print("children", list(model.children()))
print("modules", [type(module).__name__ for module in model.modules()])
print("z", z)
print("dz/dx", x.grad, "dz/dq", q.grad)
