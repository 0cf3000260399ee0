"""One run that has everything a format may meet."""

from __future__ import annotations

from pathlib import Path

from stateaware.check.result import Item, ProjectResult
from stateaware.findings import Edit, Finding, Fix, Place, Related, Suppression
from stateaware.report import RuleInfo
from stateaware.text import LineIndex, Span

MARTS = """\
version: 2

models:
  - name: fct_orders
    description: Orders, one row each
    config:
      freshness:
        build_after:
          count: 4
          period: hours
          updates_on: all
"""

STAGING = """\
models:
  - name: stg_日本語
    config:
\t  freshness: {build_after: {count: 1, period: stündlich}}  # 👩\u200d🚀 überall
  - name: stg_orders
    config:
      freshness: null
"""

PROJECT = """\
name: shop
models:
  +freshness: {build_after: {count: 1, period: day}}
  marts:
    +freshness:
      build_after:
        count: 2
        period: week
"""

SOURCES = """\
sources:
  - name: raw
    config:
      freshness:
        warn_after: {count: 24, period: hour}
        error_after: {count: 12, period: hour}
    tables:
      - name: payments
"""


def at(text: str, part: str, number: int = 0) -> Span:
    """The span of a part of a text, the first or a later one."""
    start = -1
    for _ in range(number + 1):
        start = text.index(part, start + 1)
    return LineIndex(text).span(start, start + len(part))


def shop() -> ProjectResult:
    """A project in the folder ``transform/shop`` of its repository."""
    texts = {
        "models/marts/_marts.yml": MARTS,
        "models/staging/_stg ü%.yml": STAGING,
        "dbt_project.yml": PROJECT.replace("\n", "\r\n"),
        "models/legacy.sql": "{{ config(freshness=none) }}\nselect 1\n",
        "models/one_line.yml": "x: " + "a" * 500_000 + " period: hours " + "b" * 500_000,
    }
    hours = at(MARTS, "hours")
    turkish = at(STAGING, "stündlich")
    null = at(STAGING, "null")
    marts = "models/marts/_marts.yml"
    staging = "models/staging/_stg ü%.yml"
    folder = Place("dbt_project.yml", at(PROJECT, "{build_after: {count: 1, period: day}}"))
    findings = (
        Finding(
            "SA141",
            "warning",
            "`freshness: null` turns off the 1 day from dbt_project.yml:3, as documented; dbt v2 keeps it",
            Place(staging, null),
            node="model.shop.stg_orders",
            item=f"{staging}::stg_orders::SA141",
            notes=("the same on every engine: build_after: {count: 0, period: minute}",),
            related=(Related(folder, "what dbt v2 uses"),),
            fixes=(
                Fix(
                    "Write `build_after: {count: 0, period: minute}`",
                    (Edit(staging, null, "\n        build_after: {count: 0, period: minute}"),),
                    safe=False,
                ),
            ),
            tags=("unnecessary",),
        ),
        Finding(
            "SA112",
            "error",
            "period must be minute, hour or day; `hours` is none of them",
            Place(marts, hours),
            node="model.shop.fct_orders",
            item=f"{marts}::fct_orders::SA112",
            hint="write `hour`",
            notes=("dbt v2 stops here and writes no manifest (dbt1013); dbt Core 1.11 stops too",),
            fixes=(Fix("Write `period: hour`", (Edit(marts, hours, "hour"),)),),
            engine_codes=("dbt1013", "InvalidFieldValue"),
        ),
        Finding(
            "SA112",
            "error",
            "period must be minute, hour or day; `stündlich` is none of them",
            Place(staging, turkish),
            node="model.shop.stg_日本語",
            item=f"{staging}::stg_日本語::SA112",
            hint="write `hour` — 每小时",
            engine_codes=("dbt1013",),
        ),
        Finding(
            "SA155",
            "warning",
            "this block drops\nwhat it inherits",
            Place(
                "dbt_project.yml",
                at(PROJECT.replace("\n", "\r\n"), "build_after:\r\n        count: 2\r\n        period: week"),
            ),
            item="dbt_project.yml::models.shop.marts::SA155",
            hint="repeat updates_on here",
            related=(
                Related(Place(marts, at(MARTS, "all")), "the value that is lost"),
                Related(Place("models/gone.yml", Span(3, 1, 3, 4)), "no longer there"),
                Related(Place("packages.yml"), "says which package"),
            ),
            fixes=(
                Fix(
                    "Repeat `updates_on: all`",
                    (Edit("dbt_project.yml", Span.at(8, 21), "\r\n        updates_on: all"),),
                ),
                Fix(
                    "Remove the block",
                    (
                        Edit("dbt_project.yml", Span(5, 1, 9, 1), ""),
                        Edit("dbt_project.yml", Span(4, 1, 5, 1), ""),
                        Edit(marts, Span(11, 1, 12, 1), ""),
                    ),
                    safe=False,
                ),
            ),
        ),
        Finding(
            "SA190",
            "info",
            "dbt_project.yml names no engine, so differences between \x1b[31mengines\x1b[0m are told",
            Place("dbt_project.yml"),
            item="dbt_project.yml::shop::SA190",
        ),
        Finding(
            "SA143",
            "warning",
            "freshness=none inherits on dbt v2",
            Place("models/legacy.sql", Span(1, 11, 1, 25)),
            node="model.shop.legacy",
            item="models/legacy.sql::legacy::SA143",
            suppressed=Suppression("inline", "dropped <next> week & for good"),
        ),
        Finding(
            "SA112",
            "error",
            "period must be minute, hour or day; `hours` is none of them",
            Place("models/one_line.yml", Span(1, 500_013, 1, 500_018)),
            item="models/one_line.yml::x::SA112",
            hint="write `hour`",
        ),
    )
    ran = [
        Item(
            found.item,
            found.code,
            found.place,
            found.item.split("::")[1],
            "suppressed" if found.suppressed else found.severity,
            0.001 * number,
        )
        for number, found in enumerate(findings, 1)
    ]
    items = (
        *ran,
        Item(
            f"{marts}::fct_orders::SA101",
            "SA101",
            Place(marts, at(MARTS, "build_after")),
            "fct_orders",
            "passed",
            0.002,
        ),
        Item(f"{marts}::fct_orders::SA102", "SA102", Place(marts), "fct_orders"),
    )
    return ProjectResult(
        root=Path("/home/ana/repo/transform/shop"),
        folder="transform/shop",
        name="shop",
        engine="documented",
        findings=findings,
        items=items,
        files=12,
        nodes=1148,
        counts={"passed": 1, "error": 3, "warning": 2, "info": 1, "suppressed": 1},
        text=texts.get,
    )


