"""A small library that exists to be read by the tests."""

__version__ = "1.0"
git_version = "0123456789abcdef0123456789abcdef01234567"
