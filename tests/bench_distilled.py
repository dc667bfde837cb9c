"""The distilled system against micrograd, on the same work.

micrograd knows numbers alone, so a layer is many of its nodes and one of ours, and a
number is a whole tensor here. Its numbers are Python's, so the chain is one of float64. It also
calls itself once for each node of a chain.
"""

from __future__ import annotations

import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value
from micrograd.nn import MLP

from annotated_src import distilled

small: Any = distilled  # its names are made when it is imported
RUNS = 15
CHAIN = 1000
SIZES, BATCH = (3, 8, 8, 1), 8
MOST = 1.5  # times as slow as micrograd, at most


def chain(start: Any) -> float:
    """Forward and backward of a chain of 1,000 operations on single numbers."""
    end = start
    for step in range(CHAIN // 2):
        end = end * 1.001 + 0.001 * step
    end.backward()
    return float(start.grad)


def layers_of_micrograd() -> Callable[[], None]:
    """Forward and backward of a small network, for a batch of inputs, one by one."""
    random.seed(0)
    model = MLP(SIZES[0], list(SIZES[1:]))
    inputs = [[random.random() for _ in range(SIZES[0])] for _ in range(BATCH)]

    def step() -> None:
        loss = sum((model(x) - 1.0) ** 2 for x in inputs)
        model.zero_grad()
        loss.backward()

    return step


def layers_of_ours() -> Callable[[], None]:
    """The same network, for the batch at once."""
    small.manual_seed(0)
    parts = [
        part
        for a, b in itertools.pairwise(SIZES)
        for part in (small.nn.Linear(a, b), small.nn.ReLU())
    ]
    model = small.nn.Sequential(*parts[:-1])
    inputs = small.rand(BATCH, SIZES[0])

    def step() -> None:
        loss = ((model(inputs) - 1.0) ** 2).sum()
        model.zero_grad()
        loss.backward()

    return step


def seconds(work: Callable[[], object]) -> float:
    """The median of some runs, by the clock on the wall."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Measure and print both."""
    # For the peer: it walks its graph by calling itself.
    sys.setrecursionlimit(10 * CHAIN)
    rows = {
        f"chain of {CHAIN} operations": (
            lambda: chain(small.tensor(1.0, dtype=small.float64, requires_grad=True)),
            lambda: chain(Value(1.0)),
        ),
        f"network {SIZES}, {BATCH} inputs": (layers_of_ours(), layers_of_micrograd()),
    }
    for name, (ours, peer) in rows.items():
        a, b = seconds(ours), seconds(peer)
        print(
            f"{name:32} {1000 * a:7.2f} ms  micrograd {1000 * b:7.2f} ms  "
            f"ratio {a / b:.2f} (at most {MOST})"
        )


if __name__ == "__main__":
    main()
