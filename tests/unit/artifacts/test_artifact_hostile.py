"""Artifacts that are JSON and nothing that dbt would write: an answer or an ArtifactError, never a crash."""

from __future__ import annotations

import copy
import random
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from dbt_wrote import RECORDED, load, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stateaware.artifacts.changes import Changes
from stateaware.artifacts.gather import gather
from stateaware.artifacts.manifest import Manifest, read_manifest
from stateaware.artifacts.reading import ArtifactError
from stateaware.artifacts.state_file import Remembered, StateFile, read_state_file, state_text
from stateaware.artifacts.then import built_code
from stateaware.errors import SelectionError
from stateaware.forecast.origin import ManifestOrigin
from stateaware.forecast.remembering import remember
from stateaware.plan.decide import plan
from stateaware.select.methods import STATES
from stateaware.select.selectable import Selectable

AT: Final = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\ud800",
    "\x00",
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59.999999-14:00",
    [],
    [None],
    [[]],
    {},
    {"": None},
    {"nodes": None, "macros": 3},
    {"count": "4", "period": []},
)
DOCUMENTS: Final = {
    name: [load(version, "run1", name) for version in ("1.8", "1.11")]
    for name in ("manifest.json", "run_results.json", "sources.json")
}
DOCUMENTS["manifest.json"].append(load("2.0", "compiled", "manifest.json"))

REFERENCE: Final = read_manifest(RECORDED / "1.11" / "run1")


def spoil(value: Any, chance: random.Random, share: float) -> Any:
    """A copy with odd values in some places."""
    if chance.random() < share:
        return chance.choice(ODD)
    if isinstance(value, dict):
        found = {key: spoil(one, chance, share) for key, one in value.items() if chance.random() >= share / 3}
        if found and chance.random() < share:
            found["\ud800"] = chance.choice(ODD)
        return found
    if isinstance(value, list):
        return [spoil(one, chance, share) for one in value]
    return value


def use_everything(folder: Path) -> None:
    """Ask for all that a plan may ask."""
    try:
        gathered = gather(folder)
    except ArtifactError:
        return
    gathered.ages(AT)
    built_code(gathered.runs, folder)
    if gathered.manifest is not None:
        manifest = gathered.manifest
        assert all(isinstance(one.unique_id, str) for one in manifest.resources)
        assert manifest.code.keys() <= {*manifest.artifact.data["nodes"]} if manifest.code else True
        hash(tuple(manifest.lineage.nodes.values()))
        assert all(isinstance(file, str) for file in manifest.files.values())
        compare(manifest, REFERENCE)
        compare(REFERENCE, manifest)
        with suppress(SelectionError):
            assert manifest.selectors.specs is not None
        names = Selectable(manifest.resources, manifest.project_name).names
        assert all(isinstance(name, str) for name, *_ in names)
    found = plan(gathered.lineage, gathered.state, gathered.present, at=AT)
    for decision in found.decisions.values():
        assert decision.text
    assert all(isinstance(note, str) for note in gathered.notes)


def compare(now: Manifest, then: Manifest) -> None:
    """Every state that a selection can ask for."""
    changes = Changes(now, then)
    found = {state: changes.having(state) for state in STATES}
    assert not found["new"] & found["old"]
    assert not found["modified"] & found["unmodified"]


def remember_all(folder: Path) -> None:
    """What is written into a state file is read back as it was."""
    try:
        gathered = gather(folder)
    except ArtifactError:
        return
    if gathered.manifest is None:
        return
    code = built_code(gathered.runs, folder)
    known, _ = remember(ManifestOrigin(gathered.manifest), gathered, code, Remembered())
    file = StateFile({gathered.manifest.project_name: known})
    assert read_state_file(write(folder / "state.json", state_text(file))) == file


def test_odd_values_in_all_places(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - not for secrets
    for number in range(120):
        share = chance.choice((0.0005, 0.003, 0.02))
        folder = tmp_path / str(number)
        for name, documents in DOCUMENTS.items():
            document = chance.choice(documents)
            spoiled = spoil(document, chance, share)
            if isinstance(spoiled, dict) and chance.random() < 0.9:
                spoiled["metadata"] = copy.deepcopy(document["metadata"])  # else little is read of it
            write(folder / name, spoiled)
        use_everything(folder)
        if number % 6 == 0:
            remember_all(folder)


def _values() -> st.SearchStrategy[Any]:
    plain = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(ODD)
    )
    return st.recursive(
        plain,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["config", "depends_on", "nodes", "macros", "freshness", "build_after", "tags", "x"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    )


KEYS: Final = (
    "config",
    "depends_on",
    "resource_type",
    "fqn",
    "tags",
    "original_file_path",
    "checksum",
    "raw_code",
    "relation_name",
    "version",
    "patch_path",
    "test_metadata",
    "freshness",
    "loaded_at_field",
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(st.sampled_from(KEYS), _values(), min_size=1),
    freshness=_values(),
    state=_values(),
)
def test_a_node_with_any_values(tmp_path: Path, changes: Any, freshness: Any, state: Any) -> None:
    document = copy.deepcopy(DOCUMENTS["manifest.json"][1])
    for group, key in (
        ("nodes", "model.shop.orders"),
        ("nodes", "seed.shop.countries"),
        ("sources", "source.shop.raw.orders"),
        ("unit_tests", "unit_test.shop.stg_orders.everything_is_taken"),
    ):
        document[group][key].update(changes)
    document["nodes"]["model.shop.report"]["config"].update(freshness=freshness, state=state)
    write(tmp_path / "manifest.json", document)
    use_everything(tmp_path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    result=st.dictionaries(
        st.sampled_from(["status", "timing", "message", "execution_time", "relation_name", "compiled_code"]),
        _values(),
    )
)
def test_a_result_with_any_values(tmp_path: Path, result: Any) -> None:
    document = copy.deepcopy(DOCUMENTS["run_results.json"][1])
    for one in document["results"]:
        one.update(result)
    write(tmp_path / "run_results.json", document)
    write(tmp_path / "manifest.json", DOCUMENTS["manifest.json"][1])
    use_everything(tmp_path)


moments = st.datetimes().map(lambda moment: moment.replace(tzinfo=timezone.utc))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.lists(st.tuples(moments, moments), min_size=1, max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_measurements_come_out_the_same_in_any_order(
    tmp_path: Path, times: Any, order: random.Random
) -> None:
    files = []
    base = DOCUMENTS["sources.json"][1]
    seen = set()
    for number, (loaded, at) in enumerate(times):
        if at in seen:
            continue
        seen.add(at)
        document = copy.deepcopy(base)
        document["metadata"].update(invocation_id=str(number), generated_at=at.isoformat())
        document["results"] = document["results"][:1]
        document["results"][0].update(max_loaded_at=loaded.isoformat(), snapshotted_at=at.isoformat())
        files.append(write(tmp_path / str(number) / "sources.json", document))
    shuffled = order.sample(files, len(files))
    assert gather(sources=files).measured == gather(sources=shuffled).measured
