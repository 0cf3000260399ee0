"""What is read of a properties file that is not YAML."""

from __future__ import annotations

import os
import random
from time import perf_counter

import pytest

from stateaware.syntax.recovery import recover_yaml
from stateaware.syntax.tree import Mapping, Scalar, Sequence
from stateaware.syntax.yaml import YamlDocument, parse_yaml

ROUNDS = int(os.environ.get("STATEAWARE_RECOVERY_ROUNDS", "3000"))

FILE = """\
version: 2

models:
  - name: orders
    description: "One row for each order: all of them."
    config:
      freshness:
        build_after: {count: 4, period: hour}
    columns:
      - name: id
  # a comment between
  - name: customers
    description: |
      Two lines
      - name: not_an_item
  - name: payments

sources:
  - name: raw
    config: {loaded_at_field: _at}
    tables:
      - name: pay
        config: {freshness: null}
      - name: users
      - name: shops
    tags: [daily]
  - name: web
    tables: [{name: visits}]

seeds:
- name: countries
- name: currencies
"""


def recovered(text: str) -> YamlDocument:
    return recover_yaml(text, parse_yaml(text))


def names(text: str) -> dict[str, list[str]]:
    """The names of the items by their list; of a source with its tables."""
    document = recovered(text)
    assert document.problem is not None
    out: dict[str, list[str]] = {}
    for entry in document.root if isinstance(document.root, Mapping) else ():
        if isinstance(entry.value, Sequence):
            items = (item for item in entry.value.items if isinstance(item, Mapping))
            out[entry.key.text] = [name for item in items for name in _names(item)]
    return out


def _names(item: Mapping) -> list[str]:
    name, tables = item.value("name"), item.value("tables")
    found = [name.text if isinstance(name, Scalar) else "?"]
    for table in tables.items if isinstance(tables, Sequence) else ():
        if isinstance(table, Mapping):
            found += [f"{found[0]}.{inner}" for inner in _names(table)]
    return found


ALL = {
    "models": ["orders", "customers", "payments"],
    "sources": ["raw", "raw.pay", "raw.users", "raw.shops", "web", "web.visits"],
    "seeds": ["countries", "currencies"],
}


def without(*gone: str) -> dict[str, list[str]]:
    return {key: [name for name in listed if name not in gone] for key, listed in ALL.items()}


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("hour}", "hour", ("orders",)),
        ("count: 4", "count: '4", ("orders",)),
        ("      freshness:\n", "      freshn\n", ("orders",)),
        ("period: hour}\n", "period: hour}\n\tx: 1\n", ("orders",)),
        ("name: customers", "name: customers: more", ("customers",)),
        ("  - name: payments", "  - name: [payments", ("payments",)),
        ("      - name: users\n", "      - name: users\n        config: {\n", ("raw.users",)),
        ("[daily]", "[daily", ("raw", "raw.pay", "raw.users", "raw.shops")),
        ("[{name: visits}]", "[{name: visits}", ("web.visits",)),
        ("currencies\n", "currencies\n  x: *\n", ("currencies",)),
        ("\nseeds:", "\nmod\n\nseeds:", ()),
        ("seeds:\n", "seeds:\n@\n", tuple(ALL["seeds"])),
        ("sources:", "{{ sources }}:", tuple(ALL["sources"])),
    ],
)
def test_only_what_is_broken_is_left_out(old: str, new: str, gone: tuple[str, ...]) -> None:
    assert old in FILE
    text = FILE.replace(old, new, 1)
    expected = {key: listed for key, listed in without(*gone).items() if listed}
    assert names(text) == expected
    assert names(text.replace("\n", "\r\n")) == expected


def test_what_is_read_is_where_it_is_in_the_file() -> None:
    whole = parse_yaml(FILE).root
    broken = recovered(FILE.replace("name: payments", "name: [payments")).root
    assert isinstance(whole, Mapping)
    assert isinstance(broken, Mapping)
    assert broken.value("sources") == whole.value("sources")
    assert broken.get("version") == whole.get("version")
    assert broken.get("seeds") == whole.get("seeds")
    some, every = broken.value("models"), whole.value("models")
    assert isinstance(some, Sequence)
    assert isinstance(every, Sequence)
    assert some.items == every.items[:2]


def test_a_source_without_a_broken_table_is_where_it_is_in_the_file() -> None:
    text = FILE.replace("- name: users", "- name: {users")
    source = recovered(text).root
    whole = parse_yaml(text.replace("      - name: {users\n", "\n")).root
    assert isinstance(source, Mapping)
    assert isinstance(whole, Mapping)
    assert source.value("sources") == whole.value("sources")


def test_a_file_that_is_yaml_stays_as_it_is() -> None:
    assert recovered(FILE) == parse_yaml(FILE)


def test_the_problem_stays() -> None:
    text = FILE.replace("hour}", "hour")
    assert recovered(text).problem == parse_yaml(text).problem


def test_repeated_keys_of_readable_items_are_told() -> None:
    text = "models:\n  - name: a\n    meta: {}\n    meta: {}\n  - name: [b\n"
    assert [found.path for found in recovered(text).duplicates] == [("models", "[0]", "meta")]


def test_of_a_list_that_is_written_twice_the_last_counts() -> None:
    assert names("models:\n  - name: a\nmodels:\n  - name: b\n  - name: [c\n") == {"models": ["b"]}


@pytest.mark.parametrize("text", ["", "- a\n- [", "{", "a: [\n" * 50, "models: [{name: a}, {\n", "\ufeff["])
def test_nothing_can_be_read(text: str) -> None:
    assert recovered(text).root is None


def test_a_text_that_is_limited_is_not_tried_again() -> None:
    text = "models:\n  - name: a\n  - " + "[" * 200 + "]" * 200
    assert recovered(text).root is None


def test_it_takes_no_longer_than_reading_twice() -> None:
    text = "models:\n" + "  - name: [\n" * 60_000 + "sources:\n" + "  - name: a\n    tables:\n" * 20_000
    document = parse_yaml(text)
    started = perf_counter()
    recover_yaml(text, document)
    assert perf_counter() - started < 5


def test_whatever_is_typed_nothing_is_invented() -> None:
    """What is recovered of a mutilated file is in the file: names as written, spans inside."""
    choice = random.Random(5)  # noqa: S311 - the same every time
    known = {name.rsplit(".", 1)[-1] for listed in ALL.values() for name in listed}
    kept = 0
    for _ in range(ROUNDS):
        at = choice.randrange(len(FILE))
        end = min(len(FILE), at + choice.randrange(4))
        text = (
            FILE[:at]
            + choice.choice(["", "[", "{", '"', "'", ": ", "\n", "- ", "&a ", "*", "|", "\t"])
            + FILE[end:]
        )
        document = parse_yaml(text)
        if document.problem is None:
            continue
        found = names(text)
        count = text.count("\n") + 1
        root = recovered(text).root
        assert root is None or root.span.end_line <= count
        flat = [name for listed in found.values() for name in listed]
        kept += len(set(flat) & {name for listed in ALL.values() for name in listed}) >= 7
        strange = {name.rsplit(".", 1)[-1] for name in flat} - known
        assert len(strange) <= 1, text
    assert kept > ROUNDS // 20
