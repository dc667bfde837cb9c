"""Recorded facts: which snippets ran, as they stand now, with which release of the library.

Facts are made outside the build and committed as small sorted JSON; the build joins
them with the pages, and counts only what still has the digest it was recorded with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .problems import fail
from .snippets import snippets_digest

SNIPPETS = "snippets.json"


@dataclass(frozen=True)
class Snippets:
    """How many snippets of each file ran: path -> (digest of its snippets, number)."""

    release: str
    files: dict[str, tuple[str, int]]

    def ran(self, base: Path, release: str) -> int:
        """How many snippets below `base` ran as they stand now, with this `release`."""
        if release != self.release:
            return 0
        return sum(
            count
            for file, (digest, count) in self.files.items()
            if (base / file).is_file()
            and snippets_digest((base / file).read_text(encoding="utf-8")) == digest
        )


def read_snippets(folder: Path, shown: str) -> Snippets:
    """The recorded snippets; none where nothing was recorded yet.

    Raises ReadingError where the file is truncated or of another form.
    """
    path = folder / SNIPPETS
    if not path.exists():
        return Snippets("", {})
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        files = {file: (str(digest), int(count)) for file, (digest, count) in data["files"].items()}
        return Snippets(str(data["release"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise fail(
            f"{shown}/{SNIPPETS}", 0, f"is not a record of snippets: {error}", "record it again"
        ) from None


def write_snippets(folder: Path, snippets: Snippets) -> None:
    """Write the record, sorted, so that recording twice gives the same bytes."""
    # A line for each file, so that a diff shows which snippets ran again.
    files = ",\n".join(
        f"  {json.dumps(file)}: {json.dumps(list(snippets.files[file]))}"
        for file in sorted(snippets.files)
    )
    text = f'{{\n "release": {json.dumps(snippets.release)},\n "files": {{\n{files}\n }}\n}}\n'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SNIPPETS).write_text(text, encoding="utf-8")
