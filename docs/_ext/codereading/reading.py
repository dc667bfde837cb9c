"""One reading: all notes of a project against one copy of the library and the lock.

This is what the command line and Sphinx ask; it joins the steps before it and adds
nothing of its own but the order in which they run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

from .anchors import Resolved, resolve
from .evidence import Evidence, read_evidence, stale
from .examples import find_examples
from .lock import Entry, Key, Lock, entry_of, key_of, orphans, read_lock
from .marks import Mark, marks
from .model import Anchor, Drift, Note, Page, State, SubjectRef
from .not_run import NotRun, place, read_reasons
from .notes import (
    NoteFile,
    find_doubled_files,
    find_note_files,
    find_stray_files,
    read_note_file,
)
from .pages import weave
from .problems import Problem, ReadingError, fail, suggest
from .project import Project
from .snippets import digest_of
from .source import Library, find_library
from .steps import Trace, read_recorded_traces, stale_traces
from .traces import TraceSpec, find_traces


@dataclass
class Reading:
    """Every note of `project`, resolved in `library` and compared with `lock`.

    `problems` are those that no note's state tells: the form of note files, unknown
    subjects and files, order, entries of the lock that nothing stands behind.
    """

    project: Project
    library: Library
    lock: Lock
    files: tuple[NoteFile, ...]
    resolved: dict[SubjectRef, Resolved]
    problems: tuple[Problem, ...]
    unknown: dict[SubjectRef, str] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)
    not_run: NotRun = field(default_factory=NotRun)
    specs: dict[str, TraceSpec] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)

    @cached_property
    def notes(self) -> list[Note]:
        """All notes, in the order of their files."""
        return [note for file in self.files for note in file.notes]

    @cached_property
    def _by_subject(self) -> dict[SubjectRef, list[Note]]:
        found: dict[SubjectRef, list[Note]] = {}
        for note in self.notes:
            found.setdefault(note.ref, []).append(note)
        return found

    @cached_property
    def subjects(self) -> list[SubjectRef]:
        """All subjects, in the order of their files."""
        return list(dict.fromkeys(note.ref for note in self.notes))

    @cached_property
    def drift(self) -> list[Drift]:
        """The state of every note."""
        return [self._drift(note) for note in self.notes]

    def notes_of(self, ref: SubjectRef) -> list[Note]:
        """The notes of one subject, in order."""
        return list(self._by_subject.get(ref, ()))

    def anchor(self, note: Note) -> Anchor | None:
        """The note's anchor, or None where its pattern has none."""
        resolved = self.resolved.get(note.ref)
        return resolved.anchors.get(note.label) if resolved else None

    def file_of(self, ref: SubjectRef) -> NoteFile:
        """The note file in which `ref` is read."""
        return next(file for file in self.files if file.library_file == ref.file)

    def subject(self, text: str) -> SubjectRef:
        """The subject that `text` names in full or by its last parts, if only one fits.

        Raises ReadingError, with the nearest subjects, where none or several do.
        """
        text = text.strip()
        found = [ref for ref in self.subjects if text == str(ref)]
        found = found or [ref for ref in self.subjects if text == ref.name]
        if not found and ":" in text:
            found = [ref for ref in self.subjects if ref == self.library.ref(text)]
        if len(found) == 1:
            return found[0]
        if found:
            raise fail(text, 0, "names several subjects", " or ".join(map(str, found)))
        names = [str(ref) for ref in self.subjects] + [ref.name for ref in self.subjects]
        raise fail(text, 0, "no notes are written on this subject", suggest(text, names))

    def page(self, ref: SubjectRef) -> Page:
        """The page of one subject. Raises ReadingError where a note of it does not hold."""
        mine = [drift for drift in self.drift if drift.note.ref == ref]
        resolved = self.resolved.get(ref)
        wrong = [d for d in mine if not d.state.holds or d.anchor is None]
        if wrong or resolved is None or resolved.subject is None:
            raise ReadingError(map(problem_of, wrong))
        anchors = [drift.anchor for drift in mine if drift.anchor]
        return weave(self.library.source(ref.file), resolved.subject, anchors)

    def marks(self, ref: SubjectRef) -> dict[int, Mark]:
        """What evidence says of each line of a subject that has code; see `marks`."""
        return self._marks.get(ref, {})

    @cached_property
    def _marks(self) -> dict[SubjectRef, dict[int, Mark]]:
        return {
            ref: marks(resolved.subject, self.evidence)
            for ref, resolved in self.resolved.items()
            if resolved.subject is not None
        }

    @cached_property
    def text_digests(self) -> dict[str, str]:
        """The digests of the library's Python files that are read, as they are now."""
        return _text_digests(self.library, (ref.file for ref in self.resolved))

    def failures(self) -> list[Problem]:
        """Everything that stops a build: problems, and notes that do not hold."""
        wrong = [problem_of(drift) for drift in self.drift if not drift.state.holds]
        other = [] if not self.library.release else self._edition()
        return sorted({*self.problems, *wrong, *other})

    def _edition(self) -> list[Problem]:
        have, want = self.library.release, self.lock.release
        if not want or have == want:
            return []
        text = f"the notes read {self.lock.library} {want}, but {have} is installed"
        hint = f"install {self.lock.library}=={want}, or move the notes: codereading check"
        return [Problem(self.project.shown(self.project.lock_path), 3, text, hint)]

    def _drift(self, note: Note) -> Drift:
        resolved = self.resolved.get(note.ref)
        if resolved is None:
            # Said once a subject, and not once a note.
            first = self._by_subject[note.ref][0]
            detail = f"its subject is missing, see line {first.line}"
            if note is first:
                detail = self.unknown.get(note.ref, "no such subject")
            return Drift(note, State.MISSING, detail, None)
        anchor = resolved.anchors.get(note.label)
        if anchor is None:
            # A subject that stands twice in a file is a problem of its own.
            lost = (State.MISSING, "its subject stands twice in this file")
            return Drift(note, *resolved.lost.get(note.label, lost), None)
        span = anchor.span
        where = f"lines {span.first}-{span.last} of {note.ref.file}"
        entry = self.lock.entry(note)
        if entry is None:
            why = "were never accepted; read them"
        elif entry.digest != anchor.digest:
            why = "differ from what was read; read them again"
        elif entry.span != span:
            moved = f"{where}, was {entry.span.first}-{entry.span.last}"
            return Drift(note, State.MOVED, moved, anchor)
        else:
            return Drift(note, State.SAME, where, anchor)
        detail = f"{where} {why}, then: codereading accept {note.file}:{note.line}"
        return Drift(note, State.CHANGED, detail, anchor)

    def locked_again(self, notes: Iterable[Note], whole: bool) -> Lock:
        """The lock with `notes` accepted as they stand, ready to be written.

        With `whole` it also takes over the library's release and leaves out every entry
        that no note stands behind; otherwise it leaves out those of the notes' own files.
        """
        accepted = list(notes)
        keys = {key_of(note) for note in self.notes}
        files = {note.ref.file for note in accepted}
        entries: dict[Key, Entry] = {
            key: entry
            for key, entry in self.lock.entries.items()
            if key in keys or not (whole or key[0] in files)
        }
        for note in accepted:
            if anchor := self.anchor(note):
                entries[key_of(note)] = entry_of(anchor)
        fresh = whole or not self.lock.release
        return Lock(
            self.library.name,
            self.library.release if fresh else self.lock.release,
            self.library.commit if fresh else self.lock.commit,
            entries,
        )


