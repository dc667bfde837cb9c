"""A small library that exists to be read by the tests."""

__version__ = "2.0"
git_version = "fedcba9876543210fedcba9876543210fedcba98"
