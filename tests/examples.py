"""Examples of the fake library, put into a copy of its project, and their records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from codereading.cli import main

TABLE = """
examples = ["examples/*"]
preload = ["mill.wheel"]
not-run = "not_run.toml"
"""
"""What the project says of its examples."""

BRAKE = """\
from mill.wheel import Wheel

assert Wheel().brake(True) == 0
"""
BRAKE_RAN = "27-29,35"
"""The lines of mill/wheel.py that it runs."""

PAGE = """\
# How a wheel slows down

```python
>>> from mill.wheel import Wheel
>>> Wheel().brake()
-1
```
"""
PAGE_RAN = "27,30,34-35"


def add_examples(mill: Path, texts: Mapping[str, str]) -> None:
    """Write examples, by their paths in the project, and name their folder in its table."""
    (mill / "not_run.toml").touch()
    project = mill / "pyproject.toml"
    table = project.read_text(encoding="utf-8")
    if "\nexamples = " not in table:
        project.write_text(table + TABLE, encoding="utf-8")
    for name, text in texts.items():
        path = mill / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def record(mill: Path, *arguments: str) -> Result:
    """`codereading record` on the version of the library that lies in the project."""
    library = str(mill / "lib")
    return CliRunner().invoke(
        main, ["--project", str(mill), "record", "--root", library, *arguments]
    )


def lines_folder(mill: Path) -> Path:
    return mill / "notes" / "recorded" / "lines"


def records(mill: Path) -> dict[str, bytes]:
    """Every record of lines, by its path."""
    folder = lines_folder(mill)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
