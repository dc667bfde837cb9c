"""What no note speaks of."""


def passed(function):
    return function


def named(name):
    return passed


def each(function, values):
    return [function(value) for value in values]


def last(function, values):
    return [function(values[-1])]
