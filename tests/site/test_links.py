"""Links inside the site lead somewhere: files by LinkChecker, places in them by their ids."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

HREF = re.compile(r'\bhref="([^"]*)"')
ID = re.compile(r'\b(?:id|name)="([^"]+)"')


def test_every_file_that_is_linked_exists(address: str, tmp_path: Path) -> None:
    # Ten requests a second, as it is set by itself, are polite to others' servers.
    settings = tmp_path / "linkcheckerrc"
    settings.write_text("[checking]\nmaxrequestspersecond=1000\n", encoding="utf-8")
    # Over http: as root the tool gives up its rights, and may not read the files.
    command = [sys.executable, "-m", "linkcheck", "--no-status", "--no-warnings"]
    command += ["--config", str(settings)]
    ended = subprocess.run(
        [*command, f"--ignore-url=^(?!{address})", f"{address}/index.html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "0 errors found" in ended.stdout, ended.stdout[-4000:]
    assert ended.returncode == 0


def test_every_place_that_is_linked_exists(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    ids = {path: {unescape(name) for name in ID.findall(text)} for path, text in pages.items()}
    lost = []
    for path, text in pages.items():
        for href in set(HREF.findall(text)):
            parts = urlsplit(unescape(href))
            if parts.scheme or parts.netloc or not parts.fragment:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target in ids and unquote(parts.fragment) not in ids[target]:
                lost.append(f"{path.relative_to(site)}: {href}")
    assert not lost, "\n".join(lost)
