"""``nn.Dropout`` knows by itself whether it is training."""

import torch


class Dropping(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, x):
        return self.dropout(x)


model = Dropping()
print(model)
ones = torch.ones(())
seen = {model(ones).item() for _ in range(200)}
print("training", sorted(seen))
model.eval()
print("evaluating", {model(ones).item() for _ in range(200)})
print("the very tensor:", model(ones) is ones)
print("parameters", list(model.parameters()), "buffers", list(model.buffers()))
print("state", model.state_dict(), "and yet:", model.dropout.training)
x = torch.ones(1000, requires_grad=True)
y = model.train()(x)
y.sum().backward()
print("the gradient is what was kept:", x.grad.tolist() == y.tolist())
