"""What this site's gallery adds to sphinx-gallery, as a Sphinx extension.

The order of reading, pictures that are the same each time, every example run again when
torch changed, links to PyTorch's documentation, a table of the programs of the study
notes, and a runner for readers: `python -m readinggallery`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the table's directive, and forget examples that ran with another torch."""
    from .inventory import setup_inventory
    from .plain_pictures import setup_plain_pictures
    from .programs import setup_programs
    from .release import setup_release
    from .torch_role import setup_torch_role

    setup_inventory(app)
    setup_release(app)
    setup_programs(app)
    setup_torch_role(app)
    setup_plain_pictures(app)
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
