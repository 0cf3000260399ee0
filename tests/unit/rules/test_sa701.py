"""SA701 to SA703: packages that are missing, and what is wrong inside those that are there."""

from __future__ import annotations

from unit.rules.checks import ENGINES, Check, only
from unit.rules.projects import marked

DAY = "{build_after: {count: 1, period: day}}"
DAYS = "{build_after: {count: 1, period: days}}"


def package(tree: str = "", **more: str) -> dict[str, str]:
    """A project with a local package `dep`, which has something under ``models:``."""
    return {
        "packages.yml": "packages:\n  - local: dep\n",
        "dep/dbt_project.yml": f"name: dep\nmodels:\n  {tree}\n" if tree else "name: dep\n",
        "dep/models/m.sql": "select 1",
        "models/a.sql": "select 1",
        **more,
    }


def test_a_missing_package_is_named_once(check: Check) -> None:
    text = "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.0.0\n  - local: ../nowhere\n"
    files = {"packages.yml": text, "models/a.sql": "select 1"}
    for engine in ENGINES:
        first, second = check(files, engine)
        assert (first.code, first.severity, marked(first, files)) == ("SA701", "info", "dbt-labs/dbt_utils")
        assert first.message == "package `dbt-labs/dbt_utils` is not installed, so what is in it is not known"
        assert marked(second, files) == "../nowhere"
    assert check(package()) == []


def test_repeated_keys_in_a_package(check: Check) -> None:
    entry = (
        "models:\n  - name: m\n    config: {freshness: {build_after: {count: 1, period: day, count: 2}}}\n"
    )
    files = package(**{"dep/models/s.yml": entry})
    assert check(files) == []
    for engine, codes in (("fusion", ("dbt1065",)), ("core", ("DuplicateYAMLKeysDeprecation",))):
        finding = only(check(files, engine))
        assert (finding.code, finding.severity, finding.engine_codes) == ("SA702", "warning", codes)
        assert finding.message == "package `dep` has a mistake that dbt warns of: `count` is written twice"
        assert (finding.place.file, marked(finding, files)) == ("dep/models/s.yml", "count")


def test_all_of_a_packages_mistakes_are_one_finding(check: Check) -> None:
    entry = "models:\n  - name: m\n    meta: {}\n    tags: [freshness]\n    config: {freshness: {build_afer: 1}}\n"
    files = package(f"dep: {{+freshness: {DAYS}}}", **{"dep/models/s.yml": entry})
    finding = only([f for f in check(files, "fusion") if f.code == "SA702"])
    assert finding.message == "package `dep` has 3 mistakes that dbt warns of: unknown key `meta`"
    assert [one.message for one in finding.related] == [
        "unknown key `tags`",
        "`period` has a value that dbt v2 drops",
    ]


def test_values_that_stop_dbt(check: Check) -> None:
    at_root = package(f"+freshness: {DAYS}")
    in_properties = package(
        **{"dep/models/s.yml": f"models:\n  - name: m\n    config: {{freshness: {DAYS}}}\n"}
    )
    for files in (at_root, in_properties):
        for engine, codes in (
            ("documented", ("dbt1013", "InvalidFieldValue")),
            ("fusion", ("dbt1013",)),
            ("core", ("InvalidFieldValue",)),
        ):
            finding = only(check(files, engine, "SA7"))
            assert (finding.code, finding.severity, finding.engine_codes) == ("SA703", "error", codes)
            assert finding.message == "this package has a `period` that dbt does not take, and dbt stops here"
            assert marked(finding, files) == "days"


def test_values_that_dbt_v2_only_drops(check: Check) -> None:
    files = package(f"dep: {{+freshness: {DAYS}}}")
    assert [f.code for f in check(files, "fusion", "SA7")] == ["SA702"]
    assert [f.code for f in check(files, "core", "SA7")] == ["SA703"]


def test_good_packages_pass(check: Check) -> None:
    files = package(f"dep: {{+freshness: {DAY}}}")
    for engine in ENGINES:
        assert check(files, engine) == []
