"""Modules in a plain list are called all right, but nobody sees them."""

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
        self.steps = [Power(), Log()]

    def forward(self, x, q):
        power, log = self.steps
        return log(power(x, q))


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = Model()
z = model(x, q)
z.backward()

print(model)
print("children", list(model.named_children()))
print("reached by eval():", [step.training for step in model.eval().steps])
print("z", z)
print("dz/dx", x.grad, "dz/dq", q.grad)
