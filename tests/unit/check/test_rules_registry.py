from __future__ import annotations

import re

import pytest

from stateaware.errors import SelectionError
from stateaware.rules.registry import GROUPS, all_rules, codes, get_rule, normalise, select_rules


def test_every_rule_keeps_the_form() -> None:
    names = [rule.name for rule in all_rules()]
    assert [rule.code for rule in all_rules()] == list(codes())
    assert len(set(names)) == len(names)
    for rule in all_rules():
        assert re.fullmatch(r"SA\d{3}", rule.code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name), rule.code
        assert rule.group in GROUPS
        assert rule.severity in ("error", "warning", "info")
        assert rule.fixable in ("no", "sometimes", "always")


def test_rules_are_found_by_code_and_name() -> None:
    assert get_rule("sa901") is get_rule("unused-ignore")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SA9O1", "no rule `SA9O1`; did you mean `SA901`?"),
        ("unusd-ignore", "no rule `unusd-ignore`; did you mean `unused-ignore`?"),
        ("E501", "no rule `E501`"),
    ],
)
def test_unknown_rules(name: str, message: str) -> None:
    with pytest.raises(SelectionError) as caught:
        get_rule(name)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sa9", "SA9"),
        ("SA901", "SA901"),
        ("all", "ALL"),
        ("Adoption", "adoption"),
        ("Unused-Ignore", "unused-ignore"),
    ],
)
def test_selectors(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_a_prefix_must_name_something() -> None:
    with pytest.raises(SelectionError):
        normalise("SA0000")


def test_select_rules() -> None:
    assert [rule.code for rule in select_rules(["adoption"])] == ["SA901", "SA902"]
    assert [rule.code for rule in select_rules(["SA9"], ["unused-ignore"])] == ["SA902"]
    assert {rule.group for rule in select_rules(engine="documented")} >= {"adoption"}
    assert "dbt-compat" not in {rule.group for rule in select_rules(engine="documented")}
