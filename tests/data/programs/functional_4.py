"""``functional.relu``: where there is no state, a function is enough."""

import torch


class Positive(torch.nn.Module):
    def forward(self, x):
        return torch.nn.functional.relu(x)


model = Positive()
print(model)
for value in (3.0, -3.0, 0.0):
    x = torch.tensor(value, requires_grad=True)
    y = model(x)
    y.backward()
    print(f"{value}: {y.item()}, gradient {x.grad.item()}")
print(y)
print(model(torch.tensor([[-1.5, 0.5], [2.5, -3.5]])))
same = torch.nn.ReLU()(x) == torch.nn.functional.relu(x)
print("the same as the module's:", same)
x = torch.tensor([-1.0, 1.0])
torch.nn.functional.relu(x, inplace=True)
print("in place:", x)
