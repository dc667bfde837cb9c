"""Four modules instead of two used twice: each gets half the gradient, and learns slower."""

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
        self.pow1, self.log1 = Scaled(torch.pow), Scaled(torch.log)
        self.pow2, self.log2 = Scaled(torch.pow), Scaled(torch.log)

    def forward(self, x, q):
        return (self.log1(self.pow1(x, q)) + self.log2(self.pow2(x, q))) / 2


model, x, q = Mean(), torch.tensor(5.0), torch.tensor(3.0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(10):
    z = model(x, q)
    optimizer.zero_grad()
    (10 - z).pow(2).backward()
    optimizer.step()
    values = " ".join(f"{name} {p.item():.4f}" for name, p in model.named_parameters())
    print(f"{step}: z {z.item():.4f} {values}")
print("z", model(x, q))
