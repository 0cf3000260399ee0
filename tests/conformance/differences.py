"""The known differences between stateaware and dbt: differences.yaml, the one list of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def _differences() -> dict[tuple[str, str, str], str]:
    document = yaml.safe_load((Path(__file__).parent / "differences.yaml").read_text("utf-8"))
    return {(item["case"], item["engine"], item["about"]): item["reason"] for item in document or []}


def known_difference(case: str, engine: str, about: str) -> str:
    """The reason why a case differs under an engine, or nothing."""
    return _differences().get((case, engine, about), "")
