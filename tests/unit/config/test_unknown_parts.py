"""Values of which a part cannot be known before dbt runs."""

from __future__ import annotations

import pytest

from stateaware.config import coercing
from stateaware.config.layers import Layer, Setting
from stateaware.config.profiles import CORE, DOCUMENTED, FUSION, Profile
from stateaware.config.sources import SourceLayers, resolve_source
from stateaware.config.values import Block, JinjaFailure
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Unknown
from stateaware.text.span import Span

HERE = Span(1, 1, 1, 2)
DAY = {"count": 1, "period": "day"}
KEYS = ("loaded_at_field", "loaded_at_query")


def scalar(value: object) -> Scalar:
    return Scalar("x", HERE, "native", native=value)


def state(value: object) -> Node:
    inner = Mapping((Entry(scalar("b"), scalar(value)),), HERE)
    return Mapping((Entry(scalar("a"), inner),), HERE)


def test_a_custom_key_of_dbt_core_is_unknown_if_a_part_is() -> None:
    block = coercing.read_state(state(Unknown("ask the warehouse")))
    assert (block.presence, block.value, block.unknown) == ("unknown", None, Unknown("ask the warehouse"))


def test_a_custom_key_of_dbt_core_is_invalid_if_the_jinja_of_a_part_fails() -> None:
    block = coercing.read_state(state(JinjaFailure("JinjaSyntaxError", "no end")))
    assert block.presence == "invalid"
    assert [problem.expected for problem in block.problems] == ["no end"]


def setting(presence: str, value: object = None) -> Setting:
    unknown = Unknown("ask the warehouse") if presence == "unknown" else None
    block = Block(presence, value, scalar(value), (), unknown)  # type: ignore[arg-type]
    return Setting(Layer("source", "s.yml"), scalar("freshness"), scalar(value), block)


def freshness(profile: Profile, **layers: Setting) -> tuple[object, bool]:
    places = {name: (found,) for name, found in layers.items()}
    resolved = resolve_source(
        {"freshness": SourceLayers(**places), **dict.fromkeys(KEYS, SourceLayers())}, profile
    )
    effective = resolved.effective["freshness"]
    return effective.value, effective.unknown is not None


@pytest.mark.parametrize("profile", [DOCUMENTED, FUSION, CORE])
@pytest.mark.parametrize("place", ["own", "source", "table"])
def test_a_source_block_that_cannot_be_known_makes_the_table_unknown(profile: Profile, place: str) -> None:
    assert freshness(profile, **{place: setting("unknown")}) == (None, True)


def test_what_hides_an_unknown_block_makes_the_value_known() -> None:
    full = {"warn_after": DAY, "error_after": DAY, "filter": None}
    for hidden in ({"source": setting("unknown"), "table": setting("null")}, {"table": setting("unknown")}):
        value, unknown = freshness(CORE, **hidden, root=setting("set", full))
        assert (value, unknown) == (full, False)
    assert freshness(CORE, source=setting("unknown"), table=setting("null")) == (None, False)


@pytest.mark.parametrize("place", ["source", "table"])
@pytest.mark.parametrize("part", ["filter", "warn_after", "error_after"])
def test_dbt_core_merges_around_a_part_that_cannot_be_known(place: str, part: str) -> None:
    whole: dict[str, Node] = {"warn_after": state(1), "error_after": state(1), "filter": scalar("x > 1")}
    whole[part] = scalar(Unknown("ask the warehouse"))
    tree = Mapping(tuple(Entry(Scalar(key, HERE), node) for key, node in whole.items()), HERE)
    block = coercing.read_source_freshness(tree)
    undecided = Setting(Layer("source", "s.yml"), scalar("freshness"), tree, block)
    full = {"warn_after": DAY, "error_after": DAY, "filter": None}
    for other in (
        {},
        {"own": setting("set", full)},
        {"source" if place == "table" else "table": setting("null")},
    ):
        freshness(CORE, **{**other, place: undecided})
    assert block.presence == "unknown"
    assert freshness(CORE, **{place: undecided}) == (None, True)
