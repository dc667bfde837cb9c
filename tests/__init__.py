"""Tests of `codereading`, of the notes, of the examples and of the built site."""
