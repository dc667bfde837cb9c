"""`codereading record` on small examples of the fake library."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import Result

from codereading.evidence import load_run, run_path
from codereading.ranges import to_ranges
from tests.conftest import Run
from tests.examples import (
    BRAKE,
    BRAKE_RAN,
    PAGE,
    PAGE_RAN,
    add_examples,
    lines_folder,
    record,
    records,
)

USE = "from mill.wheel import Wheel\n\nWheel().brake(True)\n"
TWO = {"examples/brake.py": BRAKE, "examples/page.md": PAGE}


def add(mill: Path, texts: Mapping[str, str]) -> None:
    add_examples(mill, {f"examples/{name}": dedent(text) for name, text in texts.items()})


def ran(mill: Path, name: str) -> str:
    """The lines of mill/wheel.py that the example is recorded to run."""
    run = load_run(run_path(mill / "notes" / "recorded", name), name)
    assert set(run.files) <= {"mill/wheel.py"}
    return to_ranges(run.files["mill/wheel.py"].ran) if run.files else ""


def said(result: Result) -> list[str]:
    """What was printed, without the bar and the seconds."""
    assert "Traceback" not in result.output
    lines = [re.sub(r" in \d+ seconds", "", line) for line in result.stderr.splitlines()]
    return [line for line in lines if not line.startswith("recording")]


def failed(mill: Path, *problems: str, arguments: tuple[str, ...] = ()) -> None:
    """Record, and compare all that is said of examples."""
    result = record(mill, *arguments)
    head, *rest = said(result)
    assert re.fullmatch(r"recorded \d+ examples and 0 traces", head)
    assert rest == list(problems)
    assert result.exit_code == 1


# What is recorded --------------------------------------------------------------------


def test_scripts_and_pages_are_recorded_line_by_line(mill: Path, run: Run) -> None:
    add_examples(mill, TWO)
    result = record(mill)
    assert result.exit_code == 0, result.output
    assert said(result) == ["recorded 2 examples and 0 traces"]
    assert result.stdout == ""
    assert set(records(mill)) == {
        "imported.json",
        "examples/brake.py.json",
        "examples/page.md.json",
    }
    assert ran(mill, "examples/brake.py") == BRAKE_RAN
    assert ran(mill, "examples/page.md") == PAGE_RAN
    assert run("check").exit_code == 0


def test_what_the_import_runs_is_recorded_and_which_lines_have_code(mill: Path) -> None:
    add_examples(mill, TWO)
    record(mill)
    run = load_run(run_path(mill / "notes" / "recorded", ""), "")
    wheel = run.files["mill/wheel.py"]
    assert (run.digest, run.release) == ("", "1.0")
    assert {6, 25, 71} <= wheel.ran
    assert not wheel.ran & {26, 27, 34, 42}
    assert {6, 27, 34, 42} <= wheel.code
    # A comment, a docstring, `else:`, `nonlocal` and a bracket.
    assert not wheel.code & {23, 26, 33, 45, 51}


def test_a_page_without_snippets_is_no_example(mill: Path) -> None:
    add_examples(mill, {**TWO, "examples/words.md": "# Words\n\n```python\nx = 1\n```\n"})
    assert said(record(mill)) == ["recorded 2 examples and 0 traces"]


def test_snippets_of_a_page_share_names(mill: Path) -> None:
    more = (
        "\nThen:\n\n~~~python\n>>> wheel = Wheel()\n>>> wheel.speed = 99\n~~~\n\n1. In a list:\n\n"
    )
    more += "   ```python\n   >>> wheel.brake()\n   10\n   ```\n"
    add_examples(mill, {"examples/page.md": PAGE + more})
    assert record(mill).exit_code == 0
    assert ran(mill, "examples/page.md") == "27,30,32,34-35"


def test_recording_twice_gives_the_same_bytes(mill: Path) -> None:
    add_examples(mill, TWO)
    record(mill)
    first = records(mill)
    shutil.rmtree(lines_folder(mill))
    assert record(mill, "--jobs", "1").exit_code == 0
    assert records(mill) == first
    assert record(mill, "--jobs", "3").exit_code == 0
    assert records(mill) == first


def test_recording_in_another_folder_gives_the_same_bytes(mill: Path, tmp_path: Path) -> None:
    add_examples(mill, TWO)
    other = tmp_path / "a folder" / "elsewhere"
    shutil.copytree(mill, other)
    record(mill)
    record(other)
    assert records(mill) == records(other)
    text = b"".join(records(mill).values()).decode()
    assert str(tmp_path) not in text


def test_recording_from_another_folder_imports_nothing_there(
    mill: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_examples(mill, TWO)
    for name in ("json", "signal", "mill"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('of another project')")
    monkeypatch.chdir(tmp_path)
    assert said(record(mill)) == ["recorded 2 examples and 0 traces"]


def test_recording_one_example_leaves_the_others(mill: Path, run: Run) -> None:
    add_examples(mill, TWO)
    record(mill)
    kept = records(mill)
    soft = BRAKE.replace("brake(True) == 0", "brake() == -1")
    add_examples(mill, {"examples/brake.py": soft, "examples/page.md": PAGE.replace("()", "(1)")})
    assert said(record(mill, "examples/brake.py")) == ["recorded 1 examples and 0 traces"]
    assert ran(mill, "examples/brake.py") == PAGE_RAN
    now = records(mill)
    assert now["examples/brake.py.json"] != kept["examples/brake.py.json"]
    assert now["examples/page.md.json"] == kept["examples/page.md.json"]
    assert "another text of examples/page.md" in run("check").stderr


@pytest.mark.parametrize("name", ["examples", "examples/", "./examples", "./examples/page.md"])
def test_a_folder_and_a_path_are_names_too(mill: Path, name: str) -> None:
    add_examples(mill, {**TWO, "examples/words.md": "# Words\n"})
    count = 1 if name.endswith(".md") else 2
    assert said(record(mill, name)) == [f"recorded {count} examples and 0 traces"]


def test_an_unknown_name_is_explained(mill: Path) -> None:
    add_examples(mill, TWO)
    for name in ("examples/break.py", "example"):
        result = record(mill, name)
        assert result.exit_code == 1
        (line,) = said(result)
        assert line.startswith(f"{name}: is neither an example nor a trace; did you mean `exam")
    assert not records(mill)


def test_records_of_examples_that_are_gone_are_removed(mill: Path, run: Run) -> None:
    add_examples(mill, {**TWO, "examples/deep/brake.py": BRAKE})
    project = mill / "pyproject.toml"
    project.write_text(project.read_text().replace('"examples/*"', '"examples/**/*.*"'))
    record(mill)
    assert "examples/deep/brake.py.json" in records(mill)
    shutil.rmtree(mill / "examples" / "deep")
    assert "no example is called examples/deep/brake.py" in run("check").stderr
    assert record(mill, "examples/page.md").exit_code == 0
    assert set(records(mill)) == {
        "imported.json",
        "examples/brake.py.json",
        "examples/page.md.json",
    }
    assert not (lines_folder(mill) / "examples" / "deep").exists()
    assert run("check").exit_code == 0


def test_the_hint_of_a_stale_record_mends_it(mill: Path, run: Run) -> None:
    add_examples(mill, TWO)
    record(mill)
    (mill / "examples" / "brake.py").write_text(BRAKE + "# !\n")
    result = run("check")
    assert result.exit_code == 1
    hint = result.stderr.splitlines()[0].partition("; record it again: codereading record ")[2]
    assert hint == "examples/brake.py"
    assert record(mill, hint).exit_code == 0
    assert run("check").exit_code == 0


def test_prose_around_snippets_makes_no_record_stale(mill: Path, run: Run) -> None:
    add_examples(mill, TWO)
    record(mill)
    add_examples(mill, {"examples/page.md": PAGE.replace("slows down", "comes to rest")})
    assert run("check").exit_code == 0


def test_a_script_runs_as_its_reader_would_run_it(mill: Path) -> None:
    script = """\
        import os, sys
        assert __name__ == "__main__"
        assert sys.argv == [__file__]
        assert sys.path[0] == os.getcwd() == os.path.dirname(__file__)
        assert sys.stdin.read() == ""
        assert os.environ["MILL"] == "wind"
        assert os.environ["PYTHONHASHSEED"] == "0"
        import beside
    """
    add(mill, {"brake.py": script, "beside.py": USE})
    project = mill / "pyproject.toml"
    table = '\n[tool.codereading.environment]\nMILL = "wind"\n'
    project.write_text(project.read_text() + table)
    assert said(record(mill)) == ["recorded 2 examples and 0 traces"]
    assert ran(mill, "examples/brake.py") == BRAKE_RAN


def test_the_table_says_how_much_ran(mill: Path, run: Run) -> None:
    add_examples(mill, TWO)
    record(mill)
    lines = run("list").stdout.splitlines()
    shares = {line.split()[5]: line.split()[4] for line in lines[1:-2]}
    assert shares == {
        "mill/include/gear.h:Gear::operator()": "-",
        "mill.wheel:LIMIT": "1/1",
        "mill.wheel:Wheel.brake": "9/10",
        "mill.wheel:Wheel.turn": "0/25",
    }
    assert lines[-1] == "27.8 % of 36 lines of code are run"


# Examples that do unusual things -----------------------------------------------------


UNUSUAL = {
    "bytes.py": "import os, sys\nsys.stdout.buffer.write(b'\\xff')\nos.write(1, b'\\xff\\n')\n",
    "stderr.py": "import sys\nprint('no!', file=sys.stderr)\nsys.stderr.write('\\udcff')\n",
    "chdir.py": "import os, tempfile\nos.chdir(tempfile.mkdtemp())\nos.rmdir(os.getcwd())\n",
    "closed.py": "import os, sys\nsys.stdout.close()\nos.close(1)\nos.close(2)\n",
    "forks.py": """\
        import os
        if os.fork() == 0:
            raise RuntimeError("in the child's child")
        assert os.wait()[1], "it did not end as an example does"
    """,
    "forks_on.py": "import os\nos.fork()\n",
    "leaves.py": """\
        import os, pathlib, signal
        if os.fork() == 0:
            signal.alarm(15)
            signal.signal(signal.SIGALRM, lambda *_: pathlib.Path("../left.txt").touch())
            signal.pause()
    """,
    "starts.py": """\
        import subprocess, sys
        subprocess.run([sys.executable, "-c", "print(1)"], check=True)
        subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    """,
    "daemon.py": """\
        import threading
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    """,
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_example_may_do_unusual_things(mill: Path, name: str) -> None:
    add(mill, {"brake.py": BRAKE, name: dedent(UNUSUAL[name]) + USE})
    result = record(mill, "--limit", "20")
    assert said(result) == ["recorded 2 examples and 0 traces"]
    assert ran(mill, f"examples/{name}") == BRAKE_RAN
    assert ran(mill, "examples/brake.py") == BRAKE_RAN
    assert not (mill / "left.txt").exists(), "a process that it left was waited for"


@pytest.mark.parametrize("end", ["sys.exit()", "sys.exit(0)", "sys.exit(None)"])
def test_an_example_may_end_early(mill: Path, end: str) -> None:
    add(mill, {"ends.py": f"import sys\n{USE}\n{end}\nWheel().brake()\n"})
    assert record(mill).exit_code == 0
    assert ran(mill, "examples/ends.py") == BRAKE_RAN


def test_lines_that_threads_run_count(mill: Path) -> None:
    waited = """\
        import threading
        from mill.wheel import Wheel
        started = [threading.Thread(target=Wheel().brake, args=(hard,)) for hard in (1, 0)]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()
    """
    left = """\
        import threading, time
        from mill.wheel import Wheel
        def late():
            time.sleep(0.2)
            Wheel().brake(True)
        threading.Thread(target=late).start()
    """
    add(mill, {"waited.py": waited, "left.py": left})
    assert record(mill).exit_code == 0
    assert ran(mill, "examples/waited.py") == "27-30,34-35"
    assert ran(mill, "examples/left.py") == BRAKE_RAN


def test_examples_do_not_see_each_other(mill: Path) -> None:
    """One after the other in one process, each as if it were the first."""
    script = f"""\
        import os, sys
        import mill.wheel as wheel
        assert wheel.LIMIT == 10 and not hasattr(sys, "been_here")
        assert os.getcwd() == os.path.dirname(__file__), os.getcwd()
        wheel.LIMIT, sys.been_here = 5, True
        os.chdir("/")
        {USE.splitlines()[-1].replace("Wheel()", "wheel.Wheel()")}
    """
    add(mill, {"one.py": script, "two.py": script})
    assert said(record(mill, "--jobs", "1")) == ["recorded 2 examples and 0 traces"]
    assert ran(mill, "examples/one.py") == ran(mill, "examples/two.py") == BRAKE_RAN


def test_an_example_that_runs_nothing_of_the_library(mill: Path, run: Run) -> None:
    add(mill, {"other.py": "print(1)\n"})
    assert record(mill).exit_code == 0
    assert ran(mill, "examples/other.py") == ""
    assert run("check").exit_code == 0


# Examples that fail --------------------------------------------------------------------

FAILS = {
    "1 / 0": ":5: ZeroDivisionError: division by zero",
    "def f():\n    raise ValueError('no')\nf()": ":6: ValueError: no",
    "assert False": ":5: AssertionError",
    "raise ValueError('one\\n\\n  two')": ":5: ValueError: one two",
    "raise ValueError('\\udcff')": ":5: ValueError: ?",
    "no = ValueError('no')\nno.add_note('as ever')\nraise no": ":7: ValueError: no as ever",
    "raise KeyboardInterrupt": ":5: KeyboardInterrupt",
    "raise SystemExit(3)": ": exited with 3",
    "import sys; sys.exit(3)": ": exited with 3",
    "import sys; sys.exit('enough')": ": exited with enough",
    "import os; os._exit(0)": ": exited with 0",
    "import os; os._exit(4)": ": exited with 4",
    "import os; os.write(1, b'one\\ntwo\\xff\\n'); os._exit(4)": ": exited with 4: two\ufffd",
    "import os, sys; print('no!', file=sys.stderr, flush=True); os._exit(4)": (
        ": exited with 4: no!"
    ),
    "import os; os.abort()": ": was ended by SIGABRT",
    "import os; os.kill(os.getpid(), 9)": ": was ended by SIGKILL",
    "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)": ": was ended by signal 37",
    "x = (1,\n": ":5: SyntaxError: '(' was never closed",
    "import mill.axle": ":5: ModuleNotFoundError: No module named 'mill.axle'",
    "Wheel().brake(1, 2, 3)": (
        ":5: TypeError: Wheel.brake() takes from 1 to 2 positional arguments but 4 were given"
    ),
}


def test_an_example_that_fails_is_named_with_its_line(mill: Path) -> None:
    names = {f"fails{number:02}.py": code for number, code in enumerate(FAILS)}
    add(mill, {"brake.py": BRAKE, **{name: f"{USE}\n{code}\n" for name, code in names.items()}})
    failed(mill, *(f"examples/{name}{FAILS[code]}" for name, code in names.items()))
    assert set(records(mill)) == {"imported.json", "examples/brake.py.json"}


def test_an_example_that_hangs_is_ended(mill: Path) -> None:
    hangs = "import signal, os\nsignal.signal(15, signal.SIG_IGN)\nos.fork()\nsignal.pause()\n"
    add(mill, {"hangs.py": hangs, "loops.py": "while True:\n    pass\n"})
    late = "took longer than 0.5 seconds"
    failed(
        mill,
        f"examples/hangs.py: {late}",
        f"examples/loops.py: {late}",
        arguments=("--limit", "0.5"),
    )


def test_an_example_that_waits_for_its_thread_is_ended(mill: Path) -> None:
    waits = "import threading\nthreading.Thread(target=threading.Event().wait).start()\n"
    add(mill, {"waits.py": waits})
    late = "examples/waits.py: took longer than 0.5 seconds"
    failed(mill, late, arguments=("--limit", "0.5"))


def test_a_snippet_that_fails_is_named_with_its_line(mill: Path) -> None:
    wrong = PAGE.replace("-1\n", "-2\n")
    raises = PAGE + "\nMore.\n\n```python\n>>> x = 1\n>>> 1 / 0\n>>> x\n1\n```\n"
    exits = PAGE.replace(">>> Wheel().brake()\n-1", ">>> raise SystemExit")
    add_examples(
        mill,
        {"examples/wrong.md": wrong, "examples/raises.md": raises, "examples/exits.md": exits},
    )
    failed(
        mill,
        "examples/exits.md:5: a snippet fails",
        "examples/raises.md:13: a snippet fails",
        "examples/wrong.md:5: a snippet fails",
    )


def test_a_failing_example_keeps_its_old_record(mill: Path) -> None:
    add_examples(mill, TWO)
    record(mill)
    kept = records(mill)
    add_examples(mill, {"examples/brake.py": BRAKE + "1 / 0\n"})
    failed(mill, "examples/brake.py:4: ZeroDivisionError: division by zero")
    assert records(mill) == kept


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise ImportError('no _mill here')", "ImportError: no _mill here"),
        ("raise ValueError('one\\ntwo')", "ValueError: one two"),
        ("import os; os._exit(3)", "exit status 3"),
        (
            "import os; os.write(2, b'mill: cannot\\n'); os.kill(os.getpid(), 6)",
            "mill: cannot",
        ),
    ],
)
def test_a_library_that_cannot_be_imported(mill: Path, text: str, why: str) -> None:
    add_examples(mill, TWO)
    record(mill)
    kept = records(mill)
    (mill / "lib" / "mill" / "__init__.py").write_text(f'__version__ = "1.0"\n{text}\n')
    result = record(mill)
    assert result.exit_code == 1
    assert said(result) == [f"codereading record: the child failed: {why}"]
    assert records(mill) == kept


def test_a_library_that_prints_disturbs_nobody(mill: Path) -> None:
    add_examples(mill, TWO)
    path = mill / "lib" / "mill" / "__init__.py"
    path.write_text(path.read_text() + "\nimport os\nprint('hi')\nos.write(1, b'{}\\n')\n")
    assert said(record(mill)) == ["recorded 2 examples and 0 traces"]


# Comparing -----------------------------------------------------------------------------


@pytest.fixture
def recorded(mill: Path) -> Path:
    add_examples(mill, TWO)
    assert record(mill).exit_code == 0
    return mill


def edit_record(mill: Path, name: str, old: str, new: str) -> None:
    path = lines_folder(mill) / name
    text = path.read_text()
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new))


def compared(mill: Path, *problems: str) -> None:
    kept = records(mill)
    result = record(mill, "--check")
    head, *rest = said(result)
    assert head == f"compared 2 examples and 0 traces: {len(problems)} differences"
    assert rest == list(problems)
    assert result.exit_code == (1 if problems else 0)
    assert records(mill) == kept, "nothing is written"


AGAIN = "look at it, then: codereading record"


def test_check_is_silent_where_all_is_the_same(recorded: Path) -> None:
    compared(recorded)


def test_check_names_the_line_that_an_example_no_longer_runs(recorded: Path) -> None:
    add_examples(recorded, {"examples/brake.py": BRAKE.replace("brake(True) == 0", "brake()")})
    compared(
        recorded,
        "examples/brake.py: no longer runs mill/wheel.py:28-29 (Wheel.brake); "
        f"{AGAIN} examples/brake.py",
        "examples/brake.py: now runs mill/wheel.py:30,34 (Wheel.brake) too; "
        f"{AGAIN} examples/brake.py",
    )


def test_check_names_the_line_that_the_library_no_longer_lets_it_run(recorded: Path) -> None:
    path = recorded / "lib" / "mill" / "wheel.py"
    path.write_text(path.read_text().replace("if hard:", "if not hard:"))
    add_examples(recorded, {"examples/brake.py": USE, "examples/page.md": PAGE.replace("-1", "0")})
    lost, found = "28-29", "30,34"
    compared(
        recorded,
        f"examples/brake.py: no longer runs mill/wheel.py:{lost} (Wheel.brake); "
        f"{AGAIN} examples/brake.py",
        f"examples/brake.py: now runs mill/wheel.py:{found} (Wheel.brake) too; "
        f"{AGAIN} examples/brake.py",
        f"examples/page.md: no longer runs mill/wheel.py:{found} (Wheel.brake); "
        f"{AGAIN} examples/page.md",
        f"examples/page.md: now runs mill/wheel.py:{lost} (Wheel.brake) too; "
        f"{AGAIN} examples/page.md",
    )


def test_check_names_every_subject_and_lines_of_none(recorded: Path) -> None:
    edit_record(recorded, "examples/brake.py.json", "27-29,35", "6,27-29,35,42,44,71")
    edit_record(recorded, "examples/page.md.json", "27,30,34-35", "27,30")
    said_of = "examples/brake.py: no longer runs mill/wheel.py"
    compared(
        recorded,
        f"{said_of}:42,44 (Wheel.turn); {AGAIN} examples/brake.py",
        f"{said_of}:6 (LIMIT); {AGAIN} examples/brake.py",
        f"{said_of}:71; {AGAIN} examples/brake.py",
        "examples/page.md: now runs mill/wheel.py:34-35 (Wheel.brake) too; "
        f"{AGAIN} examples/page.md",
    )


def test_check_compares_the_import_too(recorded: Path) -> None:
    edit_record(recorded, "imported.json", '"ran": "1,3-4,6-10', '"ran": "1,3-4,7-10')
    compared(recorded, f"the import: now runs mill/wheel.py:6 (LIMIT) too; {AGAIN}")


def test_check_wants_a_record(recorded: Path) -> None:
    (lines_folder(recorded) / "imported.json").unlink()
    (lines_folder(recorded) / "examples" / "page.md.json").unlink()
    compared(
        recorded,
        f"examples/page.md: has no record; {AGAIN} examples/page.md",
        f"the import: has no record; {AGAIN}",
    )


def test_check_tells_of_an_example_that_fails(recorded: Path) -> None:
    add_examples(recorded, {"examples/brake.py": "1 / 0\n"})
    compared(recorded, "examples/brake.py:1: ZeroDivisionError: division by zero")


def test_check_of_one_example_compares_no_other(recorded: Path) -> None:
    edit_record(recorded, "examples/page.md.json", "27,30,34-35", "27,30")
    assert record(recorded, "--check", "examples/brake.py").exit_code == 0
    assert record(recorded, "--check", "examples/page.md").exit_code == 1


def test_check_does_not_compare_another_python(recorded: Path) -> None:
    for path in lines_folder(recorded).rglob("*.json"):
        path.write_text(re.sub(r'"python": "[\d.]+"', '"python": "3.99"', path.read_text()))
    edit_record(recorded, "examples/page.md.json", "27,30,34-35", "27,30")
    result = record(recorded, "--check")
    assert result.exit_code == 0
    assert said(result) == ["not compared: recorded with Python 3.99, this is another"]
    # An example that fails is wrong with any Python.
    add_examples(recorded, {"examples/brake.py": "1 / 0\n"})
    result = record(recorded, "--check")
    assert result.exit_code == 1
    assert said(result)[1:] == ["examples/brake.py:1: ZeroDivisionError: division by zero"]
