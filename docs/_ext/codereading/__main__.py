"""`python -m codereading` is the command line."""

from .cli import main

main(prog_name="codereading")
