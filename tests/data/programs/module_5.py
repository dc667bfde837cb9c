"""A ``ModuleList`` is a list whose modules are seen."""

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
        self.modelList = torch.nn.ModuleList([Power(), Log()])

    def forward(self, x, q):
        return self.modelList[-1](self.modelList[0](x, q))


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = Model()
z = model(x, q)
z.backward()

print(model)
for name, child in model.named_children():
    print("child", name, child, len(child))
for name, module in model.named_modules():
    print(repr(name), type(module).__name__)
print("z", z)
print("dz/dx", x.grad, "dz/dq", q.grad)
