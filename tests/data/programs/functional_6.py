"""``functional.dropout`` has to be told; who forgets gets no error."""

import torch


class Dropping(torch.nn.Module):
    def __init__(self, forget):
        super().__init__()
        self.forget = forget

    def forward(self, x):
        if self.forget:
            return torch.nn.functional.dropout(x, 0.5)
        return torch.nn.functional.dropout(x, 0.5, training=self.training)


ones = torch.ones(())
for forget in (False, True):
    model = Dropping(forget)
    print(model, "forgets:", forget)
    print("    training", sorted({model(ones).item() for _ in range(200)}))
    model.eval()
    print("    evaluating", sorted({model(ones).item() for _ in range(200)}))
for probability in (0.0, 1.0, 1.5):
    try:
        print(probability, torch.nn.functional.dropout(torch.ones(3), probability))
    except ValueError as error:
        print(probability, error)
