"""The downloads of the examples run as downloaded."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from readinggallery.run import Result, run
from tests.paths import ROOT

GALLERY = ROOT / "gallery"
SCRIPTS = {path.stem: path for path in GALLERY.glob("*/*.py")}


@pytest.fixture(scope="module")
def downloads(site: Path) -> dict[str, Path]:
    """Name of the file -> its place among the downloads."""
    return {path.name: path for path in (site / "_downloads").rglob("*.*")}


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_script_is_the_one_that_ran(name: str, downloads: dict[str, Path]) -> None:
    assert downloads[f"{name}.py"].read_bytes() == SCRIPTS[name].read_bytes()


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_archive_holds_script_and_notebook(name: str, downloads: dict[str, Path]) -> None:
    with zipfile.ZipFile(downloads[f"{name}.zip"]) as archive:
        assert sorted(archive.namelist()) == [f"{name}.ipynb", f"{name}.py"]
        assert archive.read(f"{name}.py") == SCRIPTS[name].read_bytes()
        assert archive.read(f"{name}.ipynb") == downloads[f"{name}.ipynb"].read_bytes()


@pytest.fixture(scope="module")
def notebooks(
    downloads: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Result]:
    """What the code cells of each notebook did, one after the other, in one child process."""
    folder = tmp_path_factory.mktemp("notebooks")
    paths = []
    for name in sorted(SCRIPTS):
        cells = json.loads(downloads[f"{name}.ipynb"].read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        assert code
        paths.append(folder / f"{name}.py")
        paths[-1].write_text("\n\n".join(code) + "\n", encoding="utf-8")
    return {Path(result.script).stem: result for result in run(paths, "cpu")}


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_notebook_runs(name: str, notebooks: dict[str, Result]) -> None:
    assert not notebooks[name].error, notebooks[name].error[-2000:]
