"""Buffers that move only while training."""

import torch


class Smoothed(torch.nn.Module):
    """What comes in is averaged with what came in before."""

    def average(self, old, new):
        return 0.6 * old + 0.4 * new


class Power(Smoothed):
    def __init__(self):
        super().__init__()
        self.powParam = torch.nn.Parameter(torch.tensor(1.0))
        self.register_buffer("powBuff", torch.tensor(0.0))

    def forward(self, x, q):
        if self.training:
            self.powBuff = self.average(self.powBuff, x)
        return self.powParam * self.powBuff**q


class Log(Smoothed):
    def __init__(self):
        super().__init__()
        self.logParam = torch.nn.Parameter(torch.tensor(1.0))
        self.register_buffer("logBuff", torch.tensor(0.0))

    def forward(self, y):
        if self.training:
            self.logBuff = self.average(self.logBuff, y.detach())
        return self.logParam * self.logBuff.log()


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


model, x, q = Model(), torch.tensor(5.0), torch.tensor(3.0)
for step in range(10):
    print(f"training {step}: z {model(x, q).item():.4f}")
model.eval()
print("training", model.training, model.powModel.training, model.logModel.training)
for step in range(10):
    print(f"evaluating {step}: z {model(x, q).item():.4f}")
print(model.state_dict())
model.train()
print(f"training again: z {model(x, q).item():.4f}")
