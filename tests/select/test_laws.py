"""What holds of every selection, on random graphs."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateaware.errors import SelectionError
from stateaware.select.criterion import INDIRECT, Indirect
from stateaware.select.resource import Resource
from stateaware.select.selectable import Selectable
from stateaware.select.selection import select

TAGS = ("red", "green", "blue")


def model(number: int, parents: tuple[str, ...] = (), tags: frozenset[str] = frozenset()) -> Resource:
    name = f"m{number}"
    fqn = ("shop", f"area{number % 3}", name)
    return Resource(
        f"model.shop.{name}", "model", name, fqn, f"models/area{number % 3}/{name}.sql", "shop", tags,
        parents=parents,
    )  # fmt: skip


def check(number: int, parents: tuple[str, ...]) -> Resource:
    name = f"t{number}"
    return Resource(
        f"test.shop.{name}", "test", name, ("shop", name), "models/x.yml", "shop", test_name="unique",
        parents=parents,
    )  # fmt: skip


@st.composite
def graphs(draw: st.DrawFn) -> Selectable:
    """Graphs, some with circles, which dbt refuses and files may have."""
    size = draw(st.integers(1, 12))
    numbers = st.integers(0, size - 1)
    ups = st.lists(numbers.map(lambda n: f"model.shop.m{n}"), max_size=3, unique=True).map(tuple)
    models = [model(n, draw(ups), draw(st.frozensets(st.sampled_from(TAGS)))) for n in range(size)]
    tests = [check(n, draw(ups)) for n in range(draw(st.integers(0, 4)))]
    return Selectable([*models, *tests], "shop")


names = st.integers(0, 11).map(lambda n: f"m{n}")
bases = st.one_of(names, st.sampled_from([*(f"tag:{tag}" for tag in TAGS), "m*", "area1", "test_type:data"]))
criteria = st.tuples(
    st.sampled_from(["", "+", "1+", "2+", "@"]), bases, st.sampled_from(["", "+", "+1"])
).map(lambda part: part[0] + part[1] + ("" if part[0] == "@" else part[2]))
modes = st.sampled_from(INDIRECT)


def chosen(
    graph: Selectable, *args: str, without: tuple[str, ...] = (), indirect: Indirect = "eager"
) -> frozenset[str]:
    return select(graph, args, without, indirect=indirect).unique_ids


@given(graphs(), criteria, criteria)
def test_a_union_is_both(graph: Selectable, one: str, other: str) -> None:
    both = chosen(graph, one) | chosen(graph, other)
    assert chosen(graph, f"{one} {other}") == chosen(graph, one, other) == chosen(graph, other, one) == both


@given(graphs(), criteria, criteria, st.sampled_from(["eager", "empty"]))
def test_an_intersection_is_what_both_have(graph: Selectable, one: str, other: str, mode: Indirect) -> None:
    common = chosen(graph, one, indirect=mode) & chosen(graph, other, indirect=mode)
    assert (
        chosen(graph, f"{one},{other}", indirect=mode)
        == common
        == chosen(graph, f"{other},{one}", indirect=mode)
    )


@given(graphs(), bases, modes)
def test_relatives_are_added(graph: Selectable, base: str, mode: Indirect) -> None:
    alone = chosen(graph, base, indirect=mode)
    around = chosen(graph, f"+{base}+", indirect=mode)
    assert (
        alone
        <= chosen(graph, f"1+{base}", indirect=mode)
        <= chosen(graph, f"+{base}", indirect=mode)
        <= around
    )
    assert alone <= chosen(graph, f"{base}+", indirect=mode) <= chosen(graph, f"@{base}", indirect=mode)
    assert around <= chosen(graph, f"@{base}", f"+{base}", indirect=mode)


@given(graphs(), criteria, criteria)
def test_what_is_excluded_is_not_there(graph: Selectable, one: str, other: str) -> None:
    left = chosen(graph, one, without=(other,))
    assert left == chosen(graph, one) - chosen(graph, other)


@given(graphs(), criteria)
def test_modes_grow_from_empty_to_eager(graph: Selectable, criterion: str) -> None:
    found = [chosen(graph, criterion, indirect=mode) for mode in ("empty", "cautious", "buildable", "eager")]
    assert all(less <= more for less, more in zip(found, found[1:]))  # noqa: B905, RUF007 - itertools.pairwise is the same


@given(graphs(), criteria, modes)
def test_tests_come_only_with_a_parent(graph: Selectable, criterion: str, mode: Indirect) -> None:
    named = chosen(graph, criterion, indirect="empty")
    added = chosen(graph, criterion, indirect=mode) - named
    for key in added:
        assert graph.resources[key].resource_type == "test"
        assert named & set(graph.resources[key].parents)


@given(graphs())
def test_nothing_asked_for_is_everything(graph: Selectable) -> None:
    assert chosen(graph) == set(graph.resources)


@given(st.text(alphabet="m01a:+@*?[]!-,. /\\tg", max_size=12))
@settings(max_examples=300)
def test_any_text_selects_or_is_refused(text: str) -> None:
    graph = Selectable([model(0), model(1, ("model.shop.m0",))], "shop")
    with suppress(SelectionError):
        assert select(graph, [text]).unique_ids <= set(graph.resources)


@pytest.fixture(scope="module")
def large() -> Selectable:
    """Ten thousand models in one chain of a hundred steps, a hundred wide, and as many tests."""
    models = [
        model(
            n,
            (f"model.shop.m{n - 100}", f"model.shop.m{n - 99}") if n >= 100 else (),
            frozenset({TAGS[n % 3]}),
        )
        for n in range(10_000)
    ]
    return Selectable([*models, *(check(n, (f"model.shop.m{n}",)) for n in range(10_000))], "shop")


@pytest.mark.parametrize(
    "asked", ["m500", "+m9000", "m500+", "tag:red,area1", "*", "@m50", "area1", "m1*", "path:models/area1"]
)
def test_ten_thousand_models_take_no_time(large: Selectable, asked: str) -> None:
    select(large, [asked])  # what is known of the graph is worked out once
    best = min(_seconds(large, asked) for _ in range(3))
    assert best < 0.3, "a third of a second on a busy machine; 0.03 is usual"


def _seconds(graph: Selectable, asked: str) -> float:
    started = time.process_time()
    select(graph, [asked])
    return time.process_time() - started


def test_a_long_chain_needs_no_recursion() -> None:
    chain = [model(n, (f"model.shop.m{n - 1}",) if n else ()) for n in range(20_000)]
    assert len(select(Selectable(chain, "shop"), ["+m19999"]).unique_ids) == 20_000
