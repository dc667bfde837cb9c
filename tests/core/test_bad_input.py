"""Bad input: each case is a file in tests/data/bad.

A case lays files over the fake project (`--- path`), runs `codereading check`, and
expects the given lines among the output (`--- expect`), exit status 1 and no traceback.
`{mill}` stands for the project's folder. `--- remove path` takes a file away; `\\xff` in
a file is that byte.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.paths import DATA

CASES = sorted((DATA / "bad").glob("*.txt"))


def sections(text: str) -> list[tuple[str, str]]:
    parts = ("\n" + text).split("\n--- ")[1:]
    return [(head.strip(), body) for head, _, body in (p.partition("\n") for p in parts)]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_bad_input_is_explained(case: Path, run: Run, mill: Path) -> None:
    expected: list[str] = []
    for name, body in sections(case.read_text(encoding="utf-8")):
        if name == "expect":
            expected = [line.replace("{mill}", str(mill)) for line in body.splitlines() if line]
        elif name.startswith("remove "):
            (mill / name.removeprefix("remove ")).unlink()
        else:
            path = mill / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body.encode().replace(b"\\xff", b"\xff"))
    result = run("check")
    assert expected
    assert result.exit_code == 1
    printed = result.output.splitlines()
    for line in expected:
        assert line in printed, f"{line}\nis not in\n" + "\n".join(
            p for p in printed if ": same: " not in p
        )
    assert "Traceback" not in result.output
