"""Which SQL is the same."""

from __future__ import annotations

import pytest

from stateaware.fingerprint.sql import sql_form, sql_forms

ADAPTERS = ("snowflake", "bigquery", "databricks", "postgres", "duckdb", "trino")

EQUAL = (
    ("select a from t", "select  a\n\tfrom t  "),
    ("select a from t", "select a -- the key\nfrom t"),
    ("select a from t", "/* first */ select a from /* second */ t"),
    ("select a from t", "SELECT a FROM t"),
    ("select a as b from t", "select A as B from t"),
    ("select a as b from t", "select a b from t"),
    ("select a from t", "select a from t;"),
    ("select a from t where a != 1", "select a from t where a <> 1"),
    ("select a::int from t", "select cast(a as int) from t"),
    ("select count(*) from t", "select COUNT( * ) from t"),
    ("select cast(a as varchar(10)) from t", "select cast( a as VARCHAR (10) ) from t"),
    ("select 'a--b' from t", "select 'a--b' /* c */ from t"),
    ("with x as (select 1 as a) select * from x", "WITH x AS (\n  SELECT 1 AS a\n)\nSELECT * FROM x"),
)
DIFFERENT = (
    ("select 'a' from t", "select 'A' from t"),
    ("select 'a b' from t", "select 'a  b' from t"),
    ("select 'a' from t", "select 'a -- b' from t"),
    ("select a, b from t", "select b, a from t"),
    ("select a as b from t", "select a as c from t"),
    ("select a from t", "select distinct a from t"),
    ("select a from t limit 1", "select a from t limit 2"),
    ("select 1 as a", "select 1.0 as a"),
    ("select cast(a as varchar(1)) from t", "select cast(a as varchar(100)) from t"),
    ("select a::varchar(1) from t", "select a::varchar from t"),
    (
        "select cast(a as varchar(1)), cast(b as varchar) from t",
        "select cast(a as varchar), cast(b as varchar(1)) from t",
    ),
    ("select cast(a as numeric(10, 0)) from t", "select cast(a as numeric(10, 2)) from t"),
    ("select cast(a as int) from t", "select try_cast(a as int) from t"),
    ("select a + b * c from t", "select (a + b) * c from t"),
    ("select a from t union all select a from u", "select a from t union select a from u"),
    ("select a from t join u on t.a = u.a", "select a from t left join u on t.a = u.a"),
    ("select a, count(*) from t group by 1", "select a, count(*) from t group by a"),
    ("select a from t order by a", "select a from t order by a desc"),
    ("select a from x.t", "select a from y.t"),
)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(("then", "now"), EQUAL)
def test_equal(then: str, now: str, adapter: str) -> None:
    assert sql_form(then, adapter).kind == "tree"
    assert sql_form(then, adapter) == sql_form(now, adapter)


@pytest.mark.parametrize("adapter", [*ADAPTERS, "", "an_adapter_of_tomorrow"])
@pytest.mark.parametrize(("then", "now"), DIFFERENT)
def test_different(then: str, now: str, adapter: str) -> None:
    old, new = sql_forms(then, now, adapter)
    assert old != new


@pytest.mark.parametrize("adapter", ["snowflake", "postgres", "duckdb", "trino"])
def test_quoted_names_are_not_unquoted_ones(adapter: str) -> None:
    old, new = sql_forms('select "Total" from t', 'select "total" from t', adapter)
    assert old != new


def test_tables_of_bigquery_are_others_in_another_case() -> None:
    old, new = sql_forms("select a from shop.Orders", "select a from shop.orders", "bigquery")
    assert old != new


@pytest.mark.parametrize("adapter", ["", "an_adapter_of_tomorrow"])
def test_an_adapter_that_nobody_knows_is_compared_by_words(adapter: str) -> None:
    assert sql_form("select a -- x\nfrom t", adapter).kind == "tokens"
    assert sql_form("select a -- x\nfrom t", adapter) == sql_form("SELECT  A from t", adapter)
    assert sql_form("select 'it\\'s -- a', 1", adapter).kind == "text"


@pytest.mark.parametrize("adapter", ["sqlserver", "fabric", "synapse", "redshift", "mysql", "sqlite"])
def test_dialects_of_other_adapters_are_known(adapter: str) -> None:
    assert sql_form("select a from t", adapter).kind == "tree"


def test_what_cannot_be_parsed_is_compared_by_words() -> None:
    then, now = "select from from where -- x", "SELECT from\nFROM where"
    assert sql_form(then, "duckdb").kind == "tokens"
    assert sql_form(then, "duckdb") == sql_form(now, "duckdb")


def test_a_command_that_sqlglot_keeps_as_text_is_no_tree() -> None:
    assert sql_form("call f(1)", "snowflake").kind == "tokens"
    assert sql_form("call f(1)", "snowflake") != sql_form("call f(2)", "snowflake")


def test_two_texts_are_compared_by_what_both_can_be_read_as() -> None:
    old, new = sql_forms("select a from t", "select from from from", "duckdb")
    assert old != new
    old, new = sql_forms("select 'a", "select 'a", "duckdb")
    assert old == new


@pytest.mark.parametrize(
    "text",
    [
        "select " + "(" * 5_000 + "1" + ")" * 5_000,
        "select " + "(" * 100_000,
        "select " + "case when a then " * 3_000 + "1" + " end" * 3_000,
        "select " + "not " * 5_000 + "a",
        "select " + "- " * 5_000 + "1",
        "select " + "f(" * 5_000 + "1" + ")" * 5_000,
        "select a::" + "struct<a " * 3_000 + "int" + ">" * 3_000,
        "select " + "a + " * 10_000 + "1",
        "select 1 " + "union all select 1 " * 3_000,
        "select '" + "x" * 1_000_000,
        "/*" * 50_000,
        "'" * 99_999,
        "\0\x01\ud800",
        "",
        "   ",
        ";;;",
        "-- only a comment",
    ],
    ids=range(17),
)
def test_hostile_texts_have_a_form(text: str) -> None:
    assert sql_form(text, "snowflake") == sql_form(text, "snowflake")
    assert sql_form(text, "duckdb") != sql_form(text + "\n select 7", "duckdb")


def test_deep_brackets_are_compared_by_words_wherever_the_stack_stands() -> None:
    deep = "select " + "(" * 30 + "1" + ")" * 30
    assert sql_form(deep, "duckdb").kind == "tokens"
    assert sql_form("select " + "(" * 10 + "1" + ")" * 10, "duckdb").kind == "tree"
