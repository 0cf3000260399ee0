"""The YAML reader: exact ranges, dbt's reading of odd files, limits."""

from __future__ import annotations

import time

import pytest

from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Scalar, Sequence
from stateaware.syntax.yaml import MAX_DEPTH, YamlDocument, is_yaml, parse_yaml
from stateaware.text import LineIndex, Span


def root(text: str) -> Mapping:
    document = parse_yaml(text)
    assert document.problem is None
    assert isinstance(document.root, Mapping)
    return document.root


def test_every_key_and_value_has_its_range() -> None:
    tree = root('models:\n  - name: "a"  # first\n    config: {count: 4}\n')
    models = tree.get("models")
    assert models is not None
    assert models.key.span == Span(1, 1, 1, 7)
    assert isinstance(models.value, Sequence)
    item = models.value.items[0]
    assert isinstance(item, Mapping)
    assert item.span == Span(2, 5, 3, 23)
    name = item.value("name")
    assert name == Scalar("a", Span(2, 11, 2, 14), "quoted")
    config = item.value("config")
    assert isinstance(config, Mapping)
    assert (config.span, config.flow) == (Span(3, 13, 3, 23), True)


def test_columns_count_code_points() -> None:
    entry = root("é: 😀x\n").entries[0]
    assert (entry.key.span, entry.value.span) == (Span(1, 1, 1, 2), Span(1, 4, 1, 6))


def test_the_last_of_a_repeated_key_wins_and_both_are_told() -> None:
    document = parse_yaml("models:\n  - {name: a, name: b}\n")
    assert [(d.first.span.column, d.second.span.column, d.path) for d in document.duplicates] == [
        (6, 15, ("models", "[0]", "name"))
    ]


def test_merge_keys_fill_in_what_is_not_written() -> None:
    tree = root("base: &b {count: 1, period: day}\nuse:\n  <<: *b\n  count: 2\n")
    use = tree.value("use")
    assert isinstance(use, Mapping)
    assert [(e.key.text, e.value.text, e.merged) for e in use if isinstance(e.value, Scalar)] == [
        ("count", "2", False),
        ("period", "day", True),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "line", "column"),
    [
        ("models:\n\t- name: a\n", "syntax", 2, 1),
        ("models:\n  - {a: 1\n", "syntax", 3, 1),
        ("a: 1\n---\nb: 2\n", "documents", 2, 1),
        ("a: *nope\n", "alias", 1, 4),
        ("a: \x01\n", "syntax", 1, 4),
        ("? [a]\n: 1\n", "key", 1, 3),
        ("a:\n  <<: 4\n", "key", 2, 7),
    ],
)
def test_what_is_no_document_is_told_with_its_place(text: str, kind: str, line: int, column: int) -> None:
    problem = parse_yaml(text).problem
    assert problem is not None
    assert (problem.kind, problem.span.line, problem.span.column) == (kind, line, column)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\n\n"])
def test_nothing_is_no_problem(text: str) -> None:
    document = parse_yaml(text)
    assert document.problem is None
    assert document.root is None or isinstance(document.root, Scalar)


def test_nesting_is_limited() -> None:
    problem = parse_yaml("[" * 100_000).problem
    assert problem is not None
    assert problem.message == f"nested deeper than {MAX_DEPTH} levels"


def test_aliases_count_as_often_as_they_are_used() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]"
        for old, new in zip("abcdefg", "bcdefgh", strict=True)
    ]
    problem = parse_yaml("\n".join(lines)).problem
    assert problem is not None
    assert problem.kind == "limit"


def test_a_part_of_a_file_keeps_the_files_lines() -> None:
    document: YamlDocument = parse_yaml("  - name: a\n", first_line=7)
    assert isinstance(document.root, Sequence)
    assert document.root.items[0].span == Span(7, 5, 7, 12)