def _text_digests(library: Library, files: Iterable[str]) -> dict[str, str]:
    """The digests of the Python files among `files`: of those alone lines are recorded."""
    names = sorted({file for file in files if file.endswith(".py")})
    return {name: digest_of(library.source(name).text) for name in names}


def problem_of(drift: Drift) -> Problem:
    """A drift as the problem that stops a build."""
    note = drift.note
    return Problem(
        note.file, note.line, f"{note.ref}: {note.label}: {drift.state.value}: {drift.detail}"
    )


def read(project: Project, root: Path | None = None) -> Reading:
    """Read everything: the notes and lock of `project`, the library under `root`.

    Raises ReadingError only where there is nothing to go on with: no library, no folder of
    notes, a broken lock. Everything else that is wrong is in the reading.
    """
    library = find_library(project, root)
    lock = read_lock(project.lock_path, project.shown(project.lock_path))
    files: list[NoteFile] = []
    problems = [*library.problems, *find_stray_files(project, library)]
    for path in find_note_files(project):
        file, wrong = read_note_file(path, project, library)
        files.append(file)
        problems += wrong
    problems += find_doubled_files(files)
    return _with_records(join(project, library, lock, files, problems))


def _with_records(reading: Reading) -> Reading:
    """`reading` with what was recorded, and with what is wrong there."""
    project, digests = reading.project, reading.text_digests
    # Where the release could not be read, that is the problem, and no record's.
    release = (reading.lock if reading.library.problems else reading.library).release
    folder, shown = project.recorded_dir, project.shown(project.recorded_dir)
    evidence, wrong = read_evidence(folder, shown)
    wrong += stale(evidence, find_examples(project), digests, release, shown)
    specs, form = find_traces(project)
    traces, broken = read_recorded_traces(folder, shown)
    broken += stale_traces(traces, specs, digests, release, shown)
    by_name = {spec.name: spec for spec in specs}
    reading = replace(reading, evidence=evidence, specs=by_name, traces=traces)
    reasons, ill = read_reasons(project)
    subjects = {str(ref): r.subject for ref, r in reading.resolved.items() if r.subject}
    # Where evidence is old, no reason can be judged by it.
    marked = {} if wrong else {name: reading.marks(s.ref) for name, s in subjects.items()}
    not_run, untrue = place(reasons, subjects, marked, project.not_run)
    problems = sorted({*reading.problems, *wrong, *form, *broken, *ill, *untrue})
    return replace(reading, not_run=not_run, problems=tuple(problems))


def join(
    project: Project,
    library: Library,
    lock: Lock,
    files: Sequence[NoteFile],
    problems: Iterable[Problem] = (),
) -> Reading:
    """The reading of note `files` in `library`; `problems` are those found before."""
    found = list(problems)
    resolved: dict[SubjectRef, Resolved] = {}
    unknown: dict[SubjectRef, str] = {}

    def remembered(note: Note) -> tuple[int, str] | None:
        entry = lock.entry(note)
        return (len(entry.span), entry.digest) if entry else None

    for file in files:
        for ref, group in groupby(file.notes, key=lambda note: note.ref):
            try:
                source = library.source(ref.file)
                subject = source.subject(ref.name)
            except ReadingError as error:
                unknown[ref] = "; ".join(str(problem) for problem in error.problems)
                continue
            resolved[ref] = resolve(source, subject, list(group), remembered)
            found += resolved[ref].problems
    notes = [note for file in files for note in file.notes]
    found += orphans(lock, notes, project.shown(project.lock_path))
    return Reading(project, library, lock, tuple(files), resolved, tuple(sorted(found)), unknown)
