"""Programs written for torch print the same under the distilled system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.distilled.both import plain
from tests.paths import DATA, ROOT

PROGRAMS = sorted((DATA / "programs").glob("*.py"))
NAMES = [
    *(f"module_{n}" for n in range(1, 8)),
    *(f"parameter_{n}" for n in range(1, 6)),
    *(f"buffer_{n}" for n in range(1, 4)),
    *(f"hook_{n}" for n in range(1, 4)),
    *(f"functional_{n}" for n in range(1, 7)),
]
GALLERY = [
    "backward/backward_inputs.py",
    "buffers/buffers_freeze_in_eval.py",
    "buffers/plain_tensor_is_not_saved.py",
    "buffers/register_buffer.py",
    "containers/list_hides_modules.py",
    "containers/module_wraps_a_computation.py",
    "functional/dropout_module_or_function.py",
    "functions/in_place_function.py",
    "functions/with_metaclass.py",
    "hooks/always_call.py",
    "hooks/forward_hook.py",
    "hooks/forward_pre_hook.py",
    "hooks/grad_is_none_in_hook.py",
    "hooks/hook_order.py",
    "hooks/keyword_hooks.py",
    "hooks/registration_hooks_replace.py",
    "hooks/state_dict_hooks.py",
    "hooks/tensor_hooks.py",
    "hooks/what_pre_hooks_return.py",
    "initialising/arguments_of_init.py",
    "initialising/attribute_routing.py",
    "initialising/name_changes_kind.py",
    "initialising/seventeen_attributes.py",
    "initialising/without_init.py",
    "moving_and_saving/strict_loading.py",
    "moving_and_saving/what_load_refuses.py",
    "parameters/parameter_list.py",
    "parameters/parameter_must_be_leaf.py",
    "parameters/parameter_registers_itself.py",
    "parameters/register_parameter.py",
    "tensors/views_and_version.py",
]
"""Examples that keep to what the distilled system offers."""

Found = dict[str, dict[str, str]]


def child(*command: str) -> str:
    """What a child process prints: one thread, no accelerator, no window."""
    environment = {
        **os.environ,
        "CUDA_VISIBLE_DEVICES": "",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "READING_DEVICE": "cpu",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "docs" / "_ext")]),
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def run(library: str, scripts: Iterable[Path]) -> Found:
    return json.loads(child("-m", "tests.distilled.running", library, *map(str, scripts)))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def found() -> dict[str, Found]:
    """What every program printed under each library."""
    scripts = [*PROGRAMS, *(ROOT / "gallery" / name for name in GALLERY)]
    return {library: run(library, scripts) for library in ("torch", "distilled")}


def test_all_24_are_here() -> None:
    assert sorted(path.stem for path in PROGRAMS) == sorted(NAMES)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program(path: Path, found: dict[str, Found]) -> None:
    theirs, ours = (found[library][str(path)] for library in ("torch", "distilled"))
    assert not theirs["error"], theirs["error"]
    assert not ours["error"], ours["error"]
    assert theirs["printed"].count("\n") >= 5
    assert plain(ours["printed"]) == plain(theirs["printed"])


@pytest.mark.parametrize("name", ["module_1", "hook_3", "functional_5"])
def test_from_the_command_line(name: str) -> None:
    """An unchanged script, in a process of its own."""
    script = str(DATA / "programs" / f"{name}.py")
    ours = child("-m", "annotated_src.distilled", script)
    assert plain(ours) == plain(child(script))


@pytest.mark.parametrize("name", GALLERY)
def test_example(name: str, found: dict[str, Found]) -> None:
    theirs, ours = (
        found[library][str(ROOT / "gallery" / name)] for library in ("torch", "distilled")
    )
    assert not theirs["error"], theirs["error"]
    assert not ours["error"], ours["error"]
    assert plain(ours["printed"]) == plain(theirs["printed"])


def test_number_of_examples() -> None:
    assert len(GALLERY) >= 31
