"""What a name in prose can mean: at most one subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from .model import SubjectRef

_PARTS = re.compile(r"\.|::")


class Names:
    """The subjects by what they are called in prose.

    `Class.method`, with packages in front or without, is that subject if there is one such.
    A last part alone is resolved by scope: in a note on a class or one of its methods it is
    that class's own. Elsewhere it must fit one subject alone, and be a name on sight: it
    has a capital, or an underscore between words.
    """

    def __init__(self, subjects: Iterable[SubjectRef]) -> None:
        self._whole: defaultdict[str, list[SubjectRef]] = defaultdict(list)
        self._last: defaultdict[str, list[SubjectRef]] = defaultdict(list)
        for ref in subjects:
            parts = _PARTS.split(ref.name)
            self._whole[".".join(parts)].append(ref)
            self._last[parts[-1]].append(ref)

    def find(self, text: str, here: SubjectRef | None = None) -> SubjectRef | None:
        """The subject that `text` names, as read in a note on `here`; None if in doubt."""
        parts = _PARTS.split(text)
        if not all(part.isidentifier() for part in parts):
            return None
        if len(parts) > 1:
            # `package.Class.method`: the longest end that is a subject's whole name.
            ends = (".".join(parts[i:]) for i in range(len(parts) - 1))
            found = next((self._whole[end] for end in ends if end in self._whole), [])
            if not found and all(part.islower() for part in parts[:-1]):
                found = [r for r in self._whole.get(parts[-1], []) if _ends(r, parts)]
            return found[0] if len(found) == 1 else None
        name = parts[0]
        if here is not None:
            scope = _PARTS.split(here.name)
            for count in range(len(scope), 0, -1):
                own = self._whole.get(".".join([*scope[:count], name]), [])
                own = [ref for ref in own if ref.file == here.file]
                if len(own) == 1:
                    return own[0]
        found = self._last.get(name, [])
        return found[0] if len(found) == 1 and _distinct(name) else None


def _ends(ref: SubjectRef, parts: list[str]) -> bool:
    """Whether `parts`, a module and a name in it, is the end of what `ref` is called."""
    return f".{ref}".replace(":", ".").endswith("." + ".".join(parts))


def _distinct(name: str) -> bool:
    """Whether `name` is a name on sight: `Sequential`, `load_state_dict`, not `_apply`."""
    return name != name.lower() or "_" in name.strip("_")
