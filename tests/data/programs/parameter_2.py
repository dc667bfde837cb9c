"""A parameter in a plain dict is not seen; three ways to have it seen."""

import torch


class Power(torch.nn.Module):
    def __init__(self, way):
        super().__init__()
        parameter = torch.nn.Parameter(torch.tensor(1.0))
        self.held = {"powParam": parameter}
        if way == "ParameterDict":
            self.held = torch.nn.ParameterDict(self.held)
        elif way == "ParameterList":
            self.seen = torch.nn.ParameterList(self.held.values())
        elif way == "register_parameter":
            self.register_parameter("powParam", parameter)

    def forward(self, x, q):
        return x**q * self.held["powParam"]


class Model(torch.nn.Module):
    def __init__(self, way):
        super().__init__()
        self.powModel = Power(way)
        self.logParam = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.logParam * self.powModel(x, q).log()


for way in ["plain dict", "ParameterDict", "ParameterList", "register_parameter"]:
    model = Model(way)
    z = model(torch.tensor(5.0), torch.tensor(3.0))
    z.backward()
    print(way, f"{z:.4f}")
    print("   ", [(name, p.grad.item()) for name, p in model.named_parameters()])
    print("    gradient all the same:", model.powModel.held["powParam"].grad)
    print(model.powModel)
