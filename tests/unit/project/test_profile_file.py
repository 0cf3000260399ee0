"""The adapter and the target, found in profiles.yml as dbt finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateaware.inputs import LoadOptions
from stateaware.project.profile_file import ProfileTarget, profile_places, read_target
from stateaware.project.project_file import read_project_file
from stateaware.workspace import load_project

PROFILES = """\
shop:
  target: "{{ env_var('WHERE', 'dev') }}"
  outputs:
    dev: {type: duckdb, path: shop.duckdb}
    prod:
      type: snowflake
      account: "{{ env_var('DBT_ENV_SECRET_ACCOUNT') }}"
      password: hunter2
    odd: {type: "{{ env_var('KIND') }}"}
    hidden: {type: "{{ env_var('DBT_ENV_SECRET_KIND', 'x') }}"}
    mixed: {type: "{{ 'duck' }}db"}
    none: {type: null}
    bare: duckdb
"""


def read(
    folder: Path,
    target: str | None = None,
    project: str = "name: shop\nprofile: shop\n",
    **env: str,
) -> ProfileTarget:
    return read_target(read_project_file(project.encode(), "dbt_project.yml"), folder, env, target)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "profiles.yml").write_text(PROFILES)
    return tmp_path


def test_the_profiles_own_target(project: Path) -> None:
    found = read(project)
    assert (found.name, found.adapter) == ("dev", "duckdb")
    assert found.files == (project / "profiles.yml",)


@pytest.mark.parametrize(
    ("env", "target", "expected"),
    [
        ({"WHERE": "prod"}, None, ("prod", "snowflake")),
        ({"WHERE": "prod"}, "dev", ("dev", "duckdb")),
        ({"DBT_TARGET": "prod"}, None, ("prod", "snowflake")),
        ({"DBT_TARGET": "prod"}, "dev", ("dev", "duckdb")),
        ({"KIND": "bigquery"}, "odd", ("odd", "bigquery")),
        ({}, "odd", ("odd", None)),
        ({"DBT_ENV_SECRET_KIND": "bigquery"}, "hidden", ("hidden", None)),
        ({}, "mixed", ("mixed", None)),
        ({}, "none", ("none", None)),
        ({}, "bare", ("bare", None)),
        ({}, "elsewhere", ("elsewhere", None)),
        ({"DBT_PROFILE": "other"}, None, (None, None)),
    ],
)
def test_chosen(
    project: Path, env: dict[str, str], target: str | None, expected: tuple[str | None, str | None]
) -> None:
    found = read(project, target, **env)
    assert (found.name, found.adapter) == expected


def test_the_folder_named_in_the_environment_excludes_others(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    assert read(project, DBT_PROFILES_DIR=str(other)) == ProfileTarget(None, None, (other / "profiles.yml",))
    other.mkdir()
    (other / "profiles.yml").write_text("shop: {outputs: {default: {type: postgres}}}\n")
    found = read(project, DBT_PROFILES_DIR=str(other))
    assert (found.name, found.adapter) == ("default", "postgres")


def test_the_home_folder_comes_last(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".dbt").mkdir(parents=True)
    (home / ".dbt" / "profiles.yml").write_text("shop: {target: x, outputs: {x: {type: trino}}}\n")
    project = tmp_path / "project"
    project.mkdir()
    assert read(project, HOME=str(home)).adapter == "trino"
    assert profile_places(project, {"HOME": str(home)}) == (
        project / "profiles.yml",
        home / ".dbt" / "profiles.yml",
    )
    assert profile_places(project, {}) == (project / "profiles.yml",)


def test_a_chosen_folder_comes_before_the_environment_and_the_working_directory_before_the_project(
    tmp_path: Path,
) -> None:
    project, here, chosen = tmp_path / "project", tmp_path / "here", tmp_path / "chosen"
    files = [folder / "profiles.yml" for folder in (here, project)]
    assert profile_places(project, {"DBT_PROFILES_DIR": "x"}, chosen, here) == (chosen / "profiles.yml",)
    assert profile_places(project, {"DBT_PROFILES_DIR": "/x"}, None, here) == (Path("/x/profiles.yml"),)
    assert profile_places(project, {}, None, here) == tuple(files)
    assert profile_places(project, {}, None, project) == (project / "profiles.yml",)


def test_an_undecided_target_does_not_matter_where_all_outputs_agree(tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text(
        "shop:\n  target: '{{ var(\"t\") }}'\n  outputs: {a: {type: redshift}, b: {type: redshift}}\n"
    )
    assert read(tmp_path) == ProfileTarget(None, "redshift", (tmp_path / "profiles.yml",))


@pytest.mark.parametrize(
    "text", ["", "shop:", "shop: 1", "- a", "shop: {outputs: [}", "shop: {outputs: 1}", "shop: {target: [a]}"]
)
def test_nothing_is_known_of_a_broken_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "profiles.yml").write_text(text)
    assert read(tmp_path).adapter is None


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_bytes(b"\xff\xfe\x00")
    assert read(tmp_path).adapter is None


@pytest.mark.parametrize("line", ["", "profile:", "profile: [shop]", "profile: '{{ var(\"p\") }}'"])
def test_a_project_without_a_profile(project: Path, line: str) -> None:
    assert read(project, project=f"name: shop\n{line}\n").adapter is None


def test_the_profile_may_come_from_the_environment(project: Path) -> None:
    text = "name: shop\nprofile: \"{{ env_var('PROFILE') }}\"\n"
    assert read(project, project=text, PROFILE="shop").adapter == "duckdb"


def test_of_a_project(project: Path) -> None:
    (project / "dbt_project.yml").write_text("name: shop\nprofile: shop\n")
    env = {"DBT_PROFILES_DIR": str(project), "DBT_TARGET": "", "DBT_PROFILE": "", "WHERE": "prod"}
    loaded = load_project(project, LoadOptions(env=env))
    assert (loaded.target, loaded.adapter) == ("prod", "snowflake")
    chosen = load_project(project, LoadOptions(env=env, target="dev"))
    assert (chosen.target, chosen.adapter) == ("dev", "duckdb")
    told = load_project(project, LoadOptions(env=env, adapter="bigquery"))
    assert (told.target, told.adapter) == ("prod", "bigquery")
    assert "profiles.yml" not in told.files
