"""A ``ModuleDict`` is a dict whose modules are seen, in the order in which they were put in."""

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
        self.modelDict = torch.nn.ModuleDict({"powModel": Power(), "logModel": Log()})

    def forward(self, x, q):
        return self.modelDict["logModel"](self.modelDict["powModel"](x, q))


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = Model()
z = model(x, q)
z.backward()

print(model)
print("keys", list(model.modelDict.keys()), "logModel" in model.modelDict)
for path, module in model.named_modules():
    print(repr(path), type(module).__name__)
print("z", z)
print("dz/dx", x.grad, "dz/dq", q.grad)
