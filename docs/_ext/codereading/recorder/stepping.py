"""Follows a few lines of code into the library, and writes down each step.

`sys.settrace` tells of Python's calls, lines, returns and exceptions; `sys.setprofile` of
calls of compiled code, which matter where that calls Python again.
"""

from __future__ import annotations

import dis
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from ..steps import Frame, Kind, Step
from .naming import compiled_name, error_text, python_name, qualname
from .values import Values, shown_names

MOST_RECORDED = 5000
_INLINE = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
_ENDS = {
    code: kind
    for name, kind in (
        ("RETURN_VALUE", Kind.RETURN),
        ("RETURN_CONST", Kind.RETURN),
        ("RETURN_GENERATOR", Kind.RETURN),
        ("YIELD_VALUE", Kind.YIELD),
    )
    if (code := dis.opmap.get(name)) is not None
}


@dataclass(frozen=True)
class Place:
    """A subject of the library that may be entered: `file`, `name`, its lines; and `units`,
    which maps a line to the first line of the statement that it belongs to.
    """

    file: str
    name: str
    first: int
    last: int
    units: dict[int, int]


@dataclass
class _Entry:
    """What is on the stack: a followed `frame`, or None for code that is not followed."""

    frame: FrameType | None
    index: int
    known: dict[str, str] = field(default_factory=dict)
    unit: int = 0
    raised: bool = False


class TooLongError(BaseException):
    """The run does not end within any number of steps that somebody would look at.

    No `Exception`: code that catches those would go on, and nobody would follow it.
    """


