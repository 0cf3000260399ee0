"""What the words that decide about parsing leave unseen: no key with one slip, wherever it stands."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from stateaware.check.run import RunOptions, run_project
from stateaware.check.settings import Settings
from stateaware.facts.files import ResourceFile
from stateaware.facts.load import load_code
from stateaware.inputs import LoadOptions
from stateaware.rules.keys import ALL_STATE_KEYS, KeyPlace, key_mistake
from stateaware.syntax.tree import Node
from stateaware.syntax.yaml import parse_yaml
from stateaware.workspace import load_project

BUILD = "{build_after: {count: 1, period: day}}"
KEYS = {
    "freshness": ("null", "{}", BUILD),
    "state": tuple(f"{{{key}: 1}}" for key in ALL_STATE_KEYS),
    **dict.fromkeys(("build_after", "updates_on", *ALL_STATE_KEYS), ("1",)),
}
PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"


def slips(word: str) -> Iterator[str]:
    """The word, and all words that are one slip away: a letter less, more or other, two swapped, a case."""
    yield from (word, word.upper(), word.capitalize(), word.replace("_", "-"), word.replace("_", ""))
    for at in range(len(word) + 1):
        yield from (word[:at] + letter + word[at:] for letter in string.ascii_lowercase)
        yield from (word[:at] + letter + word[at + 1 :] for letter in string.ascii_lowercase)
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def value(text: str) -> Node:
    root = parse_yaml(text).root
    assert root is not None
    return root


def mistakes(place: KeyPlace) -> list[tuple[str, str]]:
    """Keys near one of ours that a rule reports at a place, with a value."""
    return [
        (key, text)
        for word, texts in KEYS.items()
        for text in texts
        for key in dict.fromkeys(slips(word))
        if key.isascii() and key.replace("-", "").isidentifier() and key_mistake(place, key, value(text))
    ]


def codes(root: Path, *, everything: bool) -> list[tuple[str, str, int]]:
    project = load_project(root, LoadOptions(env={}, everything=everything))
    found = run_project(project, RunOptions(Settings())).findings
    return [(f.code, f.message, f.place.span.line if f.place.span else 0) for f in found]


@pytest.mark.parametrize("place", ["model", "model config"])
def test_every_slip_in_an_item_is_seen(tmp_path: Path, place: KeyPlace) -> None:
    indent, head = ("      ", "    config:\n") if place == "model config" else ("    ", "")
    found = mistakes(place)
    assert len(found) > 500
    items = [f"  - name: m{n}\n{head}{indent}{key}: {text}\n" for n, (key, text) in enumerate(found)]
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    for number, item in enumerate(items):
        (tmp_path / f"models/m{number}.sql").write_text("select 1")
        # a file for each: a needle in one item must not help another
        (tmp_path / f"models/m{number}.yml").write_text(f"models:\n{item}")
    part, whole = codes(tmp_path, everything=False), codes(tmp_path, everything=True)
    assert part == whole
    assert {code for code, _, _ in whole} >= {"SA113"}


def test_every_slip_in_an_item_beside_others_is_seen(tmp_path: Path) -> None:
    found = mistakes("model config")
    text = "models:\n  - name: one\n    config:\n      freshness: null\n"
    text += "".join(
        f"  - name: m{n}\n    config:\n      {key}: {value}\n" for n, (key, value) in enumerate(found)
    )
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "models/m.yml").write_text(text)
    part = [found for found in codes(tmp_path, everything=False) if found[0] == "SA113"]
    whole = [found for found in codes(tmp_path, everything=True) if found[0] == "SA113"]
    assert part == whole
    assert len(whole) >= len(found)


def test_every_slip_in_a_config_call_is_seen() -> None:
    file = ResourceFile("models/a.sql", "models/a.sql", "/models/a.sql", ())
    for key, text in mistakes("model config"):
        if key.isidentifier():
            written = (
                text.replace("null", "none").replace("{", "{'").replace(": ", "': ").replace("{'}", "{}")
            )
            sql = f"{{{{ config(materialized='table', {key}={written}) }}}}"
            assert load_code(file, lambda path, sql=sql: sql.encode(), everything=False).speaks, sql


@pytest.mark.parametrize(
    "text",
    [
        "modles:\n  - name: a\n",
        "version: 2\n\nmodel:\n  - name: a\n",
        "models:\n  - name: a\nsource:\n  - name: raw\n    tables: [{name: t}]\n",
        '"sorces":\n  - name: raw\n    tables: [{name: t}]\n',
        "+models:\n  - name: a\n",
    ],
)
def test_misspelt_lists_are_seen(tmp_path: Path, text: str) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "models/a.yml").write_text(text)
    part = codes(tmp_path, everything=False)
    assert part == codes(tmp_path, everything=True)
    assert part


def test_what_the_page_says_is_not_seen(tmp_path: Path) -> None:
    """Two slips in a key without a value, and the syntax of a file without a needle."""
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "models/a.yml").write_text("models:\n  - name: a\n    config:\n      frehsnes: null\n")
    (tmp_path / "models/b.yml").write_text('models:\n  - name: b\n    description: "open\n')
    assert codes(tmp_path, everything=False) == []
    assert {code for code, _, _ in codes(tmp_path, everything=True)} == {"SA113", "SA601"}
    needle = "  - name: c\n    config: {freshness: {build_after: {count: 1, period: day}}}\n"
    (tmp_path / "models/b.yml").write_text(f'models:\n  - name: b\n    description: "open\n{needle}')
    assert "SA601" in {code for code, _, _ in codes(tmp_path, everything=False)}
