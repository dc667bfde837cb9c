"""Links from the examples' code to PyTorch's documentation, without asking it anything.

sphinx-gallery finds names through intersphinx, which wants the other site's inventory.
Ours is made from `torch-names.txt`, so that a build needs no network.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

KINDS = ("class", "function", "method")


def entries(names: Path) -> Iterator[tuple[str, str, str]]:
    """Name, kind and place of each line. Raises ConfigError, with the line, for a bad one."""
    for number, line in enumerate(names.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, kind, place = [*line.split(), "", ""][:3]
        if kind not in KINDS:
            raise ConfigError(f"{names}:{number}: `{kind}` is none of {', '.join(KINDS)}")
        yield name, kind, place or f"generated/{name}.html#{name}"


def inventory(names: Path, release: str) -> bytes:
    """The names as an inventory of version 2, as Sphinx writes them."""
    head = (
        "# Sphinx inventory version 2\n# Project: torch\n"
        f"# Version: {release}\n# The remainder of this file is compressed using zlib.\n"
    )
    lines = "".join(f"{name} py:{kind} 1 {place} -\n" for name, kind, place in entries(names))
    return head.encode() + zlib.compress(lines.encode(), 9)


def setup_inventory(app: Sphinx) -> None:
    """Write the inventory before intersphinx looks for it at builder-inited."""
    app.connect("config-inited", _write)


def _write(app: Sphinx, config: Config) -> None:
    folder = Path(app.srcdir) / config.sphinx_gallery_conf["gallery_dirs"]
    folder.mkdir(parents=True, exist_ok=True)
    release = str(config.intersphinx_mapping["torch"][0])
    made = inventory(Path(app.srcdir) / "torch-names.txt", release)
    path = folder / "torch.inv"
    if not path.is_file() or path.read_bytes() != made:
        path.write_bytes(made)