@pytest.mark.parametrize(
    ("text", "in_12", "in_11"),
    [
        ("4", 4, 4),
        ("+5", 5, 5),
        ("1_000", 1000, 1000),
        ("0x10", 16, 16),
        ("0o10", 8, "0o10"),
        ("010", "010", 8),
        ("1:30", "1:30", 90),
        ("1e1", 10.0, "1e1"),
        ("4.0", 4.0, 4.0),
        ("yes", "yes", True),
        ("on", "on", True),
        ("true", True, True),
        ("~", None, None),
        ("", None, None),
        ("null", None, None),
        ("2020-01-01", "2020-01-01", "2020-01-01"),
        ("four", "four", "four"),
    ],
)
def test_plain_scalars_by_yaml_version(text: str, in_12: object, in_11: object) -> None:
    scalar = Scalar(text, Span.at(1, 1))
    for version, expected in (("1.2", in_12), ("1.1", in_11)):
        value = scalar_value(scalar, version)  # type: ignore[arg-type]
        assert (type(value), value) == (type(expected), expected)


def test_quotes_and_tags_decide_the_type() -> None:
    assert scalar_value(Scalar("4", Span.at(1, 1), "quoted"), "1.2") == "4"
    assert scalar_value(Scalar("4", Span.at(1, 1), "quoted", "int"), "1.2") == 4
    assert scalar_value(Scalar("9" * 5000, Span.at(1, 1)), "1.2") == "9" * 5000


@pytest.mark.parametrize(
    "text", ["a: ''\nb", "a: [", "a: 'x", "a\u2028: [\n\u2028b", "- a\nb", "%", "a: |\n\tx\n b: ]"]
)
def test_a_problem_points_into_the_text(text: str) -> None:
    problem = parse_yaml(text).problem
    assert problem is not None
    index = LineIndex(text)
    assert index.clamp(problem.span)[:2] == problem.span[:2]


def test_an_entry_whose_value_is_an_alias_is_its_key() -> None:
    root = parse_yaml("a: &x {b: 1}\nc: *x\nd: {<<: *x}\n").root
    assert isinstance(root, Mapping)
    assert [entry.span for entry in root] == [Span(1, 1, 1, 13), Span(2, 1, 2, 2), Span(3, 1, 3, 12)]
    merged = root.value("d")
    assert isinstance(merged, Mapping)
    assert [entry.span for entry in merged] == [Span(1, 8, 1, 12)]


def test_aliases_cannot_nest_deeper_than_anything_else() -> None:
    lines = ["a0: &a0 " + "[" * 90 + "]" * 90]
    lines += [f"a{n}: &a{n} " + "[" * 90 + f"*a{n - 1}" + "]" * 90 for n in range(1, 20)]
    problem = parse_yaml("\n".join(lines)).problem
    assert problem is not None
    assert (problem.kind, problem.span.line) == ("limit", 2)
    assert parse_yaml("a: &a " + "[" * 49 + "]" * 49 + "\nb: " + "[" * 49 + "*a" + "]" * 49).problem is None


def test_large_files_are_read_and_large_aliases_are_not() -> None:
    row = "- {name: a, config: {x: [1, 2, 3]}}\n"
    assert parse_yaml(row * 30_000).problem is None
    assert parse_yaml("a: &a [" + "1, " * 1000 + "]\nb: [" + "*a, " * 290 + "]").problem is None
    problem = parse_yaml("a: &a [" + "1, " * 1000 + "]\nb: [" + "*a, " * 300 + "]").problem
    assert problem is not None
    assert problem.message == "the aliases stand for more than 300,000 values"


def test_a_problem_at_the_end_of_a_text_lies_in_it() -> None:
    problem = parse_yaml("a: 1\n? ? ? 1").problem
    assert problem is not None
    assert problem.span[2:] == (2, 8)
    assert parse_yaml("? ? ? 1", first_line=7).problem.span[2:] == (7, 8)  # type: ignore[union-attr]


def test_a_part_of_a_file_keeps_its_lines_where_it_holds_a_line_separator() -> None:
    root = parse_yaml("a: 'x\u2028 y'\nb: 1\n", first_line=5).root
    assert isinstance(root, Mapping)
    assert [entry.key.span.line for entry in root] == [5, 6]


def test_much_that_is_nested_is_refused_in_a_moment() -> None:
    started = time.process_time()
    assert not is_yaml("a: " + "{" * 200_000)
    assert not is_yaml("a: " + "[ " * 200_000)
    assert is_yaml("# " + "{" * 200_000 + "\na: 1\n")
    assert time.process_time() - started < 1.0
