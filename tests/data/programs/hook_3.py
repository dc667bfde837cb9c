"""Non-full backward hooks see the last operation of a module, full ones the module."""

import torch


class Power(torch.nn.Module):
    def __init__(self, parameter_first):
        super().__init__()
        self.powParam = torch.nn.Parameter(torch.tensor(1.0))
        self.parameter_first = parameter_first

    def forward(self, x, q):
        return self.powParam * x**q if self.parameter_first else x**q * self.powParam


class Model(torch.nn.Module):
    def __init__(self, parameter_first):
        super().__init__()
        self.powModel = Power(parameter_first)
        self.logParam = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.logParam * self.powModel(x, q).log()


def show(module, grad_input, grad_output):
    print(type(module).__name__, "grad_input", grad_input, "grad_output", grad_output)


for parameter_first in (True, False):
    for kind in ("backward_hook", "full_backward_hook"):
        model = Model(parameter_first)
        x = torch.tensor(5.0, requires_grad=True)
        q = torch.tensor(3.0, requires_grad=True)
        getattr(model.powModel, "register_" + kind)(show)
        print(kind, "the parameter comes first:", parameter_first)
        model(x, q).backward()
        print("   ", x.grad, q.grad, [p.grad.item() for p in model.parameters()])
