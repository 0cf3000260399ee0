"""What commands print, whatever the names and values are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stateaware.cli.documents import json_text, print_lines
from stateaware.text.pieces import Piece


def test_numbers_that_json_lacks_are_texts() -> None:
    document: dict[str, Any] = {"a": [float("nan"), float("inf"), -float("inf"), 1.5], "b": {"c": 10**30}}
    assert json.loads(json_text(document)) == {"a": ["nan", "inf", "-inf", 1.5], "b": {"c": 10**30}}


def test_half_characters_can_be_encoded() -> None:
    assert json.loads(json_text({"a": "x\udc80"}).encode()) == {"a": "x\ufffd"}


def test_controls_are_seen_and_secrets_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [(Piece("a\x1b[31m\u202eb\nc"), Piece("hunter2", "strong"))]
    print_lines(lines, {"DBT_ENV_SECRET_X": "hunter2"}, "never")
    assert capsys.readouterr().out == "a\\x1b[31m\\u202eb c*****\n"
    print_lines(lines, {"DBT_ENV_SECRET_X": "hunter2"}, "always")
    assert capsys.readouterr().out == "a\\x1b[31m\\u202eb c\x1b[1m*****\x1b[0m\n"
