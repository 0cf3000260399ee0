"""SA406: paths of dbt_project.yml that match nothing, and the path that was meant."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import marked
from unit.rules.yaml_files import PROJECT

DAILY = "{+freshness: {build_after: {count: 1, period: day}}}"


def project(under_models: str, *models: str, **more: str) -> dict[str, str]:
    """A project with something under ``models:``, and models at the given paths."""
    files = {f"{path}.sql": "select 1" for path in models or ("models/marts/finance/revenue",)}
    return {"dbt_project.yml": f"{PROJECT}models:\n{under_models}\n", **files, **more}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_path_that_matches_nothing(check: Check, engine: str) -> None:
    files = project(f"  shop:\n    nowhere: {DAILY}")
    finding = only(check(files, engine))
    assert (finding.code, finding.severity) == ("SA406", "warning")
    assert (
        finding.message
        == "`models.shop.nowhere` matches no model, so its `freshness` is in force for nothing"
    )
    assert (marked(finding, files), finding.hint) == ("nowhere", "")
    codes = ("dbt1097", "UnusedResourceConfigPath")
    assert finding.engine_codes == {"documented": codes, "fusion": codes[:1], "core": codes[1:]}[engine]


@pytest.mark.parametrize(
    ("under_models", "meant", "reason"),
    [
        (f"  marts: {DAILY}", "shop.marts", "the project's name, `shop`, must stand above it"),
        (f"  stop:\n    marts: {DAILY}", "shop.marts", "the project is called `shop`"),
        (f"  models:\n    marts: {DAILY}", "shop.marts", "the project is called `shop`"),
        (
            f"  shop:\n    models:\n      marts: {DAILY}",
            "shop.marts",
            "paths start below the folder `models`",
        ),
        (f"  shop:\n    Marts: {DAILY}", "shop.marts", "upper and lower case count"),
        (f"  shop:\n    marts/finance: {DAILY}", "shop.marts.finance", "each folder is a level of its own"),
        (f"  shop:\n    marts.finance: {DAILY}", "shop.marts.finance", "each folder is a level of its own"),
        (f"  shop:\n    models/marts: {DAILY}", "shop.marts", "each folder is a level of its own"),
        (f"  shop:\n    finance: {DAILY}", "shop.marts.finance", "a folder in between is missing"),
        (
            f"  shop:\n    marts:\n      finance:\n        revenue.sql: {DAILY}",
            "shop.marts.finance.revenue",
            "a model's name has no `.sql`",
        ),
        (
            f"  shop:\n    staging:\n      stripe:\n        revenue: {DAILY}",
            "shop.marts.finance.revenue",
            "`revenue` is in another folder",
        ),
        (f"  shop:\n    mart: {DAILY}", "shop.marts", ""),
    ],
)
def test_the_path_that_was_meant(check: Check, under_models: str, meant: str, reason: str) -> None:
    files = project(under_models, "models/marts/finance/revenue", "models/staging/stripe/payments")
    finding = only(check(files, select="SA406"))
    assert finding.hint == f"did you mean `models.{meant}`?"
    assert finding.notes[:-1] == ((reason,) if reason else ())


@pytest.mark.parametrize(
    "under_models",
    [
        f"  shop: {DAILY}",
        f"  shop:\n    marts: {DAILY}",
        f"  shop:\n    marts:\n      finance:\n        revenue: {DAILY}",
        "  +freshness: {build_after: {count: 1, period: day}}",
        "  shop:\n    +meta: {freshness: {a: 1}}",
        "  shop:\n    nowhere:\n      +materialized: table",
        f"  shop:\n    +x: {DAILY}",
    ],
)
def test_paths_that_match_or_hold_nothing_of_ours(check: Check, under_models: str) -> None:
    for engine in ENGINES:
        assert check(project(under_models), engine, "SA406") == []


def test_only_the_topmost_key_is_told(check: Check) -> None:
    files = project(
        f"  shop:\n    nowhere:\n      +freshness: {{}}\n      deeper: {DAILY}\n      other: {DAILY}"
    )
    assert marked(only(check(files, select="SA406")), files) == "nowhere"


def test_disabled_models_and_later_duplicates_count(check: Check) -> None:
    files = project(f"  shop:\n    off: {DAILY}\n    twice: {DAILY}", "models/a/one", "models/twice/one")
    files["models/off/two.sql"] = "{{ config(enabled=false) }} select 1"
    assert check(files, select="SA406") == []


def test_packages(check: Check) -> None:
    listed = {"packages.yml": "packages:\n  - package: dbt-labs/dbt_artifacts\n    version: 1.0.0\n"}
    unknown = project(f"  dbt_artifacts:\n    marts: {DAILY}\n  artifacts: {DAILY}\n  who: {DAILY}", **listed)
    assert check(unknown, select="SA406") == []
    certain = project(f"  marts: {DAILY}", **listed)
    assert only(check(certain, select="SA406")).hint == "did you mean `models.shop.marts`?"
    installed = project(
        f"  dep:\n    Mart: {DAILY}\n    mart: {DAILY}",
        "dep/models/mart/x",
        **{"packages.yml": "packages:\n  - local: dep\n", "dep/dbt_project.yml": "name: dep\n"},
    )
    assert only(check(installed, select="SA406")).hint == "did you mean `models.dep.mart`?"


def test_versions_are_addressed_differently(check: Check) -> None:
    properties = {"models/s.yml": "models:\n  - name: m\n    versions: [{v: 1}, {v: 2}]\n"}
    files = project(
        f"  shop:\n    m:\n      v2: {DAILY}\n    m_v1: {DAILY}", "models/m_v1", "models/m_v2", **properties
    )
    by_engine = {engine: check(files, engine, "SA406") for engine in ENGINES}
    assert [f.message for f in by_engine["documented"]] == [
        "`models.shop.m.v2` is in force on dbt Core only, which looks a version up by name and version",
        "`models.shop.m_v1` is in force on dbt v2 only, which looks a version up by its file's name",
    ]
    assert [f.message for f in by_engine["fusion"]] == [f.message for f in by_engine["documented"]]
    assert [f.engine_codes for f in by_engine["fusion"]] == [(), ("dbt1097",)]
    assert [f.message for f in by_engine["core"]] == [
        "`models.shop.m_v1` matches no model, so its `freshness` is in force for nothing"
    ]


def test_sources_have_paths_too(check: Check) -> None:
    files = {
        "dbt_project.yml": f"{PROJECT}sources:\n  shop:\n    raw:\n      +loaded_at_field: ts\n",
        "models/stripe/s.yml": "sources:\n  - name: raw\n    tables: [{name: t}]\n",
    }
    finding = only(check(files, select="SA406"))
    assert (
        finding.message
        == "`sources.shop.raw` matches no source, so its `loaded_at_field` is in force for nothing"
    )
    assert finding.hint == "did you mean `sources.shop.stripe.raw`?"


def test_the_project_name_is_put_above(fix: Fixed) -> None:
    files = project("  marts:  # slow ones\n    +freshness: {build_after: {count: 1, period: day}}")
    assert fix(files, "SA406")["dbt_project.yml"] == (
        f"{PROJECT}models:\n  shop:\n    marts:  # slow ones\n"
        "      +freshness: {build_after: {count: 1, period: day}}\n"
    )
    beside = project(f"  marts: {DAILY}\n  shop:\n    staging: {DAILY}", "models/marts/a", "models/staging/b")
    assert fix(beside, "SA406")["dbt_project.yml"] == (
        f"{PROJECT}models:\n  shop:\n    staging: {DAILY}\n    marts: {DAILY}\n"
    )


def test_names_are_mended(check: Check, fix: Fixed) -> None:
    case = project(f"  shop:\n    Marts: {DAILY}")
    assert only(check(case)).fixes[0].safe
    assert fix(case, "SA406")["dbt_project.yml"] == f"{PROJECT}models:\n  shop:\n    marts: {DAILY}\n"
    ending = project(f"  shop:\n    orders.sql: {DAILY}", "models/orders")
    assert fix(ending, "SA406")["dbt_project.yml"] == f"{PROJECT}models:\n  shop:\n    orders: {DAILY}\n"
    spelling = project(f"  shop:\n    mart: {DAILY}")
    assert not only(check(spelling)).fixes[0].safe
    taken = project(f"  shop:\n    Marts: {DAILY}\n    marts: {DAILY}")
    assert only(check(taken)).fixes == ()


def test_models_in_other_folders(check: Check) -> None:
    files = project(f"  shop:\n    models:\n      x: {DAILY}", "dbt/models/x/a")
    files["dbt_project.yml"] += "model-paths: [dbt/models]\n"
    assert only(check(files, select="SA406")).hint == "did you mean `models.shop.x`?"


def test_other_paths_are_for_the_engines(check: Check) -> None:
    files = project("  shop:\n    nowhere:\n      +materialized: table\n    empty: {}")
    assert check(files) == []
    for engine in ("fusion", "core"):
        finding = only(check(files, engine))
        assert (finding.code, finding.severity, marked(finding, files)) == ("SA806", "warning", "nowhere")
        assert finding.message == "`models.shop.nowhere` matches no model"
