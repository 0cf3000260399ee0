"""SA112, SA113, SA114: keys that are unknown, misspelt, one level off, or with a wrong `+`."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import fixed, marked
from unit.rules.yaml_files import PROJECT, model, source, sql, state, tree

COMPLETE = "{build_after: {count: 4, period: hour}}"


@pytest.mark.parametrize(
    ("block", "key", "message", "hint"),
    [
        (
            "{build_afer: {count: 4, period: hour}}",
            "build_afer",
            "`build_afer` is no key of freshness; it has build_after only",
            "did you mean `build_after`?",
        ),
        (
            "{build_after: {count: 4, period: hour, updated_on: all}}",
            "updated_on",
            "`updated_on` is no key of build_after; it has count, period and updates_on",
            "did you mean `updates_on`?",
        ),
        (
            "{build_after: {count: 4, period: hour, Updates_On: all}}",
            "Updates_On",
            "`Updates_On` is no key of build_after; it has count, period and updates_on",
            "did you mean `updates_on`?",
        ),
        (
            "{build_after: {count: 4, period: hour, wait: true}}",
            "wait",
            "`wait` is no key of build_after; it has count, period and updates_on",
            "remove it",
        ),
        (
            "{build_after: {count: 4, period: hour}, updates_on: all}",
            "updates_on",
            "`updates_on` is no key of freshness; it has build_after only",
            "it belongs under `build_after`",
        ),
    ],
)
def test_unknown_keys_of_a_model(check: Check, block: str, key: str, message: str, hint: str) -> None:
    files = model(block)
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.message, finding.hint) == (
        "SA112",
        "error",
        message,
        hint,
    )
    assert marked(finding, files) == key
    fusion = only(check(files, "fusion"))
    assert (fusion.severity, fusion.engine_codes) == ("error", ("dbt1060",))
    core = only(check(files, "core"))
    assert (core.severity, core.engine_codes) == ("warning", ())


def test_unknown_keys_of_a_source(check: Check) -> None:
    files = source(
        "{warn_afer: {count: 1, period: day}, error_after: {count: 2, period: day, updates_on: all}}"
    )
    first, second = check(files)
    assert (first.message, first.hint) == (
        "`warn_afer` is no key of freshness; it has warn_after, error_after and filter",
        "did you mean `warn_after`?",
    )
    assert second.message == "`updates_on` is no key of error_after; it has count and period"


def test_unknown_keys_of_state(check: Check) -> None:
    files = state("{lag_tolerence: 1 day, require_fresh_data: all}")
    assert [f.hint for f in check(files)] == [
        "did you mean `lag_tolerance`?",
        "did you mean `require_fresh_data_from`?",
    ]
    newer = state("{compare_unrendered_code: true}")
    assert check(newer) == []
    assert only(check(newer, "fusion")).hint == "newer than dbt v2 preview.196"


def test_state_of_a_source_is_not_looked_into(check: Check) -> None:
    files = {"dbt_project.yml": PROJECT + "sources:\n  shop:\n    +state: {lag_tolerance: 4h, foo: 1}\n"}
    for engine in ENGINES:
        assert check(files, engine, "SA112") == []


def test_unknown_keys_of_lag_tolerance_are_dropped_in_silence(check: Check) -> None:
    files = state("{lag_tolerance: {count: 1, period: day, foo: 1}}")
    assert [only(check(files, engine)).severity for engine in ENGINES] == ["error", "warning", "warning"]
    assert only(check(files, "fusion")).engine_codes == ()


def test_keys_in_code_and_dbt_project(check: Check) -> None:
    files = sql("freshness={'build_afer': {'count': 4}}")
    finding = only(check(files, "fusion"))
    assert (marked(finding, files), finding.engine_codes) == ("'build_afer'", ("dbt1060",))
    assert only(check(tree("+freshness: {build_afer: {count: 4}}"), "fusion")).notes == (
        "dbt v2 stops here and writes no manifest (dbt1060); dbt Core 1.11 drops it in silence",
    )


@pytest.mark.parametrize(
    ("block", "after"),
    [
        ("{build_afer: {count: 4, period: hour}}", "{build_after: {count: 4, period: hour}}"),
        ("{'buildAfter': {count: 4, period: hour}}", "{'build_after': {count: 4, period: hour}}"),
        ("{build_after: {Count: 4, period: hour}}", "{build_after: {count: 4, period: hour}}"),
    ],
)
def test_rename(fix: Fixed, block: str, after: str) -> None:
    assert fix(model(block), "SA112")["models/s.yml"].endswith(f"freshness: {after}\n")


@pytest.mark.parametrize(
    "block",
    [
        "{build_afer: {count: 4}}",  # would be half
        "{build_afer: {count: x, period: hour}}",  # would be wrong
        "{build_afer: {count: 4, period: hour}, build_after: {count: 1, period: day}}",  # is there already
    ],
)
def test_no_rename_into_a_mistake(check: Check, block: str) -> None:
    finding = next(f for f in check(model(block)) if f.code == "SA112")
    assert finding.fixes == ()


@pytest.mark.parametrize("key", ["freshnes", "Freshness", "freshenss", "FRESHNESS", "fresh_ness"])
def test_misspelt_in_config(check: Check, key: str) -> None:
    files = {
        "models/s.yml": f"models:\n  - name: orders\n    config:\n      {key}: {COMPLETE}\n",
        "models/orders.sql": "x",
    }
    finding = only(check(files))
    assert (finding.code, finding.severity, finding.hint) == ("SA113", "error", "did you mean `freshness`?")
    assert finding.message == f"`{key}` is no key of dbt here"
    assert marked(finding, files) == key
    assert only(check(files, "fusion", "SA113")).engine_codes == ("dbt1060",)
    assert only(check(files, "core", "SA113")).severity == "warning"


def table(config: str) -> dict[str, str]:
    text = f"sources:\n  - name: raw\n    tables:\n      - name: payments\n        {config}\n"
    return {"models/s.yml": text, "models/orders.sql": "x"}


@pytest.mark.parametrize(
    ("config", "meant"),
    [
        ("config: {loaded_at_feild: ts}", "loaded_at_field"),
        ("config: {loadedAtQuery: select 1}", "loaded_at_query"),
        ("config: {freshnes: null}", "freshness"),
        ("confg: {freshness: null}", "config"),
    ],
)
def test_misspelt_on_a_source(check: Check, config: str, meant: str) -> None:
    assert only(check(table(config))).hint == f"did you mean `{meant}`?"


def test_the_hint_says_what_a_new_name_alone_would_not_mend(check: Check) -> None:
    beside = only(check(table("freshnes: {warn_after: {count: 1, period: day}}")))
    assert (beside.hint, beside.fixes) == ("did you mean `freshness`, under `config`?", ())
    twice = only(check(table("config: {freshness: null, freshnes: null}")))
    assert (twice.hint, twice.fixes) == ("`freshness` is there already; keep one", ())


def test_directly_on_a_source_dbt_core_stops(check: Check) -> None:
    files = {
        "models/s.yml": "sources:\n  - name: raw\n    freshnes: {}\n    tables: [{name: t}]\n",
        "models/a.sql": "x",
    }
    finding = only(check(files, "core", "SA113"))
    assert (finding.severity, finding.engine_codes) == ("error", ("YamlParseDictError",))


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (
            "config:\n      build_after: {count: 4, period: hour}",
            "build_after",
            "`build_after` has no effect here; it belongs under `freshness`",
        ),
        (
            "config: {updates_on: all, state: {}}",
            "updates_on",
            "`updates_on` has no effect here; it belongs under `freshness: build_after`",
        ),
        (
            "config: {lag_tolerance: 1 day}",
            "lag_tolerance",
            "`lag_tolerance` has no effect here; it belongs under `state`",
        ),
        (
            "build_after: {count: 4, period: hour}",
            "build_after",
            "`build_after` has no effect here; it belongs under `freshness`",
        ),
    ],
)
def test_one_level_off(check: Check, text: str, key: str, message: str) -> None:
    files = {"models/s.yml": f"models:\n  - name: orders\n    {text}\n", "models/orders.sql": "x"}
    finding = only(check(files, select="SA113"))
    assert finding.message == message
    assert finding.hint == f"put it under `{message.rsplit('under `', 1)[1]}"
    assert marked(finding, files) == key


@pytest.mark.parametrize(
    ("files", "file", "after"),
    [
        (
            {
                "models/s.yml": "models:\n  - name: orders\n    config:\n      build_after: {count: 4, period: hour}\n"
            },
            "models/s.yml",
            "      freshness: {build_after: {count: 4, period: hour}}\n",
        ),
        (
            {"models/s.yml": "models:\n  - name: orders\n    config: {lag_tolerance: 1 day, tags: [a]}\n"},
            "models/s.yml",
            "    config: {state: {lag_tolerance: 1 day}, tags: [a]}\n",
        ),
        (
            tree("+build_after: {count: 1, period: day}"),
            "dbt_project.yml",
            "    +freshness: {build_after: {count: 1, period: day}}\n",
        ),
    ],
)
def test_nesting_fix(fix: Fixed, files: dict[str, str], file: str, after: str) -> None:
    assert fix({"models/orders.sql": "select 1", **files}, "SA113")[file].endswith(after)


@pytest.mark.parametrize(
    "config",
    [
        "build_after: {count: 4}",
        "build_after: {count: 4, period: hour}\n      freshness: {}",
        "build_after:\n        count: 4\n        period: hour",
        "updates_on: all",
    ],
)
def test_no_nesting_fix(check: Check, config: str) -> None:
    files = {
        "models/s.yml": f"models:\n  - name: orders\n    config:\n      {config}\n",
        "models/orders.sql": "x",
    }
    assert only(check(files, select="SA113")).fixes == ()


def test_arguments_of_config(check: Check) -> None:
    files = sql("\n    freshnes={'build_after': {'count': 4, 'period': 'hour'}}\n")
    finding = only(check(files, "fusion", "SA113"))
    assert (marked(finding, files), finding.engine_codes) == ("freshnes", ("dbt1060",))


@pytest.mark.parametrize(
    ("files", "key", "code"),
    [
        ({"models/s.yml": "modles:\n  - name: orders\n    config: {freshness: {}}\n"}, "modles", "dbt1060"),
        (
            {"models/s.yml": "models: []\nfreshness: {build_after: {count: 1, period: day}}\n"},
            "freshness",
            "dbt1060",
        ),
        (
            {"dbt_project.yml": PROJECT + "freshness: {build_after: {count: 1, period: day}}\n"},
            "freshness",
            "dbt1060",
        ),
        ({"dbt_project.yml": PROJECT + "model:\n  shop: {+freshness: {}}\n"}, "model", "dbt1060"),
        (tree("+freshnes: {build_after: {count: 1, period: day}}"), "+freshnes", "dbt1013"),
        (tree("freshnes: {build_after: {count: 1, period: day}}"), "freshnes", "dbt1013"),
        (tree("+build_after: {count: 1, period: day}"), "+build_after", "dbt1013"),
    ],
)
def test_tops_and_trees(check: Check, files: dict[str, str], key: str, code: str) -> None:
    files = {"models/orders.sql": "select 1", **files}
    finding = only(check(files, "fusion", "SA113"))
    assert (marked(finding, files), finding.engine_codes) == (key, (code,))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "text",
    [
        "config: {strategy: timestamp, tags: [a], meta: {freshnes: 1}, stage: 3, states: [a]}",
        "config: {freshness: null}\n    constraints: []\n    columns: []",
    ],
)
def test_other_keys_are_none_of_our_business(check: Check, text: str, engine: str) -> None:
    files = {"models/s.yml": f"models:\n  - name: orders\n    {text}\n", "models/orders.sql": "x"}
    assert check(files, engine, "SA113") == []
    assert check(files, engine, "SA114") == []


def test_misspelt_fix(fix: Fixed) -> None:
    files = {
        "models/s.yml": f"models:\n  - name: orders\n    config:\n      freshnes: {COMPLETE}\n",
        "models/orders.sql": "x",
    }
    assert f"      freshness: {COMPLETE}\n" in fix(files, "SA113")["models/s.yml"]


def test_misspelt_fix_in_dbt_project(fix: Fixed) -> None:
    after = fix(tree(f"+freshnes: {COMPLETE}"), "SA113")
    assert f"    +freshness: {COMPLETE}\n" in after["dbt_project.yml"]


def test_misspelt_fix_only_into_something_right(check: Check) -> None:
    for config in (
        "config: {freshnes: {build_after: {count: 4}}}",
        f"config: {{freshnes: {{}}, freshness: {COMPLETE}}}",
    ):
        files = {"models/s.yml": f"models:\n  - name: orders\n    {config}\n", "models/orders.sql": "x"}
        assert only(check(files, select="SA113")).fixes == ()


@pytest.mark.parametrize(
    "text",
    [
        "freshness: {build_after: {count: 4, period: hour}}",
        "freshness:\n      build_after:\n        count: 4\n        period: hour",
        "state: {lag_tolerance: 1 day}",
        "freshness: daily",
        "freshness: null",
        "freshness:",
    ],
)
def test_missing_plus(check: Check, text: str) -> None:
    files = tree(text)
    finding = only([f for f in check(files) if f.code == "SA114"])
    key = text.split(":")[0]
    assert (finding.severity, finding.hint) == ("warning", f"write `+{key}`")
    assert finding.message == f"`{key}` lacks its `+`, so dbt takes it for a folder"
    assert marked(finding, files) == key
    null = text in ("freshness: null", "freshness:")
    fusion = only(check(files, "fusion", "SA114"))
    assert fusion.severity == ("warning" if null else "error")
    assert only(check(files, "core", "SA114")).severity == "warning"


def test_dbt_v2_names_the_first_value_below(check: Check) -> None:
    files = tree("freshness:\n      build_after:\n        count: 4\n        period: hour")
    finding = only(check(files, "fusion", "SA114"))
    assert (marked(finding, files), finding.engine_codes) == ("4", ("dbt1013",))
    assert finding.related[0].message == "`freshness` is taken for a folder"


def test_missing_plus_in_sources(check: Check) -> None:
    project = PROJECT + "sources:\n  shop:\n    freshness: {warn_after: {count: 1, period: day}}\n"
    assert only(check({"dbt_project.yml": project}, "fusion", "SA114")).engine_codes == ("dbt1013",)


@pytest.mark.parametrize(
    "text",
    [
        "freshness: {+materialized: view}",
        "freshness: {marts: {+materialized: view}}",
        "freshness: {+freshness: {build_after: {count: 4, period: hour}}}",
        "state: {+tags: [a]}",
    ],
)
def test_a_folder_named_like_a_key(check: Check, text: str) -> None:
    for engine in ENGINES:
        assert check(tree(text), engine, "SA114") == []


def test_missing_plus_fix(fix: Fixed) -> None:
    after = fix(tree(f"freshness: {COMPLETE}"), "SA114")
    assert f"    +freshness: {COMPLETE}\n" in after["dbt_project.yml"]


@pytest.mark.parametrize(
    ("files", "key", "where"),
    [
        (tree("+freshness: {+build_after: {count: 4, period: hour}}"), "+build_after", "inside freshness"),
        (tree("+freshness: {build_after: {+count: 4, period: hour}}"), "+count", "inside freshness"),
        (
            {
                "models/s.yml": f"models:\n  - name: orders\n    config: {{+freshness: {COMPLETE}}}\n",
                "models/orders.sql": "x",
            },
            "+freshness",
            "in a properties file",
        ),
    ],
)
def test_superfluous_plus(check: Check, fix: Fixed, files: dict[str, str], key: str, where: str) -> None:
    for engine, severity in zip(ENGINES, ("error", "error", "warning"), strict=True):
        finding = only(check(files, engine, "SA114"))
        assert finding.severity == severity
        assert finding.message == f"`{key}` is an unknown key; no key {where} has a `+`"
        assert marked(finding, files) == key
    assert only(check(files, "fusion", "SA114")).engine_codes == ("dbt1060",)
    file = finding.place.file
    assert fix(files, "SA114", "fusion")[file] == files[file].replace(key, key[1:])


def test_all_pluses_of_a_block_go_together(check: Check) -> None:
    files = tree("+freshness: {+build_after: {+count: 4, +period: hour}}")
    found = check(files, "fusion", "SA114")
    assert [marked(f, files) for f in found] == ["+build_after", "+count", "+period"]
    after = fixed(files, found[0].fixes[0])
    assert "+freshness: {build_after: {count: 4, period: hour}}" in after["dbt_project.yml"]
    assert check(after, "fusion") == []


def test_a_key_with_and_without_plus(check: Check) -> None:
    finding = only(check(tree("+freshness: {build_after: {count: 4, +count: 5, period: hour}}"), "fusion"))
    assert (finding.code, finding.fixes) == ("SA114", ())


def test_no_plus_for_what_would_be_wrong(check: Check) -> None:
    for text in ("freshness: daily", "freshness: {build_after: {count: 4}}", "freshness: null"):
        assert only(check(tree(text), "fusion", "SA114")).fixes == ()


def test_packages_are_left_alone(check: Check) -> None:
    files = {
        "packages.yml": "packages:\n  - local: pkg\n",
        "pkg/dbt_project.yml": PROJECT.replace("shop", "dep")
        + "models:\n  freshness: {build_after: {count: 1}}\n",
        "pkg/models/s.yml": "models:\n  - name: m\n    config: {freshnes: {}, freshness: {build_afer: {}}}\n",
        "pkg/models/m.sql": "select 1",
    }
    for select in ("SA112", "SA113", "SA114"):
        assert check(files, select=select) == []
