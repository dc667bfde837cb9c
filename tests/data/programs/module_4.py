"""The same list, and each module given to ``add_module`` as well."""

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
        self.steps = [Power(), Log()]
        for name, step in zip(["powModel", "logModel"], self.steps):
            self.add_module(name, step)

    def forward(self, x, q):
        y = self.steps[0](x, q)
        return self.steps[1](y)


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = Model()
z = model(x, q)
z.backward()

print(model)
print("children", list(model.named_children()))
print("one object, two ways to it:", model.powModel is model.steps[0])
print("reached by eval():", [step.training for step in model.eval().steps])
print("z", z)
print("dz/dx", x.grad, "dz/dq", q.grad)
