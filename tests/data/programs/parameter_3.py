"""Gradient descent by hand: ten steps towards z = 10."""

import torch


class Power(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.powParam * x**q


class Log(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.logParam = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, y):
        return self.logParam * y.log()


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


model, x, q = Model(), torch.tensor(5.0), torch.tensor(3.0)
for step in range(10):
    z = model(x, q)
    model.zero_grad()
    ((10 - z) ** 2).backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.01 * parameter.grad
    powered, logged = (parameter.item() for parameter in model.parameters())
    print(f"{step}: z {z.item():.4f} powParam {powered:.4f} logParam {logged:.4f}")
print("z", model(x, q))