def finance() -> ProjectResult:
    """A second project without items; one of its files lies outside the repository."""
    findings = (
        Finding(
            "SA161",
            "warning",
            "warn_after (24 hours) is not shorter than error_after (12 hours)",
            Place("models/sources.yml", at(SOURCES, "{count: 24, period: hour}")),
            node="source.finance.raw.payments",
            item="models/sources.yml::raw.payments::SA161",
            related=(
                Related(Place("models/sources.yml", at(SOURCES, "{count: 12, period: hour}")), "error_after"),
            ),
        ),
        Finding(
            "SA900",
            "error",
            "cannot be read",
            Place("../../common models/x.yml"),
            suppressed=Suppression("baseline"),
        ),
    )
    return ProjectResult(
        root=Path("/home/ana/repo/finance"),
        folder="finance",
        name="finance",
        engine="fusion",
        findings=findings,
        items=None,
        files=3,
        nodes=1,
        counts={"passed": 7, "warning": 1, "suppressed": 1},
        text={"models/sources.yml": SOURCES}.get,
    )


RULES = {
    code: RuleInfo(code, name, summary, f"{summary}.\n\n## How to fix\n\nWrite it.", group, severity)
    for code, name, summary, group, severity in (
        ("SA101", "incomplete-build-after", "count or period is missing", "required", "error"),
        ("SA112", "invalid-period", "period is not a unit of time that dbt knows", "required", "error"),
        ("SA141", "null-keeps-inherited", "a null that clears only on some engines", "null", "warning"),
        ("SA155", "half-block", "a block that drops what was inherited", "places", "warning"),
        ("SA190", "engines-differ", "no engine is named", "meaning", "info"),
    )
}
