"""What the gallery of this site adds to sphinx-gallery: the order of reading."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)
_ORDER = re.compile(r"^\.\. order:(.*(?:\n +\S.*)*)", re.MULTILINE)


def reading_order(topic: Path) -> list[str]:
    """The scripts of a topic's folder in the order in which they are to be read.

    It stands in the topic's README.rst, in a comment that begins `.. order:`. Ends the build
    where there is none, or it does not name exactly the scripts there are.
    """
    readme = topic / "README.rst"
    match = _ORDER.search(readme.read_text(encoding="utf-8"))
    named = match[1].split() if match else []
    there = sorted(path.stem for path in topic.glob("*.py"))
    lacking = [name for name in there if name not in named]
    wrong = [name for name in named if name not in there or named.count(name) > 1]
    says = [f"lacks {name}; add it where it is to be read" for name in lacking]
    says += [f"names {name}, which is no script or named twice" for name in dict.fromkeys(wrong)]
    for text in says:
        logger.error("%s: `.. order:` %s", readme, text)
    if says:
        raise SystemExit(2)  # for any other exception Sphinx prints a traceback
    return named


class ReadingOrder:
    """The sort key that sphinx-gallery asks for, one for each topic's folder."""

    def __init__(self, src_dir: str) -> None:
        topic = Path(src_dir)
        # sphinx-gallery asks for the gallery's own folder too, which holds no script.
        self._order = reading_order(topic) if any(topic.glob("*.py")) else []

    def __call__(self, filename: str) -> int:
        """The place of a script in its topic."""
        return self._order.index(Path(filename).stem)
