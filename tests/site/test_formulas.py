"""Formulas are laid out by the reader's browser: no other host is asked for a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.building import Build, sphinx


@pytest.fixture
def make(mill: Path) -> Callable[[str], Build]:
    def build(text: str) -> Build:
        (mill / "docs" / "plain.md").write_text(f"# Plain\n\n{text}\n", encoding="utf-8")
        with (mill / "docs" / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write('myst_enable_extensions = ["dollarmath"]\n')
        return sphinx(mill, library=mill / "lib")

    return build


def test_a_formula_is_mathml_and_loads_no_script(make: Callable[[str], Build]) -> None:
    build = make("So $x^2$ it is.\n\n$$ v = J^\\top u $$ (power)\n\nSee {eq}`power`.").succeeded()
    page = build.page("plain.html")
    inline, block = page.select("math")
    assert [e.get_text() for e in inline.select("msup > *")] == ["x", "2"]
    assert block["display"] == "block"
    assert not [s["src"] for s in page.select("script[src]") if "//" in str(s["src"])]
    assert page.select_one('a[href="#equation-power"]')


def test_a_fault_in_a_formula_stops_the_build_at_its_line(make: Callable[[str], Build]) -> None:
    build = make("A $\\nosuch{x}$.")
    assert build.status
    assert 'plain.md:3: WARNING: formula `\\nosuch{x}`: Unknown LaTeX command "\\nosuch".' in (
        build.printed
    )
