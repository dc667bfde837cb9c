"""A ``Parameter`` registers itself when it is assigned, and requires its gradient."""

import torch


class Power(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = torch.nn.Parameter(torch.ones(()))

    def forward(self, x, q):
        return self.powParam * x**q


class Log(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.logParam = torch.nn.Parameter(torch.ones(()))

    def forward(self, y):
        return self.logParam * y.log()


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

print("z", z)
for name, parameter in model.named_parameters():
    print(name, parameter.data.item(), parameter.grad.item(), parameter.requires_grad)
print(model.powModel.powParam)
print("dz/dx", x.grad, "dz/dq", q.grad)
