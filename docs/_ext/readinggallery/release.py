"""Every example runs again when torch changed.

sphinx-gallery runs a script again only when the script's own text changed, and would
leave the old torch's output on the page.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

_STAMP = ".torch"


def forget(folder: Path, release: str) -> bool:
    """Forget what ran in `folder` unless it ran with `release`; says whether it did.

    sphinx-gallery keeps a digest beside each script that ran; without it the script
    counts as new.
    """
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == release:
        return False
    digests = list(folder.rglob("*.py.md5"))
    for digest in digests:
        digest.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    stamp.write_text(release, encoding="utf-8")
    return bool(digests)


def setup_release(app: Sphinx) -> None:
    """Look before sphinx-gallery does, which runs its scripts at builder-inited."""
    app.connect("config-inited", _look)


def _look(app: Sphinx, config: Config) -> None:
    forget(Path(app.srcdir) / config.sphinx_gallery_conf["gallery_dirs"], version("torch"))
