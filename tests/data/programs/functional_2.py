"""``functional.linear`` is handed the weight with every call."""

import torch


class Doubled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.full((1, 1), 2.0))

    def forward(self, x):
        return torch.nn.functional.linear(x.unsqueeze(0), self.weight).squeeze()


x = torch.tensor(3.0, requires_grad=True)
model = Doubled()
y = model(x)
y.backward()

print(model)
print("y", y)
print("made by", type(y.grad_fn).__name__)
print("x.grad", x.grad)
print("weight", model.weight, model.weight.grad)
print([name for name, _ in model.named_parameters()])

rows = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
bias = torch.tensor([10.0, 20.0, 30.0], requires_grad=True)
weight = torch.arange(6.0).reshape(3, 2)
print(torch.nn.functional.linear(rows, weight, bias))
