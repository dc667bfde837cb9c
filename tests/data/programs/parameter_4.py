"""The same two modules used twice: their gradients add up."""

import torch


class Scaled(torch.nn.Module):
    """A number to learn, and what is multiplied by it."""

    def __init__(self, function):
        super().__init__()
        self.function = function
        self.param = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, *args):
        return self.param * self.function(*args)


class Mean(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Scaled(torch.pow)
        self.logModel = Scaled(torch.log)

    def forward(self, x, q):
        first = self.logModel(self.powModel(x, q))
        second = self.logModel(self.powModel(x, q))
        return (first + second) / 2


model, x, q = Mean(), torch.tensor(5.0), torch.tensor(3.0)
print(model)
for step in range(10):
    z = model(x, q)
    model.zero_grad()
    ((10 - z) ** 2).backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(parameter.grad * 0.01)
    values = " ".join(f"{name} {p.item():.4f}" for name, p in model.named_parameters())
    print(f"{step}: z {z.item():.4f} {values}")
print("z", model(x, q))
