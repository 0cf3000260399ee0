"""What real dbt wrote (tests/dbt_runs), and artifacts made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

RECORDED: Final = Path(__file__).parents[2] / "dbt_runs" / "recorded"
CORE: Final = ("1.8", "1.11")
EVERY: Final = (*CORE, "2.0")


def load(version: str, step: str, name: str) -> dict[str, Any]:
    """One recorded artifact."""
    found: dict[str, Any] = json.loads((RECORDED / version / step / name).read_text("utf-8"))
    return found


def write(path: Path, document: object) -> Path:
    """A document as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def result(document: dict[str, Any], unique_id: str) -> dict[str, Any]:
    """The result of a node."""
    found: dict[str, Any] = next(one for one in document["results"] if one["unique_id"] == unique_id)
    return found
