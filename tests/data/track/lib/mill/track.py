"""Something of everything that a step can show."""

from mill import unread


def doubled(value):
    result = 2 * value
    return result


def spread(
    first,
    second,
):
    total = doubled(
        first
        + second,
    )
    return (
        total
    )


@unread.passed
@unread.named(
    "decorated",
)
def decorated(value):
    return value


class Gauge:
    def __init__(self, size):
        self.size = size

    def __repr__(self):
        return f"Gauge of {self.size}"


def numbers(end):
    count = 0
    while count < end:
        yield count
        count += 1
    return "end"


def summed(end):
    total = 0
    for number in numbers(end):
        total += number
    return total


def first(end):
    for number in numbers(end):
        return number


def squares(values):
    return [doubled(v) for v in values]


def lazily(values):
    return sum(doubled(v) for v in values)


def fails(value):
    raise ValueError(f"no {value}")


def again(value):
    try:
        fails(value)
    except ValueError:
        raise


def tidies(value):
    try:
        fails(value)
    finally:
        value = "tidy"


def catches(value):
    try:
        again(value)
    except ValueError as error:
        return str(error)


def by_others(values):
    return unread.each(doubled, values)


def by_compiled(values):
    return sorted(values, key=doubled)


def by_turns(value):
    return unread.each(doubled, [value]) + [doubled(value)] + unread.last(doubled, [value])


def forever():
    while True:
        try:
            doubled(1)
        except Exception:
            pass


def twin(value):
    return value
