"""The traces of the real site: that they are there, and show what their pages say they show."""

from __future__ import annotations

import gzip
import re

import pytest

from codereading.project import load_project
from codereading.reading import read
from codereading.steps import MOST_STEPS, Kind, Step, Trace, dump_trace
from codereading.traces import TraceSpec
from tests.paths import ROOT

pytestmark = pytest.mark.real

READING = read(load_project(ROOT))
PAGES = {
    "backward-pass": "backward",
    "call-that-raises": "calling-a-module",
    "call-three-levels": "calling-a-module",
    "call-with-every-hook": "calling-a-module",
    "call-with-two-hooks": "calling-a-module",
    "call-without-hooks": "calling-a-module",
    "class-statement": "function",
    "function-apply": "function",
    "loading-with-two-wrong-keys": "saving-and-loading",
    "moving-to-float64": "moving",
    "routing-of-assignments": "a-module-is-born",
}
EACH = pytest.mark.parametrize("name", PAGES)


def trace(name: str) -> Trace:
    return READING.traces[name]


def spec(name: str) -> TraceSpec:
    return READING.specs[name]


def labels(name: str, *kinds: Kind) -> list[str]:
    """What is called, in order: the label of each step of one of `kinds`."""
    some = kinds or (Kind.CALL, Kind.THROUGH)
    return [trace(name).frames[s.frame].label for s in trace(name).steps if s.kind in some]


def values(name: str, variable: str) -> list[str]:
    return [s.changed[variable] for s in trace(name).steps if variable in s.changed]


def returned(name: str, label: str) -> list[str]:
    found = trace(name)
    return [
        s.value
        for s in found.steps
        if s.kind is Kind.RETURN and found.frames[s.frame].label == label
    ]


def in_turn(parts: list[str], whole: list[str]) -> bool:
    """Whether `parts` stand in `whole` in this order."""
    rest = iter(whole)
    return all(part in rest for part in parts)


# Every trace ---------------------------------------------------------------------------


def test_every_trace_is_on_its_page_and_recorded() -> None:
    pages = {name: spec.page for name, spec in READING.specs.items()}
    assert pages == {name: f"docs/walkthroughs/{page}.md" for name, page in PAGES.items()}
    assert set(READING.traces) == set(PAGES)
    assert [p for p in READING.problems if "trace" in str(p)] == []


@EACH
def test_it_has_a_title_and_no_more_steps_than_one_follows(name: str) -> None:
    assert spec(name).options.get("title")
    steps = trace(name).steps
    assert 5 < len([step for step in steps if step.kind is not Kind.THROUGH]) <= MOST_STEPS
    assert steps[0].depth == 0
    assert any(trace(name).frames[step.frame].file for step in steps)


@EACH
def test_it_tells_no_address_and_no_place_of_a_machine(name: str) -> None:
    text = dump_trace(trace(name))
    assert not re.search(r"0x[0-9a-fA-F]+", text)
    assert not re.search(r"/(home|tmp|usr|root|work)/|site-packages", text)


@EACH
def test_each_line_is_one_of_its_file_and_each_depth_is_reached_from_the_one_above(
    name: str,
) -> None:
    found, above = trace(name), 0
    for step in found.steps:
        file = found.frames[step.frame].file
        if file:
            lines = READING.library.source(file).lines
            assert lines[step.line - 1].strip()
        elif step.kind is not Kind.THROUGH:
            assert 1 <= step.line <= spec(name).code.count("\n")
        assert step.depth <= above + 1
        begins = step.kind in (Kind.CALL, Kind.THROUGH, Kind.RESUME)
        assert begins or step.depth <= above
        above = step.depth


@EACH
def test_it_is_small(name: str) -> None:
    assert len(gzip.compress(dump_trace(trace(name)).encode())) < 10_000


# What each of them shows -----------------------------------------------------------------

CALL = ["Module._wrapped_call_impl", "Module._call_impl"]


def test_a_call_without_hooks_takes_the_short_way() -> None:
    assert labels("call-without-hooks") == [*CALL, "Double.forward"]
    assert returned("call-without-hooks", "Module._call_impl") == ["Tensor 2 [6, 8; float32 (2,)]"]


def test_two_hooks_run_before_and_after_and_replace_what_they_see() -> None:
    called = labels("call-with-two-hooks")
    assert called == [*CALL, "Module._call_impl.inner", "add_one", "Double.forward", "negate"]
    assert returned("call-with-two-hooks", "add_one") == ["(Tensor 2 [4, 5; float32 (2,)],)"]
    assert values("call-with-two-hooks", "x") == [
        "Tensor 1 [3, 4; float32 (2,)]",
        "Tensor 2 [4, 5; float32 (2,)]",
    ]
    assert returned("call-with-two-hooks", "Module._wrapped_call_impl") == [
        "Tensor 4 [-8, -10; float32 (2,)]"
    ]


