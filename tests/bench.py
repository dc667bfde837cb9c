"""`make bench`: what notes beside the code cost, as ratios against Sphinx alone; and the
distilled system against micrograd (`bench_distilled`).

The peer does the same work by hand: the same lines by `literalinclude`, segment by
segment, with the same notes under them. It cannot tell when a line changed.
"""

from __future__ import annotations

import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from codereading.project import load_project
from codereading.reading import Reading, read
from tests import bench_distilled
from tests.paths import ROOT

RUNS = 5


def pages(reading: Reading) -> tuple[str, str]:
    """The page with `annotated-source`, and the same made with `literalinclude`."""
    ours, peer = ["# Reading\n"], ["# Reading\n"]
    for ref in reading.subjects:
        title = f"## {ref.name}\n"
        ours += [title, f"```{{annotated-source}} {ref}\n```\n"]
        peer.append(title)
        for segment in reading.page(ref).segments:
            span = segment.anchor.span
            path = reading.library.root / ref.file
            peer.append(
                f"```{{literalinclude}} {path}\n:lines: {span.first}-{span.last}\n"
                f":lineno-start: {span.first}\n:language: python\n```\n\n{segment.note.text}\n"
            )
    return "\n".join(ours), "\n".join(peer)


def site(folder: Path, page: str, ours: bool) -> Path:
    """A Sphinx project with that one page and default theme."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    extensions = ["myst_parser", "codereading.sphinx"] if ours else ["myst_parser"]
    (docs / "conf.py").write_text(
        f"extensions = {extensions!r}\ncodereading_project = '..'\nsuppress_warnings = ['myst']\n"
        if ours
        else f"extensions = {extensions!r}\nsuppress_warnings = ['myst']\n"
    )
    (docs / "index.md").write_text(page)
    # The peer has neither evidence nor traces, so neither has this page.
    table = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n")
    left_out = ("examples = ", "traces = ", "not-run = ")
    kept = "\n".join(line for line in table if not line.startswith(left_out))
    (folder / "pyproject.toml").write_text(kept, encoding="utf-8")
    ignore = shutil.ignore_patterns("lines", "traces", "distilled")
    shutil.copytree(ROOT / "annotated_src", folder / "annotated_src", ignore=ignore)
    return docs


def build(docs: Path, fresh: bool) -> float:
    """Seconds of one build, by the clock on the wall."""
    out = docs.parent / "html"
    if fresh:
        shutil.rmtree(out, ignore_errors=True)
    started = time.perf_counter()
    command = [sys.executable, "-m", "sphinx", "-Q", "-b", "html", str(docs), str(out)]
    subprocess.run(command, check=True, cwd=docs.parent)
    return time.perf_counter() - started


def weight(docs: Path) -> int:
    """Bytes of the page, compressed."""
    return len(gzip.compress((docs.parent / "html" / "index.html").read_bytes()))


def main() -> None:
    """Measure and print; the median of some runs each, taken in turn."""
    reading = read(load_project(ROOT))
    print(f"{len(reading.notes)} notes on {len(reading.subjects)} subjects, median of {RUNS} runs")
    with tempfile.TemporaryDirectory() as temporary:
        ours_page, peer_page = pages(reading)
        ours = site(Path(temporary) / "ours", ours_page, ours=True)
        peer = site(Path(temporary) / "peer", peer_page, ours=False)
        times: dict[str, list[float]] = {"cold": [], "cold peer": [], "edit": [], "edit peer": []}
        note = ours.parent / reading.files[0].file
        for run in range(RUNS):
            times["cold"].append(build(ours, fresh=True))
            times["cold peer"].append(build(peer, fresh=True))
            note.write_text(note.read_text().rstrip() + f" {run}\n")
            (peer / "index.md").write_text(peer_page + f" {run}\n")
            times["edit"].append(build(ours, fresh=False))
            times["edit peer"].append(build(peer, fresh=False))
        middle = {name: statistics.median(found) for name, found in times.items()}
        for what in ("cold", "edit"):
            a, b = middle[what], middle[f"{what} peer"]
            print(f"{what:12} {a:6.2f} s   literalinclude {b:6.2f} s   ratio {a / b:.2f}")
        a_bytes, b_bytes = weight(ours), weight(peer)
        print(
            f"{'page, gzip':12} {a_bytes / 1024:6.1f} KB  literalinclude {b_bytes / 1024:6.1f} KB  "
            f"ratio {a_bytes / b_bytes:.2f}"
        )


if __name__ == "__main__":
    bench_distilled.main()
    main()
