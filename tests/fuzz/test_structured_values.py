"""Well-formed YAML with any values in it: read without an error by every engine, and right values unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stateaware.config.durations import parse_duration
from stateaware.config.profiles import PROFILES
from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE, Reader
from stateaware.config.strict import PERIODS, PRE_CLONE, UPDATES_ON
from stateaware.config.values import Block
from stateaware.inputs import LoadOptions
from stateaware.syntax.jinja import JinjaContext
from stateaware.syntax.tree import Mapping, Node
from stateaware.syntax.yaml import parse_yaml
from stateaware.text import LineIndex
from stateaware.workspace import load_project
from written import write_files

ALL_KEYS = (FRESHNESS, STATE, LOADED_AT_FIELD, LOADED_AT_QUERY)
KEYS = (
    "build_after", "count", "period", "updates_on", "warn_after", "error_after", "filter", "lag_tolerance", "pre_clone",
    "require_fresh_data_from", "loaded_at_field", "loaded_at_query", "build_afer", "freshness", "<<", "",
)  # fmt: skip
WORDS = (
    *PERIODS,
    *UPDATES_ON,
    *PRE_CLONE,
    "hours",
    "1h 30m",
    "",
    "~",
    "null",
    "yes",
    "0x10",
    "1_000",
    "1:30",
    "{{ 1 }}",
    "{{ x }}",
    "{{",
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 3),
    st.integers(2**63 - 2, 2**63 + 2),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.dates(),
)
blocks = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
flows = st.sampled_from([True, False, None])


def node_of(value: object, flow: bool | None) -> tuple[Node, str]:
    text = yaml.safe_dump({"key": value}, default_flow_style=flow, allow_unicode=True)
    document = parse_yaml(text)
    assert document.problem is None, document.problem
    assert isinstance(document.root, Mapping)
    found = document.root.value("key")
    assert found is not None
    return found, text


def reader(engine: str) -> Reader:
    profile = PROFILES[engine]
    return Reader(profile, lambda: JinjaContext(dialect=profile.dialect, place="properties"))


def is_sound(block: Block, text: str) -> None:
    """A block says what it is, can be put out, and points into its text."""
    assert block.presence in ("null", "set", "ignored", "invalid", "unknown")
    assert (block.presence == "unknown") == (block.unknown is not None and block.presence != "invalid")
    json.dumps(block.value)
    index = LineIndex(text)
    for problem in block.problems:
        assert index.clamp(problem.span) == problem.span


@pytest.mark.parametrize("engine", PROFILES)
@given(value=blocks, flow=flows)
def test_any_value_is_read_under_any_key(engine: str, value: object, flow: bool | None) -> None:
    node, text = node_of(value, flow)
    for key in ALL_KEYS:
        for source in (False, True):
            is_sound(reader(engine).read(key, node, source=source), text)


counts = st.integers(0, 2**63 - 1)
rules = st.fixed_dictionaries(
    {"count": counts, "period": st.sampled_from(PERIODS), "updates_on": st.sampled_from(UPDATES_ON)}
)
thresholds = st.fixed_dictionaries({"count": counts, "period": st.sampled_from(PERIODS)})
plain = st.text("abc_ x.", min_size=1, max_size=12).map(lambda text: f"x{text}x")


def value_of(engine: str, key: str, written: object, flow: bool | None, *, source: bool = False) -> object:
    block = reader(engine).read(key, node_of(written, flow)[0], source=source)
    assert (block.presence, block.problems) == ("set", ())
    return block.value


@given(written=rules, flow=flows)
def test_a_right_build_after_is_kept_as_it_is(written: dict[str, Any], flow: bool | None) -> None:
    freshness = {"build_after": written}
    assert value_of("fusion", "freshness", freshness, flow) == freshness
    if written["period"] != "second":
        assert value_of("core", "freshness", freshness, flow) == freshness


@given(warn=thresholds, error=thresholds, text=plain, flow=flows)
def test_right_thresholds_are_kept_as_they_are(
    warn: dict[str, Any], error: dict[str, Any], text: str, flow: bool | None
) -> None:
    freshness = {"warn_after": warn, "error_after": error, "filter": text}
    assert value_of("fusion", "freshness", freshness, flow, source=True) == freshness
    if "second" not in (warn["period"], error["period"]):
        assert value_of("core", "freshness", freshness, flow, source=True) == freshness


@given(count=st.integers(1, 10**9), unit=st.sampled_from(["s", "m", "h", "d", "w"]), flow=flows)
def test_a_right_lag_tolerance_keeps_its_length(count: int, unit: str, flow: bool | None) -> None:
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    read = value_of("fusion", "state", {"lag_tolerance": f"{count}{unit}"}, flow)
    assert isinstance(read, dict)
    kept = read["lag_tolerance"]
    assert kept["count"] * seconds[kept["period"][0]] == count * seconds[unit]


@given(st.text(max_size=30) | st.text("0123456789.smhdwMy ", max_size=30))
def test_any_text_is_a_duration_or_is_none(text: str) -> None:
    found = parse_duration(text)
    assert found is None or (found[0] >= 0 and found[1] in PERIODS)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=blocks, other=blocks, engine=st.sampled_from(sorted(PROFILES)))
def test_any_value_in_every_layer_is_resolved(
    tmp_path: Path, value: object, other: object, engine: str
) -> None:
    freshness = {"freshness": value, "state": other, "loaded_at_field": other}
    table = {"name": "t", **freshness, "config": {**freshness, "loaded_at_query": value}}
    write_files(
        tmp_path,
        {
            "dbt_project.yml": yaml.safe_dump(
                {
                    "name": "shop",
                    "models": {"+freshness": other, "shop": {"+state": value}},
                    "sources": {"+freshness": other},
                }
            ),
            "models/a.sql": "select 1",
            "models/s.yml": yaml.safe_dump(
                {
                    "models": [{"name": "a", "config": freshness}],
                    "sources": [{"name": "s", "config": freshness, "tables": [table]}],
                }
            ),
        },
    )
    project = load_project(tmp_path, LoadOptions(profile=PROFILES[engine]))
    for node in project.nodes.values():
        assert set(node.effective if hasattr(node, "effective") else node.config.effective) & set(ALL_KEYS)  # type: ignore[union-attr]
    assert set(project.nodes) == {"model.shop.a", "source.shop.s.t"}
