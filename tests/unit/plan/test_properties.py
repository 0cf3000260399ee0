"""What holds of every plan, whatever the project and its state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from stateaware.plan.advance import advance
from stateaware.plan.lineage import Lineage
from stateaware.plan.reasons import REASONS
from stateaware.plan.state import Fingerprint, Present
from unit.plan.worlds import MOMENTS, NOW, World, reasons_reached, settled, worlds

MANY = settings(max_examples=400, deadline=None)
BUILDS = ("build", "clone")


def test_the_worlds_reach_every_reason() -> None:
    # a cycle has a test of its own, and the worlds know no service and no volatile values
    apart = {"CYCLE", "SERVICE_UNAVAILABLE", "VOLATILE_VALUE_CHANGED"}
    assert set(REASONS) - set(reasons_reached(range(1500))) == apart


@MANY
@given(worlds, st.randoms(use_true_random=False))
def test_the_same_arguments_give_the_same_plan(world: World, random: object) -> None:
    first, second = world.plan(), world.plan()
    assert first == second
    assert [one.text for one in first.decisions.values()] == [one.text for one in second.decisions.values()]
    nodes = list(world.nodes)
    random.shuffle(nodes)  # type: ignore[attr-defined]
    assert dict(replace(world, nodes=tuple(nodes)).plan().decisions) == dict(first.decisions)


@MANY
@given(worlds)
def test_every_decided_node_has_one_decision_with_a_sentence(world: World) -> None:
    decisions = world.plan().decisions
    expected = {node.unique_id for node in world.nodes if node.traits.decided}
    assert set(decisions) == (expected if world.selected is None else expected & world.selected)
    for decision in decisions.values():
        assert decision.text
        assert "{" not in decision.text + decision.dbt_text
        assert decision.left >= timedelta(0)


@MANY
@given(worlds, st.sampled_from(MOMENTS))
def test_elapsed_time_alone_never_makes_a_reuse_of_a_build(world: World, seconds: int) -> None:
    before, after = world.outcomes(), world.outcomes(NOW + timedelta(seconds=seconds))
    assert [key for key in before if before[key] in BUILDS and after[key] not in BUILDS] == []


@MANY
@given(settled)
def test_without_new_data_and_changed_code_nothing_is_built(world: World) -> None:
    plan = world.plan()
    assert plan.having("build", "clone", "unknown", "skip") == ()
    assert plan.assumptions == ()


@MANY
@given(settled, st.data())
def test_only_what_is_below_a_change_is_built(world: World, data: st.DataObject) -> None:
    changed = data.draw(st.sampled_from([node.unique_id for node in world.nodes if node.kind != "source"]))
    present = Present(world.present.versions, {**world.present.code, changed: Fingerprint("other")})
    below = {changed}
    for node in world.nodes:
        if not below.isdisjoint(node.parents):
            below.add(node.unique_id)
    assert set(replace(world, present=present).plan().having(*BUILDS)) <= below


@MANY
@given(worlds)
def test_all_builds_no_more_than_any(world: World) -> None:
    every = world.waiting("all").plan().having(*BUILDS)
    some = world.waiting("any").plan().having(*BUILDS)
    assert set(every) <= set(some)


@MANY
@given(settled, st.data())
def test_a_plan_carried_out_leaves_nothing_to_build(world: World, data: st.DataObject) -> None:
    known = [node.unique_id for node in world.nodes if node.kind != "source"]
    forgotten = data.draw(st.lists(st.sampled_from(known), unique=True))
    state = world.state.updated(())
    for unique_id in forgotten:
        del state.records[unique_id]
    lineage = Lineage(world.nodes)
    before = replace(world, state=state)
    made = before.plan()
    after = replace(before, state=advance(made, lineage, state, world.present)).plan(NOW)
    assert after.having(*BUILDS) == ()