def test_every_hook_runs_forward_and_then_backward() -> None:
    called = labels("call-with-every-hook")
    assert in_turn(
        [
            *CALL,
            "Module._call_impl.inner",
            "see",
            "BackwardHook.setup_input_hook",
            "Double.forward",
            "see",
            "see",
            "BackwardHook.setup_output_hook",
            "_engine_run_backward",
            "compiled code, torch._C._EngineBase.run_backward",
            "see",
            "BackwardHook.setup_output_hook.fn.hook",
            "see",
        ],
        called,
    )
    forward = called[: called.index("_engine_run_backward")]
    assert (forward.count("see"), len(called) - len(forward) > 3) == (3, True)


def test_an_always_called_hook_runs_after_another_has_raised() -> None:
    steps = trace("call-that-raises").steps
    name = "call-that-raises"
    assert labels(name, Kind.RAISE)[:3] == [
        "refuse",
        "Module._call_impl.inner",
        "Module._call_impl",
    ]
    raised = next(n for n, step in enumerate(steps) if step.kind is Kind.RAISE)
    called = [trace(name).frames[s.frame].label for s in steps[raised:] if s.kind is Kind.CALL]
    assert called == ["report"]
    last = [step for step in steps if step.kind is Kind.RAISE][-1]
    assert (last.depth, last.value) == (0, "ValueError: no"), "and it is raised again"


def test_three_levels_are_the_same_walk_one_inside_the_other() -> None:
    name = "call-three-levels"
    frames = trace(name).frames
    inner = {
        frames[s.frame].label: s.depth
        for s in trace(name).steps
        if s.kind is Kind.CALL and frames[s.frame].label.endswith(".forward")
    }
    assert inner == {"Wrap.forward": 3, "Twice.forward": 6, "ReLU.forward": 9}
    assert labels(name).count("Module._call_impl") == 4
    assert labels(name).count("ReLU.forward") == 2


def test_a_pass_goes_through_compiled_code_once_and_reaches_the_hook_first() -> None:
    name = "backward-pass"
    engine = "compiled code, torch._C._EngineBase.run_backward"
    assert labels(name, Kind.THROUGH) == [engine]
    called = labels(name)
    assert called[called.index(engine) + 1 :] == [
        "halve",
        "BackwardCFunction.apply",
        "BackwardCFunction._get_user_fn",
        "Square.backward",
    ]
    assert in_turn(["Tensor.backward", "backward", "_make_grads", "_engine_run_backward"], called)
    assert returned(name, "halve") == ["Tensor 6 [0.5, 0.5; float32 (2,)]"]
    assert returned(name, "Square.backward") == ["Tensor 7 [3, 4; float32 (2,)]"]


def test_a_class_statement_runs_its_body_and_then_the_metaclass() -> None:
    assert labels("class-statement") == [
        "compiled code, builtins.__build_class__",
        "Double",
        "FunctionMeta.__init__",
    ]
    assert values("class-statement", "backward_fn") == ["DoubleBackward"]


def test_apply_goes_through_compiled_code_to_forward_and_saves() -> None:
    assert in_turn(
        [
            "Function.apply",
            "compiled code, Square.apply",
            "Square.forward",
            "FunctionCtx.save_for_backward",
        ],
        labels("function-apply"),
    )
    assert "(True,)" in values("function-apply", "ctx.needs_input_grad")
    (result,) = returned("function-apply", "Function.apply")
    assert "grad_fn SquareBackward" in result
    (inside,) = returned("function-apply", "Square.forward")
    assert "grad_fn" not in inside, "the node is attached afterwards"


def test_both_wrong_keys_are_found_before_the_error_is_raised() -> None:
    name = "loading-with-two-wrong-keys"
    steps = trace(name).steps

    def first(has: str, variable: str) -> int:
        return next(n for n, s in enumerate(steps) if has in s.changed.get(variable, ""))

    raised = next(n for n, s in enumerate(steps) if s.kind is Kind.RAISE)
    assert first("'bias'", "missing_keys") < raised
    assert first("'wait'", "unexpected_keys") < raised
    assert "Missing key(s)" in steps[raised].value
    assert "Unexpected key(s)" in steps[raised].value


def test_moving_converts_what_is_inside_first_and_leaves_integers_alone() -> None:
    name = "moving-to-float64"
    called = labels(name)
    assert in_turn(["Module.to", "Module._apply", "Module._apply", "Module.to.convert"], called)
    assert called.count("Module.to.convert") == 3
    kinds = [re.sub(r".*; (\w+) \(.*", r"\1", text) for text in returned(name, "Module.to.convert")]
    assert kinds == ["float64", "float64", "int64"]
    assert labels(name, Kind.YIELD, Kind.RESUME) == ["Module.named_children"] * 2


def test_a_parameter_and_a_module_go_to_their_stores_and_the_rest_to_the_dict() -> None:
    name = "routing-of-assignments"
    assert labels(name).count("Module.__setattr__") == 3
    assert labels(name).count("Module.register_parameter") == 1
    assert any("'weight'" in text for text in values(name, "self._parameters"))
    assert "{'sub': Linear 1}" in values(name, "self._modules")
    assert values(name, "list(self.__dict__)[17:]")[-1] == "['note']"


def test_what_is_shown_last_is_a_step_of_the_code_on_the_page_or_a_return() -> None:
    for name in PAGES:
        last: Step = trace(name).steps[-1]
        assert last.kind in (Kind.LINE, Kind.RETURN), name
        assert last.depth <= 1, name
