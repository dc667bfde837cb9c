"""`make gallery`: run all examples, or those of one topic, with progress.

python -m readinggallery [TOPIC or part of a script's path]
"""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.errors import ConfigError

from .order import reading_order
from .run import run

GALLERY = Path(__file__).resolve().parents[3] / "gallery"


def scripts(only: str) -> list[Path]:
    """The scripts whose path contains `only`, topic by topic, in the order of reading."""
    topics = sorted(folder for folder in GALLERY.iterdir() if any(folder.glob("*.py")))
    found = [topic / f"{name}.py" for topic in topics for name in reading_order(topic)]
    return [path for path in found if only in path.relative_to(GALLERY).as_posix()]


def main(only: str = "") -> int:
    """Run them; the exit status is 1 if one failed, 2 if there is none to run."""
    try:
        chosen = scripts(only)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if not chosen:
        topics = ", ".join(sorted(f.name for f in GALLERY.iterdir() if any(f.glob("*.py"))))
        print(f"no example has `{only}` in its path; topics: {topics}", file=sys.stderr)
        return 2
    failed = []
    for number, result in enumerate(run(chosen), 1):
        name = Path(result.script).relative_to(GALLERY)
        state = "FAILED" if result.error else f"{result.seconds:5.2f} s"
        print(f"[{number:3}/{len(chosen)}] {state}  {name}", flush=True)
        if result.error:
            failed.append(name)
            print(result.error, file=sys.stderr)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} examples ran without an error")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
