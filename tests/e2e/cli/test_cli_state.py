"""`stateaware state`, and plans from the file that it writes."""

from __future__ import annotations

import json
from pathlib import Path

from conftest_cli import Make, Run

RECORDED = Path(__file__).parents[2] / "dbt_runs" / "recorded" / "1.11"
RUN1 = ("--manifest", str(RECORDED / "run1"))


def test_a_file_in_place_of_artifacts(run: Run, tmp_path: Path) -> None:
    done = run("state", "update", "state.json", *RUN1, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.out == "state.json: shop, 15 nodes (15 newer), 9 sources (9 newer)\n"
    again = run("state", "update", "state.json", *RUN1, cwd=tmp_path)
    assert again.out == "state.json: shop, 15 nodes (0 newer), 9 sources (0 newer)\n"
    graph = ("--manifest", str(RECORDED / "parsed"))
    whole = run("plan", *RUN1, "--at", "2026-11-30T00:00Z", "--format", "json", cwd=tmp_path)
    plan = ("plan", *graph, "--state-file", "state.json", "--at", "2026-11-30T00:00Z", "--format", "json")
    small = run(*plan, cwd=tmp_path)
    assert small.code == 0, small.err

    def reasons(text: str) -> dict[str, str]:
        return {node["unique_id"]: node["reason"] for node in json.loads(text)["nodes"]}

    assert reasons(small.out) == reasons(whole.out)
    assert any(text.startswith("state from state.json") for text in json.loads(small.out)["basis"])


def test_newer_artifacts_and_changed_code_count_beside_it(run: Run, tmp_path: Path) -> None:
    run("state", "update", "state.json", *RUN1, cwd=tmp_path)
    manifest = json.loads((RECORDED / "parsed" / "manifest.json").read_text("utf-8"))
    manifest["nodes"]["model.shop.clicks"]["raw_code"] += " where 1 = 1"
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text(json.dumps(manifest))
    plan = ("plan", "--manifest", "target", "--state-file", "state.json", "--format", "json")
    done = run(*plan, cwd=tmp_path)
    nodes = {node["unique_id"]: node for node in json.loads(done.out)["nodes"]}
    assert nodes["model.shop.clicks"]["reason"] == "CODE_CHANGED"
    results = (RECORDED / "run2" / "run_results.json").read_bytes()
    (tmp_path / "target" / "run_results.json").write_bytes(results)
    done = run(*plan, cwd=tmp_path)
    nodes = {node["unique_id"]: node for node in json.loads(done.out)["nodes"]}
    failed = [key for key, node in nodes.items() if node["reason"] == "LAST_BUILD_FAILED"]
    assert failed, "the newer run failed"


def test_two_projects_in_one_file(run: Run, make: Make, tmp_path: Path) -> None:
    run("state", "update", "state.json", *RUN1, cwd=tmp_path)
    manifest = json.loads((RECORDED / "run1" / "manifest.json").read_text("utf-8"))
    manifest["metadata"]["project_name"] = "other"
    manifest["nodes"] = {"model.shop.orders": manifest["nodes"]["model.shop.orders"]}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").write_text(json.dumps(manifest))
    done = run("state", "update", "state.json", "--manifest", "other", "--state", RUN1[1], cwd=tmp_path)
    assert done.code == 0, done.err
    shown = run("state", "show", "state.json", cwd=tmp_path)
    assert "State of 2 projects" in shown.out
    assert "shop: 15 nodes, 9 sources" in shown.out
    assert "other: 2 nodes, 9 sources" in shown.out
    root = make({"models/a.sql": "select 1", "dbt_project.yml": "name: third\nprofile: third\n"})
    done = run("plan", "--state-file", str(tmp_path / "state.json"), cwd=root)
    assert done.code == 0
    assert "knows nothing of the project `third`; it has `other` and `shop`" in done.err


def test_files_are_compared_with_it_by_their_text(run: Run, make: Make, tmp_path: Path) -> None:
    run("state", "update", "state.json", *RUN1, cwd=tmp_path)
    manifest = json.loads((RECORDED / "run1" / "manifest.json").read_text("utf-8"))
    text = manifest["nodes"]["model.shop.clicks"]["raw_code"]
    for files, changed in (
        ({"models/clicks.sql": f"-- said\n{text}"}, False),
        ({"models/clicks.sql": f"{text} where 1 = 1"}, True),
    ):
        root = make(files)
        state = str(tmp_path / "state.json")
        done = run("plan", "--state-file", state, "--select", "clicks", "--format", "json", cwd=root)
        (node,) = json.loads(done.out)["nodes"]
        assert (node["reason"] == "CODE_CHANGED") is changed
        assert "is compared with files" in done.err


def test_the_file_is_never_half_written(run: Run, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text('{"stateaware_state": 1, "projects": {')
    done = run("state", "update", "state.json", *RUN1, cwd=tmp_path)
    assert done.code == 4
    assert "not JSON" in done.err
    assert state.read_text() == '{"stateaware_state": 1, "projects": {'
    assert {path.name for path in tmp_path.iterdir()} - {".cache"} == {"state.json"}
    done = run("state", "update", "missing/deep/state.json", *RUN1, cwd=tmp_path)
    assert done.code == 0
    assert (tmp_path / "missing" / "deep" / "state.json").is_file()


def test_misuse(run: Run, make: Make, tmp_path: Path) -> None:
    root = make({"models/a.sql": "select 1"})
    done = run("state", "update", "state.json", cwd=root)
    assert done.code == 4
    assert "there is nothing to remember" in done.err
    assert not (root / "state.json").exists()
    done = run("plan", "--state-file", "no.json", cwd=root)
    assert done.code == 4
    assert "stateaware state update" in done.err
    assert run("state", "show", "no.json", cwd=root).code == 4
    assert run("state", "forget", "state.json", cwd=root).code == 4
