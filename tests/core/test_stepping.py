"""What a recording follows, and how each step and value is told."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from codereading.steps import Kind, load_trace
from tests.conftest import Run
from tests.core.tracing import NAME, PAGE, Track, block, changes, lay_track

CALL = """
call: doubled
result = 2 * value
return result
return: {}
"""


@pytest.fixture
def track(mill: Path, run: Run) -> Track:
    lay_track(mill)
    return Track(mill, run)


def same(found: str, expected: str) -> None:
    assert found == dedent(expected).strip("\n")


# Calls and statements ----------------------------------------------------------------


def test_a_call_its_statements_and_its_return(track: Track) -> None:
    same(
        track.told("y = doubled(3)\nz = y"),
        """
        y = doubled(3)
          call: doubled
          result = 2 * value
          return result
          return: 6
        z = y
        """,
    )


def test_names_are_told_when_they_get_another_value(track: Track) -> None:
    trace = track.trace("y = doubled(3)\nz = y")
    assert [dict(step.changed) for step in trace.steps] == [
        {},
        {"value": "3"},
        {},
        {"result": "6"},
        {},
        {"y": "6"},
    ]


def test_a_statement_of_several_lines_is_one_step(track: Track) -> None:
    same(
        track.told("y = spread(\n    1,\n    2,\n)", from_="y = …"),
        """
        y = spread(
          call: spread
          total = doubled(
            call: doubled
            result = 2 * value
            return result
            return: 6
          return (
          return: 6
        """,
    )


def test_heads_of_several_lines_are_one_step_in_the_traces_own_code_too(track: Track) -> None:
    code = """
        def own(value):
            try:
                fails(
                    value,
                )
            except (TypeError,
                    ValueError):
                match (value,
                       2):
                    case (1,
                          2):
                        return doubled(
                            value
                        )
        own(1)
        """
    same(
        track.told(dedent(code).strip(), from_="own(1)"),
        """
        own(1)
          call: own
          try:
          fails(
            call: fails
            raise ValueError(f"no {value}")
            raise: ValueError: no 1
          raise: ValueError: no 1
          except (TypeError,
          match (value,
          case (1,
          return doubled(
            call: doubled
            result = 2 * value
            return result
            return: 2
          return: 2
        """,
    )


def test_a_call_begins_at_its_def_and_not_at_a_decorator(track: Track) -> None:
    trace = track.trace("decorated(1)")
    lines = (track.mill / "lib" / "mill" / "track.py").read_text(encoding="utf-8").split("\n")
    called = next(step for step in trace.steps if step.kind is Kind.CALL)
    assert lines[called.line - 1] == "def decorated(value):"


def test_the_body_of_a_class_runs_step_by_step(track: Track) -> None:
    code = """
        class Own:
            size = doubled(1)
            @staticmethod
            def get():
                return 1
        y = Own.get()
        z = y
        """
    same(
        track.told(dedent(code).strip(), from_="class Own:"),
        """
        class Own:
          through: compiled code, builtins.__build_class__
            call: Own
            size = doubled(1)
              call: doubled
              result = 2 * value
              return result
              return: 2
            def get():
        y = Own.get()
          call: Own.get
          return 1
          return: 1
        z = y
        """,
    )


def test_what_stands_above_from_runs_and_is_not_followed(track: Track) -> None:
    trace = track.trace("x = doubled(1)\ny = doubled(x)", from_="y = …")
    assert changes(trace, "x") == ["2"]
    assert changes(trace, "value") == ["2"]


def test_without_from_everything_is_followed(track: Track) -> None:
    trace = track.trace("doubled(1)", from_="")
    assert [step.line for step in trace.steps if step.depth == 0] == [1, 2]


# Generators and comprehensions -------------------------------------------------------


def test_a_generator_yields_and_goes_on(track: Track) -> None:
    same(
        track.told("y = summed(2)"),
        """
        y = summed(2)
          call: summed
          total = 0
          for number in numbers(end):
            call: numbers
            count = 0
            while count < end:
            yield count
            yield: 0
          total += number
          for number in numbers(end):
            resume: numbers
            count += 1
            while count < end:
            yield count
            yield: 1
          total += number
          for number in numbers(end):
            resume: numbers
            count += 1
            while count < end:
            return "end"
            return: 'end'
          return total
          return: 1
        """,
    )


def test_a_generator_that_goes_on_tells_all_of_its_names(track: Track) -> None:
    trace = track.trace("y = summed(2)")
    told = [dict(step.changed) for step in trace.steps if step.kind is Kind.RESUME]
    assert told == [{"count": "0", "end": "2"}, {"count": "1", "end": "2"}]


def test_a_generator_that_is_given_up_says_so(track: Track) -> None:
    told = track.told("n = numbers(2)\nnext(n)\nn.close()\nx = 1", from_="next(n)")
    same(
        told,
        """
        next(n)
          through: compiled code, builtins.next
            call: numbers
            count = 0
            while count < end:
            yield count
            yield: 0
        n.close()
          through: compiled code, builtins.generator.close
            resume: numbers
            raise: GeneratorExit
        x = 1
        """,
    )


def test_a_comprehension_is_no_call_of_its_own(track: Track) -> None:
    same(
        track.told("squares((1, 2))"),
        """
        squares((1, 2))
          call: squares
          return [doubled(v) for v in values]
            call: doubled
            result = 2 * value
            return result
            return: 2
            call: doubled
            result = 2 * value
            return result
            return: 4
          return: [2, 4]
        """,
    )
    lazily = track.told("lazily((1, 2))")
    assert lazily.count("through: ") == 1
    assert "  through: compiled code, builtins.sum\n      call: doubled" in lazily
    assert "genexpr" not in lazily


# Exceptions --------------------------------------------------------------------------


def test_an_exception_is_raised_passed_on_raised_again_and_caught(track: Track) -> None:
    same(
        track.told("catches(1)"),
        """
        catches(1)
          call: catches
          try:
          again(value)
            call: again
            try:
            fails(value)
              call: fails
              raise ValueError(f"no {value}")
              raise: ValueError: no 1
            raise: ValueError: no 1
            except ValueError:
            raise
            raise
          raise: ValueError: no 1
          except ValueError as error:
          return str(error)
          return: 'no 1'
        """,
    )


def test_finally_runs_between(track: Track) -> None:
    same(
        track.told("try:\n    tidies(1)\nexcept ValueError:\n    x = 1", from_="try:"),
        """
        try:
        tidies(1)
          call: tidies
          try:
          fails(value)
            call: fails
            raise ValueError(f"no {value}")
            raise: ValueError: no 1
          raise: ValueError: no 1
          value = "tidy"
          raise
        raise: ValueError: no 1
        except ValueError:
        x = 1
        """,
    )


# Code that is not followed -----------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "through"),
    [
        ("by_others((1, 2))", "mill.unread.each"),
        ("by_compiled((1, 2))", "compiled code, builtins.sorted"),
    ],
)
def test_code_that_is_not_followed_is_one_step_however_often_it_calls_back(
    track: Track, code: str, through: str
) -> None:
    told = track.told(code).split("\n")
    assert [line for line in told if "through" in line] == [f"    through: {through}"]
    called = dedent("\n".join(told[4:-1])).split("\n")
    assert called == (CALL.format(2) + CALL.format(4)).strip().replace("\n\n", "\n").split("\n")


def test_a_call_beside_it_is_not_one_of_its_own(track: Track) -> None:
    told = track.told("by_turns(1)")
    places = re.findall(r"( *)(through: \S+|call: doubled)", told)
    assert places == [
        (" " * 4, "through: mill.unread.each"),
        (" " * 6, "call: doubled"),
        (" " * 4, "call: doubled"),
        (" " * 4, "through: mill.unread.last"),
        (" " * 6, "call: doubled"),
    ]


def test_skip_and_into_choose_what_is_entered(track: Track) -> None:
    whole = track.told("y = summed(doubled(1))")
    assert "call: doubled" in whole
    assert "call: numbers" in whole
    skipping = track.told("y = summed(doubled(1))", skip="doubled, numbers")
    assert "call: doubled" not in skipping
    assert "call: numbers" not in skipping
    assert "call: summed" in skipping
    assert track.told("y = summed(doubled(1))", into="summed") == skipping
    assert "call: Gauge.__init__" in track.told("y = Gauge(1)", into="mill.track:Gauge")


def test_an_equal_function_of_another_file_is_not_followed(track: Track) -> None:
    lines = (track.mill / "lib" / "mill" / "track.py").read_text(encoding="utf-8").split("\n")
    line = lines.index("def twin(value):")
    other = "\n" * line + "\n".join(lines[line : line + 2]) + "\n"
    (track.mill / "lib" / "mill" / "other.py").write_text(other, encoding="utf-8")
    code = "from mill import other\ny = twin(1), other.twin(2)"
    assert track.told(code, from_="y = …").count("call: twin") == 1


# Values ------------------------------------------------------------------------------


def test_expressions_that_are_watched_are_told_where_they_say_something(track: Track) -> None:
    trace = track.trace("g = Gauge(3)\nh = g", watch="self.size, 2 * size")
    told = [
        (trace.frames[step.frame].label, step.changed["self.size"])
        for step in trace.steps
        if "self.size" in step.changed
    ]
    assert told == [("Gauge.__init__", "3")]
    assert changes(trace, "2 * size") == ["6"]


def test_objects_have_labels_that_stay(track: Track) -> None:
    code = "class Own: pass\na, b = Own(), Own()\ntwin(b)\ntwin(a)\ntwin([b, a, b])"
    trace = track.trace(code, from_="twin(b)")
    assert changes(trace, "a") == ["Own 1"]
    assert changes(trace, "b") == ["Own 2"]
    assert changes(trace, "value") == ["Own 2", "Own 1", "[Own 2, Own 1, Own 2]"]


def test_a_label_is_never_given_to_another_object(track: Track) -> None:
    # The first object is gone when the second is made, which may lie at the same address.
    code = "class Own: pass\nfor _ in range(2):\n    twin(Own())"
    trace = track.trace(code, from_="for …")
    assert changes(trace, "value") == ["Own 1", "Own 2"]


def test_an_object_that_is_half_made_has_a_label(track: Track) -> None:
    trace = track.trace("g = Gauge(3)\nh = g")
    assert changes(trace, "self") == ["Gauge 1", "Gauge of 3"]
    assert changes(trace, "g") == ["Gauge of 3"]


def test_functions_classes_and_methods_are_told_by_name(track: Track) -> None:
    values = "doubled, Gauge, Gauge(1).__repr__, (lambda: 1), [].append, len"
    trace = track.trace(f"for each in ({values}):\n    twin(each)", from_="for …")
    assert changes(trace, "value") == [
        "function doubled",
        "Gauge",
        "Gauge of 1.__repr__",
        "function lambda",
        "[].append",
        "function len",
    ]


def test_long_values_are_cut(track: Track) -> None:
    values = "'x' * 500, list(range(500)), dict.fromkeys(range(500)), [[[[[1]]]]], set(range(500))"
    code = f"class Own:\n    def __repr__(self):\n        return 'Own ' * 99\ntwin(({values}))"
    trace = track.trace(code, from_="twin(…)")
    assert all(len(text) < 300 for text in changes(trace, "value"))
    trace = track.trace(code.replace(f"(({values}))", "(Own())"), from_="twin(…)")
    (text,) = changes(trace, "value")
    assert text.startswith("Own Own")
    assert text.endswith("…")
    assert len(text) == 70


def test_no_address_is_told_wherever_it_stands(track: Track) -> None:
    code = """
        class Own:
            pass
        def tell(value):
            raise ValueError(f"not {value}")
        try:
            twin([Own(), str(Own()), {"key": repr(Own)}, iter([]), str(Own()) * 9])
            tell(Own())
        except ValueError as error:
            text = error
        """
    trace = track.trace(dedent(code).strip(), from_="try:")
    text = track.path().read_text(encoding="utf-8")
    assert "0x" not in text
    raised = [step.value for step in trace.steps if step.kind is Kind.RAISE]
    assert raised == ["ValueError: not <__main__.Own object>"] * 2


def test_sets_are_told_in_the_same_order_in_every_run(track: Track) -> None:
    code = """
        class Own:
            pass
        class Tags(set):
            pass
        a, b = Own(), Own()
        twin({b, a})
        twin({10, 9, 1})
        twin({"b", "a"})
        twin(frozenset([b]))
        twin(set())
        twin(Tags([2, 1]))
        twin({Own(), Own()})
        """
    trace = track.trace(dedent(code).strip(), from_="twin({b, a})")
    assert changes(trace, "value") == [
        "{Own 1, Own 2}",
        "{1, 9, 10}",
        "{'a', 'b'}",
        "frozenset({Own 2})",
        "set()",
        "Tags {1, 2}",
        "{Own, Own}",
    ]


def test_types_with_the_names_of_others_are_told_in_their_own_words(track: Track) -> None:
    code = """
        class array:
            pass
        class deque:
            def __repr__(self):
                return "a deque of our own"
        twin(array())
        twin(deque())
        """
    trace = track.trace(dedent(code).strip(), from_="twin(array())")
    assert changes(trace, "value") == ["array 1", "a deque of our own"]


def test_a_project_says_what_its_own_objects_look_like(track: Track) -> None:
    words = (
        "def describe(value, label):\n    return f'<{label(value)}>' if value == 6 else 1 // 0\n"
    )
    (track.mill / "lib" / "words.py").write_text(words, encoding="utf-8")
    with (track.mill / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write('describe = "words:describe"\n')
    trace = track.trace("y = doubled(3)")
    assert changes(trace, "result") == ["<int 2>"]
    assert changes(trace, "value") == ["int 1"], "where it fails, a label"
    (track.mill / "lib" / "words.py").unlink()
    track.path().unlink()
    assert (
        f"{PAGE}:3: the trace `{NAME}` fails: `describe` in pyproject.toml, `words:describe`: "
        "ModuleNotFoundError: No module named 'words'"
    ) in track.refused("from mill.track import *\ndoubled(3)")


# What cannot be recorded -------------------------------------------------------------

NARROW = "narrow it: `:from:` begins later, `:into:` and `:skip:` choose subjects"
FROM = "from mill.track import *\n"


def test_more_steps_than_anybody_follows(track: Track) -> None:
    code = FROM + "for i in range(50):\n    doubled(i)"
    says = f"{PAGE}:3: the trace `{NAME}` takes 301 steps, of 200 at most; {NARROW}"
    assert says in track.refused(code, from_="for …")


def test_steps_that_never_end(track: Track) -> None:
    says = f"{PAGE}:3: the trace `{NAME}` takes more than 5000 steps, of 200 at most; {NARROW}"
    assert says in track.refused(FROM + "forever()"), "though it catches every Exception"


def test_a_run_that_never_ends(track: Track) -> None:
    track.write(block(FROM + "doubled(1)\nwhile True: pass", from_="doubled(1)"))
    result = track.record("--limit", "1")
    assert result.exit_code == 1
    says = f"{PAGE}:3: the trace `{NAME}` took longer than 1 seconds; {NARROW}"
    assert says in result.output.splitlines()


def test_nothing_that_is_read_is_entered(track: Track) -> None:
    assert (
        f"{PAGE}:3: the trace `{NAME}` enters no subject that is read; "
        "call something that is read, or take the trace out"
    ) in track.refused("from mill import unread\nunread.passed(1)")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("x = 1\nfails(2)", f"{PAGE}:6: the trace `{NAME}` fails: ValueError: no 2"),
        ("1 / 0\ndoubled(1)", f"{PAGE}:5: the trace `{NAME}` fails: ZeroDivisionError: division"),
        ("raise SystemExit(3)", f"{PAGE}:5: the trace `{NAME}` fails: SystemExit: 3"),
        (
            "raise ValueError('too many steps\\n  again')",
            f"{PAGE}:5: the trace `{NAME}` fails: ValueError: too many steps again",
        ),
    ],
)
def test_code_that_fails_is_told_with_the_line_on_the_page(
    track: Track, code: str, says: str
) -> None:
    (line,) = [line for line in track.refused(FROM + code) if PAGE in line]
    assert line.startswith(says)
    assert NARROW not in line


def test_others_are_recorded_though_one_fails(track: Track) -> None:
    track.write(block(FROM + "fails(1)", "one"), block(FROM + "doubled(1)", "two"))
    result = track.record()
    assert f"{PAGE}:5: the trace `one` fails: ValueError: no 1" in result.output
    assert not track.path("one").exists()
    assert track.path("two").exists()


# Recording again ---------------------------------------------------------------------

MANY = FROM + (
    "class Own: pass\n"
    "catches(1)\n"
    "twin({Own(), Own(), 'b', 'a', len, Own})\n"
    "summed(2)\n"
    "twin([Own(), {'a': Own()}])\n"
)


def test_recording_twice_and_elsewhere_gives_the_same_bytes(
    track: Track, tmp_path: Path, run: Run
) -> None:
    track.write(block(MANY))
    assert track.record().exit_code == 0
    first = track.path().read_bytes()
    track.path().unlink()
    assert track.record().exit_code == 0
    assert track.path().read_bytes() == first
    track.path().unlink()
    elsewhere = tmp_path / "a" / "longer path" / "lib"
    shutil.copytree(track.mill / "lib", elsewhere)
    assert run("record", root=elsewhere).exit_code == 0
    assert track.path().read_bytes() == first


def test_check_says_nothing_where_nothing_differs(track: Track) -> None:
    track.write(block(MANY))
    track.record()
    before = track.path().read_bytes()
    result = track.record("--check")
    assert result.exit_code == 0, result.output
    assert "0 differences" in result.output
    assert track.path().read_bytes() == before


def test_check_names_the_first_step_that_differs(track: Track) -> None:
    track.write(block(FROM + "doubled(3)", from_="doubled(3)"))
    track.record()
    text = track.path().read_text(encoding="utf-8")
    changed = text.replace('{"result": "6"}', '{"result": "7"}').replace('"6"]', '"7"]')
    track.path().write_text(changed, encoding="utf-8")
    result = track.record("--check")
    assert result.exit_code == 1
    assert (
        f"{PAGE}:3: the trace `{NAME}`, step 4: was line mill/track.py:8, result = 7, "
        f"is line mill/track.py:8, result = 6; look at it, then: codereading record {NAME}"
    ) in result.output.splitlines()
    assert track.path().read_text(encoding="utf-8") == changed, "nothing is written"


def test_check_names_a_step_that_is_gone_and_one_that_is_new(track: Track) -> None:
    track.write(block(FROM + "doubled(3)", from_="doubled(3)"))
    track.record()
    text = track.path().read_text(encoding="utf-8")
    last = ',\n["return", 1, 1, 8, {}, "6"]'
    track.path().write_text(text.replace(last, ""), encoding="utf-8")
    said = track.record("--check").output
    assert "step 5: was not there, is return mill/track.py:8, 6" in said
    track.path().write_text(text.replace(last, last * 2), encoding="utf-8")
    assert "step 6: was return mill/track.py:8, 6, is not there" in track.record("--check").output
    track.path().unlink()
    assert f"the trace `{NAME}` has no record" in track.record("--check").output


def test_a_trace_is_recorded_by_name_or_page_and_its_record_goes_with_it(track: Track) -> None:
    track.write(block(FROM + "doubled(1)", "one"), block(FROM + "doubled(2)", "two"))
    assert track.record("one").exit_code == 0
    assert not track.path("two").exists()
    assert track.record(PAGE).exit_code == 0
    assert load_trace(track.path("two"), "two").name == "two"
    result = track.record("on")
    assert "on: is neither an example nor a trace; did you mean `one`?" in result.output
    track.write(block(FROM + "doubled(1)", "one"))
    assert track.record().exit_code == 0
    assert not track.path("two").exists()
