"""`trace`: a few lines of code, and the recorded steps of their run.

HTML gets the code and a list of steps, which reads by itself and which `player.js` plays
over the source on the same page. Every other builder gets the code and a numbered list.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from ..problems import Problem, suggest
from ..steps import dump_trace
from ..traces import OPTIONS
from .domain import NAME, CodeReadingDomain
from .evidence import raw
from .failures import record
from .loading import reading_of
from .trace_markup import Places, trace_html, trace_steps

_KEY = "codereading_traces"


class trace_placeholder(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes in lower case)
    """Stands for a trace, `name`, until all pages are read."""


class Trace(SphinxDirective):
    """Shows a recorded trace. Its code and its options were read before; see `traces`."""

    required_arguments = 1
    has_content = True
    option_spec = dict.fromkeys(OPTIONS, directives.unchanged)

    def run(self) -> list[nodes.Node]:
        """A placeholder; which page reads a subject is known when all are read."""
        reading = reading_of(self.env.app)
        name = self.arguments[0]
        source, line = self.get_source_info()
        page = reading.project.shown(Path(source))
        spec = reading.specs.get(name)
        if spec is None or spec.page != page:
            text = f"trace {name}: this page is not one whose traces are recorded"
            here = [spec.name for spec in reading.specs.values() if spec.page == page]
            hint = suggest(name, here) or "name it in `traces` in pyproject.toml"
            return record(self.env, [Problem(page, line, text, hint)])
        placeholder = trace_placeholder(name=name)
        self.set_source_info(placeholder)
        return [placeholder]


class PlayTraces(SphinxPostTransform):
    """Puts the recorded steps in place."""

    default_priority = 190

    def run(self, **kwargs: Any) -> None:
        """Replace every placeholder of the page."""
        reading = reading_of(self.app)
        builder = self.app.builder
        own = builder.format == "html" and builder.name != "epub"
        found = list(self.document.findall(trace_placeholder))
        if not found:
            return
        domain = cast(CodeReadingDomain, self.env.get_domain(NAME))
        places = Places(reading, builder, self.env.docname, domain.readers)
        for node in found:
            spec, trace = reading.specs[node["name"]], reading.traces[node["name"]]
            if own:
                node.replace_self(raw(trace_html(spec, trace, places)))
            else:
                node.replace_self(_plain(spec.title, spec.code, trace, places))
        if own:
            self.document["codereading-player"] = True


def _plain(title: str, code: str, trace: Any, places: Places) -> list[nodes.Node]:
    """For builders without a player: the code, then the steps as a numbered list."""
    lead = nodes.paragraph("", "", nodes.strong("", f"Step by step: {title}"))
    block = nodes.literal_block(code, code.rstrip(), language="python", xml_space="preserve")
    items = []
    for step in trace_steps(trace, places, code):
        text = nodes.paragraph("", "", nodes.Text(f"{step.where}: "))
        if step.code:
            text += [nodes.literal("", step.code), nodes.Text(" ")]
        text += nodes.Text(step.says)
        for number, (name, value) in enumerate(step.changed.items()):
            text += [nodes.Text(" · " if number or step.says else "· ")]
            text += nodes.literal("", f"{name} = {value}")
        items.append(nodes.list_item("", text))
    steps = nodes.enumerated_list("", *items, enumtype="arabic", prefix="", suffix=".")
    return [lead, block, steps]


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """The pages with a trace whose record is another than at the last build."""
    reading = reading_of(app)
    now = {
        name: (
            env.path2doc(str(reading.project.base / spec.page)),
            dump_trace(reading.traces[name]),
        )
        for name, spec in reading.specs.items()
        if name in reading.traces
    }
    before = getattr(env, _KEY, {})
    setattr(env, _KEY, now)
    return [doc for name, (doc, text) in now.items() if doc and before.get(name) != (doc, text)]


def _add_player(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    if doctree and doctree.get("codereading-player"):
        app.add_js_file("player.js", loading_method="defer")


def setup_trace(app: Sphinx) -> None:
    """Register the directive and what fills its placeholder."""
    app.add_node(trace_placeholder)
    app.add_directive("trace", Trace)
    app.add_post_transform(PlayTraces)
    app.connect("env-updated", _rewrite)
    app.connect("html-page-context", _add_player)
