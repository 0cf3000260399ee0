"""`stateaware check`: what is collected, what is picked, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest_cli import Make, Outcome, Run

COUNT = "models/s.yml::orders::SA101"
PERIOD = "models/s.yml::stores::SA106"


def found(outcome: Outcome) -> list[str]:
    """The items of the findings in a JSON report."""
    document: dict[str, Any] = json.loads(outcome.out)
    return [finding["item"] for finding in document["findings"] if finding["suppression"] is None]


def ids(outcome: Outcome) -> list[str]:
    return outcome.out.splitlines()


def check_json(run: Run, *arguments: str, **options: Any) -> list[str]:
    return found(run("check", "--output", "json", *arguments, **options))


def test_findings_make_exit_1(run: Run, make: Make) -> None:
    make()
    outcome = run("check")
    assert outcome.code == 1
    assert "models/s.yml:5:9" in outcome.out
    assert "models/s.yml:9:41" in outcome.out
    assert outcome.out.splitlines()[-2].endswith(" s")
    assert outcome.err == ""


def test_nothing_found_is_one_quiet_line(run: Run, make: Make) -> None:
    make({"models/s.yml": "models: []\n"})
    outcome = run("check")
    assert outcome.code == 0
    assert len(outcome.out.splitlines()) == 1
    assert "all passed" in outcome.out


def test_the_project_is_found_from_below_and_from_elsewhere(run: Run, make: Make, tmp_path: Path) -> None:
    root = make(folder="shop")
    for options in ({"cwd": root / "models"}, {"cwd": tmp_path}):
        assert check_json(run, **options) == [COUNT, PERIOD]
    for arguments in (["shop"], ["--project-dir", "shop"], ["--project-dir", str(root)], ["shop/models"]):
        assert check_json(run, *arguments, cwd=tmp_path) == [COUNT, PERIOD]


def test_collect_only_lists_every_item_and_runs_none(run: Run, make: Make) -> None:
    make()
    outcome = run("check", "--collect-only", "-q")
    assert outcome.code == 0
    assert {COUNT, PERIOD, "models/s.yml::orders::SA106"} <= set(ids(outcome))
    assert len(ids(outcome)) == len(set(ids(outcome)))
    tree = run("check", "--co")
    assert tree.code == 0
    assert "  models/s.yml\n" in tree.out
    assert tree.out.splitlines()[0] == "shop (documented)"
    assert f"\n{len(ids(outcome)):,} items in " in tree.out


def test_every_collected_id_can_be_given_back(run: Run, make: Make) -> None:
    make()
    for item in (COUNT, PERIOD, "models/s.yml::orders::SA106"):
        assert ids(run("check", "--co", "-q", item)) == [item]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["models"], [COUNT, PERIOD]),
        (["models/s.yml"], [COUNT, PERIOD]),
        (["models/s.yml::stores"], [PERIOD]),
        (["models/s.yml::SA101"], [COUNT]),
        (["models/*.yml::sto*"], [PERIOD]),
        ([COUNT, PERIOD], [COUNT, PERIOD]),
        (["models::orders"], [COUNT]),
        (["-k", "orders"], [COUNT]),
        (["-k", "not orders"], [PERIOD]),
        (["-k", "period-word or SA101"], [COUNT, PERIOD]),
        (["-m", "required and error"], [COUNT, PERIOD]),
        (["-m", "fixable"], [COUNT, PERIOD]),
        (["--select", "SA106"], [PERIOD]),
        (["--select", "SA1", "--ignore", "SA106,SA102"], [COUNT]),
        (["--ignore", "required"], []),
        (["-k", "orders", "-m", "fixable", "models/s.yml"], [COUNT]),
    ],
)
def test_picking(run: Run, make: Make, arguments: list[str], expected: list[str]) -> None:
    make()
    assert check_json(run, *arguments) == expected


def test_ids_are_found_from_a_folder_inside_the_project(run: Run, make: Make) -> None:
    root = make(folder="shop")
    assert check_json(run, "s.yml::stores", cwd=root / "models") == [PERIOD]
    assert check_json(run, PERIOD, cwd=root / "models") == [PERIOD]


def test_verbose_has_a_line_for_each_item(run: Run, make: Make) -> None:
    make()
    lines = run("check", "-v", "-m", "required").out.splitlines()
    assert any(line.startswith(f"{COUNT} ERROR ") for line in lines)
    assert any(line.startswith("models/s.yml::stores::SA101 PASSED ") for line in lines)
    assert any(line.endswith("[100%]") for line in lines)


def test_quiet_has_a_line_for_each_finding(run: Run, make: Make) -> None:
    make()
    lines = run("check", "-q").out.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["models/s.yml:5:9", "models/s.yml:9:41"]


def test_exitfirst_and_maxfail(run: Run, make: Make) -> None:
    make()
    outcome = run("check", "-x", "--output", "json")
    assert outcome.code == 1
    assert found(outcome) == [COUNT]
    assert "stopped early: 1 failed" in run("check", "-x").out
    assert check_json(run, "--maxfail", "2") == [COUNT, PERIOD]


def test_last_failed(run: Run, make: Make) -> None:
    root = make()
    outcome = run("check", "--lf")
    assert "no failures are remembered, so everything is run" in outcome.out
    assert ids(run("check", "--lf", "--co", "-q")) == [COUNT, PERIOD]
    assert "2 items: 2 errors" in run("check", "--lf").out
    fixed = (root / "models/s.yml").read_text().replace("hours", "hour")
    (root / "models/s.yml").write_text(fixed)
    assert run("check", "--lf").code == 1
    assert ids(run("check", "--lf", "--co", "-q")) == [COUNT]
    assert ids(run("check", "--ff", "--co", "-q"))[0] != COUNT
    assert run("check", "--ff", "-v").out.startswith(f"{COUNT} ERROR")
    assert "no failures are remembered" in run("check", "--lf", "--no-cache").out


def test_fail_on(run: Run, make: Make) -> None:
    schema = "models:\n  - name: orders\n    config:\n      freshness:\n        build_after: {count: 4, period: second}\n"
    make({"models/s.yml": schema})
    assert run("check").code == 0
    assert run("check", "--fail-on", "warning").code == 1
    assert run("check", "--fail-on", "never").code == 0
    make({"models/s.yml": schema.replace("second", "hours")})
    assert run("check").code == 1
    assert run("check", "--fail-on", "never").code == 0
    assert run("check", "--exit-zero").code == 0


def test_nothing_collected_is_exit_5(run: Run, make: Make) -> None:
    make()
    outcome = run("check", "-k", "nothing-has-this-name")
    assert outcome.code == 5
    assert outcome.err == "stateaware: nothing to check in what was selected\n"
    assert run("check", "--co", "-k", "nothing-has-this-name").code == 5


def test_durations(run: Run, make: Make) -> None:
    make()
    lines = run("check", "--durations", "2", "-q").out.splitlines()
    slowest = [line for line in lines if " s  " in line]
    assert len(slowest) == 2


def test_ignore_comments(run: Run, make: Make) -> None:
    root = make()
    text = (root / "models/s.yml").read_text()
    text = text.replace("{count: 4}", "{count: 4}  # stateaware: ignore[SA101, SA102] agreed")
    (root / "models/s.yml").write_text(text)
    assert COUNT not in check_json(run)


def test_baseline(run: Run, make: Make) -> None:
    root = make()
    outcome = run("check", "--write-baseline", "known.json")
    assert (outcome.code, outcome.out) == (0, "known.json: 2 findings\n")
    assert run("check", "--baseline", "known.json").code == 0
    (root / "stateaware.toml").write_text('baseline = "known.json"\n')
    assert run("check", cwd=root / "models").code == 0
    schema = root / "models/s.yml"
    schema.write_text("# one line more\n" + schema.read_text().replace("hours", "day"))
    outcome = run("check")
    assert outcome.code == 0
    assert re.search("1 entry of the baseline .*known.json matches nothing any more", outcome.out)
    schema.write_text(schema.read_text().replace("day", "days"))
    assert check_json(run) == [PERIOD]


def test_severity_and_rules_by_path(run: Run, make: Make) -> None:
    root = make(
        {"models/old/o.yml": "models:\n  - name: old\n    config: {freshness: {build_after: {count: 1}}}\n"}
    )
    (root / "models/old/old.sql").write_text("select 1\n")
    (root / "stateaware.toml").write_text(
        '[per-path."models/old"]\nignore = ["ALL"]\n[severity]\nSA106 = "warning"\n'
    )
    outcome = run("check", "--output", "json", "--ignore", "SA102")
    severities = {finding["item"]: finding["severity"] for finding in json.loads(outcome.out)["findings"]}
    assert severities == {COUNT: "error", PERIOD: "warning"}


def test_excluded_files(run: Run, make: Make) -> None:
    root = make()
    (root / "stateaware.toml").write_text('exclude = ["models/s.yml"]\n')
    assert check_json(run) == []


def test_several_outputs(run: Run, make: Make, tmp_path: Path) -> None:
    make()
    outcome = run(
        "check", "--output", "concise", "--output", "json=out/found.json", "--output", "sarif=found.sarif"
    )
    assert outcome.code == 1
    assert outcome.out.startswith("models/s.yml:5:9: error SA101")
    assert len(json.loads((tmp_path / "out/found.json").read_text())["findings"]) == 2
    assert json.loads((tmp_path / "found.sarif").read_text())["version"] == "2.1.0"


def test_concise_ends_with_a_summary_that_is_no_part_of_it(run: Run, make: Make) -> None:
    make()
    first, again = (run("check", "--output", "concise") for _ in range(2))
    assert len(first.out.splitlines()) == 2
    assert re.fullmatch(
        r"4 files, 2 nodes, \d+ items: \d+ passed, 2 errors\n1 can be fixed with --fix\n", first.err
    )
    assert again == first
    assert run("check", "--output", "concise", "-q").err == ""
    assert run("check", "--output", "concise=found.txt").err == ""


def test_junit_lists_items_that_passed(run: Run, make: Make) -> None:
    make()
    report = run("check", "--output", "junit").out
    assert report.count("<testcase ") == len(ids(run("check", "--co", "-q")))


def test_two_machine_formats_cannot_share_the_standard_output(run: Run, make: Make) -> None:
    make()
    for pair in (["json", "sarif"], ["text", "json"], ["json", "json"]):
        outcome = run("check", *(part for name in pair for part in ("--output", name)))
        assert outcome.code == 4
        assert "cannot share the standard output" in outcome.err


def test_annotations_come_by_themselves_in_github_actions(run: Run, make: Make) -> None:
    make()
    actions = {"GITHUB_ACTIONS": "true"}
    outcome = run("check", env=actions)
    assert outcome.out.count("::error ") == 2
    outcome = run("check", "--output", "json", env=actions)
    assert len(json.loads(outcome.out)["findings"]) == 2
    assert outcome.err.count("::error ") == 2
    assert run("check", "--output", "github", env=actions).out.count("::error ") == 2


def test_an_output_that_cannot_be_written(run: Run, make: Make, tmp_path: Path) -> None:
    make()
    (tmp_path / "file").write_text("")
    outcome = run("check", "--output", "json=file/x.json")
    assert outcome.code == 4
    assert outcome.err.startswith("stateaware: cannot write file/x.json: ")


def test_secrets_are_masked(run: Run, make: Make) -> None:
    secret = "s3cr3t-w0rd"  # noqa: S105 - it is what the test looks for
    make(
        {
            "models/s.yml": f"models:\n  - name: orders\n    config: {{freshness: {{build_after: {{count: 1, period: {secret}}}}}}}\n"
        }
    )
    for name in ("text", "json", "sarif", "github"):
        outcome = run("check", "--output", name, env={"DBT_ENV_SECRET_X": secret})
        assert secret not in outcome.out + outcome.err
    assert secret not in run("check", "--env", f"DBT_ENV_SECRET_Y={secret}").out


def test_several_projects(run: Run, make: Make, tmp_path: Path) -> None:
    make(folder="dbt/one")
    make(folder="dbt/two")
    make(folder="dbt/two/dbt_packages/dep")
    make(folder="node_modules/x")
    make(folder=".hidden/x")
    make(folder="venv/x")
    (tmp_path / "venv/pyvenv.cfg").write_text("")
    outcome = run("check", "--output", "json")
    document = json.loads(outcome.out)
    assert [project["folder"] for project in document["projects"]] == ["dbt/one", "dbt/two"]
    assert len(document["findings"]) == 4
    assert [p["folder"] for p in json.loads(run("check", "dbt/two", "--output", "json").out)["projects"]] == [
        "dbt/two"
    ]
    both = run("check", "dbt/one/models/s.yml::orders", "dbt/two/models/s.yml::stores", "--output", "json")
    assert [(f["project"], f["item"]) for f in json.loads(both.out)["findings"]] == [
        ("dbt/one", COUNT),
        ("dbt/two", PERIOD),
    ]
    listed = ids(run("check", "--co", "-q", "-m", "required"))
    assert f"dbt/one/{COUNT}" in listed
    assert ids(run("check", "--co", "-q", f"dbt/one/{COUNT}")) == [COUNT]


def test_projects_of_the_settings(run: Run, make: Make, tmp_path: Path) -> None:
    make(folder="dbt/one")
    make(folder="dbt/two")
    make(folder="other/three")
    (tmp_path / "stateaware.toml").write_text('projects = ["dbt/*"]\n')
    document = json.loads(run("check", "--output", "json").out)
    assert [project["folder"] for project in document["projects"]] == ["dbt/one", "dbt/two"]
    (tmp_path / "stateaware.toml").write_text('projects = ["nowhere"]\n')
    outcome = run("check")
    assert outcome.code == 4
    assert (
        outcome.err
        == "stateaware: stateaware.toml: `projects` names nowhere, which holds no dbt_project.yml\n"
    )


def test_results_do_not_depend_on_the_cache_or_the_details(run: Run, make: Make) -> None:
    make()
    plain = json.loads(run("check", "--output", "json").out)
    for arguments in (["--no-cache"], ["-v"], ["--durations", "1"], ["--maxfail", "99"], []):
        again = json.loads(run("check", "--output", "json", *arguments).out)
        assert again["findings"] == plain["findings"]


def test_verbose_names_rules_that_the_unknown_adapter_silences(run: Run, make: Make) -> None:
    source = "sources:\n  - name: raw\n    config: {loaded_at_field: at}\n    tables: [{name: t}]\n"
    make({"models/s.yml": source})
    note = "note: SA504, SA508 could not judge everything, since the adapter of shop is not known; --adapter"
    assert note in run("check", "-v").out.replace("\n", " ")
    assert "adapter" not in run("check").out
    assert "adapter" not in run("check", "-v", "--adapter", "snowflake").out
    assert "SA504" not in run("check", "-v", "--ignore", "SA504,SA508").out
    assert "SA508 could not" in run("check", "-v", "-k", "SA508", "--ignore", "SA504").out


ALIASED = """\
sources:
  - name: raw
    config:
      freshness: &often
        warn_after: {count: 1, period: days}
        build_after: {count: 1, period: day}
    tables:
      - name: orders
        config: {freshness: *often}
      - name: stores
        config:
          freshness: {<<: *often}
models:
  - name: orders
    config: &each
      freshness: {build_after: {count: 1, period: hours}}
  - name: stores
    config: *each
"""


def test_what_aliases_lead_to_is_reported_once_with_the_aliases(run: Run, make: Make) -> None:
    make({"models/s.yml": ALIASED})
    outcome = run("check", "--select", "SA106,SA402")
    assert outcome.out.count("error SA106") == 2
    assert outcome.out.count("error SA402") == 1
    assert outcome.out.count("used here too, by its alias") == 5
    assert "::: models/s.yml:9  config: {freshness: *often}   <- used here too, by its alias" in outcome.out
    assert "3 errors" in outcome.out.splitlines()[-2]
    assert run("check", "--select", "SA402", "-k", "raw.orders").code == 1
    run("check", "--fix", "--select", "SA106")
    assert run("check", "--select", "SA106").code == 0
