"""``nn.ReLU`` is a module that holds nothing."""

import torch


class Positive(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = torch.nn.ReLU()

    def forward(self, x):
        return self.relu(x)


model = Positive()
print(model)
for value in (3.0, -3.0, 0.0):
    x = torch.tensor(value, requires_grad=True)
    y = model(x)
    y.backward()
    print(f"{value}: {y.item()}, gradient {x.grad.item()}")
print(y)
print(model(torch.tensor([[-1.5, 0.5], [2.5, -3.5]])))
print("parameters", list(model.parameters()), "state", model.state_dict())
