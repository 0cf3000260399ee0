"""``scan_python``: the calls of Python models, as dbt v2 and dbt Core find them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateaware.syntax.sql import ConfigCall, RefCall, SourceCall, SqlFacts, SqlProblem
from stateaware.syntax.sql.python import scan_python
from stateaware.syntax.tree import Entry, Expression, Mapping, Node, Scalar, Sequence
from stateaware.text import LineIndex, Span

CASES = Path(__file__).parents[2] / "conformance" / "cases"


def native(value: object, *span: int) -> Scalar:
    return Scalar("" if value is None else str(value), Span(*span), "native", native=value)


def values(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.native
    if isinstance(node, Sequence):
        return [values(item) for item in node.items]
    if isinstance(node, Mapping):
        return {entry.key.native: values(entry.value) for entry in node.entries}
    return f"<{node.source}>"


def model(*lines: str) -> str:
    return "\n".join(["def model(dbt, session):", *(f"    {line}" for line in lines), "    return 1\n"])


def test_a_recorded_case_with_every_range() -> None:
    data = (CASES / "res_07_python_bad_period/project/models/p.py").read_bytes()
    after = Mapping(
        (
            Entry(native("count", 2, 65, 2, 72), native(1, 2, 74, 2, 75)),
            Entry(native("period", 2, 77, 2, 85), native("days", 2, 87, 2, 93)),
        ),
        Span(2, 64, 2, 94),
        flow=True,
    )
    freshness = Mapping((Entry(native("build_after", 2, 49, 2, 62), after),), Span(2, 48, 2, 95), flow=True)
    assert scan_python(data) == SqlFacts(
        configs=(
            ConfigCall(
                span=Span(2, 5, 2, 96),
                block=Span(2, 5, 2, 96),
                reported_at=None,
                arguments=(
                    Entry(native("materialized", 2, 16, 2, 28), native("table", 2, 29, 2, 36)),
                    Entry(native("freshness", 2, 38, 2, 47), freshness),
                ),
                keywords=2,
            ),
        )
    )


def test_columns_count_characters() -> None:
    text = model("é = 'é'; x = dbt.ref('b', v=2), dbt.source('é', \"t\")", "y = [dbt.ref('p', 'c')]")
    assert scan_python(text) == SqlFacts(
        refs=(
            RefCall(Span(2, 18, 2, 35), "b", Span(2, 26, 2, 29), version=2),
            RefCall(Span(3, 10, 3, 27), "c", Span(3, 23, 3, 26), "p"),
        ),
        sources=(SourceCall(Span(2, 37, 2, 57), "é", Span(2, 48, 2, 51), "t", Span(2, 53, 2, 56)),),
    )


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            "dbt.config(a=1, b=-2.5, c='x' 'y', d=None, e=True)",
            {"a": 1, "b": -2.5, "c": "xy", "d": None, "e": True},
        ),
        ("dbt.config(a=[1, (2,)], b={'c': {'d': 3}})", {"a": [1, [2]], "b": {"c": {"d": 3}}}),
        ("if False: dbt.config(a=1)", {"a": 1}),
        ("dbt.config({'a': 1}, b=2)", {"b": 2}),
    ],
)
def test_arguments(call: str, expected: dict[str, object]) -> None:
    facts = scan_python(model(call))
    assert facts.problem is None
    (found,) = facts.configs
    assert {entry.key.text: values(entry.value) for entry in found.arguments} == expected
    assert not found.conditional


def test_a_positional_dict_is_kept_aside() -> None:
    (call,) = scan_python(model("dbt.config({'a': 1})")).configs
    assert (call.arguments, call.positional) == ((), 1)
    assert call.placed == (Entry(native("a", 2, 17, 2, 20), native(1, 2, 22, 2, 23)),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            model("dbt.config(a={'b': 1 + x})"),
            SqlProblem("argument", "`dbt.config` takes literals only", Span(2, 24, 2, 29)),
        ),
        (
            model("dbt.config(**{'a': 1})"),
            SqlProblem("argument", "`dbt.config` takes literals only", Span(2, 18, 2, 26)),
        ),
        (
            model("dbt.config(a=dict(b=1))"),
            SqlProblem("argument", "`dbt.config` takes literals only", Span(2, 18, 2, 27)),
        ),
        (
            model("y = dbt.ref(x)"),
            SqlProblem("argument", "`dbt.ref` takes literals only", Span(2, 17, 2, 18)),
        ),
        (
            "def model(d, session):\n    return 1",
            SqlProblem("model", "dbt wants `def model(dbt, session)`", Span(1, 1, 1, 23)),
        ),
        (
            "def m(dbt, session):\n    return 1",
            SqlProblem(
                "model", "dbt wants exactly one function `model` in a file, and this has 0", Span(1, 1, 1, 1)
            ),
        ),
        (
            "def model(dbt, session):\n    pass",
            SqlProblem(
                "model", "dbt wants `model` to end with `return` and one dataframe", Span(1, 1, 1, 25)
            ),
        ),
        (
            "def model(dbt, session:\n    return 1",
            SqlProblem("syntax", "'(' was never closed", Span(1, 10, 1, 11)),
        ),
        (b"# \xff", SqlProblem("encoding", "byte 0xff is not UTF-8", Span(1, 3, 1, 4))),
    ],
)
def test_problems(text: str | bytes, problem: SqlProblem) -> None:
    assert scan_python(text).problem == problem


def test_an_argument_that_is_no_literal_keeps_its_neighbours() -> None:
    (call,) = scan_python(model("dbt.config(a={'b': x, 'c': 1})")).configs
    assert values(call.arguments[0].value) == {"b": "<x>", "c": 1}
    (call,) = scan_python(model("dbt.config(*y)")).configs
    assert call.unpacked == (Expression("*y", Span(2, 16, 2, 18)),)


def test_empty_files() -> None:
    assert scan_python("") == scan_python("# nothing\n") == SqlFacts()


@pytest.mark.parametrize(
    "expression",
    [
        "-" * 200_000 + "1",
        "a" + ".b" * 200_000,
        "a" + "()" * 200_000,
        "1" + "+1" * 200_000,
        "not " * 200_000 + "1",
        "lambda:" * 200_000 + "1",
        "1 if 1 else " * 100_000 + "1",
        "(" * 100_000,
        "[" * 300 + "]" * 300,
        "f'{" + "-" * 10_000 + "1}'",
        "f'''{" + "-" * 10_000 + "1}'''",
        "'" * 100_001,
        "1" * 10_000,
        "\\" * 1000,
        "\0",
    ],
)
def test_hostile_files_give_a_problem(expression: str) -> None:
    problem = scan_python(model(f"x = {expression}")).problem
    assert problem is not None
    assert problem.kind == "syntax"


def test_long_harmless_files_are_read() -> None:
    text = model(*(f"x = a.b.c({n} + 1)[2:].d  # it's (" for n in range(3000)), "dbt.config(a=1)")
    facts = scan_python(text)
    assert facts.problem is None
    assert len(facts.configs) == 1


@pytest.mark.parametrize(
    "text", ["p:", "def f(\n", "x = '", "if x:\n", "é = (\n\n", "x = '''\n", "\tx\n  y", "f'{'"]
)
def test_a_syntax_error_points_into_the_text(text: str) -> None:
    problem = scan_python(text).problem
    assert problem is not None
    assert problem.span is not None
    assert LineIndex(text).clamp(problem.span) == problem.span
