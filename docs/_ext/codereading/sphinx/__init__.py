"""The Sphinx extension: `extensions = ["codereading.sphinx"]`.

Only the modules of this folder know Sphinx. `setup` is their table of contents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directive, its nodes and what turns them into pages."""
    from .assets import setup_assets
    from .commented import setup_commented
    from .crossref import setup_crossref
    from .directive import setup_directive
    from .domain import setup_domain
    from .evidence_pages import setup_evidence
    from .failures import setup_failures
    from .formulas import setup_formulas
    from .loading import setup_loading
    from .mentions import setup_mentions
    from .nodes import setup_nodes
    from .outdated import setup_outdated
    from .stale import setup_stale
    from .tested_with import setup_tested_with
    from .trace import setup_trace
    from .transforms import setup_transforms

    setup_loading(app)
    setup_failures(app)
    setup_nodes(app)
    setup_domain(app)
    setup_directive(app)
    setup_commented(app)
    setup_transforms(app)
    setup_crossref(app)
    setup_mentions(app)
    setup_evidence(app)
    setup_formulas(app)
    setup_trace(app)
    setup_assets(app)
    setup_tested_with(app)
    setup_stale(app)
    setup_outdated(app)
    return {
        "version": "0.1.0",
        "env_version": 7,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
