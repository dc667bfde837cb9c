"""Every sentence of the site is its own: none has a run of words of torch's docstrings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.paths import ROOT

pytestmark = pytest.mark.real

RUN = 9
"""So many words in a row are a quotation; shorter runs are names and turns of phrase."""

PROSE = sorted(
    [*(ROOT / "annotated_src").rglob("*.md"), *(ROOT / "docs").glob("*.md")]
    + [
        p
        for name in ("walkthroughs", "questions", "how-to")
        for p in (ROOT / "docs" / name).glob("*.md")
    ]
)
SCRIPTS = sorted((ROOT / "gallery").rglob("*.py"))
_FENCED = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
# Code, and what is quoted on purpose: messages.
_QUOTED = re.compile(r"`+[^`]+`+|\"[^\"]+\"|“[^”]+”")
_WORD = re.compile(r"[a-z_0-9']+")


def runs(text: str) -> Iterator[str]:
    words = _WORD.findall(text.lower())
    for place in range(len(words) - RUN + 1):
        yield " ".join(words[place : place + RUN])


@pytest.fixture(scope="module")
def theirs() -> frozenset[str]:
    """Runs of words in torch's files that document what is read here."""
    spec = find_spec("torch")
    assert spec
    assert spec.origin
    root = Path(spec.origin).parent
    files = [
        *root.glob("*.py"),
        *(root / "nn").rglob("*.py"),
        *(root / "autograd").glob("*.py"),
        *(root / "utils").glob("*.py"),
        *(root / "include" / "torch" / "csrc" / "autograd").glob("*.h"),
    ]
    marks = re.compile(r"[#/*`]+")
    return frozenset(
        run for path in files for run in runs(marks.sub(" ", path.read_text(encoding="utf-8")))
    )


@pytest.mark.parametrize("path", PROSE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_prose_of_the_site_is_torchs(path: Path, theirs: frozenset[str]) -> None:
    text = _QUOTED.sub(" ; ", _FENCED.sub(" ; ", path.read_text(encoding="utf-8")))
    # A run does not reach over code or over the end of a sentence.
    parts = re.split(r"[.;:?!]\s", text)
    copied = {run for part in parts for run in runs(part) if run in theirs}
    assert not copied


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_comment_of_an_example_is_torchs(path: Path, theirs: frozenset[str]) -> None:
    text = path.read_text(encoding="utf-8")
    said = text.split('"""')[1::2] + re.findall(r"(?:^#.*\n)+", text, re.MULTILINE)
    said = [_QUOTED.sub(" ; ", one.replace("\n# ", "\n")) for one in said]
    parts = [part for one in said for part in re.split(r"[.;:?!]\s", one)]
    copied = {run for part in parts for run in runs(part) if run in theirs}
    assert not copied


def test_a_copied_sentence_would_be_found(theirs: frozenset[str]) -> None:
    from torch import nn

    doc = nn.Module.register_forward_hook.__doc__
    assert doc
    assert any(run in theirs for run in runs(doc))
