"""The pages in docs/rules are what the rules say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stateaware.cli.rule import documentation
from stateaware.rules.base import Rule
from stateaware.rules.registry import all_rules

ROOT = Path(__file__).parents[2]
SECTIONS = ["## What it does", "## Why it matters", "## Example", "## How to fix", "## Engines"]


def test_the_pages_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "docs" / "generate_rules.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_is_documented(rule: Rule) -> None:
    summary, page = documentation(rule)
    assert summary.endswith(".")
    assert [line for line in page.splitlines() if line.startswith("## ")] == SECTIONS
    assert "```" in page
