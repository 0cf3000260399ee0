"""SA505: a loaded_at_query that is no SQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.rules.projects import found_in, marked


def table(query: str) -> dict[str, str]:
    text = f"sources:\n  - name: raw\n    tables:\n      - name: orders\n        config:\n          {query}\n"
    return {"models/_sources.yml": text}


def indented(*lines: str) -> str:
    return "loaded_at_query: |\n" + "\n".join(f"            {line}" for line in lines)


def test_fires(tmp_path: Path) -> None:
    files = table("loaded_at_query: select max(loaded_at from {{ this }}")
    (finding,) = found_in(tmp_path, files, "SA505", adapter="snowflake")
    assert finding.severity == "warning"
    assert finding.message == "loaded_at_query cannot be read as SQL of snowflake: it goes wrong near `from`"
    assert finding.node == "source.shop.raw.orders"
    assert marked(finding, files) == "select max(loaded_at from {{ this }}"


def test_the_line_of_a_block(tmp_path: Path) -> None:
    files = table(indented("select", "  max(loaded_at", "from {{ this }}", "where x"))
    (finding,) = found_in(tmp_path, files, "SA505", adapter="snowflake")
    assert marked(finding, files) == "from {{ this }}"


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
def test_every_engine(tmp_path: Path, engine: str) -> None:
    files = table("loaded_at_query: selct max(loaded_at) from raw.orders")
    (finding,) = found_in(tmp_path, files, "SA505", engine, adapter="trino")
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    "query",
    [
        "select max(loaded_at) from {{ this }}",
        "select max(loaded_at) from {{ source('raw', 'orders') }} where x = '{{ var(\"x\") }}'",
        "select max(loaded_at from {{ other() }}",
        "{{ my_query() }}",
        "{% if true %}select max(a from b{% endif %}",
        "select max(loaded_at from {{ this",
        "{# note #} select max(loaded_at) from {{ this }} {# end #}",
        "select {{ current_timestamp() }}",
        "select max(v:ts::timestamp) from {{ this }}",
    ],
)
def test_silent(tmp_path: Path, query: str) -> None:
    files = table(indented(query))
    assert found_in(tmp_path, files, "SA505", adapter="snowflake") == []


def test_without_an_adapter_only_what_no_dialect_takes(tmp_path: Path) -> None:
    files = table(indented("select max(v:ts::timestamp) from `{{ this }}`"))
    assert found_in(tmp_path, files, "SA505", env={"DBT_PROFILES_DIR": str(tmp_path)}) == []
    files = table(indented("select max(v from where"))
    (finding,) = found_in(tmp_path, files, "SA505", env={"DBT_PROFILES_DIR": str(tmp_path)})
    assert finding.message.startswith("loaded_at_query cannot be read as SQL of any kind")


def test_the_adapter_comes_from_profiles(tmp_path: Path) -> None:
    files = table(indented("select max(v:ts::timestamp) from {{ this }}"))
    profile = {"profiles.yml": "shop: {target: dev, outputs: {dev: {type: postgres}}}\n"}
    (finding,) = found_in(tmp_path, {**files, **profile}, "SA505", env={"DBT_PROFILES_DIR": str(tmp_path)})
    assert "SQL of postgres" in finding.message


def test_inside_the_freshness_block_and_in_the_project_file(tmp_path: Path) -> None:
    files = table("freshness: {loaded_at_query: select max(a from b}")
    files["dbt_project.yml"] = "name: shop\nsources:\n  shop:\n    +loaded_at_query: select max(c from d\n"
    found = found_in(tmp_path, files, "SA505", "fusion", adapter="snowflake")
    assert [marked(finding, files) for finding in found] == ["select max(c from d", "select max(a from b"]


def test_packages_are_left_alone(tmp_path: Path) -> None:
    package = table("loaded_at_query: select max(a from b")["models/_sources.yml"]
    files = {
        "dbt_packages/dep/dbt_project.yml": "name: dep\n",
        "dbt_packages/dep/models/_sources.yml": package,
    }
    assert found_in(tmp_path, files, "SA505", adapter="snowflake") == []


def test_huge_texts_are_not_parsed(tmp_path: Path) -> None:
    files = table("loaded_at_query: select " + "(" * 15_000)
    found_in(tmp_path, files, "SA505", adapter="snowflake")
    files = table("loaded_at_query: select " + "a + " * 9_000 + "(")
    assert found_in(tmp_path, files, "SA505", adapter="snowflake") == []
