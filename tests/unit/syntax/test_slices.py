"""Slices against the whole: what is read of a file in part is what reading all of it gives."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from stateaware.facts.load import ITEM_NEEDLES, SLICED
from stateaware.syntax.slices import parse_slices
from stateaware.syntax.tree import Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import YamlDocument, parse_yaml

ROUNDS = int(os.environ.get("STATEAWARE_SLICE_ROUNDS", "4000"))

PLAIN = """\
version: 2

models:
  - name: orders
    description: "One row for each order."
    config:
      materialized: table
    columns:
      - name: id
        description: Primary key.
        data_tests: [unique, not_null]
  - name: customers
    config:
      freshness:
        build_after: {count: 4, period: hour}
    columns:
      - name: id
      - name: status
        data_tests:
          - accepted_values: {arguments: {values: ['a', "b"]}}
  # a comment between
  - name: 'payments' # with a comment
    meta: {owner: "o'hara", note: 'it''s'}

seeds:
  - name: countries
"""
BARE = """\
models:
  - name: stg_orders
    description: "One row for each order, and no more."
    config:
      materialized: view
      meta:
        owner: sales
      tags:
        - daily
    columns:
      - name: id
        description: Primary key (never null).
        data_tests: [unique, not_null]
      - name: status
        description: What it is - as far as known.
        data_tests:
          - not_null
      - name: x
    tags: [daily, hourly]
    docs:
      show: true
    tests:
      - unique
      - other

  - name: "stg_payments"
    columns:
      - name: id
        quote: true
  - name: late
    config:
      freshness: null
"""
WILD = """\
# the text of every kind that can hide the end of an item
models:
- name: a
  description: >
    folded: text
    - name: not_an_item
- name: b
  description: "a text
    that goes on, with - name: inside
    and ends here"
  meta:
    text: don't
- name: c
  description: "{{ doc('c') }}"
- name: d
  latest_version: 2
  versions:
    - v: 1
      config: {freshness: {build_after: {count: 1, period: day}}}
    - v: 2
  columns:
    - name: x
      description: needs a period
- name: e
  config:
  docs: {show: false}
- name: f
  config: {materialized: view}
  columns:
    - name: y
  tests: [unique]
sources:
  - name: raw
    tables:
      - name: t
exposures:
    -   name: board
        type: dashboard
        depends_on: [ref('a'), ref('b')]
"""
HOSTILE = (
    "  - name: a\n", "- name: b\n", "    name: c\n", "    - name: x\n", '    "name": y\n', "    'config': 1\n",
    "    config:\n", "    config: text\n", "    config: []\n", "    columns:\n", "    columns: null\n",
    "    ? complex\n", "    ? [a, b]\n    : 1\n", "    [a]: b\n", "    x: {{ y }}\n", '    x: "{{ y }}"\n',
    '    "fresh\\x6eess": 1\n', "    freshness: null\n", "        freshness: {}\n", "    a: !tag b\n", "    a: !!int '1'\n",
    "    a: 'open\n", '    a: "open\n', "    closed' b\n", '    closed" b\n', "    a: |\n", "    a: >-\n", "      deep\n",
    "    a: [1,\n", "    2]\n", "    a: {b: c,\n", "    d: e}\n", "# don't \"\n", "\n", " \n", "  \n", "...\n", "---\n", "%YAML 1.2\n",
    "models:\n", "models: []\n", "seeds:\n", "macros: x\n", "version: 2\n", "key with space: 1\n", "\"quoted\": 1\n", "- item\n", "-\n",
    "  -\n", "  - \n", "  -   name: far\n", "  - {name: flow, x: 1}\n", "  - name: 1\n", "  - name: null\n", "  - name: a#b\n",
    "  - name: a #b\n", "  - name: a b\n", "  - name: a\n      b\n", "  - name: a: b\n", "  - name : a\n", "  - text\n", "    é: ü\n",
    "    a: b\\c\n", "    <<: {x: 1}\n", "    a: &x 1\n", "    b: *x\n", "\ta: 1\n", "    a:\tb\n", "    state: x\n", "    s: 😀 period\n",
)  # fmt: skip
CHARACTERS = " \n-:'\"{}[],#&*!|>?%@`\\\r\tax0é\x07\x0c\x1f~"


def mutated(dice: random.Random, text: str) -> str:
    """A text with some of its lines or characters changed."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
        lines = text.splitlines(keepends=True) or [""]
        at = dice.randrange(len(lines))
        match dice.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, dice.choice(HOSTILE))
            case 2:
                lines[at] = " " * dice.randrange(1, 5) + lines[at]
            case 3:
                lines[at] = lines[at][dice.randrange(1, 4) :]
            case 4:
                lines.insert(at, dice.choice(lines))
            case 5:
                lines.insert(at, dice.choice(HOSTILE))
                lines.insert(min(at + dice.randrange(1, 6), len(lines)), dice.choice(HOSTILE))
            case 6:
                lines[at:at] = lines[dice.randrange(len(lines)) :][: dice.randrange(1, 8)]
            case _:
                joined = "".join(lines)
                place = dice.randrange(len(joined) + 1)
                lines = [joined[:place], dice.choice(CHARACTERS), joined[place + dice.randrange(2) :]]
        text = "".join(lines)
    return text.replace("\n", "\r\n") if dice.random() < 0.05 else text


