"""The schemas against dbt v2's recorded answers: the same files are taken, the same refused.

For every recorded case and every YAML file in it there is one answer of dbt (does it complain of the
file's shape?) and one of the schema. They must be equal, but for what ``DIFFERENT`` lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
import yaml_core
from jsonschema import Draft7Validator

from stateaware.schema_files import bundle_schema

CASES: Final = Path(__file__).parents[1] / "conformance" / "cases"
NOT_PROPERTIES: Final = {"packages.yml", "dependencies.yml", "profiles.yml"}
SHAPE: Final = {"dbt1013", "dbt1060"}  # wrong type or value; unknown key
OWN_KEY: Final = re.compile(r"Ignored unexpected key '(freshness|state|loaded_at_\w+)'")
HALF_BLOCK: Final = "count and period are required"
BOTH_LOADED_AT: Final = "loaded_at_field and loaded_at_query cannot be set at the same time"
DECLARED_IN_SQL: Final = re.compile(r"config\(.*(freshness|state)", re.DOTALL)

RENDERED: Final = "the value is known only after Jinja has rendered it"
MASKED: Final = "half or double, but never in force: another layer hides it, or nothing has it"
ELSEWHERE: Final = "the two ends stand in different files"
STOPPED: Final = "dbt stopped before it read this"
DUPLICATE: Final = "a duplicate key is gone when the schema sees the file"
OPEN: Final = "not about freshness, state or loaded_at: left open"
FLOAT: Final = "JSON Schema takes 1e1 for an integer"
NUMBER: Final = "a key that is a number is text when the schema sees it"
TEXT: Final = "dbt misses the variable; set, it would be text and refused"

DIFFERENT: Final[dict[tuple[str, str], str]] = {
    ("jinja_yaml_env_missing", "models/s.yml"): TEXT,
    ("jinja_yaml_float", "models/s.yml"): RENDERED,
    ("jinja_yaml_string_num", "models/s.yml"): RENDERED,
    ("jinja_yaml_undefined", ""): RENDERED,
    ("jinja_yaml_var_set_str", "models/s.yml"): RENDERED,
    ("jinja_project_undefined", ""): RENDERED,
    ("key_10_plus_unknown_scalar", "dbt_project.yml"): OPEN,
    ("key_28_unknown_scalar_folder", "dbt_project.yml"): OPEN,
    ("key_31_unknown_child_keeps_sibling", "dbt_project.yml"): OPEN,
    ("key_32_plain_known_config_without_plus", "dbt_project.yml"): OPEN,
    ("key_36_unknown_keys", "models/s.yml"): OPEN,
    ("key_38_plus_post_hook", "dbt_project.yml"): OPEN,
    ("key_39_unknown_source_key", "models/s.yml"): OPEN,
    ("merge_10_count_only_project_overridden", "dbt_project.yml"): MASKED,
    ("merge_14_count_only_no_models", "dbt_project.yml"): MASKED,
    ("prec_32_package_half_block_fixed_by_root", "pkgs/dep/models/s.yml"): MASKED,
    ("prec_37_package_dup_key", ""): DUPLICATE,
    ("proj_17_anchor_top_level", "models/s.yml"): OPEN,
    ("proj_39_folder_scalar", "dbt_project.yml"): OPEN,
    ("proj_76_fatal_project_and_yaml", "models/s.yml"): STOPPED,
    ("proj_82_int_folder_key", "dbt_project.yml"): NUMBER,
    ("proj_91_project_without_name", "dbt_project.yml"): OPEN,
    ("proj_94_model_paths_text", "dbt_project.yml"): OPEN,
    ("src_27_project_query_yaml_field", ""): ELSEWHERE,
    ("src_34_both_source_table_field", "models/s.yml"): MASKED,
    ("val_half_masked_by_sql", "models/s.yml"): MASKED,
    ("val_yaml_count_exp", "models/s.yml"): FLOAT,
}


@dataclass
class Answer:
    """Which files are refused; ``somewhere``: dbt names none, but some file of the case is at fault."""

    files: set[str] = field(default_factory=set)
    somewhere: bool = False


def recorded_cases() -> list[str]:
    return sorted(path.name for path in CASES.iterdir()) if CASES.is_dir() else []


def readable_files(case: str) -> dict[str, Any]:
    """The YAML files of a case that are YAML at all, by path, with what they hold."""
    project = CASES / case / "project"
    found = {}
    for path in sorted(project.rglob("*.y*ml")):
        if path.name not in NOT_PROPERTIES:
            try:
                found[path.relative_to(project).as_posix()] = yaml_core.load(path)
            except (yaml.YAMLError, UnicodeDecodeError):
                continue
    return found


def answer_of_dbt(case: str, files: dict[str, Any]) -> Answer:
    recorded = yaml.safe_load((CASES / case / "expected.yaml").read_text(encoding="utf-8"))
    answer = Answer()
    for run in recorded["runs"]:
        if run["engine"] != "v2":
            continue
        for diagnostic in (run.get("errors") or []) + (run.get("warnings") or []):
            is_error = diagnostic in (run.get("errors") or [])
            file, message = diagnostic.get("file"), diagnostic["message"]
            if diagnostic["code"] in SHAPE and (is_error or OWN_KEY.search(message)):
                if file in files:
                    answer.files.add(file)
            elif BOTH_LOADED_AT in message or diagnostic["code"] == "dbt1065":
                answer.somewhere = True
            elif HALF_BLOCK in message:
                answer.somewhere |= not declared_in_sql(case, file)
    return answer


def declared_in_sql(case: str, file: str | None) -> bool:
    """Whether the half block that dbt reports at a model's file is written in that file."""
    named = [path for path in (CASES / case / "project").rglob("*.sql") if file and path.match(file)]
    return any(DECLARED_IN_SQL.search(path.read_text(encoding="utf-8")) for path in named)


@cache
def validator(file_name: str) -> Draft7Validator:
    return Draft7Validator(bundle_schema("dbt_project" if file_name == "dbt_project.yml" else "properties"))


def refused(files: dict[str, Any]) -> set[str]:
    return {path for path, held in files.items() if not validator(Path(path).name).is_valid(held)}


@pytest.mark.parametrize("case", recorded_cases())
def test_takes_and_refuses_what_dbt_does(case: str) -> None:
    files = readable_files(case)
    dbt, schema = answer_of_dbt(case, files), refused(files)
    differences = dbt.files ^ schema
    if dbt.somewhere and schema:
        differences -= schema
    elif dbt.somewhere:
        differences.add("")

    assert differences == {file for listed, file in DIFFERENT if listed == case}


def test_the_comparison_is_not_empty() -> None:
    if not CASES.is_dir():
        pytest.skip("the recorded cases are not here")
    answers = {case: answer_of_dbt(case, readable_files(case)) for case in recorded_cases()}

    refusing = [case for case, answer in answers.items() if answer.files or answer.somewhere]
    assert len(refusing) > 120
    assert len(answers) - len(refusing) > 120


def test_every_difference_names_a_recorded_case() -> None:
    if not CASES.is_dir():
        pytest.skip("the recorded cases are not here")
    assert {case for case, _ in DIFFERENT} <= set(recorded_cases())
