"""What is offered at a cursor in half-typed files, and what the text looks like once it is taken."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from stateaware.complete.grammar import keys_at
from stateaware.complete.offers import Offer, offers, plain
from stateaware.config.profiles import PROFILES
from stateaware.config.strict import STATE_KEYS
from stateaware.rules.keys import MODEL_FRESHNESS_KEYS, RULES_KEYS, SOURCE_FRESHNESS_KEYS, THRESHOLD_KEYS
from stateaware.syntax.sql import scan_sql
from stateaware.text.source import LineIndex


def asked(text: str, file: str, engine: str, typed: str) -> tuple[str, list[Offer]]:
    at = text.index("|")
    text = text[:at] + text[at + 1 :]
    index = LineIndex(text)
    return text, offers(file, index, *index.position(at), PROFILES[engine], typed=typed)


def labels(text: str, file: str = "models/_m.yml", engine: str = "documented", typed: str = "") -> list[str]:
    """The offers at the ``|`` but for whole blocks."""
    return [offer.label for offer in asked(text, file, engine, typed)[1] if offer.kind != "block"]


def taken(text: str, label: str, file: str = "models/_m.yml", engine: str = "documented") -> str:
    """The text after an offer was taken as plain text."""
    text, found = asked(text, file, engine, "")
    offer = next(offer for offer in found if offer.label == label)
    return text[: offer.start] + plain(offer.indented(offer.column)) + text[offer.end :]


MODEL = "models:\n  - name: orders\n    "
CONFIG = f"{MODEL}config:\n      "
BUILD_AFTER = f"{CONFIG}freshness:\n        build_after:\n          "
SOURCE = "sources:\n  - name: raw\n    config:\n      "
TABLE = "sources:\n  - name: raw\n    tables:\n      - name: orders\n        config:\n          "


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (CONFIG + "|", ["freshness", "state"]),
        (CONFIG + "fr|", ["freshness", "state"]),
        (CONFIG + "|\n      freshness: {}\n", ["state"]),
        (CONFIG + "tags: [a]\n      |\n\n  - name: b\n", ["freshness", "state"]),
        (CONFIG + "freshness:\n        |", ["build_after"]),
        (BUILD_AFTER + "|", ["count", "period", "updates_on"]),
        (BUILD_AFTER + "count: 4\n          # why\n          |", ["period", "updates_on"]),
        (CONFIG + "freshness: {build_after: {count: 4, |", ["period", "updates_on"]),
        (CONFIG + "freshness: {build_after: {per|: hour}}", ["count", "period", "updates_on"]),
        (CONFIG + "freshness: {build_after: {count: 4, period: |}}", ["hour", "minute", "day"]),
        (CONFIG + "freshness: {build_after: {count: 4, period:|}}", ["hour", "minute", "day"]),
        (CONFIG + "freshness: {\n        build_after: {count: 4,\n          |", ["period", "updates_on"]),
        (CONFIG + "state:\n        |", list(STATE_KEYS)),
        (CONFIG + "state:\n        pre_clone: |", ["if_missing", "never", "always"]),
        (CONFIG + "state:\n        lag_tolerance: |", ["45m", "4h", "1d"]),
        (BUILD_AFTER + "updates_on: a|", ["any", "all"]),
        (BUILD_AFTER + "updates_on: 'a|'", ["any", "all"]),
        (SOURCE + "|", ["freshness", "loaded_at_field", "loaded_at_query"]),
        (SOURCE + "loaded_at_field: x\n      |", ["freshness"]),
        (TABLE + "|", ["freshness", "loaded_at_field", "loaded_at_query"]),
        (TABLE + "freshness:\n            |", ["warn_after", "error_after", "filter"]),
        (TABLE + "freshness:\n            warn_after: {|}", ["count", "period"]),
        ("models:\n- name: a\n  versions:\n  - v: 1\n    config:\n      |", ["freshness", "state"]),
        ("models:\r\n  - name: a\r\n    config:\r\n      |\r\n", ["freshness", "state"]),
        ('models:\n  - name: "a: [b"\n    description: "x {"\n    config:\n      |', ["freshness", "state"]),
        ("models:\n  - name: x: y: z\n    nonsense [\n    config:\n      |", ["freshness", "state"]),
    ],
)
def test_keys_and_values_in_properties(text: str, wanted: list[str]) -> None:
    assert labels(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "|",
        "models:\n  |",
        MODEL + "|name: x",
        MODEL + "description: fre|",
        MODEL + "description: >\n      config:\n        |",
        MODEL + "columns:\n      - name: id\n        |",
        MODEL + "data_tests:\n      - unique:\n          config:\n            |",
        CONFIG + "freshness: {|build_after: {}}",
        CONFIG + "tags: |",
        CONFIG + "meta:\n        |",
        CONFIG + "meta: {|}",
        CONFIG + "# fre|",
        BUILD_AFTER + "count: |",
        BUILD_AFTER + "period: hour # |",
        BUILD_AFTER + 'count: "{{ var(|) }}"',
        SOURCE + "loaded_at_query: |",
        "seeds:\n  - name: a\n    config:\n      |",
        "snapshots:\n  - name: a\n    config:\n      |",
        "exposures:\n  - name: a\n    |",
        "freshness:\n  |",
        CONFIG + "freshness: [|]",
        CONFIG + "freshness:\n        - |",
    ],
)
def test_nothing_elsewhere(text: str) -> None:
    assert labels(text) == []


def test_a_model_without_config_is_offered_the_whole_block() -> None:
    assert yaml.safe_load(taken(MODEL + "|", "config: freshness: build_after 4 hours")) == {
        "models": [
            {"name": "orders", "config": {"freshness": {"build_after": {"count": 4, "period": "hour"}}}}
        ]
    }
    assert labels(MODEL + "config: {}\n    |") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("models:\n  |", ["+freshness", "+state"]),
        ("models:\n  +|", ["+freshness", "+state"]),
        ("models:\n  shop:\n    marts:\n      fre|", ["+freshness", "+state"]),
        ("models:\n  shop:\n    +freshness:\n      |", ["build_after"]),
        ("models:\n  shop:\n    freshness:\n      build_after: {|}", ["count", "period", "updates_on"]),
        ("models:\n  shop:\n    +tags:\n      |", []),
        ("models:\n  shop: {+|}", ["+freshness", "+state"]),
        ("sources:\n  shop:\n    +|", ["+freshness", "+loaded_at_field", "+loaded_at_query"]),
        ("seeds:\n  shop:\n    +|", []),
        ("vars:\n  shop:\n    |", []),
        ("|", []),
    ],
)
def test_keys_in_the_project_file(text: str, wanted: list[str]) -> None:
    assert labels(text, "dbt_project.yml") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{{ config(|) }}", ["freshness", "state"]),
        ("{{ config(materialized='table', |) }}", ["freshness", "state"]),
        ("{{ config(\n    materialized='table',\n    fre|\n) }}", ["freshness", "state"]),
        ("{{ config(freshness={'build_after': {|}}) }}", ["count", "period", "updates_on"]),
        ("{{ config(freshness={'build_after': {'per|'}}) }}", ["count", "period", "updates_on"]),
        ("{{ config(freshness={'build_after': {'period': '|'}}) }}", ["hour", "minute", "day"]),
        ("{{ config(freshness={'build_after': {'period': '|", ["hour", "minute", "day"]),
        ("{{ config({'|", ["freshness", "state"]),
        ("{{ config(state={'evaluate_volatile_sql': |}) }}", ["true", "false"]),
        ("{{ config(materialized='|') }}", []),
        ("{{ config(meta={|}) }}", []),
        ("{{ config(tags=[|]) }}", []),
        ("{{ config() }} |", []),
        ("{{ config(materialized='table') }}\nselect config(|)", []),
        ("{{ my_config(|) }}", []),
        ("select |", []),
        ("{{ config(freshness=var('x', |)) }}", []),
    ],
)
def test_keys_and_values_in_sql(text: str, wanted: list[str]) -> None:
    assert labels(text, "models/m.sql") == wanted


def test_python_models() -> None:
    head = "def model(dbt, session):\n    dbt.config("
    assert labels(head + "|)", "models/m.py") == ["freshness", "state"]
    assert labels(head + 'state={"evaluate_volatile_sql": |})', "models/m.py") == ["True", "False"]
    text = taken(head + "|)", "freshness: build_after 4 hours", "models/m.py")
    assert text.endswith('freshness={"build_after": {"count": 4, "period": "hour"}})')


def test_what_the_engine_does_not_read_is_not_offered() -> None:
    assert labels(CONFIG + "|", engine="core") == ["freshness"]
    assert labels("sources:\n  shop:\n    |", "dbt_project.yml", engine="core") == ["+freshness"]


def test_a_blank_that_indents_asks_for_nothing() -> None:
    assert labels(CONFIG + "|", typed=" ") == []
    assert labels(CONFIG + "freshness: {build_after: {count: 4, |}}", typed=" ") == ["period", "updates_on"]
    assert labels(BUILD_AFTER + "period: |", typed=" ") == ["hour", "minute", "day"]
    assert labels(CONFIG + "+|", typed="+") == []


def block(text: str, label: str, file: str = "models/_m.yml") -> Any:
    return yaml.safe_load(taken(text, label, file))


def test_blocks_keep_the_indentation_of_the_file() -> None:
    text = "models:\n    - name: a\n      config:\n          fre|\n"
    assert taken(text, "freshness: build_after 4 hours") == (
        "models:\n    - name: a\n      config:\n          freshness:\n              build_after:\n"
        "                  count: 4\n                  period: hour\n"
    )


def test_a_value_behind_a_colon_gets_its_blank() -> None:
    assert taken(BUILD_AFTER + "period:|", "hour") == BUILD_AFTER + "period: hour"
    assert taken(BUILD_AFTER + "period: |", "hour") == BUILD_AFTER + "period: hour"
    assert taken(BUILD_AFTER + "period: 'ho|'", "hour") == BUILD_AFTER + "period: 'hour'"
    text = CONFIG + "freshness: {build_after: {count: 4, period:|}}"
    assert taken(text, "hour") == text.replace("|", " hour")


def test_a_key_that_has_a_colon_already_is_only_renamed() -> None:
    assert taken(BUILD_AFTER + "per|od: hour", "period") == BUILD_AFTER + "period: hour"


def test_a_block_on_the_line_of_its_key() -> None:
    assert taken(CONFIG + "freshness: |", "build_after 4 hours") == (
        CONFIG + "freshness: {build_after: {count: 4, period: hour}}"
    )
    assert taken(BUILD_AFTER.rstrip() + " |", "4 hours, all parents").endswith(
        "build_after: {count: 4, period: hour, updates_on: all}"
    )


def test_every_block_is_read_as_it_is_meant() -> None:
    places = [
        (CONFIG + "|", "models/_m.yml"),
        (SOURCE + "|", "models/_m.yml"),
        (TABLE + "freshness:\n            |", "models/_m.yml"),
        ("models:\n  shop:\n    |", "dbt_project.yml"),
        ("sources:\n  shop: {|}", "dbt_project.yml"),
    ]
    for text, file in places:
        blocks = [offer.label for offer in asked(text, file, "documented", "")[1] if offer.kind == "block"]
        assert blocks
        for label in blocks:
            assert isinstance(block(text, label, file), dict)
    for offer in asked("{{ config(|) }}", "models/m.sql", "documented", "")[1]:
        if offer.kind == "block":
            facts = scan_sql(taken("{{ config(|) }}", offer.label, "models/m.sql"))
            assert facts.problem is None
            assert not facts.needs_render
            assert facts.configs[0].get(offer.label.split(":")[0]) is not None


def test_every_offer_is_documented() -> None:
    places = [
        (MODEL + "|", "models/_m.yml"),
        (CONFIG + "|", "models/_m.yml"),
        (BUILD_AFTER + "|", "models/_m.yml"),
        (BUILD_AFTER + "period: |", "models/_m.yml"),
        (CONFIG + "state:\n        |", "models/_m.yml"),
        (CONFIG + "state:\n        pre_clone: |", "models/_m.yml"),
        (SOURCE + "|", "models/_m.yml"),
        (TABLE + "freshness:\n            |", "models/_m.yml"),
        (TABLE + "freshness:\n            warn_after: {|}", "models/_m.yml"),
        ("models:\n  shop:\n    +freshness: {build_after: {|}}", "dbt_project.yml"),
        ("sources:\n  shop:\n    |", "dbt_project.yml"),
        ("{{ config(freshness={'build_after': {|}}) }}", "models/m.sql"),
        ("{{ config(|) }}", "models/m.sql"),
    ]
    for text, file in places:
        found = asked(text, file, "documented", "")[1]
        assert found
        assert all(offer.documentation for offer in found), text
    day = asked(BUILD_AFTER + "period: |", "models/_m.yml", "documented", "")[1][2]
    assert day.documentation == "24 hours, whatever the clock says."


def test_the_keys_are_those_of_the_rules() -> None:
    profile = PROFILES["documented"]
    wanted = {
        "model freshness": MODEL_FRESHNESS_KEYS,
        "build_after": RULES_KEYS,
        "threshold": THRESHOLD_KEYS,
        "source freshness": SOURCE_FRESHNESS_KEYS,
        "state": STATE_KEYS,
    }
    for spot, names in wanted.items():
        assert tuple(key.name for key in keys_at(spot, profile)) == names  # type: ignore[arg-type]


def test_any_prefix_of_a_file_gets_an_answer() -> None:
    text = (
        TABLE + "freshness: {warn_after: {count: 12, period: 'hour'}, filter: \"x > {{ 1 }}\"}\n  - [a, {b\n"
    )
    sql = "{{ config(freshness={'build_after': {'count': 1, \"period\": 'day'}}) }}{% do config(\nselect 1"
    for whole, file in ((text, "models/_m.yml"), (text, "dbt_project.yml"), (sql, "m.sql"), (sql, "m.py")):
        for at in range(len(whole) + 1):
            for shown in (whole, whole[:at]):
                index = LineIndex(shown)
                for offer in offers(file, index, *index.position(at), PROFILES["documented"]):
                    assert offer.start <= at <= offer.end
                    assert "\n" not in shown[offer.start : offer.end]
