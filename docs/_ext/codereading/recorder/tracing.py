"""Runs one trace in the child, as its page says."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, cast

from ..steps import MOST_STEPS, Kind, step_data
from .naming import error_text
from .own_code import compile_parts, units_of
from .running import ExampleError, failed_at
from .stepping import MOST_RECORDED, Place, Stepper, TooLongError
from .values import Describe, Values


def run_trace(
    files: Mapping[str, str], places: Mapping[str, Any], describe: str, trace: Mapping[str, Any]
) -> dict[str, Any]:
    """The frames and steps of `trace`, a `TraceJob` as a dict, ready to be printed.

    Raises ExampleError where the code fails, enters nothing that is read, or takes more
    steps than anybody would follow; its line is one of the page.
    """
    name = f"<trace {trace['name']}>"
    offset = trace["code_line"] - 1
    above, followed = compile_parts(trace["code"], name, trace["from_line"])
    stepper = Stepper(
        name,
        units_of(trace["code"]),
        _places(files, places, trace),
        Values(_describe(describe)),
        trace["watch"],
    )
    names: dict[str, object] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            exec(above, names)
            stepper.run(lambda: exec(followed, names))
        except TooLongError:
            raise ExampleError(
                f"takes more than {MOST_RECORDED} steps, of {MOST_STEPS} at most", 0
            ) from None
        except (Exception, SystemExit) as error:
            line = failed_at(error, name)
            text = error_text(type(error), error)
            raise ExampleError(text, line and line + offset) from error
        finally:
            os.chdir("/")
    if not any(frame.file for frame in stepper.frames):
        raise ExampleError("enters no subject that is read", 0)
    visible = sum(step.kind is not Kind.THROUGH for step in stepper.steps)
    if visible > MOST_STEPS:
        raise ExampleError(f"takes {visible} steps, of {MOST_STEPS} at most", 0)
    return {
        "frames": [[frame.label, frame.file] for frame in stepper.frames],
        "steps": [step_data(step) for step in stepper.steps],
    }


def _places(
    files: Mapping[str, str], places: Mapping[str, Any], trace: Mapping[str, Any]
) -> dict[str, list[Place]]:
    into, skip = set(trace["into"]), set(trace["skip"])
    found: dict[str, list[Place]] = {}
    for file, entries in places.items():
        found[files[file]] = [
            Place(
                file, e["name"], e["first"], e["last"], {int(k): v for k, v in e["units"].items()}
            )
            for e in entries
            if e["name"] not in skip and (not into or e["name"] in into)
        ]
    return found


def _describe(name: str) -> Describe | None:
    if not name:
        return None
    module, _, function = name.partition(":")
    try:
        return cast(Callable[..., Any], getattr(importlib.import_module(module), function))
    except Exception as error:
        text = f"`describe` in pyproject.toml, `{name}`: {error_text(type(error), error)}"
        raise ExampleError(text, 0) from error
