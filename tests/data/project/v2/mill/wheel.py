"""Wheels that turn, and what stops them."""

import functools
from typing import overload

LIMIT = 10
MORE = 20
try:
    import _fast  # type: ignore
except ImportError:
    _fast = None


class Wheel:
    """Turns.

    Longer words about turning
    that a reader may open.
    """

    speed: int = 0
    stops = ()

    # The brake comes first.
    @functools.cache
    def brake(self, hard=False):
        """Slow down."""
        if hard:
            self.speed = 0
            self.speed = 0  # twice, to be sure
        elif self.speed > LIMIT:  # a comment between
            # another one
            self.speed = LIMIT
        else:
            self.speed -= 2
        return self.speed

    @overload
    def turn(self, by: int) -> int: ...
    @overload
    def turn(self, by: str) -> str: ...
    def turn(self, by, *, times=1):
        total = 0

        def once():
            nonlocal total
            total += by
            return total

        for _ in range(
            times,  # how often
        ):
            once()
            once()
        try:
            result = once()
        except (TypeError,
                ValueError) as error:
            raise RuntimeError(
                "cannot turn"
            ) from error
        finally:
            pass
        with open("log") as log, open("other") as other:
            log.write(str(result))
        match result:
            case 0:
                return None
            case _:
                return result


def spin(wheel): return wheel.turn(1)
