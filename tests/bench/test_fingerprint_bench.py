"""Ten thousand models that have not changed cost next to nothing; those that have, some milliseconds each."""

from __future__ import annotations

import time

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import fingerprint, renew, settle
from stateaware.plan.state import code_differs

MODELS = 10_000
COLUMNS = 40
CONFIG = {"materialized": "table", "tags": ["a"], "grants": {"select": ["b"]}, "unique_key": None}


def model(number: int, comment: str = "") -> NodeCode:
    """A model of about 2 kB, in texts of its own."""
    body = ",\n".join(f"    coalesce(a_{n}, 'none {number}') as column_{n}" for n in range(COLUMNS))
    return NodeCode(
        f"model.shop.m_{number}",
        raw=f"select{comment}\n{body}\nfrom {{{{ ref('a') }}}}",
        compiled=f'select{comment}\n{body}\nfrom "shop"."main"."a"',
        relation=f'"shop"."main"."m_{number}"',
        config={**CONFIG, "materialized": "incremental" if number % 10 == 0 else "table"},
        macros=("{% macro a() %}" + "x" * 1_000 + "{% endmacro %}",),
        engine="1",
    )


def test_ten_thousand_unchanged_models() -> None:
    then, now = [model(n) for n in range(MODELS)], [model(n) for n in range(MODELS)]
    started = time.process_time()
    changed = sum(code_differs(*settle(a, b, "duckdb"))[0] for a, b in zip(then, now, strict=True))
    seconds = time.process_time() - started
    assert changed == 0
    assert seconds < 1.0


def test_ten_thousand_unchanged_models_beside_a_state_file() -> None:
    some = [fingerprint(model(n), "duckdb") for n in range(100)]
    now = [model(n) for n in range(100)]
    started = time.process_time()
    for _ in range(MODELS // len(now)):
        assert not any(code_differs(a, renew(a, b, "duckdb"))[0] for a, b in zip(some, now, strict=True))
    assert time.process_time() - started < 2.0


def test_changed_models_are_split_into_words_and_most_are_not_parsed() -> None:
    then, now = [model(n) for n in range(200)], [model(n, " -- new") for n in range(200)]
    settle(then[0], now[0], "duckdb")  # reads sqlglot
    started = time.process_time()
    changed = sum(code_differs(*settle(a, b, "duckdb"))[0] for a, b in zip(then, now, strict=True))
    seconds = time.process_time() - started
    assert changed == 0
    assert seconds / len(now) < 0.03
