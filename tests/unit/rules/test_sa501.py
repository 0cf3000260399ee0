"""SA501: a warn_after that is not shorter than the error_after."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import fixed, found_in, marked

HEAD = "sources:\n  - name: raw\n"


def table(block: str) -> dict[str, str]:
    return {
        "models/_s.yml": f"{HEAD}    tables:\n      - name: orders\n        config:\n          freshness: {block}\n"
    }


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_fires(tmp_path: Path, engine: str) -> None:
    files = table("{warn_after: {count: 24, period: hour}, error_after: {count: 12, period: hour}}")
    (finding,) = found_in(tmp_path, files, "SA501", engine)
    assert finding.severity == "warning"
    assert finding.message == "warn_after (24 hours) is longer than error_after (12 hours), so it never warns"
    assert finding.node == "source.shop.raw.orders"
    assert marked(finding, files) == "warn_after: {count: 24, period: hour}"
    (related,) = finding.related
    assert related.message == "the error_after in force"


@pytest.mark.parametrize(
    ("warn", "error", "told"),
    [
        ("1, period: day", "1, period: day", "warn_after and error_after are both 1 day"),
        (
            "24, period: hour",
            "1, period: day",
            "warn_after (24 hours) is no shorter than error_after (1 day)",
        ),
        (
            "2, period: day",
            "90, period: minute",
            "warn_after (2 days) is longer than error_after (90 minutes)",
        ),
    ],
)
def test_periods_are_compared(tmp_path: Path, warn: str, error: str, told: str) -> None:
    files = table(f"{{warn_after: {{count: {warn}}}, error_after: {{count: {error}}}}}")
    (finding,) = found_in(tmp_path, files, "SA501")
    assert finding.message == f"{told}, so it never warns"


@pytest.mark.parametrize(
    "block",
    [
        "{warn_after: {count: 6, period: hour}, error_after: {count: 12, period: hour}}",
        "{warn_after: {count: 23, period: hour}, error_after: {count: 1, period: day}}",
        "{warn_after: {count: 6, period: hour}}",
        "{error_after: {count: 6, period: hour}}",
        "{warn_after: {count: 6}, error_after: {count: 1, period: hour}}",
        "null",
    ],
)
def test_silent(tmp_path: Path, block: str) -> None:
    assert found_in(tmp_path, table(block), "SA501") == []


def test_the_end_closer_to_the_table_is_marked(tmp_path: Path) -> None:
    config = "    config:\n      freshness: {KEY: {count: 1, period: day}}\n"
    for there, here, value in (("error_after", "warn_after", 2), ("warn_after", "error_after", 1)):
        text = HEAD + config.replace("KEY", there) + "    tables:\n      - name: orders\n        config:\n"
        text += f"          freshness: {{{here}: {{count: {value}, period: day}}}}\n"
        files = {"models/_s.yml": text}
        (finding,) = found_in(tmp_path, files, "SA501")
        assert marked(finding, files) == f"{here}: {{count: {value}, period: day}}"
        assert finding.related[0].place.span is not None
        assert finding.related[0].place.span.line == 4
        assert finding.fixes == ()


def test_one_pair_is_told_once(tmp_path: Path) -> None:
    block = "{warn_after: {count: 2, period: day}, error_after: {count: 1, period: day}}"
    text = HEAD + f"    config: {{freshness: {block}}}\n    tables:\n"
    files = {"models/_s.yml": text + "".join(f"      - name: t{n}\n" for n in range(6))}
    (finding,) = found_in(tmp_path, files, "SA501")
    assert finding.node is None
    assert finding.notes == ("in force for `raw.t0`, `raw.t1`, `raw.t2` and 3 more",)


def test_from_the_project_file(tmp_path: Path) -> None:
    files = {
        "dbt_project.yml": "name: shop\nsources:\n  shop:\n    +freshness:\n"
        "      warn_after: {count: 2, period: day}\n      error_after: {count: 1, period: day}\n",
        "models/_s.yml": f"{HEAD}    tables: [{{name: orders}}]\n",
    }
    (finding,) = found_in(tmp_path, files, "SA501")
    assert finding.place.file == "dbt_project.yml"
    assert marked(finding, files) == "warn_after: {count: 2, period: day}"


def test_packages_are_left_alone(tmp_path: Path) -> None:
    block = "{warn_after: {count: 2, period: day}, error_after: {count: 1, period: day}}"
    files = {
        "dbt_packages/dep/dbt_project.yml": "name: dep\n",
        "dbt_packages/dep/models/_s.yml": table(block)["models/_s.yml"],
    }
    assert found_in(tmp_path, files, "SA501") == []


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_swapped(tmp_path: Path, engine: str) -> None:
    files = {
        "models/_s.yml": f"{HEAD}    tables:\n      - name: orders\n        config:\n          freshness:\n"
        "            warn_after: # soon\n              count: 2\n              period: day\n"
        "            error_after: {count: 12, period: 'hour'}\n"
    }
    (finding,) = found_in(tmp_path, files, "SA501", engine)
    (fix,) = finding.fixes
    assert not fix.safe
    after = fixed(files, fix)
    assert after["models/_s.yml"].endswith(
        "            warn_after: # soon\n              count: 12\n              period: 'hour'\n"
        "            error_after: {count: 2, period: day}\n"
    )
    assert found_in(tmp_path, after, "SA5", engine, adapter="snowflake") == []
