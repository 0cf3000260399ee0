"""Every key and word that we know has a text, and no other has one."""

from __future__ import annotations

import pytest

from stateaware.explain.key_docs import key_documentation, key_values, value_documentation

STATE_KEYS = (
    "lag_tolerance",
    "require_fresh_data_from",
    "pre_clone",
    "evaluate_volatile_sql",
    "compare_unrendered_code",
    "execute_hooks_on_any_reuse",
    "execute_hooks_on_reuse",
)
MODEL_PATHS = (
    ("freshness",),
    ("+freshness",),
    ("freshness", "build_after"),
    *(("freshness", "build_after", key) for key in ("count", "period", "updates_on")),
    ("state",),
    *(("state", key) for key in STATE_KEYS),
    ("state", "lag_tolerance", "period"),
)
SOURCE_PATHS = (
    ("freshness",),
    *(
        ("freshness", key)
        for key in ("warn_after", "error_after", "filter", "loaded_at_field", "loaded_at_query")
    ),
    *(("freshness", key, part) for key in ("warn_after", "error_after") for part in ("count", "period")),
    ("loaded_at_field",),
    ("+loaded_at_query",),
)


@pytest.mark.parametrize("path", MODEL_PATHS)
def test_keys_of_models(path: tuple[str, ...]) -> None:
    assert key_documentation(path, "model")
    assert "](http" not in str(key_documentation(path, "model", markdown=False))


@pytest.mark.parametrize("path", SOURCE_PATHS)
def test_keys_of_sources(path: tuple[str, ...]) -> None:
    assert key_documentation(path, "source")


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ((), "model"),
        (("materialized",), "model"),
        (("loaded_at_field",), "model"),
        (("freshness", "warn_after"), "model"),
        (("freshness", "build_after"), "source"),
        (("state",), "source"),
    ],
)
def test_what_is_not_ours(path: tuple[str, ...], resource: str) -> None:
    assert key_documentation(path, resource) is None  # type: ignore[arg-type]


def test_words() -> None:
    updates_on = ("freshness", "build_after", "updates_on")
    assert value_documentation(updates_on, "all", "model") == (
        "Every direct parent needs new data since the last build."
    )
    assert value_documentation(updates_on, "some", "model") is None
    assert (
        value_documentation(("freshness", "build_after", "period"), None, "model")
        == "As if it were not written."
    )
    assert key_values(updates_on, "model") == ("any", "all")
    assert key_values(("freshness", "error_after", "period"), "source") == ("minute", "hour", "day", "second")
    assert key_values(("loaded_at_field",), "source") == ()
