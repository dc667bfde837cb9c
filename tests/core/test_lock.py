from __future__ import annotations

import os
import string
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereading.lock import Entry, Key, Lock, read_lock, write_lock
from codereading.model import Span
from codereading.problems import ReadingError

names = st.text(alphabet=string.printable.strip() + " …é", min_size=1, max_size=20)
entries = st.dictionaries(
    st.tuples(names, names, names),
    st.builds(
        lambda first, more, digest: Entry(Span(first, first + more), f"{digest:016x}"),
        st.integers(1, 9999),
        st.integers(0, 99),
        st.integers(0, 2**64 - 1),
    ),
    max_size=6,
)


@given(entries)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, found: dict[Key, Entry]
) -> None:
    path = tmp_path_factory.mktemp("lock") / "lock.toml"
    write_lock(path, Lock("lib", "1.0", "abc", found))
    assert read_lock(path, "lock.toml") == Lock("lib", "1.0", "abc", found)


def test_the_same_lock_is_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "lock.toml"
    some: dict[Key, Entry] = {
        ("a.py", "f", "x"): Entry(Span(3, 3), "0" * 16),
        ("a.py", "f", "(lead)"): Entry(Span(1, 2), "1" * 16),
    }
    write_lock(path, Lock("lib", "1.0", "", some))
    first = path.read_bytes()
    write_lock(path, Lock("lib", "1.0", "", dict(reversed(some.items()))))
    assert path.read_bytes() == first
    assert os.listdir(tmp_path) == ["lock.toml"]


def test_no_lock_yet(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "lock.toml", "lock.toml") == Lock()


def test_a_failed_write_leaves_the_old_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock.toml"
    write_lock(path, Lock("lib", "1.0"))
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_lock(path, Lock("lib", "2.0"))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["lock.toml"]


@given(st.integers(1, 400))
def test_a_half_written_lock_is_never_taken_for_a_whole_one(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("lock") / "lock.toml"
    some: dict[Key, Entry] = {
        (f"{n}.py", "f", f"x = {n}"): Entry(Span(n, n), "0" * 16) for n in range(1, 6)
    }
    whole = Lock("lib", "1.0", "abc", some)
    write_lock(path, whole)
    text = path.read_text()
    path.write_text(text[: max(len(text) - cut, 0)])
    with suppress(ReadingError):
        # Cut between two lines: a lock, but entries are gone, and their notes say so.
        assert read_lock(path, "lock.toml").entries.items() <= some.items()


def test_a_broken_lock_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "lock.toml"
    path.write_text('format = 1\nlibrary = "lib')
    with pytest.raises(ReadingError, match=r"^lock\.toml:2: the lock is broken"):
        read_lock(path, "lock.toml")