class Stepper:
    """Records the steps of one run.

    `code` is the trace's own file name, whose code is always followed, and `own_units` are
    its units. `places` maps absolute paths to the subjects in that file that may be entered.
    """

    def __init__(
        self,
        code: str,
        own_units: dict[int, int],
        places: dict[str, list[Place]],
        values: Values,
        watch: list[str],
    ) -> None:
        self.frames: list[Frame] = []
        self.steps: list[Step] = []
        self._code = Place("", code, 1, 0, own_units)
        self._places = places
        self._values = values
        self._watch = [(text, compile(text, "<watch>", "eval")) for text in watch]
        self._known: dict[tuple[str, CodeType], Place | None] = {}
        self._stack: list[_Entry] = []
        self._asleep: dict[FrameType, _Entry] = {}
        self._compiled: dict[FrameType, Any] = {}

    def run(self, call: Callable[[], object]) -> None:
        """Call `call` and record its steps. Raises what it raises, and TooLongError."""
        old = sys.gettrace()
        sys.setprofile(self._profile)
        sys.settrace(self._called)
        try:
            call()
        finally:
            sys.settrace(old)
            sys.setprofile(None)

    # -- which frames ------------------------------------------------------------------

    def _place(self, code: CodeType) -> Place | None:
        if code.co_filename == self._code.name:
            return self._code
        # Two functions of two files may well be equal, and begin on the same line.
        key = (code.co_filename, code)
        if key not in self._known:
            inside = [
                place
                for place in self._places.get(code.co_filename, ())
                if place.first <= code.co_firstlineno <= place.last
            ]
            # A method of a class that is read as well: the smaller of the two.
            self._known[key] = min(inside, key=lambda p: p.last - p.first, default=None)
        return self._known[key]

    def _follows(self, frame: FrameType) -> bool:
        code = frame.f_code
        return code.co_name not in _INLINE and self._place(code) is not None

    # -- events ----------------------------------------------------------------------------

    def _profile(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call" and self._follows(frame):
            self._compiled[frame] = arg
        elif event in ("c_return", "c_exception"):
            self._compiled.pop(frame, None)

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event != "call" or not self._follows(frame):
            return None
        outside = self._unwind(frame)
        if outside and not (self._stack and self._stack[-1].frame is None):
            self._push(_Entry(None, self._new_frame(Frame(outside))), Kind.THROUGH, 0)
        if frame in self._asleep:
            entry = self._asleep.pop(frame)
            # It tells all of its names again: others were shown in between.
            entry.unit, entry.known = 0, {}
            self._push(entry, Kind.RESUME, self._line(frame))
        else:
            entry = _Entry(frame, self._new_frame(self._frame(frame)))
            if frame.f_code.co_name == "<module>":
                self._stack.append(entry)
            else:
                # The body of a class begins on its head's line, which the call shows.
                entry.unit = self._line(frame)
                self._push(entry, Kind.CALL, entry.unit)
        return self._inside

    def _inside(self, frame: FrameType, event: str, arg: Any) -> Any:
        self._unwind(frame, own=True)
        if not self._stack or self._stack[-1].frame is not frame:
            return self._inside
        entry = self._stack[-1]
        if event == "line":
            line = self._line(frame)
            entry.raised = False
            if line != entry.unit:
                entry.unit = line
                self._step(Kind.LINE, line)
        elif event == "return":
            if not entry.raised:
                self._ended(entry, frame, arg)
            self._stack.pop()
        elif event == "exception" and not isinstance(arg[1], StopIteration):
            if not entry.raised:
                self._step(Kind.RAISE, self._line(frame), error_text(arg[0], arg[1]))
            entry.raised = True
        return self._inside

    def _ended(self, entry: _Entry, frame: FrameType, value: object) -> None:
        # A bare `raise` is no event of its own: the frame ends, and not by a return.
        kind = _ENDS.get(frame.f_code.co_code[frame.f_lasti], Kind.RAISE)
        if kind is Kind.RAISE:
            self._step(kind, self._line(frame))
            return
        if kind is Kind.YIELD:
            self._asleep[frame] = entry
        if self._worth(frame, value):
            self._step(kind, self._line(frame), self._values.repr(value))

    # -- the stack -------------------------------------------------------------------------

    def _unwind(self, frame: FrameType, own: bool = False) -> str:
        """Leave what `frame` shows to be over; what lies between it and its caller, in words."""
        between: list[FrameType] = []
        above: FrameType | None = frame if own else frame.f_back
        followed = {entry.frame for entry in self._stack if entry.frame}
        while above is not None and above not in followed:
            if above.f_code.co_name not in _INLINE:
                between.append(above)
            above = above.f_back
        outside = ""
        if above in self._compiled:
            outside = compiled_name(self._compiled[above])
        elif above and between:
            outside = python_name(between[-1])
        while self._stack and self._stack[-1].frame is not above:
            # Code that is not followed stays, as long as it is the same that calls.
            if outside and not own and self._is_through(outside, above):
                break
            self._stack.pop()
        return outside

    def _is_through(self, label: str, caller: FrameType | None) -> bool:
        """Whether on top of the stack is the code called `label`, which `caller` has called."""
        top = self._stack[-1]
        below = self._stack[-2].frame if len(self._stack) > 1 else None
        return top.frame is None and below is caller and self.frames[top.index].label == label

    def _push(self, entry: _Entry, kind: Kind, line: int) -> None:
        self._stack.append(entry)
        self._step(kind, line)

    def _step(self, kind: Kind, line: int, value: str = "") -> None:
        if len(self.steps) >= MOST_RECORDED:
            raise TooLongError
        entry = self._stack[-1]
        changed = self._changed(entry) if entry.frame else {}
        self.steps.append(Step(kind, len(self._stack) - 1, entry.index, line, changed, value))

    def _changed(self, entry: _Entry) -> dict[str, str]:
        frame = entry.frame
        assert frame
        names = shown_names(frame.f_locals, top=frame.f_code.co_name == "<module>")
        now = {name: self._values.repr(value) for name, value in names.items()}
        for text, code in self._watch:
            try:
                now[text] = self._values.repr(eval(code, frame.f_globals, frame.f_locals))
            except Exception:  # the expression says nothing here
                continue
        changed = {name: text for name, text in now.items() if entry.known.get(name) != text}
        entry.known = now
        return changed

    # -- names and lines -------------------------------------------------------------------

    def _new_frame(self, frame: Frame) -> int:
        if frame not in self.frames:
            self.frames.append(frame)
        return self.frames.index(frame)

    def _frame(self, frame: FrameType) -> Frame:
        code = frame.f_code
        place = self._place(code)
        name = qualname(code)
        return Frame("" if name == "<module>" else name, place.file if place else "")

    def _line(self, frame: FrameType) -> int:
        place = self._place(frame.f_code)
        line = int(frame.f_lineno)
        return place.units.get(line, line) if place else line

    def _worth(self, frame: FrameType, value: object) -> bool:
        """Whether a return tells anything: a body that ends, or a class's, does not."""
        top = frame.f_code.co_name == "<module>"
        body = not frame.f_code.co_flags & inspect.CO_OPTIMIZED
        return not top and not (body and value is None)
