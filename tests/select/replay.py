"""The recorded answers of the real engines, and the same questions put to stateaware."""

from __future__ import annotations

import argparse
import json
import shlex
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from record import read_questions, split_question

from stateaware.select.resource import Resource
from stateaware.select.selectable import Selectable
from stateaware.select.selection import Selection, select
from stateaware.select.selectors import read_selectors

HERE: Final = Path(__file__).resolve().parent
LISTED: Final = {
    "model", "snapshot", "seed", "test", "source", "exposure", "metric", "saved_query", "semantic_model",
    "function", "unit_test",
}  # fmt: skip
"""What dbt ls lists without --resource-type; v2 lists analyses too."""


@lru_cache(maxsize=1)
def recorded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "answers.json").read_text("utf-8"))
    return found


def questions() -> list[str]:
    return read_questions()


def make_resource(row: dict[str, Any]) -> Resource:
    lists = {"fqn": tuple(row["fqn"]), "tags": frozenset(row.get("tags", ()))}
    return Resource(**{**row, **lists, "parents": tuple(row.get("parents", ()))})


@lru_cache(maxsize=2)
def graph_of(engine: str) -> Selectable:
    return Selectable(map(make_resource, recorded()[engine]["resources"]), "shop")


def ask(engine: str, question: str) -> Selection:
    """Our answer to a question that dbt ls was asked, about the nodes of an engine's manifest."""
    file, args = split_question(question)
    options = read_options(args)
    source = HERE / "selectors" / file if file else HERE / "project" / "selectors.yml"
    types = set(options.resource_type) or (LISTED if engine == "core" else {*LISTED, "analysis"})
    return select(
        graph_of(engine),
        options.select,
        options.exclude,
        selector=options.selector,
        selectors=read_selectors(source.read_text("utf-8"), render),
        indirect=options.indirect_selection,
        resource_types=types - set(options.exclude_resource_type),
        include_empty=engine == "core",
    )


def read_options(args: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--select", nargs="*", default=[])
    for name in ("--exclude", "--resource-type", "--exclude-resource-type"):
        parser.add_argument(name, nargs="*", default=[])
    parser.add_argument("--selector", default="")
    parser.add_argument("--indirect-selection", default="eager")
    return parser.parse_args(args)


def render(text: str) -> object:
    """The one Jinja text among the recorded selectors.yml files, for the target that was recorded."""
    assert shlex.split(text)[:1] == ["{{"]
    return "core"
