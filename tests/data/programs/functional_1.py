"""``nn.Linear`` owns its weight."""

import torch


class Doubled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.constant_(self.linear.weight, 2.0)

    def forward(self, x):
        return self.linear(x.unsqueeze(0)).squeeze()


x = torch.tensor(3.0, requires_grad=True)
model = Doubled()
y = model(x)
y.backward()

print(model)
print("y", y)
print("made by", type(y.grad_fn).__name__)
print("x.grad", x.grad)
print("weight", model.linear.weight, model.linear.weight.grad)
print("bias", model.linear.bias)
print([name for name, _ in model.named_parameters()])
print(model.state_dict())
