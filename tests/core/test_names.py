"""What a name in prose is taken for: one subject, or nothing."""

from __future__ import annotations

import pytest

from codereading.model import SubjectRef
from codereading.names import Names

WHEEL = SubjectRef("mill/wheel.py", "Wheel")
TURN = SubjectRef("mill/wheel.py", "Wheel.turn")
SPECIAL = SubjectRef("mill/wheel.py", "Wheel.__call__")
HARD = SubjectRef("mill/wheel.py", "Wheel.brake_hard")
OTHER = SubjectRef("mill/cart.py", "Cart.turn")
SPIN = SubjectRef("mill/wheel.py", "spin")
GEAR = SubjectRef("mill/gear.h", "Gear::operator()")
TEETH = SubjectRef("mill/gear.h", "Gear::teeth")
NAMES = Names([WHEEL, TURN, SPECIAL, HARD, OTHER, SPIN, GEAR, TEETH])


@pytest.mark.parametrize(
    ("text", "here", "found"),
    [
        ("Wheel.turn", None, TURN),
        ("mill.Wheel.turn", None, TURN),
        ("mill.wheel.Wheel.turn", None, TURN),
        ("Gear::teeth", None, TEETH),
        ("Wheel", None, WHEEL),
        ("brake_hard", None, HARD),
        ("wheel.spin", None, SPIN),
        ("mill.wheel.spin", None, SPIN),
        # In doubt, nothing: two classes have it, a common word, a special method.
        ("turn", None, None),
        ("spin", None, None),
        ("__call__", None, None),
        ("other.spin", None, None),
        ("Pram.turn", None, None),
        # In the scope of a class, its own.
        ("turn", HARD, TURN),
        ("turn", OTHER, OTHER),
        ("__call__", TURN, SPECIAL),
        ("turn", SPIN, None),
        # No names.
        ("turn()", TURN, None),
        ("a b", None, None),
        ("", None, None),
    ],
)
def test_find(text: str, here: SubjectRef | None, found: SubjectRef | None) -> None:
    assert NAMES.find(text, here) == found
