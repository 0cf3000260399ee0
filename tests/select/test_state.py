"""What dbt Core answers to ``state:``, ``result:`` and ``source_status:``, from the same artifacts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from replay import LISTED, read_options

from stateaware.artifacts.manifest import read_manifest
from stateaware.errors import SelectionError
from stateaware.forecast.comparing import Comparison
from stateaware.forecast.origin import ManifestOrigin
from stateaware.select.methods import STATES
from stateaware.select.selection import Selection, select

STATE: Final = Path(__file__).parent / "state"
RECORDED: Final = STATE / "recorded"
ANSWERS: Final[dict[str, Any]] = json.loads((RECORDED / "answers.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def origin() -> ManifestOrigin:
    return ManifestOrigin(read_manifest(RECORDED / "now"))


def ask(origin: ManifestOrigin, question: str) -> Selection:
    options = read_options(question.split())
    return select(
        origin.selectable(),
        options.select,
        options.exclude,
        indirect=options.indirect_selection,
        resource_types=LISTED,
        known=Comparison(origin, (RECORDED / "then",)),
    )


def test_every_question_was_answered() -> None:
    lines = (STATE / "questions.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == list(ANSWERS)


@pytest.mark.parametrize("question", ANSWERS)
def test_the_answer_is_that_of_dbt(origin: ManifestOrigin, question: str) -> None:
    answer = ANSWERS[question]
    if "error" in answer:
        with pytest.raises(SelectionError):
            ask(origin, question)
        return
    found = ask(origin, question)
    assert sorted(found.unique_ids) == answer["nodes"]
    assert len(found.unmatched) == len(answer.get("warnings", ()))


def test_a_manifest_beside_itself_has_nothing_new(origin: ManifestOrigin) -> None:
    known = Comparison(origin, (RECORDED / "now",))
    assert {state for state in STATES if known[f"state:{state}"]} == {"old", "unmodified"}


def test_artifacts_that_are_not_there(origin: ManifestOrigin, tmp_path: Path) -> None:
    known = Comparison(origin, (tmp_path,))
    for criterion, name in [
        ("state:new", "manifest.json"),
        ("result:error", "run_results.json"),
        ("source_status:fresher", "sources.json"),
    ]:
        with pytest.raises(SelectionError, match=f"needs the {name} of another run"):
            known[criterion]
