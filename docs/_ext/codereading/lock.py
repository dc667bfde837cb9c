"""The lock: what the lines beside each note were when a person last read them.

A TOML file with one line a note, so that a diff shows what was read again:

    ["pkg/module.py"."Class.method"]
    "result = forward(…)" = "1832-1832 0f3c…"
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import tomli_w

from .model import Anchor, Note, Span
from .problems import Problem, ReadingError, suggest
from .source import read_text

FORMAT = 1
Key = tuple[str, str, str]
"""File of the library, name of the subject, label of the note."""

_ENTRY = re.compile(r"(?P<first>\d+)-(?P<last>\d+) (?P<digest>[0-9a-f]{16})")


@dataclass(frozen=True)
class Entry:
    """One locked note: the lines that stood beside it, and their digest."""

    span: Span
    digest: str


@dataclass(frozen=True)
class Lock:
    """All locked notes, for one release of the library."""

    library: str = ""
    release: str = ""
    commit: str = ""
    entries: dict[Key, Entry] = field(default_factory=dict)
    text: str = field(default="", compare=False, repr=False)

    def entry(self, note: Note) -> Entry | None:
        """What is locked for `note`, or None."""
        return self.entries.get(key_of(note))

    def line(self, key: Key) -> int:
        """The line of an entry in the file: tomllib does not keep it, and the writer needs it."""
        return _line(self.text, key)


def key_of(note: Note) -> Key:
    """The key under which a note is locked."""
    return (note.ref.file, note.ref.name, note.label)


def entry_of(anchor: Anchor) -> Entry:
    """What the lock would hold for `anchor`."""
    return Entry(anchor.span, anchor.digest)


def read_lock(path: Path, shown: str) -> Lock:
    """The lock at `path`; an empty one where there is none yet.

    Raises ReadingError, with the line, for a file that is half written or not a lock.
    """
    if not path.exists():
        return Lock()
    text = read_text(path, shown)
    hint = "restore it from version control, or lock anew: codereading accept --all"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise ReadingError([Problem(shown, line, f"the lock is broken: {error}", hint)]) from None
    if data.get("format") != FORMAT or not isinstance(data.get("notes"), dict):
        what = "the lock is incomplete, or of another format"
        raise ReadingError([Problem(shown, 1, what, hint)])
    problems: list[Problem] = []
    entries: dict[Key, Entry] = {}
    for file, subjects in data["notes"].items():
        for name, notes in subjects.items() if isinstance(subjects, dict) else ():
            for label, value in notes.items() if isinstance(notes, dict) else ():
                key = (file, name, label)
                match = _ENTRY.fullmatch(value) if isinstance(value, str) else None
                if match is None:
                    what = f"the lock's entry `{label}` of {name} is broken"
                    problems.append(Problem(shown, _line(text, key), what, hint))
                    continue
                span = Span(int(match["first"]), int(match["last"]))
                entries[key] = Entry(span, match["digest"])
    if problems:
        raise ReadingError(problems)
    release, commit = str(data.get("release", "")), str(data.get("commit", ""))
    return Lock(str(data.get("library", "")), release, commit, entries, text)


def write_lock(path: Path, lock: Lock) -> None:
    """Replace the lock at `path` at once, so that nobody ever reads half of one."""
    tree: dict[str, dict[str, dict[str, str]]] = {}
    for (file, name, label), entry in sorted(
        lock.entries.items(), key=lambda item: (item[0][:2], item[1].span, item[0][2])
    ):
        value = f"{entry.span.first}-{entry.span.last} {entry.digest}"
        tree.setdefault(file, {}).setdefault(name, {})[label] = value
    data = {
        "format": FORMAT,
        "library": lock.library,
        "release": lock.release,
        "commit": lock.commit,
        "notes": tree,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write("# Written by `codereading accept`; see the notes beside it.\n")
            stream.write(tomli_w.dumps(data))
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def orphans(lock: Lock, notes: list[Note], shown: str) -> list[Problem]:
    """A problem for every entry of the lock that no note stands behind."""
    known = {key_of(note) for note in notes}
    problems = []
    for key in lock.entries.keys() - known:
        file, name, label = key
        near = suggest(label, (k[2] for k in known if k[:2] == (file, name)))
        hint = near or "accept the note's file again to take the entry out"
        text = f"the lock has `{label}` of {file}: {name}, and no note does"
        problems.append(Problem(shown, lock.line(key), text, hint))
    return problems


def _line(text: str, key: Key) -> int:
    section = ""
    entry = tomli_w.dumps({key[2]: ""}).rpartition(" = ")[0] + " = "
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("["):
            section = line
        elif line.startswith(entry) and key[0] in section and key[1] in section:
            return number
    return 0
