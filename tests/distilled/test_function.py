"""Functions of one's own, defined for both and compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .both import cases, same


def square(L: Any, materialize: bool = True, log: list[Any] | None = None) -> Any:
    class Square(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any, factor: Any = 1) -> Any:
            ctx.save_for_backward(x)
            ctx.factor = factor
            ctx.set_materialize_grads(materialize)
            if log is not None:
                log.append([ctx.needs_input_grad, L.is_grad_enabled(), ctx.saved_tensors])
            return x * x * factor

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            (x,) = ctx.saved_tensors
            if log is not None:
                log.append([grad, ctx.needs_input_grad, L.is_grad_enabled(), x])
            return 2 * x * grad * ctx.factor, None

    return Square


def simple(L: Any) -> Any:
    log: list[Any] = []
    Square = square(L, log=log)
    x = L.tensor([1.0, 2.0], requires_grad=True)
    y = Square.apply(x, 3)
    y.sum().backward()
    node = y.grad_fn
    return y, x.grad, log, node.name(), type(node).__name__, len(node.next_functions)


def classes(L: Any) -> Any:
    Square = square(L)
    module = L.autograd.function
    names = [[c.__name__ for c in cls.mro()] for cls in (Square, Square._backward_cls)]
    return (
        names,
        type(Square).__name__,
        type(Square) is module.FunctionMeta,
        Square._backward_cls._forward_cls is Square,
        issubclass(Square._backward_cls, module.BackwardCFunction),
        issubclass(Square._backward_cls, L.autograd.graph.Node),
        [name for name in ("__init__",) for c in (module.FunctionCtx, module._HookMixin)
         if name in vars(c)],
    )  # fmt: skip


def context_is_node(L: Any) -> Any:
    kept = []

    class Keep(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            kept.append(ctx)
            return x * 1

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            kept.append(ctx)
            return grad

    y = Keep.apply(L.ones((), requires_grad=True))
    node = y.grad_fn
    y.backward()
    return (
        [c is node for c in kept],
        isinstance(node, L.autograd.graph.Node),
        isinstance(node, Keep),
    )


def setup_context(L: Any) -> Any:
    class Scale(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(x: Any, factor: float = 2.0) -> Any:
            return x * factor, x + factor

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.inputs = len(inputs), inputs[1]
            ctx.outputs = len(output)
            ctx.save_for_backward(inputs[0], output[0])

        @staticmethod
        def backward(ctx: Any, first: Any, second: Any) -> Any:
            x, y = ctx.saved_tensors
            return first * ctx.inputs[1] + second + 0 * x + 0 * y, None

    x = L.ones(2, requires_grad=True)
    a, b = Scale.apply(x, factor=3.0)
    (a * 2 + b).sum().backward()
    c, _ = Scale.apply(x)
    return a, b, x.grad, c, a.grad_fn is b.grad_fn, b.output_nr


def not_recorded(L: Any) -> Any:
    Square = square(L)
    with L.no_grad():
        one = Square.apply(L.ones(2, requires_grad=True))
    return one, Square.apply(L.ones(2))


def materialized(L: Any) -> Any:
    seen: list[Any] = []

    class Two(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any, materialize: bool) -> Any:
            ctx.set_materialize_grads(materialize)
            return x * 1, x * 2

        @staticmethod
        def backward(ctx: Any, a: Any, b: Any) -> Any:
            seen.append([a, b])
            return a if b is None else a + b, None

    x = L.ones(2, requires_grad=True)
    for materialize in (True, False):
        Two.apply(x, materialize)[0].sum().backward()
    return seen, x.grad


def marked(L: Any) -> Any:
    class Polar(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            sign = (x > 0).to(x.dtype)
            ctx.mark_non_differentiable(sign)
            return x * sign, sign, x > 0

        @staticmethod
        def backward(ctx: Any, grad: Any, other: Any, third: Any) -> Any:
            return grad + other

    x = L.tensor([1.0, -2.0], requires_grad=True)
    outputs = Polar.apply(x)
    outputs[0].sum().backward()
    return outputs, x.grad


def doubled(L: Any) -> Any:
    class Double(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.mark_dirty(x)
            return x.mul_(2)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad * 2

    return Double


def dirty(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * 3
    z = doubled(L).apply(y)
    z.sum().backward()
    return z is y, z, x.grad, y._version


def dirty_view(L: Any) -> Any:
    x = L.ones(2, 2, requires_grad=True)
    y = x * 3
    row = y[0]
    z = doubled(L).apply(row)
    y.sum().backward()
    return z is row, y, x.grad, type(row.grad_fn).__name__


def dirty_leaf(L: Any) -> Any:
    doubled(L).apply(L.ones(2, requires_grad=True))


def input_returned(L: Any) -> Any:
    class Same(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad * 5

    x = L.ones(2, requires_grad=True)
    y = Same.apply(x)
    y.sum().backward()
    return y is x, y, x.grad, y._base is x


def view_returned_and_changed(L: Any) -> Any:
    class First(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x[0]

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return grad

    First.apply(L.ones(2, requires_grad=True) * 1).mul_(2)


def output_saved(L: Any) -> Any:
    class Exp(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            y = x.exp()
            ctx.save_for_backward(y, None)
            return y

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            y, nothing = ctx.saved_tensors
            assert nothing is None
            assert y.grad_fn is ctx
            return grad * y

    x = L.zeros(2, requires_grad=True)
    (first,) = L.autograd.grad(Exp.apply(x).sum(), x, create_graph=True)
    (second,) = L.autograd.grad(first.sum(), x)
    y = Exp.apply(x)
    y.add_(1)
    try:
        y.sum().backward()
    except RuntimeError as error:
        return first, second, str(error)


def second_time(L: Any) -> Any:
    y = square(L).apply(L.ones((), requires_grad=True))
    y.backward()
    y.backward()


def saved_and_changed(L: Any) -> Any:
    x = L.ones(2, requires_grad=True) * 1
    y = square(L).apply(x)
    x.mul_(2)
    y.sum().backward()


def second_derivative(L: Any) -> Any:
    x = L.tensor(3.0, requires_grad=True)
    (first,) = L.autograd.grad(square(L).apply(x), x, create_graph=True)
    return first, L.autograd.grad(first, x)


def once(L: Any, returned: int) -> Any:
    class Once(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        @L.autograd.function.once_differentiable  # type: ignore[untyped-decorator]
        def backward(ctx: Any, grad: Any) -> Any:
            assert not L.is_grad_enabled()
            return grad * 2

    x = L.ones((), requires_grad=True)
    (first,) = L.autograd.grad(Once.apply(x) ** 2, x, create_graph=True)
    if returned:
        return first
    return L.autograd.grad(first, x)


def once_differentiable(L: Any) -> Any:
    return once(L, 1)


def once_differentiable_twice(L: Any) -> Any:
    return once(L, 0)


def returning(L: Any, *result: Any) -> Any:
    class Wrong(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any, number: int) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return tuple(grad * 2 if r == "grad" else r for r in result)

    x = L.ones(2, requires_grad=True)
    Wrong.apply(x, 1).sum().backward()
    return x.grad


def too_many(L: Any) -> Any:
    return returning(L, "grad", None, "grad")


def too_many_none(L: Any) -> Any:
    return returning(L, "grad", None, None, None)


def too_few(L: Any) -> Any:
    return returning(L, "grad")


def gradient_of_a_number(L: Any) -> Any:
    return returning(L, "grad", "grad")


def not_a_tensor(L: Any) -> Any:
    return returning(L, 1, None)


def none(L: Any) -> Any:
    return returning(L, None, None)


def wrong_shape(L: Any) -> Any:
    class Wrong(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return L.ones(3)

    Wrong.apply(L.ones(2, requires_grad=True)).sum().backward()


def without_backward(L: Any) -> Any:
    class Half(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

    Half.apply(L.ones((), requires_grad=True)).backward()


def without_forward(L: Any) -> Any:
    class Half(L.autograd.Function):  # type: ignore[misc]
        pass

    Half.apply(L.ones(()))


def saves_a_number(L: Any) -> Any:
    class Wrong(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(1)
            return x * 2

    Wrong.apply(L.ones((), requires_grad=True))


def needs_input_grad(L: Any) -> Any:
    seen = []

    class Product(L.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any, c: Any) -> Any:
            ctx.save_for_backward(a, b)
            return a * b

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            a, b = ctx.saved_tensors
            seen.append(ctx.needs_input_grad)
            return grad * b, grad * a, None

    a, b = L.ones(2, requires_grad=True), L.ones(2)
    y = Product.apply(a, b, "c")
    y.sum().backward()
    return seen, a.grad, b.grad, [n is None for n, _ in y.grad_fn.next_functions]


@cases(
    simple, classes, context_is_node, setup_context, not_recorded, materialized, marked, dirty,
    dirty_view, dirty_leaf, input_returned, view_returned_and_changed, output_saved, second_time,
    saved_and_changed, second_derivative, once_differentiable, once_differentiable_twice, too_many,
    too_many_none, too_few, gradient_of_a_number, not_a_tensor, none, wrong_shape,
    without_backward, without_forward, saves_a_number, needs_input_grad,
)  # fmt: skip
def test_same(program: Callable[[Any], object]) -> None:
    same(program)
