"""SA201 to SA204: loaded_at_field and loaded_at_query exclude each other."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, only
from unit.rules.projects import marked
from unit.rules.yaml_files import PROJECT

QUERY = "loaded_at_query: select 1 as x"


def table(config: str, source: str = "", project: str = "") -> dict[str, str]:
    """A table with a config, in a source that may have one too."""
    above = f"\n    config: {{{source}}}" if source else ""
    return {
        "models/s.yml": f"sources:\n  - name: raw{above}\n    tables:\n      - name: t\n        config: {{{config}}}\n",
        **({"dbt_project.yml": f"{PROJECT}sources:\n  {project}\n"} if project else {}),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_both_at_a_table(check: Check, engine: str) -> None:
    files = table(f"loaded_at_field: ts, {QUERY}")
    finding = only(check(files, engine))
    assert (finding.code, finding.severity) == ("SA201", "error")
    assert finding.message == (
        "`raw.t` has both a `loaded_at_field` and a `loaded_at_query`, which exclude each other"
    )
    assert finding.node == "source.shop.raw.t"
    assert marked(finding, files) == QUERY
    related = finding.related[0]
    assert (related.place.file, related.message) == ("models/s.yml", "the `loaded_at_field`")
    codes = {"documented": ("dbt9002", "ParsingError"), "fusion": ("dbt9002",), "core": ("ParsingError",)}
    assert finding.engine_codes == codes[engine]


def test_one_pair_is_told_once(check: Check) -> None:
    files = {
        "models/s.yml": "sources:\n  - name: raw\n    config: {loaded_at_field: ts, loaded_at_query: select 1 as x}\n"
        "    tables: [{name: a}, {name: b}, {name: c}]\n"
    }
    finding = only(check(files, select="SA201"))
    assert finding.message.startswith("`raw.a` and 2 more tables have both")


def test_inside_the_block(check: Check) -> None:
    files = table(f"freshness: {{loaded_at_field: ts, {QUERY}}}")
    finding = only(check(files, "fusion", "SA2"))
    assert (finding.code, finding.engine_codes) == ("SA201", ("dbt1005",))
    assert marked(finding, files) == QUERY
    assert {f.code for f in check(files, "core", "SA2")} == {"SA204"}


def test_project_and_source_are_one_level_for_dbt_v2(check: Check) -> None:
    files = table("", "loaded_at_field: ts", "+loaded_at_query: select 1 as x")
    finding = only(check(files, "fusion", "SA2"))
    assert (finding.code, marked(finding, files)) == ("SA201", "loaded_at_field: ts")
    assert finding.related[0].place.file == "dbt_project.yml"


@pytest.mark.parametrize(
    "files",
    [
        table("loaded_at_field: ts"),
        table(QUERY),
        table("loaded_at_field: ts", "loaded_at_field: other"),
        table(f"loaded_at_field: null, {QUERY}"),
        table(f"loaded_at_field: '', {QUERY}"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_one_of_the_two_is_fine(check: Check, files: dict[str, str], engine: str) -> None:
    assert check(files, engine, "SA201") == []


def test_the_closest_level_wins(check: Check) -> None:
    files = table("loaded_at_field: ts", QUERY)
    finding = only(check(files))
    assert (finding.code, finding.severity) == ("SA202", "warning")
    assert (
        finding.message
        == "`loaded_at_field` is in force for `raw.t`, and the `loaded_at_query` set above it is not"
    )
    assert marked(finding, files) == "loaded_at_field: ts"
    assert finding.related[0].message == "the `loaded_at_query` that gives way"


def test_what_engines_make_of_different_levels(check: Check) -> None:
    source_over_project = table("", "loaded_at_field: ts", "+loaded_at_query: select 1 as x")
    assert only(check(source_over_project, select="SA2")).notes == (
        "dbt v2 counts dbt_project.yml and the source as one level, and stops (dbt9002)",
    )
    query_over_field = table(QUERY, "loaded_at_field: ts")
    assert only(check(query_over_field, select="SA2")).notes == ("dbt Core keeps both for the table",)


def test_an_empty_text_clears(check: Check) -> None:
    files = table("loaded_at_field: ''", QUERY)
    finding = only(check(files, select="SA2"))
    assert (finding.code, finding.severity, marked(finding, files)) == (
        "SA203",
        "info",
        "loaded_at_field: ''",
    )
    assert finding.message == "an empty `loaded_at_field` switches off the one that `raw.t` would inherit"
    assert finding.notes == (
        "dbt v2 clears an inherited `loaded_at_query` too; dbt Core keeps an inherited `loaded_at_query`",
    )
    assert check(table("loaded_at_field: ts"), select="SA203") == []
    nothing_above = only(check(table("loaded_at_field: ''"), select="SA203"))
    assert nothing_above.message == (
        "an empty `loaded_at_field` says nothing; there is none that it would switch off"
    )


def test_inside_freshness(check: Check) -> None:
    files = table("freshness: {warn_after: {count: 1, period: day}, loaded_at_field: ts}")
    for engine in ENGINES:
        finding = only(check(files, engine, "SA2"))
        assert (finding.code, finding.severity, marked(finding, files)) == (
            "SA204",
            "warning",
            "loaded_at_field",
        )


def test_unknown_values_and_packages_are_left_alone(check: Check) -> None:
    assert check(table("loaded_at_field: \"{{ run_query('x') }}\"", QUERY), select="SA201") == []
    package = table(f"loaded_at_field: ts, {QUERY}")
    files = {
        "packages.yml": "packages:\n  - local: dep\n",
        "dep/dbt_project.yml": "name: dep\n",
        "dep/models/s.yml": package["models/s.yml"],
    }
    assert check(files, select="SA2") == []
