"""The headings of a note file, and what keeps a line from being one.

A heading that Markdown does not see is text of the note above it, and so is every note
below: each way to lose one so is a problem here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .problems import Problem

_ALMOST = re.compile(r"\s*(?P<marks>#{2,6})(?!#)")
_UNSEEN = "\n### `"
"""A note's heading inside of a block of code."""


@dataclass(frozen=True)
class Heading:
    """A heading by its `level`, its lines `first` to `last`, and what Markdown made of it."""

    level: int
    first: int
    last: int
    inline: Token


def read_headings(lines: Sequence[str], shown: str) -> tuple[list[Heading], list[Problem]]:
    """The headings of the file called `shown`, and everything that hides one."""
    tokens = MarkdownIt("commonmark").parse("\n".join(lines))
    found = [
        Heading(int(token.tag[1]), token.map[0] + 1, token.map[1], tokens[index + 1])
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]
    wrong = [*_left_open(tokens), *_nested(tokens), *_almost(tokens, lines)]
    return found, [Problem(shown, line, text, hint) for line, text, hint in wrong]


_Wrong = Iterator[tuple[int, str, str]]
"""The line, what is wrong there, and the hint."""


def _left_open(tokens: list[Token]) -> _Wrong:
    """Code and comments that are never closed."""
    outer = [(token, token.map[0] + 1) for token in tokens if token.level == 0 and token.map]
    fences = [(token, line) for token, line in outer if token.type == "fence"]
    if any(_is_open(token) for token, _ in fences):
        # Of an odd number of fences the last stays open; the first around a note is to blame.
        line = next(n for t, n in fences if _is_open(t) or _UNSEEN in t.content)
        yield line, "the code block that opens here is never closed", "close it with ```"
    for token, line in outer:
        comment = token.type == "html_block" and token.content.lstrip().startswith("<!--")
        if comment and "-->" not in token.content:
            yield line, "the comment that opens here is never closed", "close it with -->"


def _is_open(fence: Token) -> bool:
    """Whether a block of code goes on to the end of the file, or another opens inside it."""
    first, end = fence.map or (0, 0)
    inside = fence.content.removesuffix("\n").count("\n") + 1 if fence.content else 0
    opener = rf"^ {{0,3}}{fence.markup}{fence.markup[0]}*[ \t]*[\w{{]"
    return end - first < inside + 2 or bool(re.search(opener, fence.content, re.MULTILINE))


def _nested(tokens: list[Token]) -> _Wrong:
    """Headings that belong to a list or a quotation."""
    for token in tokens:
        if token.type == "heading_open" and token.level and token.map:
            what = "a heading inside a list or a quotation is no note's"
            yield token.map[0] + 1, what, "begin its line with `###`"


def _almost(tokens: list[Token], lines: Sequence[str]) -> _Wrong:
    """Lines of text, and beginnings of indented code, that are meant as headings."""
    for token in tokens:
        if token.level or not token.map or token.type not in {"paragraph_open", "code_block"}:
            continue
        first, end = token.map
        for number in range(first, end if token.type == "paragraph_open" else first + 1):
            if match := _ALMOST.match(lines[number]):
                yield number + 1, f"`{match['marks']}` needs a space behind it, and none before", ""
