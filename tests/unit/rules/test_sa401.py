"""SA401 to SA405: keys of ours in a place where dbt does not look for them."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import fixed, marked
from unit.rules.yaml_files import PROJECT, model, source, sql, tree

INTERVAL = "{count: 4, period: hour}"


def beside(text: str, config: str = "") -> dict[str, str]:
    """A model with something beside its config."""
    lines = f"models:\n  - name: orders\n{text}{config}"
    return {"models/s.yml": lines, "models/orders.sql": "select 1"}


SEVERITIES = {"documented": "error", "fusion": "error", "core": "warning"}


@pytest.mark.parametrize("engine", ENGINES)
def test_freshness_beside_config(check: Check, engine: str) -> None:
    files = beside(f"    freshness:\n      build_after: {INTERVAL}\n")
    finding = only(check(files, engine))
    assert (finding.code, finding.severity) == ("SA401", SEVERITIES[engine])
    assert (
        finding.message
        == "`freshness` of model `orders` stands beside `config`, where dbt does not look for it"
    )
    assert (marked(finding, files), finding.hint) == ("freshness", "move it under `config`")
    assert finding.engine_codes == (() if engine == "core" else ("dbt1060",))
    assert finding.node == "model.shop.orders"


def test_it_is_moved_under_config(fix: Fixed) -> None:
    after = fix(beside(f"    freshness:  # slow\n      build_after: {INTERVAL}\n"), "SA401")
    assert after["models/s.yml"] == (
        f"models:\n  - name: orders\n    config:\n      freshness:  # slow\n        build_after: {INTERVAL}\n"
    )
    after = fix(
        beside(f"    freshness: {{build_after: {INTERVAL}}}\n", "    config:\n      tags: [a]\n"), "SA401"
    )
    assert after["models/s.yml"] == (
        f"models:\n  - name: orders\n    config:\n      tags: [a]\n      freshness: {{build_after: {INTERVAL}}}\n"
    )


def test_with_one_in_config_too(check: Check, fix: Fixed) -> None:
    block = f"{{build_after: {INTERVAL}}}"
    files = beside(f"    freshness: {block}\n", f"    config: {{freshness: {block}}}\n")
    finding = only(check(files))
    assert finding.related[0].message == "the `freshness` that dbt reads"
    assert [(one.title, one.safe) for one in finding.fixes] == [("Remove `freshness`", True)]
    assert fix(files, "SA401")["models/s.yml"].count("freshness") == 1
    other = beside(
        "    freshness: {build_after: {count: 1, period: day}}\n", f"    config: {{freshness: {block}}}\n"
    )
    assert [one.safe for one in only(check(other)).fixes] == [False]


def test_state_and_versions(check: Check) -> None:
    files = {
        "models/s.yml": "models:\n  - name: orders\n    state: {lag_tolerance: 1 day}\n"
        "    versions:\n      - v: 1\n        freshness: {build_after: {count: 1, period: day}}\n",
        "models/orders_v1.sql": "select 1",
    }
    assert [f.message.split(" stands")[0] for f in check(files, "fusion", "SA401")] == [
        "`state` of model `orders`",
        "`freshness` of version `orders.v1`",
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_build_after_on_a_source(check: Check, engine: str) -> None:
    files = source(f"{{build_after: {INTERVAL}}}")
    finding = only(check(files, engine, "SA4"))
    assert (finding.code, finding.severity) == ("SA402", SEVERITIES[engine])
    assert finding.message == "source `raw` cannot have `build_after`, which only models have"
    assert marked(finding, files) == "build_after"
    in_tree = {
        "dbt_project.yml": f"{PROJECT}sources:\n  +freshness: {{build_after: {INTERVAL}}}\n",
        **source("null"),
    }
    assert [f.message for f in check(in_tree, engine, "SA402")] == [
        "a source cannot have `build_after`, which only models have"
    ]
    beside_config = source("null", f"{{build_after: {INTERVAL}}}")
    assert [f.message for f in check(beside_config, engine, "SA402")] == [
        "source `raw.payments` cannot have `build_after`, which only models have"
    ]
    assert check(source("{warn_after: {count: 1, period: day}}"), engine, "SA402") == []


@pytest.mark.parametrize(
    ("files", "keys"),
    [
        (model(f"{{build_after: {INTERVAL}, warn_after: {INTERVAL}, filter: x}}"), ["warn_after", "filter"]),
        (model("{loaded_at_field: ts}"), ["loaded_at_field"]),
        (sql("freshness={'error_after': {'count': 1, 'period': 'day'}}"), ["'error_after'"]),
        (sql("freshness=none, loaded_at_query='select 1'"), ["loaded_at_query"]),
        (beside("    config: {loaded_at_field: ts}\n"), ["loaded_at_field"]),
        (tree("+warn_after: {count: 1, period: day}"), ["+warn_after"]),
        (tree("+freshness: {warn_after: {count: 1, period: day}}"), ["warn_after"]),
    ],
)
def test_keys_of_sources_on_a_model(check: Check, files: dict[str, str], keys: list[str]) -> None:
    for engine in ENGINES:
        found = check(files, engine, "SA403")
        assert [marked(finding, files) for finding in found] == keys
        assert {finding.severity for finding in found} == {SEVERITIES[engine]}
        assert all(finding.message.endswith("which only sources have") for finding in found)


def test_models_without_them(check: Check) -> None:
    for files in (
        model(f"{{build_after: {INTERVAL}}}"),
        sql("freshness={'build_after': var('x')}"),
        model("null"),
    ):
        assert check(files, select="SA403") == []


def other(section: str, item: str) -> dict[str, str]:
    return {"models/s.yml": f"{section}:\n  - name: x\n{item}", "models/orders.sql": "select 1"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            other("seeds", f"    config: {{freshness: {{build_after: {INTERVAL}}}}}\n"),
            "seed `x` cannot have `freshness`, which only models and sources have",
        ),
        (
            other("snapshots", "    config: {state: {lag_tolerance: 1 day}}\n"),
            "snapshot `x` cannot have `state`, which only models have",
        ),
        (
            other("exposures", f"    freshness: {{warn_after: {INTERVAL}}}\n"),
            "exposure `x` cannot have `freshness`, which only models and sources have",
        ),
        (
            other("unit_tests", "    config: {loaded_at_field: ts}\n"),
            "unit test `x` cannot have `loaded_at_field`, which only sources have",
        ),
        (
            other(
                "models",
                f"    columns: [{{name: a, tests: [{{unique: {{config: {{freshness: {INTERVAL}}}}}}}]}}]\n",
            ),
            "data test `unique` cannot have `freshness`, which only models and sources have",
        ),
        (
            {"models/s.yml": "sources:\n  - name: raw\n    config: {state: {lag_tolerance: 1 day}}\n"},
            "source `raw` cannot have `state`, which only models have",
        ),
        (
            {"snapshots/s.sql": "{% snapshot s %}{{ config(freshness={}) }}select 1{% endsnapshot %}"},
            "snapshot `s` cannot have `freshness`, which only models and sources have",
        ),
        (
            {"tests/t.sql": "{{ config(severity='warn', freshness={}) }}select 1"},
            "data test `t` cannot have `freshness`, which only models and sources have",
        ),
        (
            {"analyses/a.sql": "{{ config(state={}) }}select 1"},
            "analysis `a` cannot have `state`, which only models have",
        ),
        (
            {"dbt_project.yml": f"{PROJECT}seeds:\n  shop:\n    +freshness: {{build_after: {INTERVAL}}}\n"},
            "a seed cannot have `freshness`, which only models and sources have",
        ),
    ],
)
def test_resources_that_cannot_have_it(check: Check, files: dict[str, str], message: str) -> None:
    for engine in ENGINES:
        finding = only(check(files, engine, "SA404"))
        assert (finding.severity, finding.message) == (SEVERITIES[engine], message)
        assert marked(finding, files).strip("+") in message


def test_a_folder_or_a_test_argument_of_that_name(check: Check) -> None:
    folder = {"dbt_project.yml": f"{PROJECT}seeds:\n  shop:\n    freshness:\n      +enabled: true\n"}
    assert check(folder, select="SA404") == []
    argument = other("models", "    tests: [{recency: {freshness: 1, field: ts}}]\n")
    assert check(argument, select="SA404") == []


def legacy(text: str) -> dict[str, str]:
    return {"models/s.yml": f"sources:\n  - name: raw\n    tables:\n      - name: t\n{text}"}


def test_legacy_source_placement(check: Check) -> None:
    files = legacy("        freshness: {warn_after: {count: 1, period: day}}\n        loaded_at_field: ts\n")
    for engine, severity in (("documented", "warning"), ("fusion", "error"), ("core", "warning")):
        found = check(files, engine, "SA405")
        assert [(f.severity, marked(f, files)) for f in found] == [
            (severity, "freshness"),
            (severity, "loaded_at_field"),
        ]
    assert (
        found[0].message == "`freshness` of table `raw.t` stands outside `config`, and dbt v2 drops it there"
    )


def test_legacy_keys_are_moved_one_after_the_other(check: Check, fix: Fixed) -> None:
    files = legacy("        freshness: {warn_after: {count: 1, period: day}}\n        loaded_at_field: ts\n")
    first, second = check(files, select="SA405")
    assert [len(first.fixes), len(second.fixes)] == [1, 0]
    one = legacy("        loaded_at_field: ts\n")
    assert fix(one, "SA405", engines=("documented", "core"))["models/s.yml"].endswith(
        "      - name: t\n        config:\n          loaded_at_field: ts\n"
    )


PAIRED = "        loaded_at_query: select 1\n        loaded_at_field: ts\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_legacy_pair_is_not_moved_where_it_would_stop_dbt(check: Check, engine: str) -> None:
    files = legacy(PAIRED + "        freshness: {warn_after: {count: 1, period: day}}\n")
    query, field, freshness = check(files, engine, "SA405")
    assert query.fixes == field.fixes == ()
    assert query.hint == "keep one of the two, under `config`"
    assert [one.message for one in field.related] == ["the `loaded_at_query`, which excludes it"]
    assert [one.title for one in freshness.fixes] == ["Move `freshness` under `config`"]
    inside = legacy("        config: {loaded_at_query: select 1}\n        loaded_at_field: ts\n")
    assert only(check(inside, engine, "SA405")).fixes == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_legacy_field_of_a_source_is_not_moved_beside_a_query_of_the_project(
    check: Check, engine: str
) -> None:
    files = {"models/s.yml": "sources:\n  - name: raw\n    loaded_at_field: ts\n    tables: [{name: t}]\n"}
    assert len(only(check(files, engine, "SA405")).fixes) == 1
    files["dbt_project.yml"] = f"{PROJECT}sources:\n  shop:\n    +loaded_at_query: select 1\n"
    assert only(check(files, engine, "SA405")).fixes == ()


def test_in_packages_nothing_is_said(check: Check) -> None:
    files = {
        "packages.yml": "packages:\n  - local: dep\n",
        "dep/dbt_project.yml": "name: dep\n",
        "dep/models/s.yml": beside(f"    freshness: {{build_after: {INTERVAL}}}\n")["models/s.yml"],
        "dep/models/orders.sql": "select 1",
    }
    assert check(files, select="SA4") == []


def test_a_folder_called_state(check: Check) -> None:
    files = {"dbt_project.yml": f"{PROJECT}seeds:\n  shop:\n    state:\n      enabled: true\n"}
    for engine in ENGINES:
        assert check(files, engine, "SA404") == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("files", "code", "gone"),
    [
        (
            source("{warn_after: {count: 1, period: day}, build_after: {count: 1, period: day}}"),
            "SA402",
            ", build_after: {count: 1, period: day}",
        ),
        (model(f"{{warn_after: {INTERVAL}, build_after: {INTERVAL}}}"), "SA403", f"warn_after: {INTERVAL}, "),
        (
            {
                "models/s.yml": f"models:\n  - name: orders\n    config:\n      freshness:\n        build_after: {INTERVAL}\n        filter: x   # no\n",
                "models/orders.sql": "select 1",
            },
            "SA403",
            "        filter: x   # no\n",
        ),
    ],
)
def test_a_key_of_the_other_kind_can_be_removed(
    check: Check, engine: str, files: dict[str, str], code: str, gone: str
) -> None:
    (fix,) = only(check(files, engine, code)).fixes
    assert not fix.safe
    after = fixed(files, fix)
    assert after["models/s.yml"] == files["models/s.yml"].replace(gone, "")
    assert check(after, engine) == []


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (source(f"{{build_after: {INTERVAL}}}"), "SA402"),
        (model(f"{{warn_after: {INTERVAL}}}"), "SA403"),
        (sql("freshness={'build_after': {'count': 1, 'period': 'day'}, 'filter': 'x'}"), "SA403"),
    ],
)
def test_no_block_is_emptied_and_no_code_is_changed(check: Check, files: dict[str, str], code: str) -> None:
    assert only(check(files, select=code)).fixes == ()
