"""A forward hook may return another output."""

import torch


class Power(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.powParam * x**q


class Log(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.logParam = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, y):
        return self.logParam * y.log()


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


x = torch.tensor(5.0, requires_grad=True)
q = torch.tensor(3.0, requires_grad=True)
model = Model()


def double_output(module, args, output):
    print("seen after", type(module).__name__, args, output)
    return output * 2


with model.logModel.register_forward_hook(double_output):
    z = model(x, q)
z.backward()
print("z", z)
print("dz/dx", x.grad, "dz/dq", q.grad)
for name, parameter in model.named_parameters():
    print(name, parameter.grad.item())
print("without the hook", model(x, q))
