from __future__ import annotations

import pytest

from stateaware.check.expression import Expression, parse_keywords, parse_marks
from stateaware.errors import SelectionError


def value(source: str, *true: str) -> bool:
    return Expression(source, "-k")(lambda name: name in true)


@pytest.mark.parametrize(
    ("source", "true", "expected"),
    [
        ("a", ("a",), True),
        ("a", (), False),
        ("not a", (), True),
        ("not not a", ("a",), True),
        ("a and b", ("a",), False),
        ("a or b and c", ("a",), True),
        ("(a or b) and c", ("a",), False),
        ("not a or b", ("a", "b"), True),
        ("not (a or b)", ("b",), False),
        ("models/marts/_m.yml::orders::SA101", ("models/marts/_m.yml::orders::SA101",), True),
        ("dbt-compat", ("dbt-compat",), True),
        ("'and' or \"two words\"", ("two words",), True),
        ("android", ("android",), True),
    ],
)
def test_expression(source: str, true: tuple[str, ...], expected: bool) -> None:
    assert value(source, *true) is expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "-k: the expression is empty"),
        ("a and", "-k: expected a name, `not` or `(`, but it ends\n    a and\n         ^"),
        ("a b", "-k: expected `and`, `or` or the end, but there is `b`\n    a b\n      ^"),
        ("(a or b", "-k: expected `)`, but it ends\n    (a or b\n           ^"),
        ("or a", "-k: expected a name, `not` or `(`, but there is `or`\n    or a\n    ^"),
        ("a )", "-k: expected `and`, `or` or the end, but there is `)`\n    a )\n      ^"),
        ("a and 'b", "-k: a quote that is not closed\n    a and 'b\n          ^"),
        ("(" * 200 + "a", "-k: nested more than 50 deep"),
        ("not " * 200 + "a", "-k: nested more than 50 deep"),
    ],
)
def test_what_cannot_be_read(source: str, message: str) -> None:
    with pytest.raises(SelectionError) as caught:
        parse_keywords(source)
    assert caught.value.message == message


def test_marks_must_be_known() -> None:
    with pytest.raises(SelectionError) as caught:
        parse_marks("error and nul", ["null", "error"])
    assert (
        str(caught.value)
        == "-m: unknown mark `nul`\n    error and nul\n              ^\nDid you mean `null`?"
    )
    assert parse_marks("NULL", ["null"])(lambda name: name == "NULL")
