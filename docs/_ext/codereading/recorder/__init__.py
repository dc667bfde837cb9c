"""Runs examples in child processes and writes down what they ran.

The only part of the package under which the library is imported: in the child, which
`child` is. The parent, `supervise`, reads what the child prints, and compares or writes.
"""
