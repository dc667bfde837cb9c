"""Modules nest: a module finds those among its attributes."""

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
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = Model()
z = model(x, q)
z.backward()

print(model)
for name, child in model.named_children():
    print("child", name, child)
print([name for name, _ in model.named_modules()])
print("z", z)
print("dz/dx", x.grad, "dz/dq", q.grad)
