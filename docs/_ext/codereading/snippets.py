"""The snippets of a Markdown file: its fenced blocks of Python with `>>>` in them."""

from __future__ import annotations

import hashlib
import re

_FENCED = re.compile(r"^ *(`{3,}|~{3,})python\b[^\n]*\n(.*?)^ *\1 *$", re.MULTILINE | re.DOTALL)


def digest_of(text: str) -> str:
    """The digest of a text: 16 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def snippets(text: str) -> list[tuple[int, str]]:
    """The snippets of a Markdown text, in order: the line that each begins on, and its text."""
    return [
        (text.count("\n", 0, match.start(2)) + 1, match[2])
        for match in _FENCED.finditer(text)
        if ">>>" in match[2]
    ]


def snippets_digest(text: str) -> str:
    """The digest of a Markdown text's fenced Python blocks.

    Of those alone: what they prove does not change with the prose around them.
    """
    return digest_of("\0".join(match[0] for match in _FENCED.finditer(text)))
