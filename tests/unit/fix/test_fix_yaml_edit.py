"""Edits of YAML: what the text looks like afterwards, and that it means what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
import yaml

from stateaware.findings import Edit
from stateaware.fix.edits import apply_edits
from stateaware.fix.yaml_edit import (
    append_entry,
    delete_entry,
    insert_after,
    move_under,
    rename_key,
    replace_value,
)
from stateaware.syntax.tree import Entry, Mapping, Sequence
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import SourceText

Operation: TypeAlias = Callable[[SourceText, Mapping, Entry], tuple[Edit, ...]]


def at(text: str, *path: str | int) -> tuple[SourceText, Mapping, Entry]:
    """The entry that a path of keys and list positions leads to, with the mapping that holds it."""
    node: Any = parse_yaml(text).root
    mapping = entry = None
    for part in path:
        if isinstance(part, int):
            assert isinstance(node, Sequence)
            node = node.items[part]
        else:
            assert isinstance(node, Mapping)
            mapping, entry = node, node.get(part)
            assert entry is not None
            node = entry.value
    assert mapping is not None
    assert entry is not None
    return SourceText("s.yml", text), mapping, entry


def done(text: str, path: tuple[str | int, ...], operation: Operation) -> str | None:
    """The text after an operation at a path; None where the operation declines."""
    edits = operation(*at(text, *path))
    return apply_edits(text, edits) if edits else None


def rename(new: str) -> Operation:
    return lambda source, mapping, entry: rename_key(source, entry, new)


def replace(new: str, *, quotes: bool = True) -> Operation:
    return lambda source, mapping, entry: replace_value(source, entry, new, quotes=quotes)


def after(key: str, value: str) -> Operation:
    return lambda source, mapping, entry: insert_after(source, mapping, entry, key, value)


def delete(source: SourceText, mapping: Mapping, entry: Entry) -> tuple[Edit, ...]:
    return delete_entry(source, mapping, entry)


def move(source: SourceText, mapping: Mapping, entry: Entry) -> tuple[Edit, ...]:
    return move_under(source, mapping, entry, "config")


def appended(key: str, value: str) -> Operation:
    def operation(source: SourceText, mapping: Mapping, entry: Entry) -> tuple[Edit, ...]:
        assert isinstance(entry.value, Mapping)
        return append_entry(source, entry.value, key, value)

    return operation


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("freshnes:  # c\n  a: 1\n", "freshness:  # c\n  a: 1\n"),
        ("'freshnes': {a: 1}\n", "'freshness': {a: 1}\n"),
        ('"freshnes" : {a: 1}', '"freshness" : {a: 1}'),
        ("{freshnes: {a: 1}, b: 2}\n", "{freshness: {a: 1}, b: 2}\n"),
        ("? freshnes\n: 1\n", "? freshness\n: 1\n"),
    ],
)
def test_rename_key(before: str, expected: str) -> None:
    assert done(before, ("freshnes",), rename("freshness")) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("a: hours  # why\nb: 1\n", "a: hour  # why\nb: 1\n"),
        ("a: 'hours'\n", "a: 'hour'\n"),
        ('a:   "hours"', 'a:   "hour"'),
        ("{a: hours, b: 1}\n", "{a: hour, b: 1}\n"),
        ("a: &x hours\nb: *x\n", "a: &x hour\nb: *x\n"),
        ("a: !!str hours\n", "a: hour\n"),
        ("a: !!str &x hours\nb: *x\n", "a: &x hour\nb: *x\n"),
        ("x: &x 1\na: *x\nb: 2\n", "x: &x 1\na: hour\nb: 2\n"),
        ("a:\nb: 1\n", "a: hour\nb: 1\n"),
        ("a:   # c\nb: 1\n", "a: hour   # c\nb: 1\n"),
        ("a:", "a: hour"),
        ("a:  # c\n  x: 1  # d\n  y: 2\nb: 1\n", "a: hour  # c\nb: 1\n"),
        ("a:\r\n  x: 1\r\nb: 1\r\n", "a: hour\r\nb: 1\r\n"),
        ("a: |\n  x\n  y\n\nb: 1\n", "a: hour\n\nb: 1\n"),
        ("a:\n- 1\n- 2\nb: 1\n", "a: hour\nb: 1\n"),
        ("a: &x\n  k: 1\nb: *x\n", "a: &x hour\nb: *x\n"),
        ("a: one\n  two\nb: 1\n", "a: hour\nb: 1\n"),
        ("a: {x: 1,\n    y: 2}  # c\n", "a: hour  # c\n"),
        ("# é \U0001f600\na: '\U0001f600' # c\n", "# é \U0001f600\na: 'hour' # c\n"),
    ],
)
def test_replace_value(before: str, expected: str) -> None:
    assert done(before, ("a",), replace("hour")) == expected


def test_replace_value_without_its_quotes() -> None:
    assert done("a: '4'  # c\n", ("a",), replace("4", quotes=False)) == "a: 4  # c\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("a: 1  # c\nz: 2\n", "a: 1  # c\nb: 2\nz: 2\n"),
        ("a: 1", "a: 1\nb: 2"),
        ("a: 1\r\nz: 2\r\n", "a: 1\r\nb: 2\r\nz: 2\r\n"),
        ("{a: 1}\n", "{a: 1, b: 2}\n"),
        ("{ a: 1 , z: 3 }\n", "{ a: 1, b: 2 , z: 3 }\n"),
        ("{\n  a: 1,\n}\n", "{\n  a: 1, b: 2,\n}\n"),
        ("a:\n  x: 1\n  y: 2  # c\nz: 3\n", "a:\n  x: 1\n  y: 2  # c\nb: 2\nz: 3\n"),
        ("a:\n  - x: 1\n    y: 2\n", "a:\n  - x: 1\n    y: 2\nb: 2\n"),
        ("a:\n", "a:\nb: 2\n"),
        ("a: |\n  x\n\nz: 1\n", "a: |\n  x\nb: 2\n\nz: 1\n"),
        ("x: &x {p: 1}\na: *x  # c\nz: 1\n", "x: &x {p: 1}\na: *x  # c\nb: 2\nz: 1\n"),
        ("a: 'x\n  y'\nz: 1\n", "a: 'x\n  y'\nb: 2\nz: 1\n"),
    ],
)
def test_insert_after(before: str, expected: str) -> None:
    assert done(before, ("a",), after("b", "2")) == expected


def test_insert_after_in_a_list_item_keeps_the_indentation_of_its_keys() -> None:
    text = "models:\n  -  name: m  # the model\n     config: {}\n"
    expected = "models:\n  -  name: m  # the model\n     b: 2\n     config: {}\n"
    assert done(text, ("models", 0, "name"), after("b", "2")) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("a: {}\n", "a: {b: 2}\n"),
        ("a: { }  # c\n", "a: {b: 2}  # c\n"),
        ("a: {x: 1}\n", "a: {x: 1, b: 2}\n"),
        ("a:\n  x: 1\n# c\nz: 1\n", "a:\n  x: 1\n  b: 2\n# c\nz: 1\n"),
        ("a:\n  <<: {y: 1}\n  x: 1\n", "a:\n  <<: {y: 1}\n  x: 1\n  b: 2\n"),
    ],
)
def test_append_entry(before: str, expected: str) -> None:
    assert done(before, ("a",), appended("b", "2")) == expected


@pytest.mark.parametrize(
    ("before", "path", "expected"),
    [
        ("x: 1\na: 2  # c\nz: 3\n", ("a",), "x: 1\nz: 3\n"),
        ("a: 2\nz: 3\n", ("a",), "z: 3\n"),
        ("x: 1\na:\n  b: 1\n  c: 2\n", ("a",), "x: 1\n"),
        ("x: 1\na: 2", ("a",), "x: 1\n"),
        ("x: 1\r\na: 2\r\n", ("a",), "x: 1\r\n"),
        ("x: 1\n\n# about a\na: 2\n\n# about z\nz: 3\n", ("a",), "x: 1\n\n# about a\n\n# about z\nz: 3\n"),
        ("{a: 1, b: 2}\n", ("a",), "{b: 2}\n"),
        ("{b: 2, a: 1}\n", ("a",), "{b: 2}\n"),
        ("{b: 2, a: 1 }\n", ("a",), "{b: 2 }\n"),
        ("{a: 1}\n", ("a",), "{}\n"),
        ("p:\n  a: 1  # c\nz: 1\n", ("p", "a"), "p: {}  # c\nz: 1\n"),
        ("p: {a: 1}\n", ("p", "a"), "p: {}\n"),
        ("- a: 1\n  b: 2\n", (0, "a"), "- b: 2\n"),
        ("- a:\n    x: 1\n  b: 2\n", (0, "a"), "- b: 2\n"),
        ("- a: 1\n  # about b\n  b: 2\n", (0, "a"), "- \n  # about b\n  b: 2\n"),
        ("- a: 1\n", (0, "a"), "- {}\n"),
        ("- b: 1\n  a: 1\n- c: 1\n", (0, "a"), "- b: 1\n- c: 1\n"),
    ],
)
def test_delete_entry(before: str, path: tuple[str | int, ...], expected: str) -> None:
    assert done(before, path, delete) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(
            "name: m\nfreshness:  # c\n  build_after: {count: 1}\n\n  # deep\n  x: 1\nz: 1\n",
            "name: m\nconfig:\n  freshness:  # c\n    build_after: {count: 1}\n\n    # deep\n    x: 1\nz: 1\n",
            id="no config",
        ),
        pytest.param(
            "name: m\nfreshness:\n    a: 1\n",
            "name: m\nconfig:\n    freshness:\n        a: 1\n",
            id="the file's own indentation",
        ),
        pytest.param(
            "name: m\nconfig:\n  tags: [a]  # t\n\nfreshness:\n  a: 1",
            "name: m\nconfig:\n  tags: [a]  # t\n  freshness:\n    a: 1\n",
            id="config above, no line break at the end",
        ),
        pytest.param(
            "name: m\nconfig:\n  tags: [a]\nfreshness: null\n",
            "name: m\nconfig:\n  tags: [a]\n  freshness: null\n",
            id="directly below config",
        ),
        pytest.param(
            "freshness: null  # f\nconfig:\n  tags: [a]\nz: 1\n",
            "config:\n  tags: [a]\n  freshness: null  # f\nz: 1\n",
            id="config below",
        ),
        pytest.param(
            "name: m\nconfig: {tags: [a]}\nfreshness:\n  build_after:\n    count: 1\n    period: day\n",
            "name: m\nconfig: {tags: [a], freshness: {build_after: {count: 1, period: day}}}\n",
            id="config in flow style",
        ),
        pytest.param(
            "name: m\nconfig: {}\nfreshness: null\n",
            "name: m\nconfig: {freshness: null}\n",
            id="config empty",
        ),
        pytest.param(
            "name: m\nconfig:  # c\nfreshness:\n  a: 1\nz: 1\n",
            "name: m\nconfig:  # c\n  freshness:\n    a: 1\nz: 1\n",
            id="config without a value",
        ),
        pytest.param(
            "{name: m, freshness: {a: 1}}\n",
            "{name: m, config: {freshness: {a: 1}}}\n",
            id="all in flow style",
        ),
        pytest.param(
            "{name: m, config: {t: 1}, freshness: {a: 1}}\n",
            "{name: m, config: {t: 1, freshness: {a: 1}}}\n",
            id="all in flow style, with config",
        ),
        pytest.param(
            "name: m\r\nfreshness:\r\n  a: 1\r\n",
            "name: m\r\nconfig:\r\n  freshness:\r\n    a: 1\r\n",
            id="CRLF",
        ),
        pytest.param(
            "name: m\nconfig:\n    t: |\n      x\n\nfreshness:\n  a: 1\nz: 1\n",
            "name: m\nconfig:\n    t: |\n      x\n    freshness:\n      a: 1\n\nz: 1\n",
            id="a block scalar ends config",
        ),
    ],
)
def test_move_under_config(before: str, expected: str) -> None:
    moved = done(before, ("freshness",), move)
    assert moved is not None
    assert moved == expected
    old, new = yaml.safe_load(before), yaml.safe_load(moved)
    value = old.pop("freshness")
    config = old.get("config") or {}
    assert new == {**old, "config": {**config, "freshness": value}}


@pytest.mark.parametrize(
    ("text", "path", "operation"),
    [
        ("d: &d\n  a: 1\nm:\n  <<: *d\n  b: 2\n", ("m", "a"), replace("3")),
        ("d: &d\n  a: 1\nm:\n  <<: *d\n  b: 2\n", ("m", "a"), rename("x")),
        ("d: &d\n  a: 1\nm:\n  <<: *d\n  b: 2\n", ("m", "a"), delete),
        ("d: &d\n  a: 1\nm:\n  <<: *d\n  b: 2\n", ("m", "a"), after("x", "1")),
        ("l: [a: 1]\n", ("l", 0, "a"), after("b", "2")),
        ("l: [a: 1]\n", ("l", 0, "a"), delete),
        ("? a\n: 1\n", ("a",), after("b", "2")),
        ("config: {freshness: 1}\nfreshness: 2\n", ("freshness",), move),
        ("config: [1]\nfreshness: 2\n", ("freshness",), move),
        ("config: {}\nfreshness:\n  a: 1  # kept\n", ("freshness",), move),
    ],
)
def test_declines_what_it_cannot_do_cleanly(
    text: str, path: tuple[str | int, ...], operation: Operation
) -> None:
    assert done(text, path, operation) is None
