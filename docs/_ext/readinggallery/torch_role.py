"""`{torch}`: from prose to PyTorch's documentation, by its own scheme of addresses."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole

from .inventory import entries


class TorchRole(ReferenceRole):
    """Links a name of torch to its page; `words <torch.name>` gives the link other words."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A reference whose address needs no network to be known."""
        known = Path(self.env.srcdir) / "torch-names.txt"
        self.env.note_dependency(str(known))
        places = {name: place for name, _, place in entries(known)}
        place = places.get(self.target, f"generated/{self.target}.html#{self.target}")
        base = str(self.config.intersphinx_mapping["torch"][1][0])
        text = nodes.literal(self.rawtext, self.title)
        return [nodes.reference(self.rawtext, "", text, refuri=base + place)], []


def setup_torch_role(app: Sphinx) -> None:
    """Register the role."""
    app.add_role("torch", TorchRole())
