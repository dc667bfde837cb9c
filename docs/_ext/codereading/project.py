"""What is read and where its notes are: the `[tool.codereading]` table of pyproject.toml.

The command line and the Sphinx extension read the same table, so that there is one
place to say it. Paths in it are relative to the folder of pyproject.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .problems import fail, suggest


@dataclass(frozen=True)
class Project:
    """The options of one reading.

    Each field is a key of `[tool.codereading]` (with `-` for `_`).
    """

    base: Path = field(metadata={"help": "the folder of pyproject.toml; not a key"})
    library: str = field(metadata={"help": "import name of the package that is read"})
    notes: str = field(default="notes", metadata={"help": "folder of the note files"})
    lock: str = field(default="notes/lock.toml", metadata={"help": "the lock"})
    recorded: str = field(default="notes/recorded", metadata={"help": "folder of recorded facts"})
    version_file: str = field(
        default="", metadata={"help": "file of the library that assigns its version"}
    )
    version_name: str = field(
        default="__version__", metadata={"help": "name that holds the release there"}
    )
    commit_name: str = field(
        default="git_version", metadata={"help": "name that holds the commit there"}
    )
    source_url: str = field(
        default="",
        metadata={"help": "address of lines, with {commit} {release} {file} {first} {last}"},
    )
    source_paths: dict[str, str] = field(
        default_factory=dict,
        metadata={"help": "beginnings of installed paths, and what they are in the repository"},
    )
    examples: list[str] = field(
        default_factory=list,
        metadata={"help": "scripts, and Markdown pages with snippets, whose runs are recorded"},
    )
    preload: list[str] = field(
        default_factory=list,
        metadata={"help": "modules that are imported once, before the examples run"},
    )
    environment: dict[str, str] = field(
        default_factory=dict,
        metadata={"help": "environment variables under which the examples run"},
    )
    traces: list[str] = field(
        default_factory=list,
        metadata={"help": "Markdown pages with `trace` blocks, which are recorded step by step"},
    )
    describe: str = field(
        default="",
        metadata={"help": "`module:function` that puts the library's own objects in words"},
    )
    not_run: str = field(
        default="", metadata={"help": "file with the reasons why some lines are run by no example"}
    )

    @property
    def notes_dir(self) -> Path:
        """The folder that holds one note file per library file, at the library's own paths."""
        return self.base / self.notes

    @property
    def lock_path(self) -> Path:
        """Where the lock lies."""
        return self.base / self.lock

    @property
    def recorded_dir(self) -> Path:
        """Where recorded facts lie."""
        return self.base / self.recorded

    def shown(self, path: Path) -> str:
        """`path` as a writer would type it: relative to the project where it is inside."""
        try:
            return path.relative_to(self.base).as_posix()
        except ValueError:
            return path.as_posix()


_IN_URL = {"commit": "", "release": "", "file": "", "first": 1, "last": 1}
"""What may stand in braces in `source-url`."""

_KINDS: dict[str, type] = {"str": str, "dict": dict, "list": list}
_TYPES = {f.name: _KINDS.get(str(f.type).partition("[")[0], str) for f in fields(Project)}


def load_project(start: Path) -> Project:
    """The project of folder `start`, or of the nearest folder above that has one.

    Raises ReadingError where there is none, or a key is unknown or of the wrong type.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            table = _table(path)
            if table is not None:
                return _project(folder, path.name, table)
    raise fail(
        str(start),
        0,
        "no pyproject.toml with a [tool.codereading] table here or above",
        'write one with at least: library = "name"',
    )


def _table(path: Path) -> dict[str, Any] | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise fail(str(path), 0, f"is not readable as TOML: {error}") from None
    table = data.get("tool", {}).get("codereading")
    return table if isinstance(table, dict) else None


def _project(folder: Path, file: str, table: dict[str, Any]) -> Project:
    known = [f.name.replace("_", "-") for f in fields(Project) if f.name != "base"]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise fail(file, 0, f"[tool.codereading] has no key `{key}`", suggest(key, known))
        name = key.replace("-", "_")
        if not isinstance(value, _TYPES[name]):
            raise fail(file, 0, f"[tool.codereading] `{key}` must be a {_TYPES[name].__name__}")
        values[name] = value
    if not values.get("library"):
        raise fail(file, 0, "[tool.codereading] lacks `library`", "name the package that is read")
    library = values["library"]
    if not library.isidentifier():
        text = f"[tool.codereading] `library` is an import name without dots, not `{library}`"
        near = library.partition(".")[0].replace("-", "_")
        raise fail(file, 0, text, f"write `{near}`" if near.isidentifier() else "")
    _check_url(values.get("source_url", ""), file)
    return Project(base=folder, **values)


def _check_url(url: str, file: str) -> None:
    words = [f"{{{name}}}" for name in _IN_URL]
    known = " ".join(words)
    try:
        url.format(**_IN_URL)
    except KeyError as error:
        word = f"{{{error.args[0]}}}"
        text = f"[tool.codereading] `source-url` has `{word}`, which stands for nothing"
        raise fail(file, 0, text, suggest(word, words, 1) or f"write {known}") from None
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        text = f"[tool.codereading] `source-url` is no address with {known}: {error}"
        raise fail(file, 0, text, "double a brace that is meant: {{ or }}") from None