def keys(node: Node) -> Iterator[str]:
    if isinstance(node, Mapping):
        for entry in node:
            yield entry.key.text
            yield from keys(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from keys(item)


def holds_needle(node: Node) -> bool:
    return any(needle in key for key in keys(node) for needle in ITEM_NEEDLES)


def shapes(node: Node) -> Iterator[object]:
    """What the rule on shapes looks at beside names: configs, and whether they are maps."""
    if isinstance(node, Mapping) and (config := node.value("config")) is not None:
        yield isinstance(config, Mapping)


def difference(part: Node, whole: Node) -> str:
    """Why an item of a sliced list does not stand for the same item of the whole; empty if it does."""
    if part == whole:
        return ""
    if not isinstance(part, Mapping) or not isinstance(whole, Mapping):
        return "another kind"
    left_out = [entry for entry in whole if part.get(entry.key.text) is None]
    if [entry for entry in whole if entry not in left_out] != list(part.entries):
        return "other entries"
    if any(holds_needle(Mapping((entry,), entry.span)) for entry in left_out):
        return "a needle is left out"
    if any(isinstance(found, bool) and not found for found in shapes(Mapping(tuple(left_out), whole.span))):
        return "a config that is no map is left out"
    if list(part.entries) == [whole.get("name")] or [entry.key.text for entry in left_out] == ["columns"]:
        return ""
    return "something else than columns is left out"


def compare(text: str, part: YamlDocument, whole: YamlDocument) -> None:
    assert whole.problem is None, (whole.problem, text)
    assert isinstance(part.root, Mapping), text
    assert isinstance(whole.root, Mapping), text
    assert part.unknown_tags == whole.unknown_tags, text
    assert set(part.duplicates) <= set(whole.duplicates), text
    assert [entry.key for entry in part.root] == [entry.key for entry in whole.root], text
    for own, other in zip(part.root, whole.root, strict=True):
        if own.value == other.value:
            continue
        assert own.key.text in SLICED, text
        assert isinstance(own.value, Sequence), text
        assert isinstance(other.value, Sequence), text
        assert own.value.span[:2] == other.value.span[:2], text
        for one, two in zip(own.value.items, other.value.items, strict=True):
            assert difference(one, two) == "", (one, text)


@pytest.mark.parametrize("seed", range(8))
def test_slices_agree_with_the_whole(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same texts every time
    sliced = 0
    for _ in range(ROUNDS // 8):
        text = mutated(
            dice, dice.choice((PLAIN, BARE, BARE, WILD, PLAIN + WILD.replace("models:", "snapshots:")))
        )
        part = parse_slices(text, ITEM_NEEDLES, SLICED)
        if part is not None:
            sliced += 1
            compare(text, part, parse_yaml(text))
    assert sliced > ROUNDS // 8 // 10


def test_items_without_a_needle_are_their_names() -> None:
    part = parse_slices(PLAIN, ITEM_NEEDLES, SLICED)
    assert part is not None
    assert isinstance(part.root, Mapping)
    models = part.root.value("models")
    assert isinstance(models, Sequence)
    found = [[entry.key.text for entry in item] for item in models.items if isinstance(item, Mapping)]
    assert found == [["name"], ["name", "config"], ["name"]]
    names = [item.value("name") for item in models.items if isinstance(item, Mapping)]
    assert [name.text for name in names if isinstance(name, Scalar)] == ["orders", "customers", "payments"]


@pytest.mark.parametrize(
    "line",
    [
        '    x: "open',
        "    x: {{ doc('orders') }}",
        "    x: [1, 2",
        "    x: a: b",
        "   x: 1",
        "    x: @at",
        "    x: !tag y",
        "    - y",
    ],
)
def test_what_makes_a_file_unreadable_is_seen_where_no_needle_is(line: str) -> None:
    text = PLAIN.replace('    description: "One row for each order."', line)
    part = parse_slices(text, ITEM_NEEDLES, SLICED)
    whole = parse_yaml(text)
    if whole.problem is None:
        assert part is None or part.unknown_tags == whole.unknown_tags
    else:
        assert part is None
