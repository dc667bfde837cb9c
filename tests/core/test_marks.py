"""Marks of lines, each expectation beside its line: `#: a b` names the examples that ran it,
`#: import` what only the import ran, `#: -` what nothing ran; a line without one has no mark.

The lines are run and watched as the recorder does it.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from codereading.evidence import Evidence, FileLines, Run
from codereading.languages import language_of
from codereading.marks import Mark, marks
from codereading.model import Subject
from codereading.ranges import from_ranges
from codereading.recorder.watching import code_lines, watch
from codereading.source import Source

FILE = "lib.py"
_EXPECTED = re.compile(r"\s*#: (.+)")


def words(mark: Mark) -> str:
    return " ".join(sorted(mark.examples)) or ("import" if mark.imported else "-")


def subject_of(text: str, name: str) -> Subject:
    language = language_of(FILE)
    assert language
    return Source(FILE, text, language).subject(name)


def run_of(path: Path, name: str, call: str, names: Mapping[str, object]) -> Run:
    found, error = watch({FILE: str(path)}, lambda: exec(call, dict(names)))
    assert error is None or isinstance(error, ArithmeticError), error
    ran = from_ranges(found.get(FILE, ""))
    return Run(name, "", "", "", {FILE: FileLines("", ran)})


def check(
    folder: Path, text: str, name: str, *, imports: bool = True, **calls: str
) -> dict[int, Mark]:
    """Run `calls` (example -> statement) on `text`; compare what is said in it of `name`.

    Without `imports` each example imports the file itself, as one does whose module the
    library's own import leaves out.
    """
    text = dedent(text)
    path = folder / FILE
    path.write_text(text)
    names: dict[str, object] = {}
    loaded, error = watch({FILE: str(path)}, lambda: names.update(runpy.run_path(str(path))))
    assert error is None, error
    ran = from_ranges(loaded.get(FILE, "")) if imports else frozenset()
    imported = FileLines("", ran, from_ranges(code_lines(path)))
    runs = {e: run_of(path, e, call, names) for e, call in calls.items()}
    if not imports:
        again = from_ranges(loaded[FILE])
        runs = {
            e: Run(e, "", "", "", {FILE: FileLines("", again | r.files[FILE].ran)})
            for e, r in runs.items()
        }
    subject = subject_of(text, name)
    found = marks(subject, Evidence(Run("", "", "", "", {FILE: imported}), runs))
    expected = {
        number: match[1]
        for number, line in enumerate(text.split("\n"), 1)
        if number in subject.span and (match := _EXPECTED.search(line))
    }
    assert expected
    assert {number: words(mark) for number, mark in found.items()} == expected
    return found


def test_each_line_has_the_examples_that_ran_it(tmp_path: Path) -> None:
    text = """
        def f(x):         #: a b
            if x > 1:     #: a b
                return 1  #: a
            elif x < 0:   #: b
                return 2  #: -
            return 3      #: b
    """
    check(tmp_path, text, "f", a="f(2)", b="f(0)")


def test_the_lines_of_a_statement_share_one_mark(tmp_path: Path) -> None:
    text = """
        def f(x):                  #: a
            y = max(               #: a
                x,                 #: a

                # Not a line of code.
                1,                 #: a
            )                      #: a
            z = [                  #: a
                y                  #: a
                for _ in range(3)  #: a
            ]                      #: a
            if (                   #: a
                z                  #: a
                and not z          #: a
            ):                     #: a
                return {           #: -
                    1: 2           #: -
                }                  #: -
            return (               #: a
                x                  #: a
            )                      #: a
    """
    check(tmp_path, text, "f", a="f(1)")


def test_a_head_of_several_lines_shares_one_mark(tmp_path: Path) -> None:
    text = """
        def f(             #: a
            x,             #: a
            y=1,           #: a
        ):                 #: a
            for i in (     #: a
                x,         #: a
            ):             #: a
                y += i     #: a
            return y       #: a


        def g(             #: -
            x,             #: -
        ):                 #: -
            return x       #: -
    """
    check(tmp_path, text, "f", a="f(1)")
    check(tmp_path, text, "g", a="f(1)")


def test_else_ran_when_something_under_it_did(tmp_path: Path) -> None:
    text = """
        def f(x):              #: a b
            if x:              #: a b
                y = 1          #: a
            else:              #: b
                y = 2          #: b
            for _ in ():       #: a b
                y = 3          #: -
            else:              #: a b
                y += 1         #: a b
            while x > 5:       #: a b
                x = 0          #: -
            else:              #: a b
                if x:          #: a b
                    return y   #: a
            return 0           #: b
    """
    check(tmp_path, text, "f", a="f(1)", b="f(0)")


def test_an_else_that_nothing_entered_did_not_run(tmp_path: Path) -> None:
    text = """
        def f(x):                #: a
            try:                 #: a
                if x:            #: a
                    x = 1        #: a
                else:            #: -
                    x = (        #: -
                        2        #: -
                    )            #: -
            except ValueError:   #: -
                x = 3            #: -
            else:                #: a
                x = 4            #: a
            return x             #: a
    """
    check(tmp_path, text, "f", a="f(1)")


def test_try_and_finally_ran_when_something_under_them_did(tmp_path: Path) -> None:
    text = """
        def f(x):                       #: a b
            try:                        #: a b
                y = 1 / x               #: a b
            except (ZeroDivisionError,  #: b
                    TypeError):         #: b
                y = 0                   #: b
            else:                       #: a
                y = 1                   #: a
            finally:                    #: a b
                x = y                   #: a b
            if x > 5:                   #: a b
                try:                    #: -
                    x = 1               #: -
                finally:                #: -
                    x = 0               #: -
            return x                    #: a b
    """
    check(tmp_path, text, "f", a="f(1)", b="f(0)")


def test_lines_behind_an_exception_did_not_run(tmp_path: Path) -> None:
    text = """
        def f(x):          #: a
            with open(     #: a
                __file__   #: a
            ) as y:        #: a
                1 / x      #: a
                x = y      #: -
            return x       #: -
    """
    check(tmp_path, text, "f", a="f(0)")


def test_a_function_ran_only_when_it_was_entered(tmp_path: Path) -> None:
    text = """
        import functools


        @functools.cache            #: a
        # A comment between.
        @functools.wraps(           #: a
            print                   #: a
        )                           #: a
        def f(x):                   #: a
            return x                #: a


        @functools.cache            #: -
        def g(x=                    #: -
              1):                   #: -
            return x                #: -
    """
    check(tmp_path, text, "f", a="f(0)")
    check(tmp_path, text, "g", a="f(0)")


def test_importing_a_function_is_no_proof_in_an_example_either(tmp_path: Path) -> None:
    text = """
        import functools


        @functools.cache   #: b
        def f(x):          #: b
            return x       #: b


        LIMIT = (          #: a b
            10             #: a b
        )                  #: a b
    """
    check(tmp_path, text, "f", imports=False, a="LIMIT", b="f(1)")
    check(tmp_path, text, "LIMIT", imports=False, a="LIMIT", b="f(1)")


def test_a_function_on_one_line_ran_only_when_it_was_entered(tmp_path: Path) -> None:
    text = """
        def f(x): return x        #: a


        def g(x): return x        #: -


        def h(                    #: -
            x,                    #: -
        ): return x               #: -
    """
    for name in ("f", "g", "h"):
        check(tmp_path, text, name, a="f(1)")


def test_stubs_of_overloads_never_run(tmp_path: Path) -> None:
    text = """
        from typing import overload


        class C:
            @overload                   #: -
            def f(self, x: int): ...    #: -

            @overload                   #: -
            def f(                      #: -
                self,                   #: -
                x: str,                 #: -
            ): ...                      #: -

            def f(self, x):             #: a
                return x                #: a
    """
    for name in ("C.f 1 of 3", "C.f 2 of 3", "C.f"):
        check(tmp_path, text, name, a="C().f(1)")


def test_a_function_among_statements_is_one_of_them(tmp_path: Path) -> None:
    text = """
        def outer(x):            #: a b
            def inner(y):        #: a b
                return y         #: b

            def other(y):        #: a b
                return y         #: -

            if x:                #: a b
                return inner(x)  #: b
            return inner         #: a
    """
    check(tmp_path, text, "outer", a="outer(0)", b="outer(1)")


def test_what_only_the_import_ran(tmp_path: Path) -> None:
    text = """
        def register(f):        #: import
            def wrapper():      #: import
                return f()      #: -

            return wrapper      #: import


        @register
        def f():
            return 1


        TABLE = {               #: import
            1: 2,               #: import
        }                       #: import


        class C:                #: import
            \"\"\"Not code.\"\"\"

            size = 1            #: import

            def f(self):        #: a
                return 1        #: a

            def g(self):        #: -
                return 1        #: -
    """
    for name in ("register", "TABLE", "C"):
        check(tmp_path, text, name, a="C().f()")


def test_an_example_counts_before_the_import(tmp_path: Path) -> None:
    text = """
        def f(x):       #: a
            return x    #: a


        f(1)
    """
    found = check(tmp_path, text, "f", a="f(2)")
    assert all(mark.imported and mark.examples == {"a"} for mark in found.values())


def test_a_match_and_its_cases(tmp_path: Path) -> None:
    text = """
        def f(x):            #: a
            match x:         #: a
                case 1:      #: a
                    y = 1    #: -
                case 2 | 3:  #: a
                    y = 2    #: a
                case _:      #: -
                    y = 3    #: -
            return y         #: a
    """
    check(tmp_path, text, "f", a="f(2)")


def test_what_has_no_code_has_no_mark(tmp_path: Path) -> None:
    text = """
        count = 0


        def f(x):               #: -
            \"\"\"A docstring
            of two lines.\"\"\"
            global count

            # A comment.
            def g():            #: -
                nonlocal x
                x = 1           #: -

            count = g           #: -
    """
    check(tmp_path, text, "f", a="count")


def test_where_nothing_was_recorded_no_line_has_a_mark() -> None:
    subject = subject_of("def f():\n    return 1\n", "f")
    assert marks(subject, Evidence()) == {}


def test_a_file_that_is_not_python_has_no_marks(tmp_path: Path) -> None:
    language = language_of("a.h")
    assert language
    subject = Source("a.h", "int f() { return 1; }\n", language).subject("f")
    imported = Run("", "", "", "", {"a.py": FileLines("", frozenset({1}), frozenset({1}))})
    assert marks(subject, Evidence(imported)) == {}
