"""A note's first sentence, as plain text."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

_ROLE = re.compile(r"\{[\w:-]+\}$")
_TARGET = re.compile(r"\s*<[^<>]+>$")
_SENTENCE = re.compile(r"(.+?[.!?:])(?=\s+[^\s\w]?[A-Z`]|\s*$)")


def first_sentence(markdown: str, most: int = 240) -> str:
    """The first sentence of `markdown`, without markup, cut at `most` characters.

    >>> first_sentence("Calls {subject}`f <m:f>`, *once*. Then more.")
    'Calls f, once.'
    """
    text = " ".join(_plain(markdown).split())
    match = _SENTENCE.match(text)
    sentence = match[1] if match else text
    return sentence if len(sentence) <= most else f"{sentence[: most - 1].rstrip()}…"


def _plain(markdown: str) -> str:
    """The text of the first paragraph."""
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type != "inline":
            continue
        parts: list[str] = []
        for child in token.children or []:
            if child.type == "code_inline":
                role = bool(parts) and bool(_ROLE.search(parts[-1]))
                if role:
                    parts[-1] = _ROLE.sub("", parts[-1])
                parts.append(_TARGET.sub("", child.content) if role else child.content)
            elif child.type in ("softbreak", "hardbreak"):
                parts.append(" ")
            else:
                parts.append(child.content)
        return "".join(parts)
    return ""
