"""The sites under test: the fake library's, and the real one; and a browser to see them in."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock
from playwright.sync_api import BrowserContext, ViewportSize

from tests.paths import MILL, ROOT
from tests.site.building import Build, soup, sphinx

NewContext = Callable[..., BrowserContext]
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def mill_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The fake library's pages as HTML, for tests that only look at them."""
    project = tmp_path_factory.mktemp("mill") / "project"
    shutil.copytree(MILL, project, ignore=shutil.ignore_patterns("v1", "v2"))
    shutil.copytree(MILL / "v1", project / "lib")
    return sphinx(project, library=project / "lib").succeeded()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site as HTML: the folder that SITE names, or else built from a copy.

    From a copy, because sphinx-gallery writes its pages beside those of the writers.
    """
    if given := os.environ.get("SITE"):
        folder = Path(given).resolve()
        assert (folder / "index.html").is_file(), f"SITE={given} is no built site"
        return folder
    temporary = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # one site for all workers
        temporary = temporary.parent
    project, built = temporary / "site", temporary / "site.built"
    with FileLock(temporary / "site.lock"):
        if not built.exists():
            shutil.rmtree(project, ignore_errors=True)
            _copy(project)
            sphinx(project, "html", "-j", "2").succeeded()
            built.touch()
    return project / "_build" / "html"


def _copy(project: Path) -> None:
    """Copy what the writers wrote, and nothing that was built."""
    left_out = shutil.ignore_patterns("_build", "__pycache__", "sg_execution_times.rst")
    for name in ("docs", "gallery", "annotated_src"):
        shutil.copytree(ROOT / name, project / name, ignore=left_out)
    shutil.rmtree(project / "docs" / "gallery", ignore_errors=True)
    shutil.copy(ROOT / "pyproject.toml", project)


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Every page of the site by its path. Parsed once, which takes long: do not change them."""
    found = {path.relative_to(site).as_posix(): soup(path) for path in site.rglob("*.html")}
    return {name: page for name, page in found.items() if not name.startswith("_")}


# In a browser ------------------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def end_headers(self) -> None:
        # LinkChecker asks more than ten times a second only where the server agrees.
        self.send_header("LinkChecker", "welcome")
        super().end_headers()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of `folder`, served on this machine."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of the real site."""
    with served(site) as url:
        yield url


@pytest.fixture(scope="session")
def mill_address(mill_site: Build) -> Iterator[str]:
    """The address of the fake library's pages."""
    with served(mill_site.out) as url:
        yield url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium. Without one browser tests are skipped, if they may be."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        reason = "no Chromium on this machine (set CHROMIUM to its path)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason + ", and REQUIRE_BROWSER=1")
        pytest.skip(reason)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": found, "args": arguments}


@pytest.fixture
def new_context(new_context: NewContext) -> NewContext:
    """A window on pages of this machine: what does not happen at once never does."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(8000)
        return context

    return make
