"""Tests of the distilled system; torch decides what is right."""
