"""A model file that is passed over by its words sets nothing of ours, whatever it looks like."""

from __future__ import annotations

import random

import pytest

from stateaware.facts.files import ResourceFile
from stateaware.facts.load import load_code
from stateaware.syntax.sql import scan_sql

PARTS = (
    "{{ config(materialized='table') }}", "{{ config(", "{{config(", ") }}", ")}}", ") -}}", "{% do config(", ") %}",
    "freshness=none", "freshness={'build_after': {'count': 1, 'period': 'day'}}", "'freshness': none", "**extra", "extra",
    "state={'lag_tolerance': '4h'}", "state = none", "{'state': none}", "tags=['a', 'b']", "enabled=true", ", ", "\n",
    "materialized='view'", "post_hook=\"{{ this }}\"", "meta={'a': 1}", "alias='x)'", "{% set extra = {'freshness': none} %}",
    "{# a comment", "#}", "select 1", "'", '"', "{{ ref('a') }}", "\\", "config", "-- config(", "x.config(",
)  # fmt: skip


def load(text: str, words: tuple[bytes, ...] = ()) -> bool:
    file = ResourceFile("models/a.sql", "models/a.sql", "/models/a.sql", ())
    return load_code(file, lambda path: text.encode(), everything=False, words=words).speaks


@pytest.mark.parametrize("seed", range(4))
def test_whatever_sets_something_is_scanned(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same texts every time
    setting = 0
    for _ in range(4000):
        inside = "".join(dice.choice(PARTS) for _ in range(dice.randrange(1, 7)))
        text = dice.choice((inside, "{{ config(" + inside, "{{ config(" + inside + ") }}"))
        facts = scan_sql(text.encode(), "models/a.sql")
        sets = any(call.get(key) is not None for call in facts.configs for key in ("freshness", "state"))
        setting += sets
        unpacks = "freshness" in text and any(call.unpacked for call in facts.configs)
        assert load(text) or not (sets or unpacks), text
    assert setting > 20


@pytest.mark.parametrize(
    "text",
    [
        "select 'freshness' as freshness",
        "{{ config(materialized='table', tags='daily') }} select state, freshness from {{ ref('a') }}",
        "{{\n  config(\n    materialized='table',\n    unique_key='id'\n  )\n}}\nselect updates_on ** 2",
    ],
)
def test_most_files_are_passed_over(text: str) -> None:
    assert not load(text)
    assert load(text + "{{ sets_freshness() }}", words=(b"sets_freshness",))


@pytest.mark.parametrize(
    "text",
    [
        "{% set extra = {'freshness': none} %}{{ config(extra) }}",
        "{% set extra = {'freshness': none} %}{{ config(materialized='table', extra) }}",
        "{{ config(materialized='table') }}{{ config(freshness=none) }}",
        "{{ config(alias='f(x)', freshness=none) }}",
        "{{ config(post_hook='{{ this }}', freshness=none) }}",
    ],
)
def test_what_only_looks_like_a_plain_call_is_not(text: str) -> None:
    assert load(text)
