"""Read a library's own source with its reader: notes that cannot silently go stale.

`codereading.reading.read` joins the steps; `codereading.sphinx` shows them on pages,
and `codereading.cli` on the command line. See the modules in the order of the data:
project, languages, statements, source, patterns, headings, notes, anchors, lock; what was
recorded, in snippets, records, examples, evidence, marks, not_run, traces, steps; what names
mean, in scopes, members, references, names; then pages and reading.
"""
