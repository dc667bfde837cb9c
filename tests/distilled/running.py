"""Run scripts under one of the two libraries: `python -m tests.distilled.running NAME SCRIPT…`.

What each printed and what it raised is printed as JSON, by the path of the script. The examples
of the gallery name a device; there is only one here, which is left to be the usual one.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback
import warnings
from pathlib import Path


def run(script: str) -> dict[str, str]:
    """What one script printed, and what it raised."""
    printed = io.StringIO()
    error = ""
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            source = Path(script).read_text(encoding="utf-8").replace(", device=device", "")
            exec(compile(source, script, "exec"), {"__name__": "__main__"})
        except (Exception, SystemExit):
            error = traceback.format_exc(limit=-2)
    return {"printed": printed.getvalue(), "error": error}


def main() -> None:
    """Answer the command line."""
    _, library, *scripts = sys.argv
    if library == "distilled":
        from annotated_src.distilled.__main__ import install

        install()
    found = {script: run(script) for script in scripts}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
